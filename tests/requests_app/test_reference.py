"""The dated rules: loaded once, ended by the file, never overwritten."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from requests_app import reference
from requests_app.services import publish_results
from requests_app.states import State
from tests.requests_app.factories import a_dossier, cast, make
from workflow import clocks
from workflow.models import ClockRule

pytestmark = pytest.mark.django_db


def test_loading_again_adds_nothing_and_keeps_what_was_edited() -> None:
    rule = ClockRule.objects.get(code="K-COMP")
    rule.length = 45
    rule.save()
    assert reference.load_clock_rules() == 0
    assert ClockRule.objects.get(code="K-COMP").length == 45


def test_a_text_that_changes_ends_the_former_rule_and_begins_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = reference.RULES_FILE.read_text()
    old = next(block for block in text.split("[[rule]]") if '"K-SIMPL"' in block)
    new = old.replace("from = 2017-04-01", "from = 2027-01-01").replace("length = 15", "length = 20")
    changed = text.replace(old, old.replace("from = 2017-04-01", "from = 2017-04-01\nuntil = 2027-01-01")) + "\n[[rule]]" + new
    (tmp_path / "rules.toml").write_text(changed)
    monkeypatch.setattr(reference, "RULES_FILE", tmp_path / "rules.toml")
    assert reference.load_clock_rules() == 1
    assert clocks.rule_in_force("K-SIMPL", date(2026, 12, 31)).length == 15
    assert clocks.rule_in_force("K-SIMPL", date(2027, 1, 1)).length == 20


def test_a_project_that_published_before_its_end_owes_no_results() -> None:
    people = cast()
    owing = a_dossier(State.ENDED, people)
    assert clocks.of(owing).filter(code="K-RES", outcome="running").exists()
    paid = a_dossier(State.RUNNING, people)
    publish_results(paid, by=people["owner"], at=datetime.now(UTC), results="Méthode et résultats.")
    make(paid, "end", people, datetime.now(UTC))
    assert not clocks.of(paid).filter(code="K-RES").exists()
