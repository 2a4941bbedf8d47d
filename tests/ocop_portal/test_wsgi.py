"""A worker of the web server is ready before its first visitor."""

from __future__ import annotations

import subprocess
import sys

READY = """
import gc, sys
import ocop_portal.wsgi
print("dashboards.scanned.views" in sys.modules, gc.get_freeze_count() > len(gc.get_objects()))
"""


def test_views_are_loaded_and_left_alone_by_the_collector() -> None:
    # In a process of its own: what is frozen stays so.
    done = subprocess.run([sys.executable, "-c", READY], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split() == ["True", "True"], done.stderr
