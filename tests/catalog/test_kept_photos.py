"""The page on which a member keeps photos."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from catalog.models import Photo, Product
from tests import builders
from tests.catalog.kept import address, file, of, problems, said
from tests.catalog.upload_files import photo

pytestmark = pytest.mark.django_db


def test_photos_come_in_and_bad_ones_are_named(client: Client, keeper: User, coffee: Product) -> None:
    assert "No photo yet" in said(client.get(address("kept_photos")))
    response = client.post(
        address("kept_photos"), {"photos": [file(photo(), "một.jpg"), file(b"text", "hai.jpg"), file(photo(colour="red"), "ba.jpg")]}
    )
    assert problems(response) == ["hai.jpg is a text, whatever its name says."]
    assert "2 photos were added." in said(response)
    assert Photo.objects.of(coffee).count() == 2
    again = client.post(address("kept_photos"), {"photos": [file(photo())]}, follow=True)
    assert again.redirect_chain == [(address("kept_photos"), 302)]
    assert Photo.objects.of(coffee).count() == 2
    assert said(again).count('class="photo"') == 2
    assert said(again).count("Not shown yet") == 2
    assert problems(client.post(address("kept_photos"))) == ["Choose a photo first."]
    assert problems(client.post(address("kept_photos"), {"photos": "text"})) == ["Choose a photo first."]
    assert problems(client.post(address("kept_photos"), {"photos": [file(b"x", f"{n}") for n in range(11)]})) == [
        "These are more than ten photos. Choose fewer at a time."
    ]


def test_photos_are_described_moved_and_removed(client: Client, keeper: User, coffee: Product) -> None:
    first, second, third = (builders.photo(coffee) for _ in range(3))
    for place, made in enumerate((first, second, third), start=1):
        Photo.objects.filter(pk=made.pk).update(position=place)
    client.post(of("photo_change", second), {"alt_vi": "Gói cà phê", "alt_en": "A bag"})
    assert 'alt="A bag"' in said(client.get(address("kept_photos")))
    assert client.post(of("photo_change", second), {"alt_vi": "a" * 201}).status_code == 422

    def order(photo: Photo, to: str) -> list[int]:
        client.post(of("photo_move", photo), {"to": to})
        return list(Photo.objects.of(coffee).values_list("pk", flat=True))

    assert order(third, "earlier") == [first.pk, third.pk, second.pk]
    assert order(third, "later") == [first.pk, second.pk, third.pk]
    assert order(third, "first") == [third.pk, first.pk, second.pk]
    assert order(third, "earlier") == [third.pk, first.pk, second.pk]
    assert order(second, "later") == [third.pk, first.pk, second.pk]
    assert order(second, "nowhere") == [third.pk, first.pk, second.pk]
    assert client.post(of("photo_remove", third), follow=True).status_code == 200
    assert client.post(of("photo_remove", third)).status_code == 404
    assert list(Photo.objects.of(coffee)) == [first, second]
