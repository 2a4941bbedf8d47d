"""The supervisor of `make run`, with children that are quick to start."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator

import pytest

from ocop_portal.embedded.tied import run_tied
from ocop_portal.run import children as run_children
from ocop_portal.run.__main__ import PortError, check_port, chosen_port, main, shown
from ocop_portal.run.children import Child, ChildError, portal_children
from ocop_portal.run.supervisor import Interrupted, Supervisor

from .service_clients import PROJECT, processes_naming, wait_for


def toy(name: str, script: str) -> Child:
    """A child that runs a line of Python."""
    return Child(name, [sys.executable, "-c", script], PROJECT)


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    """A supervisor that leaves this process's signals alone and is in a hurry."""
    monkeypatch.setattr(run_children, "RESTART_DELAY", 0.0)
    monkeypatch.setattr("ocop_portal.run.supervisor.GRACE", 1.0)
    supervisor = Supervisor()
    yield supervisor
    supervisor.end()


def run(supervisor: Supervisor, *children: Child) -> None:
    """Start children and look after them."""
    supervisor.children = list(children)
    for child in children:
        supervisor.start(child)


def test_lines_are_printed_whole_and_named(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    script = (
        "import sys, time; sys.stdout.write('one\\ntw'); sys.stdout.flush(); time.sleep(.3); sys.stderr.write('o\\nđuôi'); time.sleep(60)"
    )
    child = toy("web", script)
    run(supervisor, child)
    assert not supervisor.wait_until(lambda: False, 1.0)
    assert capsys.readouterr().out == "web     | one\nweb     | two\n"
    supervisor.end()
    assert capsys.readouterr().out == "web     | đuôi\n"
    assert not child.running


def test_a_dead_child_is_restarted_a_few_times_and_then_named(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    run(supervisor, toy("beat", "import sys; print('hello'); sys.exit(7)"), toy("web", "import time; time.sleep(60)"))
    with pytest.raises(ChildError, match=r"^beat died 4 times within a minute \(last: exit status 7\); see its lines above\.$"):
        supervisor.keep(lambda: None)
    out = capsys.readouterr().out
    assert out.count("beat died (exit status 7) and is restarted.") == 3
    assert out.count("beat    | hello") == 4
    assert "web died" not in out


def test_deaths_long_ago_are_forgotten(supervisor: Supervisor) -> None:
    child = toy("web", "raise SystemExit(1)")
    run(supervisor, child)
    child.deaths.extend([time.monotonic() - 61.0] * 3)
    supervisor.wait_until(lambda: not child.running, 10)
    assert child.note_death() == "exit status 1"
    assert len(child.deaths) == 1


def test_workers_of_a_killed_child_do_not_outlive_it(supervisor: Supervisor) -> None:
    mark = f"worker-of-{os.getpid()}"
    script = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', '{mark}']); time.sleep(60)"
    )
    child = toy("web", script)
    run(supervisor, child)
    wait_for(lambda: len([line for line in processes_naming(mark).values() if "subprocess" not in line]) == 1)
    child.process.kill()
    supervisor.wait_until(lambda: not child.running, 10)
    assert child.note_death() == "signal SIGKILL"
    wait_for(lambda: not processes_naming(mark))


def test_what_a_shell_has_us_ignore_a_child_does_not() -> None:
    """`make run &` in a script ignores SIGINT and SIGQUIT: the signals by which a child hears of our death."""
    numbers = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
    script = "import signal, sys; print([signal.getsignal(int(number)) is not signal.SIG_IGN for number in sys.argv[1:]])"
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        told = run_tied([sys.executable, "-c", script, *(str(int(number)) for number in numbers)])
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
    assert (told.returncode, told.stdout) == (0, "[True, True, True]\n")


DEAF = """
import signal, time
for number in (signal.SIGTERM, signal.SIGQUIT):
    signal.signal(number, lambda *_: print("no", flush=True))
print("up", flush=True)
while True:
    time.sleep(60)
"""
POLITE = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("bye", flush=True), sys.exit(0)))
print("up", flush=True)
time.sleep(60)
"""


def test_the_end_is_polite_then_hard(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    run(supervisor, toy("deaf", DEAF), toy("polite", POLITE))
    said: list[str] = []

    def both_are_up() -> bool:
        said.append(capsys.readouterr().out)
        return "".join(said).count("| up") == 2

    supervisor.wait_until(both_are_up, 30)
    started = time.monotonic()
    supervisor.end()
    assert time.monotonic() - started > 1.9  # how much longer is the machine's affair
    assert [child.process.returncode for child in supervisor.children] == [-signal.SIGKILL, 0]
    lines = "".join([*said, capsys.readouterr().out]).splitlines()
    assert sorted(lines) == ["deaf    | no", "deaf    | no", "deaf    | up", "polite  | bye", "polite  | up"]


def test_one_request_that_comes_twice_is_one_but_a_later_one_insists(supervisor: Supervisor) -> None:
    supervisor._asked_to_end()
    supervisor._asked_to_end()
    assert not supervisor.insisted
    with pytest.raises(Interrupted):
        supervisor.wait_until(lambda: False, 5)
    supervisor.asked_to_end -= 2.0
    supervisor._asked_to_end()
    assert supervisor.insisted


def test_a_taken_port_is_named() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(
            PortError,
            match=rf"^Port {port} on 127\.0\.0\.1 cannot be used: Address already in use\. Choose another: make run PORT={port + 1}$",
        ):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


@pytest.mark.parametrize("value", ["abc", "0", "65536", "-1", "80.0", "٨٠"])
def test_a_port_that_is_none_is_named(value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PORT", value)
    assert main([]) == 2
    assert capsys.readouterr().out == f"PORT is {value!r}; it must be a number from 1 to 65535.\n"


def test_addresses_are_shown_as_one_types_them() -> None:
    assert chosen_port("8001") == 8001
    assert [shown(host) for host in ("127.0.0.1", "0.0.0.0", "::", "::1")] == ["127.0.0.1", "localhost", "localhost", "[::1]"]


def test_the_portal_is_a_web_server_a_worker_and_beat() -> None:
    children = portal_children(project=PROJECT, data_dir=PROJECT / ".data", host="127.0.0.1", port=8123)
    assert [child.name for child in children] == ["web", "worker", "beat"]
    assert "8123" in children[0].command
