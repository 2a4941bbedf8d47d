"""Who hears of an agreement: the owner of what is proposed, the department of what the owner answered, the owner of what another ended."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext, pgettext

from accounts.messages import send
from orders.agreements.models import SharingAgreement
from orders.shops.models import Shop
from orders.shops.telling import department_of, owners_of

KIND = "sharing"


def tell_of_proposal(agreement: SharingAgreement) -> None:
    """Ask the owner to read and answer."""
    shop = agreement.shop
    send(
        owners_of(shop),
        subject=_lazily(lambda: gettext("May officials see the order lines of %(shop)s?") % {"shop": shop}),
        body=_lazily(lambda: gettext("An agreement waits for your answer: %(address)s") % {"address": _address(shop)}),
        kind=KIND,
    )


def tell_of_paper(agreement: SharingAgreement) -> None:
    """Tell the owner what an office has entered as signed on paper."""
    shop = agreement.shop
    send(
        owners_of(shop),
        subject=_lazily(lambda: pgettext("message", "%(shop)s shares its order lines") % {"shop": shop}),
        body=_lazily(
            lambda: (
                gettext("It was entered as signed on paper. Read it here; if you have not signed it, withdraw it: %(address)s")
                % {"address": _address(shop)}
            )
        ),
        kind=KIND,
    )


def tell_department(agreement: SharingAgreement) -> None:
    """Tell the department how it now stands."""
    shop = agreement.shop

    def subject() -> str:
        if agreement.ended_on is not None:
            return _no_longer(agreement)
        if agreement.declined_at is not None:
            return gettext("%(shop)s does not agree to share its order lines") % {"shop": shop}
        return pgettext("message", "%(shop)s shares its order lines") % {"shop": shop}

    send(department_of(shop), subject=_lazily(subject), body=_lazily(lambda: _address(shop)), kind=KIND)


def tell_owner_of_end(agreement: SharingAgreement) -> None:
    """Tell the owner that it was ended by somebody else: an office that has a letter of the owner's, or that recorded a change of hands."""
    owners = owners_of(agreement.shop)
    if agreement.ended_by not in owners:
        send(owners, subject=_lazily(lambda: _no_longer(agreement)), body=_lazily(lambda: _address(agreement.shop)), kind=KIND)


def _no_longer(agreement: SharingAgreement) -> str:
    assert agreement.ended_on is not None
    words = gettext("%(shop)s shares its order lines no longer from %(day)s on")
    return words % {"shop": agreement.shop, "day": agreement.ended_on.strftime("%d/%m/%Y")}


def _address(shop: Shop) -> str:
    return settings.PORTAL_ADDRESS + reverse("sharing", args=[shop.code])


def _lazily(words: Callable[[], str]) -> str:
    return lazy(words, str)()
