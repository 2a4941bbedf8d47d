"""Uploads on their way in: on disk, because they are large, but without a name, because they hold people's data.

A nameless file is gone the moment the process that holds it ends, however it ends; a named one would stay behind where a worker is
killed in the middle of a request.
"""

from __future__ import annotations

import os
import tempfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class NamelessUpload(TemporaryUploadedFile):
    """An uploaded file that no folder lists; it can be opened by its path as long as this process holds it."""

    def __init__(self, name: str, content_type: str, size: int, charset: str | None, content_type_extra: Any = None) -> None:
        # O_TMPFILE where the file system has it, else unlinked at once (tempfile.TemporaryFile).
        file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 - it lives as long as the upload
        UploadedFile.__init__(self, file, name, content_type, size, charset, content_type_extra)

    def temporary_file_path(self) -> str:
        """A path by which this process and its children may open it anew (proc(5): /proc/pid/fd)."""
        assert self.file is not None
        return f"/proc/{os.getpid()}/fd/{self.file.fileno()}"


class NamelessUploadHandler(FileUploadHandler):
    """Streams each upload into a `NamelessUpload`."""

    file: NamelessUpload | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.file = NamelessUpload(self.file_name or "", self.content_type or "", 0, self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """The next piece; no other handler is to see it."""
        assert self.file is not None
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> NamelessUpload | None:
        """The whole file, to be read from its beginning."""
        assert self.file is not None
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        """Nothing of half an upload is kept."""
        if self.file is not None:
            self.file.close()
