"""Runs the two processes that open uploads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
# Wall time on a crowded machine; the processor time is bounded by the process itself.
_PATIENCE = 60


class RefusedByChildError(Exception):
    """The file is not taken; `reason` is a word of the child, or `limits` where it used more than it may, or died."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def run(module: str, path: Path, *arguments: str) -> tuple[dict[str, Any], bytes]:
    """The line of JSON that `python -m module path arguments…` wrote, and the bytes behind it. Raises RefusedByChildError."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, str(path), *arguments],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedByChildError("limits") from error
    line, _, rest = done.stdout.partition(b"\n")
    if done.returncode or not line:
        raise RefusedByChildError("limits")
    answer: dict[str, Any] = json.loads(line)
    if "refused" in answer:
        raise RefusedByChildError(answer["refused"])
    return answer, rest
