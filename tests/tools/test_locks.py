"""A stale lock is found without the network."""

from pathlib import Path

import pytest

from tools import locks
from tools.environment import ROOT

PROJECT = """
[project]
dependencies = ["Django~=5.2.0", "psycopg[binary]>=3.2"]
[dependency-groups]
dev = ["pytest>=8"]
"""
BASE = """django==5.2.19 \\
    --hash=sha256:00
    # via guichet (pyproject.toml)
psycopg[binary]==3.3.9 \\
    --hash=sha256:00
    # via
    #   guichet (pyproject.toml)
    #   other
"""
DEV = "pytest==9.2.0 \\\n    --hash=sha256:00\n    # via guichet (pyproject.toml:dev)\n"


def faults(folder: Path, base: str = BASE, project: str = PROJECT) -> list[str]:
    (folder / "pyproject.toml").write_text(project)
    (folder / "base.txt").write_text(base)
    (folder / "dev.txt").write_text(base + DEV)
    return [fault.split(":")[0] for fault in locks.faults(folder / "pyproject.toml", folder)]


def test_fresh_locks_have_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("base", "project", "fault"),
    [
        (BASE, PROJECT.replace("~=5.2.0", "~=6.0"), "base.txt holds django 5.2.19, not ~=6.0"),
        (BASE, PROJECT.replace('"Django', '"celery>=5", "Django'), "base.txt lacks celery"),
        (BASE, PROJECT.replace(', "psycopg[binary]>=3.2"', ""), "base.txt holds psycopg, which pyproject.toml no longer asks for"),
        ("--index-url http://example.org\n" + BASE, PROJECT, "base.txt must carry hashes and name no address"),
    ],
)
def test_a_stale_lock_is_named(tmp_path: Path, base: str, project: str, fault: str) -> None:
    assert fault in faults(tmp_path, base, project)


def test_our_own_locks_are_fresh() -> None:
    assert locks.faults(ROOT / "pyproject.toml", ROOT / "requirements") == []
