"""The form by which a step is told: time and place, then what its kind asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.media.errors import UploadRefusedError
from catalog.media.files import keep_file
from catalog.media.looking import called
from catalog.media.pictures import encode_photo
from catalog.models import Paper
from catalog.models.files import WEBP
from places.models import Commune
from traceability.lots.models import Lot
from traceability.steps.kinds import STANDARD, Kind
from traceability.steps.told import Told

PARTNERS = {
    Kind.RECEIVED: _("From whom"),
    Kind.INSPECTED: _("By whom"),
    Kind.SHIPPED: _("To whom"),
    Kind.SOLD: _("To whom"),
}
NUMBERS = {
    Kind.PACKED: _("Number of the carton or pallet"),
    Kind.LOGGER: _("Number of the sensor or seal"),
    Kind.SOLD: _("Number of the invoice or order"),
}
DECIMAL = {"inputmode": "decimal", "step": "any"}


class StepForm(forms.Form):
    """One step of a lot."""

    happened_at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    quantity = forms.DecimalField(
        label=_("How much"), max_digits=12, decimal_places=3, required=False, widget=forms.NumberInput(attrs=DECIMAL)
    )
    partner = forms.CharField(max_length=200, required=False)
    number = forms.CharField(max_length=60, required=False)
    commune = forms.ModelChoiceField(Commune.objects.none(), label=_("Commune"), required=False, empty_label=_("Elsewhere"))
    place = forms.CharField(
        label=_("Place"), max_length=200, required=False, help_text=_("Field, pond, workshop: as people there call it.")
    )
    temperature = forms.DecimalField(
        label=_("Temperature, °C"),
        max_digits=4,
        decimal_places=1,
        min_value=-90,
        max_value=300,
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )
    note = forms.CharField(
        label=_("In your words"),
        max_length=500,
        required=False,
        help_text=_("Buyers can read it. Name no private persons."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("Buyers can see it. Where it was taken is not kept."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    paper = forms.ModelChoiceField(Paper.objects.none(), label=_("Paper"), required=False, empty_label=_("No paper"))

    def __init__(self, *args: Any, lot: Lot, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.initial.setdefault("happened_at", timezone.localtime().replace(second=0, microsecond=0))
        self.initial.setdefault("commune", lot.commune_id)
        self.fields["quantity"].label = _("How much (%(unit)s)") % {"unit": lot.get_unit_display()}
        self.fields["quantity"].help_text = str(_("Empty: the whole lot."))
        commune, paper = self.fields["commune"], self.fields["paper"]
        assert isinstance(commune, forms.ModelChoiceField)
        assert isinstance(paper, forms.ModelChoiceField)
        province = lot.commune.province_id if lot.commune else None
        commune.queryset = Commune.objects.filter(province=province)
        paper.queryset = Paper.objects.current().filter(Q(product=lot.product) | Q(producer=lot.product.producer))
        asked = STANDARD[kind].asks
        self._ask_or_drop("partner", "partner" in asked, PARTNERS.get(kind))
        self._ask_or_drop("number", bool(asked & {"container", "device", "document"}), NUMBERS.get(kind))
        if not paper.queryset.exists():
            del self.fields["paper"]

    def _ask_or_drop(self, name: str, asked: bool, label: Any) -> None:
        if asked:
            self.fields[name].label = label
        else:
            del self.fields[name]

    def clean_quantity(self) -> Any:
        """Refuses nothing and less than nothing."""
        quantity = self.cleaned_data["quantity"]
        if quantity is not None and quantity <= 0:
            raise forms.ValidationError(_("More than nothing, or leave it empty."))
        return quantity

    def clean_photo(self) -> Any:
        """The photo written anew without what the camera noted; refused where it is none."""
        file = self.cleaned_data["photo"]
        if not file:
            return None
        name = called(file.name or "")
        try:
            picture = encode_photo(Path(file.temporary_file_path()), name)["medium"]
        except UploadRefusedError as error:
            raise forms.ValidationError(str(error)) from error
        return picture

    @property
    def told(self) -> Told:
        """What was told; keeps the photo, as part of the caller's transaction."""
        data = self.cleaned_data
        photo = data["photo"]
        return Told(
            kind=self.kind,
            happened_at=data["happened_at"],
            commune=data["commune"],
            place=data["place"],
            quantity=data["quantity"],
            partner=data.get("partner", ""),
            number=data.get("number", ""),
            temperature=data["temperature"],
            note=data["note"],
            photo=keep_file(content=photo.content, media_type=WEBP) if photo else None,
            paper=data.get("paper"),
        )


class WrongForm(forms.Form):
    """Why a step is declared wrong."""

    reason = forms.ChoiceField(
        label=_("What is wrong"),
        choices=[("incorrect_data", _("It happened, but not like this")), ("did_not_occur", _("It did not happen"))],
        widget=forms.RadioSelect,
    )
