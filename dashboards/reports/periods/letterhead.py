"""The head and foot of a report as Decree 30/2020/NĐ-CP, annex I, wants them; the Vietnamese words are those of the decree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Agency
from dashboards.reports.document import Letterhead

# The agency's letters in the number of its papers, by its kind.
LETTERS = {Agency.Kind.INDUSTRY_TRADE.value: "SCT", Agency.Kind.AGRICULTURE_ENVIRONMENT.value: "SNNMT", Agency.Kind.COMMUNE.value: "UBND"}
HEAD, DEPUTY = "head", "deputy"  # who signs
BLANK = "\N{NO-BREAK SPACE}" * 6  # where a pen or the next step fills in


def letterhead(letter: Mapping[str, Any]) -> Letterhead:
    """The letterhead in the active language, of what `letter_of` holds."""
    english = get_language() == "en"
    number = letter["number"] or f"{BLANK}/BC-{letter['letters']}"
    day, month, year = letter["dated_on"].split("-")[::-1] if letter["dated_on"] else (BLANK, BLANK, BLANK)
    # Days below 10 and the months 1 and 2 are written with a 0 (annex I, II.4).
    if not english and letter["dated_on"]:
        month = month if month in {"01", "02"} else month.lstrip("0")
    date = _("%(place)s, %(day)s/%(month)s/%(year)s") % {"place": letter["place"], "day": day, "month": month, "year": year}
    return Letterhead(
        over=tuple((_("The People's Committee of\n%(province)s") % {"province": letter["province"]}).upper().split("\n")),
        body=(str((letter["agency_en"] if english else "") or letter["agency"]).upper(),),
        number=_("No. %(number)s") % {"number": number},
        state=_("Socialist Republic of Viet Nam").upper(),
        motto=_("Independence - Freedom - Happiness"),
        place_and_date=date,
        kind=_("Report").upper(),
        subject=letter["subject_en"] if english else letter["subject"],
        to=_("To: %(addressee)s") % {"addressee": letter["addressee"]} if letter["addressee"] else "",
        signs=_signs(letter["signs"]),
        name=letter["signer"],
        copies_title=_("Recipients:"),
        copies=tuple(line.strip() for line in letter["copies"].splitlines() if line.strip()),
        remark=_("Translation for reading. The Vietnamese text is the one that is signed.") if english else "",
    )


def _signs(who: str) -> tuple[str, ...]:
    """The authority of the signatory: the head of the agency, or a deputy on the head's behalf."""
    if who != DEPUTY:
        return (_("Director").upper(),)
    return (_("for the Director").upper(), _("Deputy director").upper())
