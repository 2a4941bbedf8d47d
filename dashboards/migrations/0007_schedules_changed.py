from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject

WANTED = ("board", "filters", "report", "form", "language", "rhythm")


def keep_what_was_wanted(apps, schema_editor) -> None:
    """Until now no schedule could be changed: each says what was wanted at every time of it."""
    dispatches, schedules = (apps.get_model("dashboards", name) for name in ("MailDispatch", "MailSchedule"))
    said = schedules.objects.filter(pk=OuterRef("schedule")).values(said=JSONObject(**{name: F(name) for name in WANTED}))
    dispatches.objects.update(wanted=Subquery(said))


class Migration(migrations.Migration):
    dependencies = [
        ("dashboards", "0006_closing_rules_and_targets_taken_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="mailschedule",
            name="version",
            field=models.PositiveIntegerField(default=0, editable=False, help_text="one more with each change by its form"),
        ),
        migrations.AddField(
            model_name="mailschedule",
            name="changed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="mailschedule",
            name="changed_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(model_name="maildispatch", name="wanted", field=models.JSONField(default=dict), preserve_default=False),
        migrations.RunPython(keep_what_was_wanted, migrations.RunPython.noop),
    ]
