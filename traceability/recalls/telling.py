"""Who hears of a recall: the producer, whoever answers for its place, and those who made something of what is recalled."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext

from accounts.messages import send
from accounts.models import Post, User
from catalog.models import Producer, ProducerSeat
from traceability.lots.models import Lot
from traceability.recalls.models import Recall

KIND = "recall"


def officials_of(producer: Producer) -> list[User]:
    """Those who hold a post today in a department of the producer's province, or in its commune."""
    today = timezone.localdate()
    seat = ProducerSeat.objects.in_force(producer, today).select_related("commune").first()
    if seat is None:
        return []
    here = Q(agency__commune=None) | Q(agency__commune=seat.commune)
    posts = Post.objects.in_force(today).filter(here, agency__province=seat.commune.province_id, user__is_active=True)
    return list(User.objects.filter(pk__in=posts.values("user")).order_by("pk"))


def tell_of_recall(recall: Recall, lots: list[Lot]) -> None:
    """Tell, once. Members of another producer hear of the lots that they made of what is recalled."""
    nearest = list(dict.fromkeys([*recall.producer.members.filter(is_active=True).order_by("pk"), *officials_of(recall.producer)]))
    send(nearest, subject=_of_lots(lots), body=_said(recall), kind=KIND, dedupe=f"{KIND}:{recall.pk}")
    made = Lot.objects.made_of(*lots).filter(recalled_at__isnull=True).select_related("product__producer").order_by("pk")
    for one in made:
        told = [user for user in one.product.producer.members.filter(is_active=True).order_by("pk") if user not in nearest]
        send(told, subject=_made_of(one), body=_said(recall), kind=KIND, dedupe=f"{KIND}:{recall.pk}:{one.pk}")


def _of_lots(lots: list[Lot]) -> str:
    def words() -> str:
        named = ", ".join(f"{lot.product.name} {lot.number}" for lot in lots)
        return gettext("Recall: %(lots)s") % {"lots": named}

    return lazy(words, str)()


def _made_of(lot: Lot) -> str:
    def words() -> str:
        return gettext("Made from a recalled lot: %(lot)s") % {"lot": f"{lot.product.name} {lot.number}"}

    return lazy(words, str)()


def _said(recall: Recall) -> str:
    def words() -> str:
        return "\n".join([recall.reason, recall.instructions, "", settings.PORTAL_ADDRESS + recall.get_absolute_url()])

    return lazy(words, str)()
