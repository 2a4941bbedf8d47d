"""What the project says about itself is true: dependencies, links, make targets, the licence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT: Path = settings.BASE_DIR
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def required(file: str) -> set[str]:
    """The packages that a requirements file pins."""
    lines = (ROOT / file).read_text().splitlines()
    names = {line.split("==")[0] for line in lines if line and not line.startswith(("#", "-"))}
    assert all("==" in line for line in lines if line and not line.startswith(("#", "-"))), "each package is pinned"
    return names


def test_every_dependency_is_explained_and_nothing_else() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text()
    product, tools = text.split("requirements-dev.txt", 1)
    for part, file in ((product, "requirements.txt"), (tools, "requirements-dev.txt")):
        rows = {row[0]: row[1:] for row in re.findall(r"^\| ([\w-]+) \| (.+) \| (.+) \|$", part, re.MULTILINE) if row[0] != "package"}
        assert set(rows) == required(file)
        assert all(job and licence for job, licence in rows.values())


def test_no_gpl_in_the_product() -> None:
    product = (ROOT / "docs" / "dependencies.md").read_text().split("requirements-dev.txt", 1)[0]
    table = product[product.index("| package |") :]
    assert re.findall(r"(?<!L)GPL", table) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files_that_exist(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    missing = [link for link in links if not link.startswith(("http://", "https://")) and not (path.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_and_commands_named_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())


def test_licence_is_apache_2() -> None:
    licence = (ROOT / "LICENSE").read_text()
    assert licence.lstrip().startswith("Apache License\n")
    assert "END OF TERMS AND CONDITIONS" in licence
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text()
