"""What a mail says: what it holds, of which territory and days, as of when, how complete, and where the same stands as a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.mailing.models import MailSchedule, MailSending
from dashboards.readings import Reading

MEGABYTE = 1024 * 1024
# How the state of a mail is drawn: the badge that has its colour and shape.
BADGE_OF = {
    MailSending.State.WAITING: "running",
    MailSending.State.SENT: "valid",
    MailSending.State.REFUSED: "failed",
    MailSending.State.WITHHELD: "cancelled",
    MailSending.State.UNCLEAR: "unmapped",
    MailSending.State.STOPPED: "cancelled",
}


@dataclass(frozen=True)
class Told:
    """The facts of a mail; `signed` is a report's number and day, `unsigned` says that its figures are nobody's word yet."""

    title: str
    territory: str
    days: tuple[date, date] | None
    facts: tuple[str, ...]
    link: str
    signed: tuple[str, date | None] | None = None
    unsigned: bool = False


def subject_of(told: Told) -> str:
    """One line: what, whose, of which days."""
    place = "" if told.territory.casefold() in told.title.casefold() else told.territory
    parts = [told.title, place, formats.days(*told.days) if told.days else ""]
    return " · ".join(" ".join(part.split()) for part in parts if part)[:200]


def body_of(schedule: MailSchedule, told: Told, reading: Reading, *, name: str, size: int, attached: bool) -> str:
    """The text, in the active language."""
    lines = [told.title, told.territory]
    if told.days:
        lines.append(_("Days: %(days)s") % {"days": formats.days(*told.days)})
    if told.signed:
        number, day = told.signed
        lines.append(_("Signed: No. %(number)s, %(day)s") % {"number": number, "day": formats.day(day)})
    if told.unsigned:
        lines.append(_("Reckoned now and signed by nobody: for your information."))
    known = {"time": formats.moment(reading.at), "number": formats.number(reading.number)}
    lines.append(_("Figures of %(time)s, reading %(number)s") % known)
    lines += [fact[:1].upper() + fact[1:] for fact in told.facts]
    if attached:
        lines += ["", _("Attached: %(name)s") % {"name": name}]
    else:
        sizes = {"size": _megabytes(size), "limit": _megabytes(settings.MAIL_ATTACHMENT_LIMIT)}
        lines += ["", _("The file has %(size)s MB; a mail may have %(limit)s MB at most. Fetch it from the page.") % sizes]
    lines += [_("The same as a page:"), told.link, ""]
    lines.append(_("You get this mail because %(person)s entered you for it. Ask there to be taken off.") % {"person": _maker(schedule)})
    return "\n".join(lines)


def rhythm_of(schedule: MailSchedule) -> str:
    """How often, in words."""
    hour = formats.number(schedule.hour)
    if schedule.rhythm == MailSchedule.Rhythm.WEEKLY:
        return _("Each week on %(day)s at %(hour)s:00") % {"day": schedule.get_weekday_display(), "hour": hour}
    if schedule.rhythm == MailSchedule.Rhythm.MONTHLY:
        return _("Each month on day %(day)s at %(hour)s:00") % {"day": formats.number(schedule.month_day), "hour": hour}
    return str(schedule.get_rhythm_display())


def _maker(schedule: MailSchedule) -> str:
    return str(schedule.made_by) if schedule.made_by else _("the administrator")


def _megabytes(size: int) -> str:
    return formats.number(size / MEGABYTE, 1, trim=True)
