"""Making all tables from nothing in less than half the time: a migration's models are made when something asks for them.

Django keeps classes of all models as they were at each step, and makes anew, after every operation, each that is related to what the
operation changed. Here nearly all are: 864 operations made 42,517 classes, nine tenths of what the first start waited for. An operation
looks at the model it changes and at those that this one refers to. Only `RunPython` may look at anything, and gets all of them.

Used in an empty database alone, where there is nothing yet that a mistake could harm; every other migration goes Django's way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps as installed
from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import AppConfigStub, ModelState, ProjectState, StateApps
from django.utils.functional import cached_property


class AppsOnDemand(StateApps):
    """A registry that makes a model's class, and those of the models it refers to, when it is asked for."""

    def __init__(self, labels: set[str], models: Mapping[tuple[str, str], ModelState]) -> None:
        super().__init__([], {})
        self._states = models
        self._under_way: set[tuple[str, str]] = set()
        for label in sorted(labels | {label for label, _ in models}):
            config = AppConfigStub(label)
            config.apps = self
            config.import_models()
            self.app_configs[label] = config

    def get_model(self, app_label: str, model_name: str | None = None, require_ready: bool = True) -> Any:
        """The class of a model; LookupError where there is none."""
        if model_name is None:
            app_label, model_name = app_label.split(".")
        self._make(app_label, model_name.lower())
        return super().get_model(app_label, model_name, require_ready)

    def get_registered_model(self, app_label: str, model_name: str) -> Any:
        """The same, asked by a foreign key that is being made; its own model is registered last, and tells it then."""
        self._make(app_label, model_name.lower())
        return super().get_registered_model(app_label, model_name)

    @cache  # noqa: B019 - as Django's own is, which clears it whenever a model is registered
    def get_models(self, include_auto_created: bool = False, include_swapped: bool = False) -> list[Any]:
        """All classes: who asks may look for what refers to a model, so none may be missing."""
        self.render_multiple([state for (label, name), state in self._states.items() if name not in self.all_models[label]])
        return list(StateApps.get_models.__wrapped__(self, include_auto_created, include_swapped))  # type: ignore[attr-defined]

    def _make(self, label: str, name: str) -> None:
        key = (label, name)
        if key in self._states and name not in self.all_models[label] and key not in self._under_way:
            self._under_way.add(key)
            try:
                self._states[key].render(self)
            finally:
                self._under_way.discard(key)


class StateOnDemand(ProjectState):
    """A state whose classes are forgotten with each change, as few are made."""

    @cached_property
    def apps(self) -> StateApps:
        """The classes of this state, each made when it is asked for."""
        real = [model for label in self.real_apps for model in installed.get_app_config(label).get_models()]
        states = {(model._meta.app_label, str(model._meta.model_name)): ModelState.from_model(model, exclude_rels=True) for model in real}
        return AppsOnDemand(set(self.real_apps), self.models | states)

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        """A model has changed."""
        self.__dict__.pop("apps", None)

    def reload_models(self, models: Any, delay: bool = True) -> None:
        """Several have."""
        self.__dict__.pop("apps", None)

    def remove_model(self, app_label: str, model_name: str) -> None:
        """One is gone, and what referred to it has changed before."""
        super().remove_model(app_label, model_name)
        self.__dict__.pop("apps", None)

    def clone(self) -> StateOnDemand:
        """The same state, to be changed on its own; its classes are made when somebody asks."""
        return StateOnDemand(models={key: state.clone() for key, state in self.models.items()}, real_apps=self.real_apps)

    def clear_delayed_apps_cache(self) -> None:
        """Called before `RunPython`, and at the end: from here on all classes are there, with what leads back to each."""
        self.__dict__["apps"] = StateApps(list(self.real_apps), self.models)


class Executor(MigrationExecutor):
    """Django's own, with classes on demand where no migration has been applied."""

    def _create_project_state(self, with_applied_migrations: bool = False) -> ProjectState:
        if self.loader.applied_migrations:
            usual: ProjectState = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]
            return usual
        return StateOnDemand(real_apps=self.loader.unmigrated_apps)


@contextmanager
def quick_from_nothing() -> Iterator[None]:
    """Let Django's command `migrate` use that executor: it offers no other way to be given one."""
    before = migrate.MigrationExecutor  # type: ignore[attr-defined]
    migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]
    try:
        yield
    finally:
        migrate.MigrationExecutor = before  # type: ignore[attr-defined]
