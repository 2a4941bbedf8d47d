"""Who gets which photo's file, how long it may be kept, and how a page draws it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.media.documents import store_document
from catalog.media.photos import add_photo, remove_photo
from catalog.models import Photo
from tests import builders
from tests.catalog.upload_files import pdf, photo, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def added(tmp_path: Path) -> Photo:
    coffee = builders.product("GL-1", builders.producer("GL"))
    return add_photo(owner=coffee, path=written(tmp_path, photo(1000, 500)), name="a.jpg", alt_vi="Gói cà phê", alt_en="A bag of coffee")


def address(digest: str) -> str:
    return reverse("picture", kwargs={"digest": digest})


def test_a_photo_that_is_shown_is_everybodys_for_a_year(added: Photo, client: Client) -> None:
    Photo.objects.update(shown=True)
    for digest in (added.small_id, added.medium_id, added.large_id):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address(digest))
        assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.content[8:12] == b"WEBP"
        assert len(queries) == 1
    assert address(added.large_id).startswith("/pictures/")


def test_another_photo_is_there_for_those_who_see_its_product(added: Photo, client: Client) -> None:
    maker = added.owner.producer  # type: ignore[union-attr]
    neighbour = builders.member(builders.producer("GL2", nth_commune=1))
    seen = {
        builders.member(maker): 200,
        neighbour: 404,
        builders.official(builders.TRADE): 200,
        builders.official(builders.TRADE, builders.CA_MAU): 404,
        builders.administrator(): 200,
        builders.user(): 404,
    }
    assert client.get(address(added.small_id)).status_code == 404
    for user, status in seen.items():
        client.force_login(user)
        response = client.get(address(added.small_id))
        assert response.status_code == status
        if status == 200:
            assert response["Cache-Control"] == "private, max-age=3600"


def test_what_is_removed_or_a_document_is_at_no_public_address(added: Photo, client: Client, tmp_path: Path) -> None:
    document = store_document(path=written(tmp_path, pdf()), name="a.pdf", by=None)
    client.force_login(builders.administrator())
    assert client.get(address(document.file_id)).status_code == 404
    assert client.get(address(added.small_id)).status_code == 200
    remove_photo(photo=added)
    assert client.get(address(added.small_id)).status_code == 404


def test_a_page_reserves_the_photos_room(added: Photo) -> None:
    def drawn(options: str) -> str:
        return Template("{% load media %}{% photo photo " + options + " %}").render(Context({"photo": added}))

    whole = drawn("eager=True")
    assert 'width="1000" height="500" alt="Gói cà phê" fetchpriority="high"' in whole
    assert re.findall(r" (\d+)w", whole) == ["360", "800", "1000"]
    assert f'src="{address(added.small_id)}"' in whole
    card = drawn('largest="small" alt="" sizes="10rem"')
    assert 'width="360" height="180" alt="" loading="lazy"' in card
    assert "srcset" not in card
