"""When reporting periods close: on day 14 of their last month, as Decree 09/2019/NĐ-CP (article 12) has it since 12 April 2019."""

from datetime import date

from django.db import migrations

DECREE = "Nghị định 09/2019/NĐ-CP, Điều 12"
CLOSES = {
    "month": DECREE,
    "quarter": DECREE,
    "half": DECREE,
    "nine": f"{DECREE} (như quý III)",
    "year": DECREE,
}


def enter(apps, schema_editor):  # type: ignore[no-untyped-def]
    rules = apps.get_model("dashboards", "ReportingRule").objects
    for kind, source in CLOSES.items():
        rules.get_or_create(kind=kind, since=date(2000, 1, 1), defaults={"closes_on": None, "source": "–"})
        rules.get_or_create(kind=kind, since=date(2019, 4, 12), defaults={"closes_on": 14, "source": source})


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0001_period_reports")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
