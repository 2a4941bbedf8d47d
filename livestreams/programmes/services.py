"""Writing a programme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from livestreams.codes import save_with_code
from livestreams.partners.models import Organisation
from livestreams.programmes.models import Programme, Target
from livestreams.versions import save_over


@transaction.atomic
def save_programme(
    *, programme: Programme, partners: Iterable[Organisation], targets: Mapping[str, int], version: int | None = None
) -> None:
    """Write the programme with its partners; `targets` (figure → number, units as in Target) are all that it has afterwards.

    Raises StaleError where it is not of that `version` any more.
    """
    if programme.pk is None:
        save_with_code(programme, "CT")
    else:
        # Two officials who save at once do so one after the other: no figure gets two targets.
        save_over(programme, version=version)
    programme.partners.set(partners)
    programme.targets.exclude(metric__in=targets).delete()
    for metric, value in targets.items():
        Target.objects.update_or_create(programme=programme, metric=metric, defaults={"value": value})
