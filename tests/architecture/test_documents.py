"""The documents say what the code does: no setting, period, state or move is missing from its page, and no link leads nowhere."""

import re
import tomllib
from pathlib import Path

import pytest

from accounts.roles import SYSTEM, Role
from committee.models import Session
from committee.states import SessionState
from requests_app.models import Dossier
from requests_app.reference import RULES_FILE
from requests_app.states import Opinion, Procedure, State
from tests.architecture.source import tracked
from tools.environment import ROOT
from workflow.engine import moves_of

READ = re.compile(r"""(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)\"""")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
UNITS = {"working_days": "working day", "calendar_days": "calendar day", "months": "month"}


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rules() -> list[dict]:
    return tomllib.loads(RULES_FILE.read_text(encoding="utf-8"))["rule"]


def section(text: str, title: str) -> str:
    """What stands under a heading, up to the next one of its rank."""
    rank = re.search(rf"^(#+) {re.escape(title)}", text, re.MULTILINE)
    assert rank, f"no heading {title!r}"
    rest = text[rank.end() :]
    following = re.search(rf"^{rank[1]} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


def test_every_setting_is_explained_to_operators() -> None:
    read = {name for file in ("config/settings.py", "config/citizens.py", "config/gunicorn.py") for name in READ.findall(page(file))}
    assert {"SECRET_KEY", "WEB_THREADS"} <= read
    assert not {name for name in read if f"`{name}`" not in page("docs/operations.md")}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: f"{rule['code']} from {rule['from']}")
def test_every_period_is_told_as_it_is_counted(rule: dict) -> None:
    rows = [
        line.split(" | ") for line in section(page("docs/clocks.md"), "The rules").splitlines() if line.startswith(f"| {rule['code']} |")
    ]
    told = [row for row in rows if str(rule["from"]) in row[2] and ("since" in row[2]) == ("until" not in rule)]
    assert len(told) == 1
    [(_code, _name, _dates, length, rolls, extension, silence, _law, confirm)] = told
    assert length.startswith(f"{rule['length']} {UNITS[rule['unit']]}")
    assert (rolls, "once" in extension) == ("yes" if rule.get("rolls") else "no", "extension_length" in rule)
    assert silence.startswith(rule["silence"])
    assert rule.get("silent_move", "") in silence
    assert ("yes" in confirm) == rule.get("to_confirm", False)


def test_the_lawyers_list_holds_every_period_to_confirm_and_no_other() -> None:
    listed = section(page("docs/operations.md"), "Periods")
    found = sorted(re.findall(r"^\| (K-[A-Z-]+)", listed, re.MULTILINE))
    assert found == sorted(rule["code"] for rule in rules() if rule.get("to_confirm"))


def test_the_lawyers_list_holds_every_figure_of_the_committee_to_confirm() -> None:
    figures = {name for row in tomllib.loads(page("committee/data/committee.toml"))["rules"] for name in row.get("to_confirm", ())}
    listed = section(page("docs/operations.md"), "Committee")
    assert figures
    assert not {name for name in figures if f"`{name}`" not in listed}


def test_the_lawyers_list_holds_every_database_whose_controller_is_not_sure() -> None:
    databases = tomllib.loads(page("catalogue/data/databases.toml"))["database"]
    unsure = [
        base["slug"]
        for base in databases
        if base.get("controller_confidence") != "high" or "confirmer" in base.get("controller_source", "")
    ]
    listed = section(page("docs/operations.md"), "Catalogue")
    assert unsure
    assert not [slug for slug in unsure if f"`{slug}`" not in listed]


def test_the_glossary_names_every_word_of_the_procedure() -> None:
    words = {
        *State.values,
        *Procedure.values,
        *Opinion.values,
        *Role.values,
        SYSTEM,
        *moves_of(Dossier),
        *moves_of(Session),
        *SessionState.values,
        *(rule["code"] for rule in rules()),
    }
    assert not {word for word in words if f"`{word}`" not in page("docs/glossary.md")}


def markdown() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md"]


@pytest.mark.parametrize("path", markdown(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_link_leads_nowhere(path: Path) -> None:
    targets = [target for target in LINK.findall(path.read_text(encoding="utf-8")) if not re.match(r"[a-z]+:", target)]
    assert not [target for target in targets if not leads_somewhere(path, target)]


def leads_somewhere(path: Path, target: str) -> bool:
    """Whether the file is there, and its heading if one is named."""
    name, _hash, anchor = target.partition("#")
    found = (path.parent / name).resolve() if name else path
    return found.exists() and (not anchor or anchor in anchors(found))


def anchors(path: Path) -> set[str]:
    """The headings of a page as addresses name them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}
