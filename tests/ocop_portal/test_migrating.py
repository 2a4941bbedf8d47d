"""Models on demand are those that Django makes all at once; what may look at any model is given all; no full database goes this way."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import load_command_class
from django.core.management.commands import migrate
from django.db import connection, models
from django.db.migrations.exceptions import NodeNotFoundError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps

from ocop_portal.migrating import AppsOnDemand, Executor, StateOnDemand, quick_from_nothing


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


@pytest.fixture
def state(loader: MigrationLoader) -> StateOnDemand:
    """What all migrations lead to."""
    made = loader.project_state()
    return StateOnDemand(models=made.models, real_apps=made.real_apps)


def made_of(model: type[models.Model]) -> dict[str, Any]:
    """Of what a migration would make the table of a model, or find out about it."""
    fields = {
        field.name: (
            field.column,
            field.db_type(connection),
            field.null,
            field.unique,
            field.remote_field.model._meta.label if field.remote_field else None,
            field.remote_field.through._meta.db_table if field.many_to_many and field.remote_field.through else None,
        )
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
    }
    rest = [model._meta.db_table, model._meta.indexes, model._meta.constraints, model._meta.unique_together, model.__bases__]
    return fields | {"rest": [repr(part) for part in rest]}


def test_each_model_asked_for_alone_is_as_among_all(state: StateOnDemand) -> None:
    """(Django's own user, in whose place ours stands, has no tables between it and its groups.)"""
    every = StateApps(state.real_apps, state.models)
    assert len(state.models) > 90
    for label, name in state.models:
        alone = state.clone().apps.get_model(label, name)
        assert made_of(alone) == made_of(every.get_model(label, name)), (label, name)
        for field in alone._meta.local_fields:
            if field.remote_field and field.remote_field.model is not alone:
                assert alone._meta.apps.get_model(field.remote_field.model._meta.label) is field.remote_field.model


def test_only_what_is_asked_for_is_made_until_somebody_asks_for_all(state: StateOnDemand) -> None:
    apps = state.apps
    assert isinstance(apps, AppsOnDemand)
    apps.get_model("places", "commune")
    names = {(label, name) for label, made in apps.all_models.items() for name in made}
    assert ("places", "province") in names
    assert len(names) < 10
    producer = apps.get_model("catalog.Producer")
    # What leads back to a producer is found whoever asks.
    back = {relation.related_model._meta.label for relation in producer._meta.related_objects}
    assert "catalog.Product" in back
    every = StateApps(list(state.real_apps), state.models)
    labels = sorted(model._meta.label for model in every.get_models(include_auto_created=True, include_swapped=True))
    assert sorted(model._meta.label for model in apps.get_models(include_auto_created=True, include_swapped=True)) == labels
    assert len(labels) >= len(state.models)


def test_a_change_is_seen_by_the_next_who_asks_and_not_in_the_state_before(state: StateOnDemand) -> None:
    before = state.clone()
    assert "colour" not in {field.name for field in state.apps.get_model("places", "commune")._meta.fields}
    state.add_field("places", "commune", "colour", models.CharField(max_length=9, default=""), preserve_default=True)
    assert state.apps.get_model("places", "commune")._meta.get_field("colour").max_length == 9
    assert "colour" not in {field.name for field in before.apps.get_model("places", "commune")._meta.fields}
    state.remove_model("places", "commune")
    with pytest.raises(LookupError):
        state.apps.get_model("places", "commune")


def test_code_in_a_migration_finds_every_model_and_the_way_back(state: StateOnDemand) -> None:
    state.clear_delayed_apps_cache()
    assert not isinstance(state.apps, AppsOnDemand)
    assert hasattr(state.apps.get_model("places", "province"), "communes")


@pytest.mark.django_db
def test_a_database_with_tables_goes_the_usual_way() -> None:
    assert not isinstance(Executor(connection)._create_project_state(with_applied_migrations=True), StateOnDemand)


def test_the_command_is_ours_and_leaves_django_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def broken(*_: object, **__: object) -> None:
        seen.append(migrate.MigrationExecutor)
        raise NodeNotFoundError("gone", ("places", "0001"))

    monkeypatch.setattr(migrate.Command, "handle", broken)
    before = migrate.MigrationExecutor
    with pytest.raises(NodeNotFoundError):
        load_command_class("ocop_portal", "migrate").handle()
    assert seen == [Executor]
    assert migrate.MigrationExecutor is before
    with quick_from_nothing():
        assert migrate.MigrationExecutor is Executor
