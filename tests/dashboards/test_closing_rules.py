"""When periods close: what holds, in words; set by the department for its province, dated, by whom; reports follow it."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from dashboards.models import ReportingRule
from dashboards.reports.periods.forms import reported_span
from tests import builders
from tests.builders import CA_MAU, GIA_LAI
from tests.dashboards.market import browser_of, context_of

pytestmark = pytest.mark.django_db
PAGE = "/en/reports/closing/"
SENT = {"kind": "month", "closes_on": "20", "since": "2025-05-01", "source": "Công văn 12/SCT"}


def may_closes(province: str) -> date:
    span = reported_span("month", date(2025, 5, 1), date(2025, 5, 31), province=province, at_cut_off=True, programme=None)
    return span.counted_to


def test_day_14_holds_until_the_department_sets_another() -> None:
    official = builders.official()
    rows = {str(row["kind"]): row for row in context_of(official, PAGE)["rules"]}
    assert [row["rule"].closes_on for row in rows.values()] == [14] * 5
    year = timezone.localdate().year
    assert rows["Year"]["words"].startswith(f"01/01–31/12/{year}: actual figures to 14/12/{year},")
    assert (may_closes(GIA_LAI), may_closes(CA_MAU)) == (date(2025, 5, 14), date(2025, 5, 14))
    assert browser_of(official).post(PAGE, SENT).status_code == 302
    rule = ReportingRule.objects.get(province=GIA_LAI)
    assert (rule.closes_on, rule.since, rule.source, rule.set_by) == (20, date(2025, 5, 1), "Công văn 12/SCT", official)
    assert rule.set_at is not None
    assert (may_closes(GIA_LAI), may_closes(CA_MAU)) == (date(2025, 5, 20), date(2025, 5, 14))
    page = browser_of(official).get(PAGE).content.decode()
    assert "Công văn 12/SCT" in page
    assert str(official) in page
    assert "Công văn 12/SCT" not in browser_of(builders.official(province=CA_MAU)).get(PAGE).content.decode()


def test_without_a_day_nothing_is_estimated() -> None:
    official = builders.official()
    assert browser_of(official).post(PAGE, {**SENT, "closes_on": ""}).status_code == 302
    words = {str(row["kind"]): row["words"] for row in context_of(official, PAGE)["rules"]}["Month"]
    assert words.endswith("actual figures to the last day; nothing is estimated.")
    assert may_closes(GIA_LAI) == date(2025, 5, 31)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"closes_on": "0"}, "closes_on"),
        ({"closes_on": "32"}, "closes_on"),
        ({"closes_on": "x"}, "closes_on"),
        ({"kind": "programme"}, "kind"),
        ({"kind": "\0"}, "kind"),
        ({"since": "1999-12-31"}, "since"),
        ({"since": "mai"}, "since"),
        ({"source": ""}, "source"),
        ({"source": "a" * 301}, "source"),
        ({"source": "a\0b"}, "source"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(wrong: dict[str, str], field: str) -> None:
    answer = browser_of(builders.official()).post(PAGE, {**SENT, **wrong})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not ReportingRule.objects.filter(province=GIA_LAI).exists()


def test_a_rule_is_never_overwritten() -> None:
    client = browser_of(builders.official())
    assert client.post(PAGE, SENT).status_code == 302
    again = client.post(PAGE, {**SENT, "closes_on": "25"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["since"])
    assert browser_of(builders.official(province=CA_MAU)).post(PAGE, SENT).status_code == 302
    assert ReportingRule.objects.filter(since=date(2025, 5, 1)).count() == 2


def test_others_set_none() -> None:
    for user in (builders.official(builders.AGRICULTURE), builders.official(commune=builders.commune()), builders.administrator()):
        assert browser_of(user).post(PAGE, SENT).status_code == 403
