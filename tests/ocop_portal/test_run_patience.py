"""How long `make run` waits for a child that starts."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocop_portal.run import patience as run_patience
from ocop_portal.run.children import Child, ChildError
from ocop_portal.run.patience import Patience, wait_for_child
from ocop_portal.run.supervisor import Supervisor

from .service_clients import PROJECT, wait_for

WHAT = "an answer"


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    """A supervisor that is in a hurry to end."""
    monkeypatch.setattr("ocop_portal.run.supervisor.GRACE", 1.0)
    supervisor = Supervisor()
    yield supervisor
    supervisor.end()


def started(supervisor: Supervisor, script: str) -> Child:
    """A child named web that runs a line of Python."""
    child = Child("web", [sys.executable, "-c", script], PROJECT)
    supervisor.children = [child]
    supervisor.start(child)
    return child


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        # (seconds, ticks of work so far): at work, however slowly, up to five minutes.
        ([(1.0, 5), (60.0, 5)], ""),
        ([(1.0, 5), (60.0, 6), (120.0, 7), (180.0, 8), (240.0, 9), (300.0, 10)], ""),
        ([(1.0, 5), (61.5, 5)], "it has done nothing for 60 seconds"),
        ([(59.0, 1), (118.0, 1), (119.5, 1)], "it has done nothing for 60 seconds"),
        ([*((float(second), second) for second in range(301)), (300.5, 301)], "that took longer than 300 seconds"),
        # A process that ended takes its time out of the sum: that is work too.
        ([(59.0, 900), (118.0, 200), (177.0, 200)], ""),
    ],
)
def test_what_works_is_waited_for_and_what_hangs_is_not(seen: list[tuple[float, int]], why: str) -> None:
    patience = Patience(1000.0, 0)
    *before, (last, work) = seen
    assert [patience.lost_because(1000.0 + now, ticks) for now, ticks in before] == [""] * len(before)
    assert patience.lost_because(1000.0 + last, work) == why


def test_work_is_that_of_the_whole_group_and_only_of_it(supervisor: Supervisor) -> None:
    """Two seconds of a grandchild that has ended."""
    burn = "import time\nwhile time.process_time() < 2: pass"
    busy = started(supervisor, f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {burn!r}]); time.sleep(60)")
    idle = Child("web", [sys.executable, "-c", "import time; time.sleep(60)"], PROJECT)
    supervisor.children.append(idle)
    supervisor.start(idle)
    ticks = 2 * os.sysconf("SC_CLK_TCK")
    wait_for(lambda: busy.work >= ticks, 120)
    assert 0 <= idle.work < ticks
    assert Child("web", [], PROJECT).work == 0


def test_it_returns_once_the_child_answers(supervisor: Supervisor, tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    child = started(supervisor, f"import pathlib, time; pathlib.Path({str(answer)!r}).touch(); time.sleep(60)")
    wait_for_child(supervisor, child, answer.exists, WHAT)
    assert child.running


def test_a_child_that_dies_is_waited_for_no_longer(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    child = started(supervisor, "print('no port'); raise SystemExit(3)")
    with pytest.raises(ChildError, match=r"^waited for an answer, but web died \(exit status 3\); see its lines above\.$"):
        wait_for_child(supervisor, child, lambda: False, WHAT)
    assert "web     | no port\n" in capsys.readouterr().out


def test_what_is_waited_for_is_told_and_what_hangs_is_named(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run_patience, "STILL_SECONDS", 3.0)
    monkeypatch.setattr(run_patience, "TELL_SECONDS", 0.0)
    child = started(supervisor, "import time; time.sleep(60)")
    with pytest.raises(ChildError, match=r"^waited for an answer, but it has done nothing for 3 seconds; see its lines above\.$"):
        wait_for_child(supervisor, child, lambda: False, WHAT)
    assert re.search(r"^Waiting for an answer, \d+ seconds so far; web is starting …$", capsys.readouterr().out, re.MULTILINE)
    assert child.running
