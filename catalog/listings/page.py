"""What the page of one listing or profile holds."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from catalog.converters import LISTING, PROFILE
from catalog.keeping.owners import Tab, address, tabs
from catalog.listings.checking import Problem, problems
from catalog.listings.comparing import changes
from catalog.listings.fields import MEDIA, STEPS, fields_of, step_fields, steps_of
from catalog.listings.live import kept_media, live_content
from catalog.listings.shown import ShownChange, shown_changes
from catalog.listings.standing import Standing, standing
from catalog.models import ListingRevision, Owner, Product


@dataclass(frozen=True)
class StepRow:
    """A step on the way: where it is, and whether it is done, changed, or still wants something (`problems`)."""

    title: str | Promise
    url: str
    problems: int
    changed: bool
    remarks: int


@dataclass(frozen=True)
class ListingPage:
    """Everything the page shows. `remarks`: (label, text, where to mend it); `problems` with the address of their field."""

    owner: Owner
    standing: Standing
    revision: ListingRevision | None
    editable: bool
    steps: list[StepRow]
    tabs: list[Tab]
    remarks: list[tuple[str | Promise, str, str]]
    changes: list[ShownChange]
    problems: list[tuple[str, Problem]]

    @property
    def is_product(self) -> bool:
        """Whether it is a product's listing, not a producer's profile."""
        return isinstance(self.owner, Product)

    @property
    def can_submit(self) -> bool:
        """Whether there is anything for an official to read."""
        return self.editable and (bool(self.changes) or not self.standing.public)


def listing_page(owner: Owner) -> ListingPage:
    """The page as the owner's members see it now."""
    revision = ListingRevision.objects.of(owner).open().select_related("submitted_by", "decided_by").first()
    editable = revision is None or revision.is_editable
    live = live_content(owner, timezone.localdate())
    content = {**(revision.content if revision else live), **(kept_media(owner) if editable else {})}
    base = revision.base if revision else live
    wrong = problems(owner, content, base)
    remarks = list(revision.open_remarks()) if revision else []
    labels: dict[str, str | Promise] = {**{field.key: field.label for field in fields_of(owner)}, **MEDIA}
    stands = standing(owner)
    # Of what was never public everything is new: nothing to compare it with, and no step is "changed".
    found = changes(owner, base, content, live) if stands.public else changes(owner, {}, content, {})
    changed = {change.key for change in found} if stands.public else set()
    steps = []
    for step in steps_of(owner):
        keys = {field.key for field in step_fields(owner, step)}
        steps.append(
            StepRow(
                title=STEPS[step],
                url=step_address(owner, step),
                problems=sum(problem.field.key in keys for problem in wrong),
                changed=not keys.isdisjoint(changed),
                remarks=sum(remark.field in keys for remark in remarks),
            )
        )
    return ListingPage(
        owner=owner,
        standing=stands,
        revision=revision,
        editable=editable,
        steps=steps,
        tabs=tabs(owner, ""),
        remarks=[(labels.get(remark.field, ""), remark.text, where(owner, remark.field)) for remark in remarks],
        changes=shown_changes(found),
        problems=[(where(owner, problem.field.key), problem) for problem in wrong],
    )


def step_address(owner: Owner, step: str) -> str:
    """The address of one step."""
    return reverse("listing_step", kwargs={"kind": LISTING if isinstance(owner, Product) else PROFILE, "code": owner.code, "step": step})


def where(owner: Owner, key: str) -> str:
    """Where a field is mended: its place in its step, or the page of photos, papers or links; empty for what is said in general."""
    if key in MEDIA:
        return address(f"kept_{key}", owner)
    step = next((field.step for field in fields_of(owner) if field.key == key), None)
    return f"{step_address(owner, step)}#id_{key}" if step else ""
