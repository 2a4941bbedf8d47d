"""What officials enter about a fair or a conference."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scopes import AGRICULTURE, TRADE
from catalog.models import Producer, ProducerSeat
from catalog.window.alphabet import Alphabetic
from livestreams.claims.models import Claim
from livestreams.dated_form import DatedForm
from livestreams.events.models import OfflineEvent

MOST = 100_000


class EventForm(DatedForm):
    """An event. What was sold there is no field: it comes from the orders of a booth's shop, or is told as a claim."""

    enterprises_qualifier = forms.ChoiceField(
        label=_("How the number was told"),
        required=False,
        choices=[("", _("exactly")), *((kind.value, kind.label) for kind in Claim.Qualifier if kind != Claim.Qualifier.EXACT)],
    )

    class Meta:
        model = OfflineEvent
        fields = (
            "kind",
            "name_vi",
            "name_en",
            "starts_on",
            "ends_on",
            "commune",
            "place",
            "programme",
            "booths",
            "enterprises",
            "enterprises_qualifier",
            "producers",
        )
        widgets = {"producers": forms.CheckboxSelectMultiple}
        help_texts = {
            "enterprises": _("How many took part. Leave it empty where nobody counted: that is not 0."),
            "booths": _("How many booths with OCOP products."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, kinds=TRADE | AGRICULTURE, **kwargs)
        # Those that sit there, or sat there when it was held.
        here = ProducerSeat.objects.filter(commune__province=self.instance.province_id)
        self._offer("producers", Producer.objects.filter(pk__in=here.values("producer")).order_by(Alphabetic("name"), "pk"))

    def clean(self) -> dict[str, Any]:
        """No number beyond what any fair has seen; a qualifier only beside a number."""
        data = super().clean()
        for name in ("booths", "enterprises"):
            if (data.get(name) or 0) > MOST:
                self.add_error(name, _("More than 100,000: is this the right number?"))
        if data.get("enterprises") is None:
            data["enterprises_qualifier"] = ""
        return data
