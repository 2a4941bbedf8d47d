"""A producer changes hands: the verb, its form and its page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import User
from catalog.members.services import remove_member
from catalog.models import Producer, ProducerHand

EARLIEST_YEAR = 1900
FIELDS = ("name", "name_en", "kind", "representative", "tax_code")


def change_hands(*, producer: Producer, since: date, by: User, ground: str = "", end_memberships: bool = False, **now: str) -> ProducerHand:
    """Under which name and by whom the producer is represented from `since` on: `now` holds each of FIELDS.

    The first change also keeps what held before it; a change of an earlier day that is recorded later moves that row before itself.
    A second record of one day replaces the first. With `end_memberships` the people of the former hand lose their way in, and so do
    those whom they have invited; the new one is invited. Products, shops and figures stay the producer's.
    """
    with transaction.atomic():
        locked = Producer.objects.select_for_update(no_key=True).get(pk=producer.pk)
        earliest = locked.hands.order_by("since").first()
        if earliest is None:
            seated = locked.seats.order_by("since").values_list("since", flat=True).first()
            first = min(seated or since, since - timedelta(days=1))
            ProducerHand.objects.create(producer=locked, since=first, **{name: getattr(locked, name) for name in FIELDS})
        elif earliest.recorded_by_id is None and since <= earliest.since:
            # Nobody recorded this row: it says what had always been, and goes on standing before all changes.
            earliest.since = since - timedelta(days=1)
            earliest.save(update_fields=["since"])
        told = {**now, "ground": ground, "recorded_by": by, "recorded_at": timezone.now()}
        hand, _made = ProducerHand.objects.update_or_create(producer=locked, since=since, defaults=told)
        current = ProducerHand.objects.in_force(locked, timezone.localdate())[0]
        if current == hand:  # what is recorded of the past changes nothing of today
            for name in FIELDS:
                setattr(locked, name, getattr(current, name))
            locked.save(update_fields=FIELDS)
        if end_memberships:
            for member in locked.memberships.select_related("user").order_by("leads", "pk"):
                remove_member(producer=locked, user=member.user, by=by)
            locked.invitations.open(timezone.now()).update(withdrawn_at=timezone.now())
    return hand


class HandForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is different from a day on."""

    end_memberships = forms.BooleanField(label=gettext_lazy("End the memberships of the people who were here until now"), required=False)

    class Meta:
        model = ProducerHand
        fields = ("since", *FIELDS, "ground")
        widgets = {"since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {"ground": gettext_lazy("The paper that says so: decision, contract, business registration.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].required = True

    def clean_since(self) -> date:
        """Not in the future: the producer's row says what is, not what will be."""
        since: date = self.cleaned_data["since"]
        if since > timezone.localdate():
            raise ValidationError(_("This day is still to come. Record it when it has come."))
        if since.year < EARLIEST_YEAR:
            raise ValidationError(_("This day is too long ago."))
        return since


@allowed("catalog.change_hands")
@require_http_methods(["GET", "HEAD", "POST"])
def producer_hands(request: HttpRequest, code: str) -> HttpResponse:
    """Under whose name and hand a producer was when, and a change of it."""
    producer = get_object_or_404(Producer.objects.visible_to(request.user), code=code)
    initial = {name: getattr(producer, name) for name in FIELDS} | {"since": timezone.localdate()}
    form = HandForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_hands(producer=producer, by=cast(User, request.user), **form.cleaned_data)
        messages.success(request, _("Recorded. What was before it is kept."))
        return redirect("producer_hands", producer.code)
    hands = producer.hands.select_related("recorded_by")
    context = {"producer": producer, "form": form, "hands": hands}
    return render(request, "catalog/hands/producer.html", context, status=422 if form.errors else 200)
