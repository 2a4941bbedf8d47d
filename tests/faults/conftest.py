"""The scene of the fault tests; made once for all of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from ocop_portal.embedded.place import shelter_of
from tests.faults.scene import Scene, set_scene


@pytest.fixture(scope="package")
def scene(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Servers, a shop and its files. The servers' folder is open to their user, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="ocop-faults-"))
    folder.chmod(0o755)
    try:
        with django_db_blocker.unblock(), set_scene(connection.settings_dict["NAME"], tmp_path_factory.mktemp("faults"), folder) as made:
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(shelter_of(folder / "data"), ignore_errors=True)
