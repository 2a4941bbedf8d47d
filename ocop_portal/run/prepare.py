"""What has to be done before the portal serves: one child for all of it, as every Python with Django in it takes its time to start.

    python -m ocop_portal.run.prepare FILE

Tells how it goes on stdout and writes the demo's sign-ins to FILE.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.core.management import call_command


def migrate() -> None:
    """Bring the tables up to date."""
    call_command("migrate", interactive=False, verbosity=0)


def load_reference() -> None:
    """Places and OCOP groups; nothing happens when they are there."""
    call_command("load_reference")


def load_demo() -> None:
    """The demo, where the database is empty."""
    call_command("load_demo", if_empty=True)


def collect_static() -> None:
    """Style sheets and scripts into one folder, with names that change with their content."""
    call_command("collectstatic", interactive=False, verbosity=0)


def write_sign_ins(path: Path) -> None:
    """Who can sign in to the demo."""
    with path.open("w") as file:
        call_command("load_demo", sign_ins=True, stdout=file)


STEPS: list[tuple[str, Callable[[], None]]] = [
    ("tables", migrate),
    ("places and OCOP groups", load_reference),
    ("demo", load_demo),
    ("static files", collect_static),
]


def main(arguments: list[str]) -> None:
    """All steps; a slow one tells its seconds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_portal.settings")
    django.setup()
    for name, step in STEPS:
        started = time.monotonic()
        step()
        seconds = time.monotonic() - started
        if seconds >= 0.5:
            print(f"{name}: {seconds:.1f} s", flush=True)
    write_sign_ins(Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
