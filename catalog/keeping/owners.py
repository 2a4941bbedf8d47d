"""Whose photos, papers or sales links a page is about, and the way between these pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.converters import LISTING, PROFILE
from catalog.models import ListingRevision, Owner, Paper, Photo, Producer, Product, SalesLink


@dataclass(frozen=True)
class Tab:
    """A page of the same product or producer: its address, its words, how many rows it has, whether it is the one shown.

    `remarks`: what an official asks to be mended there, as long as the listing was not sent again.
    """

    url: str
    words: str
    rows: int
    current: bool
    remarks: tuple[str, ...] = ()


def member(request: HttpRequest) -> User:
    """Who asks: the views admit members alone."""
    assert isinstance(request.user, User)
    return request.user


def kept_owner(user: User, kind: str, code: str) -> Owner:
    """The product or producer of that code if the user belongs to its producer; else it does not exist (Http404)."""
    found: Owner | None
    if kind == PROFILE:
        found = Producer.objects.filter(members=user, code=code).first()
    else:
        found = Product.objects.kept_by(user).filter(code=code).select_related("producer").first()
    if found is None:
        raise Http404
    return found


def kind_of(owner: Owner) -> str:
    """How addresses say whether the owner is a product or a producer."""
    return LISTING if isinstance(owner, Product) else PROFILE


def address(name: str, owner: Owner) -> str:
    """The address of the owner's page of that name."""
    return reverse(name, kwargs={"kind": kind_of(owner), "code": owner.code})


def tabs(owner: Owner, current: str) -> list[Tab]:
    """The three pages of the owner; `current` is the name of the one shown."""
    pages = (
        ("kept_photos", _("Photos"), Photo.objects.of(owner).count()),
        ("kept_papers", _("Papers"), Paper.objects.current().of(owner).count()),
        ("kept_links", _("Where to buy"), SalesLink.objects.current().of(owner).count()),
    )
    revision = ListingRevision.objects.of(owner).open().first()
    asked = [(f"kept_{remark.field}", remark.text) for remark in revision.open_remarks()] if revision else []
    return [
        Tab(address(name, owner), words, rows, name == current, tuple(text for page, text in asked if page == name))
        for name, words, rows in pages
    ]
