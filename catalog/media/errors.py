"""Why an upload is not taken."""

from __future__ import annotations


class UploadRefusedError(Exception):
    """Nothing of the upload is kept; the message names the file, says why and what to do, in the reader's language."""


class TooManyError(UploadRefusedError):
    """There is no room for another one."""
