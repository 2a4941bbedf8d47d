"""Who hears that there is feedback to read: the producer, and of complaints and counterfeits the department. At most once a day each,
so that nobody can make the portal send messages by the hundred."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext

from accounts.messages import send
from accounts.models import Agency, Post, User
from catalog.models import ProducerSeat
from traceability.feedback.models import Feedback

KIND = "feedback"


def tell_of_feedback(feedback: Feedback) -> None:
    """Tell whoever reads it, as part of the caller's transaction."""
    today = timezone.localdate()
    if feedback.product is not None and feedback.with_producer:
        producer = feedback.product.producer
        _send(list(producer.members.filter(is_active=True).order_by("pk")), feedback, f"producer:{producer.pk}:{today:%Y%m%d}")
    if feedback.kind in {Feedback.Kind.COMPLAINT, Feedback.Kind.COUNTERFEIT}:
        province = _province_of(feedback)
        if province is not None:
            _send(_department(province), feedback, f"{feedback.kind}:{province}:{today:%Y%m%d}")


def _send(users: list[User], feedback: Feedback, occasion: str) -> None:
    send(users, subject=_subject(feedback), body=_body(), kind=KIND, dedupe=f"{KIND}:{occasion}")


def _province_of(feedback: Feedback) -> str | None:
    if feedback.product is None:
        return feedback.province_id
    seat = ProducerSeat.objects.in_force(feedback.product.producer, timezone.localdate()).select_related("commune").first()
    return seat.commune.province_id if seat else None


def _department(province: str) -> list[User]:
    """Officials of agriculture and of trade in the province."""
    kinds = (Agency.Kind.AGRICULTURE_ENVIRONMENT, Agency.Kind.INDUSTRY_TRADE)
    posts = Post.objects.in_force(timezone.localdate()).filter(Q(agency__kind__in=kinds), agency__province=province)
    return list(User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("pk"))


def _subject(feedback: Feedback) -> str:
    """The kind and the product; nothing of what was written."""

    def words() -> str:
        return gettext("%(kind)s: %(product)s") % {
            "kind": feedback.get_kind_display(),
            "product": feedback.product.name if feedback.product else gettext("unknown code"),
        }

    return lazy(words, str)()


def _body() -> str:
    def words() -> str:
        address = settings.PORTAL_ADDRESS + reverse("feedback_list")
        return gettext("There is new feedback to read and to answer: %(address)s") % {"address": address}

    return lazy(words, str)()
