"""A missing piece of the system is named, with the one line that mends it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.templates_guard import Guard, UndefinedVariable
from tools import system
from tools.environment import ROOT

PROBE = """
from tests.needs import needs

@needs("redis", "gettext")
def test_with_pieces():
    assert True
"""


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A machine with nothing but what the launcher itself uses."""
    for name in ("setpriv", "sh", "git"):
        if found := system.shutil.which(name):
            (tmp_path / name).symlink_to(found)
    return tmp_path


def test_the_missing_piece_and_its_line_are_said(bare_path: Path) -> None:
    words = [sys.executable, "-m", "tools.system"]
    done = subprocess.run(words, cwd=ROOT, env={"PATH": str(bare_path)}, capture_output=True, text=True)
    assert done.returncode == 1
    assert "missing: redis (the worker on Redis)" in done.stdout
    line = done.stdout.splitlines()[-1]
    assert line.startswith("sudo apt-get install -y ")
    assert {"chromium", "gettext", "redis-server"} <= set(line.split())


@pytest.mark.parametrize(("required", "said"), [("0", "Not tested: 1 tests need gettext, redis."), ("1", "REQUIRE_ALL=1 and")])
def test_a_test_without_its_piece_is_skipped_at_a_desk_and_fails_in_ci(bare_path: Path, required: str, said: str) -> None:
    probe = ROOT / "tests" / "tools" / f"test_probe_{os.getpid()}_{required}.py"
    probe.write_text(PROBE)
    try:
        environment = {
            **os.environ,
            "PATH": str(bare_path),
            "REQUIRE_ALL": required,
            "GUICHET_TEST_DATABASE_URL": os.environ["DATABASE_URL"],
        }
        environment = {name: value for name, value in environment.items() if not name.startswith("PYTEST_")}
        words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n0", str(probe)]
        done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)
    finally:
        probe.unlink()
    assert said in done.stdout, done.stdout + done.stderr
    assert "sudo apt-get install -y gettext redis-server" in done.stdout
    assert (done.returncode == 0) == (required == "0")


def test_a_template_that_names_nothing_fails(db) -> None:
    from django.template import engines

    django = engines["django"]
    assert isinstance(django.engine.string_if_invalid, Guard)
    with pytest.raises(UndefinedVariable, match="nobody"):
        django.from_string("{{ nobody.name }}").render({})
    assert django.from_string("{% if nobody %}x{% endif %}{{ known }}").render({"known": "yes"}) == "yes"


def test_the_guard_outlives_a_test_that_overrides_the_settings(settings) -> None:
    from django.template import engines

    settings.DEBUG = True
    with pytest.raises(UndefinedVariable):
        engines["django"].from_string("{{ nobody }}").render({})


def test_an_absent_related_row_is_still_false_as_in_production() -> None:
    from django.core.exceptions import ObjectDoesNotExist
    from django.template import engines

    class Dossier:
        @property
        def content(self) -> None:
            raise ObjectDoesNotExist

    assert engines["django"].from_string("{% if d.content %}x{% endif %}{{ d.content }}").render({"d": Dossier()}) == ""
