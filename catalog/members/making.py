"""A producer that the registry does not hold yet: whoever answers for its place enters it, so that its members can come in."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import User
from accounts.scopes import scope_of
from catalog.models import Producer, ProducerSeat
from catalog.window.alphabet import AlphabeticPlace
from places.models import Commune, Province


class SameProducerError(Exception):
    """A producer of that name sits in the commune already."""

    def __init__(self, producer: Producer) -> None:
        super().__init__(producer.code)
        self.producer = producer


class NewProducerForm(forms.Form):
    """What is known of a producer before it says anything of itself."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, help_text=gettext_lazy("As registered."))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of producer"), choices=Producer.Kind.choices, widget=forms.RadioSelect)
    commune = forms.ModelChoiceField(Commune.objects.none(), label=gettext_lazy("Commune"), empty_label=gettext_lazy("Choose"))
    representative = forms.CharField(label=gettext_lazy("Legal representative"), max_length=150, required=False)

    def __init__(self, *args: Any, communes: QuerySet[Commune], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["commune"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = communes

    def clean_name(self) -> str:
        """The name with single spaces."""
        return " ".join(str(self.cleaned_data["name"]).split())


@transaction.atomic
def make_producer(*, name: str, kind: str, commune: Commune, representative: str = "") -> Producer:
    """A producer that sits in the commune from today on, without products. Its code is made up from the commune's.

    Raises SameProducerError: the same name is mostly the same form sent twice, or a producer of the registry.
    """
    # Of two who enter it at once the second waits here, and is told.
    Commune.objects.select_for_update(no_key=True).get(pk=commune.pk)
    there = Producer.objects.seated_in(commune.pk).filter(name__iexact=name).first()
    if there is not None:
        raise SameProducerError(there)
    stem = f"CT-{commune.pk}"
    taken = {code.upper() for code in Producer.objects.filter(code__istartswith=stem).values_list("code", flat=True)}
    number = next(n for n in range(1, len(taken) + 2) if f"{stem}-{n:02d}" not in taken)
    made = Producer.objects.create(code=f"{stem}-{number:02d}", name=name, kind=kind, representative=representative)
    ProducerSeat.objects.create(producer=made, commune=commune, since=timezone.localdate())
    return made


def _province(user: User, asked: str) -> Province:
    """The reader's own; an administrator's choice by `?province=`, else the first."""
    scope = scope_of(user)
    if scope is not None and scope.province is not None:
        return Province.objects.get(pk=scope.province)
    return Province.objects.filter(pk=asked[:2].replace("\x00", "")).first() or Province.objects.earliest("pk")


@allowed("catalog.enter_producers")
@require_http_methods(["GET", "HEAD", "POST"])
def producer_new(request: HttpRequest) -> HttpResponse:
    """Enter a producer of the own territory; then whoever leads it is invited."""
    user = cast(User, request.user)
    province, scope = _province(user, request.GET.get("province", "")), scope_of(user)
    communes = Commune.objects.filter(province=province).order_by(AlphabeticPlace("name"))
    if scope is not None and scope.commune is not None:
        communes = communes.filter(pk=scope.commune)
    form = NewProducerForm(request.POST if request.method == "POST" else None, communes=communes)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_producer(**form.cleaned_data)
        except SameProducerError as error:
            told = _("A producer of this name sits in the commune already: %(code)s. Look for it in the list of producers.")
            form.add_error("name", told % {"code": error.producer.code})
        else:
            messages.success(request, _("The producer is entered. Now invite whoever leads it."))
            return redirect("member_invite", made.code)
    provinces = Province.objects.order_by("name") if user.is_superuser else []
    context = {"form": form, "province": province, "provinces": provinces}
    return render(request, "catalog/members/producer_new.html", context, status=422 if form.errors else 200)
