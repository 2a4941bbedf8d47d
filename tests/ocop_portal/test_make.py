"""The make targets, as far as they say something without doing much."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from .service_clients import PROJECT, clean_environment


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in `folder`."""
    environment = {name: value for name, value in clean_environment().items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_make_alone_lists_what_there_is() -> None:
    result = make(PROJECT)
    assert result.stdout == make(PROJECT, "help").stdout
    names = [line.split()[1] for line in result.stdout.splitlines()]
    assert names == ["help", "install", "run", "test", "faults", "check", "bench", "demo"]
    assert all(len(line.split()) > 3 for line in result.stdout.splitlines())


def test_where_no_python_fits_the_sentence_says_which_would(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(PROJECT / name, tmp_path)
    result = make(tmp_path, "install", "PYTHON=")
    assert result.returncode == 2
    assert result.stderr.startswith("Python 3.11, 3.12 or 3.13 with venv is needed and was not found; PYTHON=/path/to/python names one.\n")
    assert not (tmp_path / ".venv").exists()


def test_a_second_install_does_nothing(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(PROJECT / name, tmp_path)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/.product").touch()
    result = make(tmp_path, "install")
    assert (result.returncode, result.stdout.replace("make: Nothing to be done for 'install'.\n", "")) == (0, "")


def test_the_makefile_finds_a_python_that_fits() -> None:
    result = make(PROJECT, "--no-print-directory", "--eval", "show: ; @$(PYTHON) -c 'import sys; print(sys.version_info[:2])'", "show")
    assert result.stdout.strip() in {"(3, 11)", "(3, 12)", "(3, 13)"}
