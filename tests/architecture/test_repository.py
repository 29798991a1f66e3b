"""What may stand in the repository: nothing of one machine, nothing forgotten, nothing without a reason."""

import re
import tomllib

from tests.architecture.source import tracked
from tools.environment import ROOT

HERE = "tests/architecture/test_repository.py"
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted|registry\.npmjs|npmmirror|jfrog|artifactory|nexus\.|unpkg\.com|jsdelivr|cdnjs", re.IGNORECASE
)
MACHINE = re.compile(r"\.\./shared|/work/(?:main|shared)|/home/\w+/|/root/|/Users/\w+/")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b(?!\W{0,3}#\d+)")
UNHEARD = re.compile(r"\bn?p?gettext(?:_lazy|_noop)? as (?!_\b)\w+")
SECRET = re.compile(r"-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_[0-9A-Za-z]{30}")


def lines_with(pattern: re.Pattern[str], skip: tuple[str, ...] = ()) -> list[str]:
    found = []
    for path in tracked():
        name = str(path.relative_to(ROOT))
        if name == HERE or name.startswith(("static/vendor/", *skip)):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    return found


def test_no_file_names_a_package_registry() -> None:
    assert not lines_with(REGISTRY)


def test_no_file_names_the_machine_it_was_written_on() -> None:
    assert not lines_with(MACHINE)


def test_what_is_left_to_do_is_an_issue() -> None:
    assert not lines_with(UNFINISHED)


def test_no_secret_lies_about() -> None:
    assert not lines_with(SECRET)


def test_every_dependency_says_what_it_is_for() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)
    for requirement in [*declared["project"]["dependencies"], *(r for group in declared["dependency-groups"].values() for r in group)]:
        [line] = [line for line in text.splitlines() if line.strip().startswith(f'"{requirement}"')]
        assert re.search(r"# \w.{4,}", line), f"{requirement} says nothing of what it is for"


def test_what_a_clean_clone_needs_is_there() -> None:
    names = {str(path.relative_to(ROOT)) for path in tracked()}
    assert {"Makefile", ".ci/run", "manage.py", "requirements/base.txt", "requirements/dev.txt", ".pre-commit-config.yaml"} <= names
    assert not [
        name for name in names if name.endswith((".mo", ".pyc", ".sqlite3", "uv.lock", ".python-version")) or name.startswith("var/")
    ]


def test_no_sentence_is_translated_under_a_name_that_the_catalogue_does_not_know() -> None:
    assert lines_with(UNHEARD) == []
