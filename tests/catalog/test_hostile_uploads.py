"""200 broken or hostile uploads: no server error, nothing stored, and a sentence for each."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from catalog.models import Paper, Photo, StoredDocument, StoredFile
from tests.catalog.hostile_files import hostile_files
from tests.catalog.kept import SOON, address, file, problems
from tests.catalog.upload_files import pdf, photo

STORED = (Photo, Paper, StoredFile, StoredDocument)
SEED, UPLOADS = 20261125, 200


@pytest.mark.slow
@pytest.mark.no_cover
def test_hostile_uploads_are_refused_with_a_sentence_and_leave_nothing(client: Client, keeper: User) -> None:
    client.raise_request_exception = False
    seen: set[str] = set()
    kinds: set[str] = set()
    for number, hostile in enumerate(hostile_files(SEED, UPLOADS)):
        told = f"number {number}: {hostile.what} {hostile.name!r}"
        upload = file(hostile.content, hostile.name)
        if hostile.as_photo:
            response = client.post(address("kept_photos"), {"photos": [upload]})
        else:
            response = client.post(address("kept_papers"), {**SOON, "file": upload})
        assert response.status_code == 422, told
        sentences = problems(response)
        assert len(sentences) == 1, told
        assert sentences[0].endswith("."), told
        assert len(sentences[0].split()) >= 4, told
        assert "<img" not in response.content.decode().split("<main", 1)[1].split("</h2>")[0], told
        assert [model.__name__ for model in STORED if model.objects.exists()] == [], told
        assert "far more memory or time" not in sentences[0] or hostile.what == "broken_pdf", told
        seen.add(sentences[0])
        kinds.add(hostile.what)
    assert len(kinds) == 14
    # Not because nothing is taken: what is good still comes in.
    assert client.post(address("kept_photos"), {"photos": [file(photo())]}).status_code == 302
    assert client.post(address("kept_papers"), {**SOON, "file": file(pdf())}).status_code == 302
    assert (Photo.objects.count(), Paper.objects.count(), StoredDocument.objects.count()) == (1, 1, 1)
    assert len(seen) > 40
