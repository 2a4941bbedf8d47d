"""What is typed about a slot and its talking points, and how a product for a new one is found."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.forms import formset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Paper, Product
from catalog.whole_numbers import WholeNumberField
from livestreams.needs.models import Need
from livestreams.sessions.models import Session, Slot
from livestreams.sessions.run_of_show import Point
from traceability.models import Lot

FOUND_AT_MOST = 20
MOST_POINTS = 8


def products_found(user: User | AnonymousUser, words: str) -> QuerySet[Product]:
    """Public products, and those the user sees, whose names, code or producer hold all the words, with or without accents."""
    typed = words.replace("\x00", "").split()[:8]
    name = Concat("name_vi", Value(" "), "name_en", Value(" "), "code", Value(" "), "producer__name", output_field=TextField())
    found = (
        Product.objects.single()
        .filter(Q(published_at__isnull=False) | Q(pk__in=Product.objects.visible_to(user).values("pk")))
        .alias(key=_plain(name))
    )
    for word in typed:
        found = found.filter(key__contains=_plain(Value(word)))
    return found.select_related("producer").order_by("name_vi", "pk")[:FOUND_AT_MOST] if typed else found.none()


def _plain(text: Any) -> Func:
    return Func(text, function="catalog_plain", output_field=TextField())


class LotChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A lot of the product that is known already: by its number alone."""

    def label_from_instance(self, obj: Any) -> str:
        """The lot's number."""
        return str(obj.number)


class SessionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A session by day and name."""

    def label_from_instance(self, obj: Any) -> str:
        """Local day and name."""
        return f"{timezone.localtime(obj.planned_start):%d/%m/%Y} – {obj.name}"


class SlotForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is planned for a slot."""

    platform_link = forms.URLField(
        label=_("Product link on the platform"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"inputmode": "url"}),
    )

    class Meta:
        model = Slot
        field_classes = {"lot": LotChoice, "offer_price": WholeNumberField, "stock": WholeNumberField}
        fields = ("minutes", "offer_price", "stock", "pin", "platform_link", "lot", "sample_arrived_on", "need", "shows_mark")
        widgets = {
            "sample_arrived_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels = {"minutes": _("Minutes"), "pin": _("Number in the basket")}
        help_texts = {
            "offer_price": _("Of one unit, in VND. Another price than the producer was asked about is asked again."),
            "stock": _("How many units the producer keeps ready for this livestream."),
            "pin": _("In which place the link is pinned on the platform."),
            "lot": _("From which lot it is sold; a recalled one must not be."),
            "sample_arrived_on": _("Empty: not yet."),
            "shows_mark": _("Only with a star in force on that day. Without a star the product is welcome, without the mark."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slot: Slot = self.instance
        lots, needs = (cast(forms.ModelChoiceField, self.fields[name]) for name in ("lot", "need"))  # type: ignore[type-arg]
        # The one chosen stays choosable, closed or recalled as it may be by now: the checks say so.
        lots.queryset = Lot.objects.filter(Q(product=slot.product_id, state=Lot.State.OPEN) | Q(pk=slot.lot_id)).select_related("product")
        wanted = Q(product=slot.product_id) | Q(product__isnull=True)
        needs.queryset = Need.objects.filter(
            Q(pk=slot.need_id) | wanted & Q(producer=slot.product.producer_id, state__in=(Need.State.OPEN, Need.State.PLANNED))
        ).select_related("producer")

    def clean_sample_arrived_on(self) -> Any:
        """A sample cannot have arrived tomorrow."""
        day = self.cleaned_data["sample_arrived_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. Write it down when the sample is there."))
        return day


class PointForm(forms.Form):
    """One talking point."""

    text = forms.CharField(label=_("What is said"), max_length=300, required=False)
    is_claim = forms.BooleanField(label=_("Needs a paper (health, quality, origin)"), required=False)
    paper = forms.ModelChoiceField(label=_("Paper"), queryset=Paper.objects.none(), required=False, empty_label=_("No paper"))

    def __init__(self, *args: Any, slot: Slot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        paper = cast(forms.ModelChoiceField, self.fields["paper"])  # type: ignore[type-arg]
        product = slot.product
        owned = Q(product=product) | Q(producer=product.producer_id)
        kept = Q(pk__in=[point.paper_id for point in slot.points.all() if point.paper_id])
        paper.queryset = Paper.objects.filter(owned & Q(shown=True, pk__in=Paper.objects.current()) | kept)

    def clean(self) -> dict[str, Any]:
        """A paper is for something that is said, and what rests on one is a claim."""
        values = super().clean() or {}
        if values.get("paper") and not values.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write what is said, or take the paper away."))
        return values

    @property
    def point(self) -> Point | None:
        """The point; None where nothing is said."""
        # A row of the form that nobody touched has nothing in it at all.
        values = self.cleaned_data
        if not values.get("text"):
            return None
        return Point(values["text"], values["is_claim"] or values["paper"] is not None, values["paper"])


PointForms = formset_factory(PointForm, extra=2, max_num=MOST_POINTS, validate_max=True)


class CopyForm(forms.Form):
    """Whose run-of-show is taken over."""

    source = SessionChoice(label=_("Earlier livestream"), queryset=Session.objects.none(), empty_label=_("Choose a livestream"))

    def __init__(self, *args: Any, session: Session, user: User | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = cast(forms.ModelChoiceField, self.fields["source"])  # type: ignore[type-arg]
        others = Session.objects.plans_seen_by(user).exclude(pk=session.pk).filter(slots__isnull=False).distinct()
        source.queryset = others.order_by("-planned_start")
