"""Clauses and templates: who writes and who approves, what is refused before, what the database keeps for ever, what is shipped."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.roles import Role
from contracts.clauses.checklists import items, items_for
from contracts.clauses.findings import Known, findings_of_clause, findings_of_template
from contracts.clauses.seeds import seed_clauses, seed_templates
from contracts.library.services.arranging import arrange
from contracts.library.services.drafts import Said, change_clause, draw_up_clause, draw_up_template
from contracts.library.services.loading import load
from contracts.models import ClauseVersion, TemplateVersion
from contracts.states import AnnexKind, Kind, TextState
from contracts.text.clauses import Entry, TemplateText, Text
from contracts.text.facts import FACTS
from contracts.text.values import SEVERAL
from tests.accounts.factories import UserFactory
from tests.contracts.library import SINCE, a_clause, a_lawyer, a_template, a_text, approved
from workflow.engine import moves_of
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, Refusal, RuleBroken, WrongState

#: move: (states, roles) — typed by hand, never derived from the code. `other` is a legal officer who has not written the version.
ALLOWED: dict[str, tuple[str, str]] = {
    "ask_review": ("draft", "author other"),
    "send_back": ("in_review", "other head"),
    "approve": ("in_review", "other head"),
    "retire": ("approved", "author other head"),
    "drop": ("draft in_review", "author other"),
}
REASONS = {"send_back": {"because": "À revoir."}, "retire": {"because": "La loi a changé."}}


def refused(act: Any) -> str:
    with pytest.raises(RuleBroken) as caught:
        act()
    return " ".join(str(one.sentence) for one in caught.value.broken)


def broken_by(change: Any) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        change()
    return str(caught.value)


def by_state(author: Any) -> dict[str, ClauseVersion]:
    drafts = {state: a_clause(f"c{place}x", by=author) for place, state in enumerate(TextState.values)}
    drafts["in_review"].ask_review(by=author, at=timezone.now())
    for state in ("approved", "retired"):
        approved(drafts[state])
    drafts["retired"].retire(by=author, at=timezone.now(), because="Essai.")
    return drafts


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
class TestMoves:
    def test_state_role_and_move_are_those_of_the_table_and_no_others(self) -> None:
        author = a_lawyer()
        people = {"author": author, "other": a_lawyer(), "head": UserFactory(head=True), "officer": UserFactory(officer=True)}
        people |= {
            "stranger": UserFactory(),
            "fees": UserFactory(roles=[Role.FEE_MANAGER]),
            "administrator": UserFactory(administrator=True),
        }
        versions = by_state(author)
        assert set(moves_of(ClauseVersion)) == set(moves_of(TemplateVersion)) == set(ALLOWED)
        for move, (states, roles) in ALLOWED.items():
            for state, version in versions.items():
                for name, person in people.items():
                    done = self._makes(version, move, person)
                    assert done == (state in states.split() and name in roles.split()), (move, state, name)

    def _makes(self, version: ClauseVersion, move: str, person: Any) -> bool:
        """Does the move succeed? It is taken back at once."""
        try:
            with transaction.atomic():
                line = getattr(version, move)(by=person, at=timezone.now(), **REASONS.get(move, {}))
                assert line == JournalLine.objects.filter(subject_type="clause_version", subject_id=version.pk).latest("seq")
                raise _TakenBack
        except _TakenBack:
            return True
        except Refusal:
            return False
        finally:
            version.__dict__.update(ClauseVersion.objects.get(pk=version.pk).__dict__)

    def test_nobody_approves_what_they_have_had_a_hand_in_and_approving_asks_for_a_second_factor(self) -> None:
        author, helper = a_lawyer(), a_lawyer()
        version = a_clause(by=author)
        change_clause(version, a_text(body=Text("Autre.", "Other.")), "", by=helper, at=timezone.now())
        version.ask_review(by=author, at=timezone.now())
        for person in (author, helper):
            with pytest.raises(NotAllowed):
                version.approve(by=person, at=timezone.now())
        assert "second factor" in refused(lambda: version.approve(by=a_lawyer(device=False), at=timezone.now()))

    def test_words_with_an_unknown_fact_and_a_version_that_does_not_say_its_change_are_not_read_over(self) -> None:
        version = a_clause(body=Text("[[dossier.titel]]", "x"))
        assert "[[dossier.title]]" in refused(lambda: version.ask_review(by=version.author, at=timezone.now()))
        approved(a_clause("autre"))
        second = a_clause("autre", note="")
        assert "what this version changes" in refused(lambda: second.ask_review(by=second.author, at=timezone.now()))

    def test_a_draft_begins_with_the_approved_words_and_only_one_is_written_at_a_time(self) -> None:
        first = approved(a_clause(body=Text("Un.", "One.")))
        second = draw_up_clause(first.clause, by=a_lawyer(), at=timezone.now())
        assert (second.number, second.text.body.fr) == (2, "Un.")
        assert "draft is there already" in refused(lambda: draw_up_clause(first.clause, by=a_lawyer(), at=timezone.now()))
        with pytest.raises(WrongState):
            change_clause(first, a_text(), "", by=a_lawyer(), at=timezone.now())
        with pytest.raises(NotAllowed):
            draw_up_clause(first.clause, by=UserFactory(officer=True), at=timezone.now())

    def test_a_template_gives_way_to_the_next_one_on_its_first_day(self) -> None:
        first = approved(a_template(body=Text("x", "x"), covers=_covering("space")))
        assert list(TemplateVersion.objects.in_force(SINCE)) == [first]
        soon = timezone.localdate() + timedelta(days=10)
        second = approved(a_template(since=soon))
        ended = TemplateVersion.objects.get(pk=first.pk)
        assert (ended.until, list(TemplateVersion.objects.in_force(soon))) == (soon, [second])
        third = a_template(since=soon)
        third.ask_review(by=third.author, at=timezone.now())
        assert "later first day" in refused(lambda: third.approve(by=a_lawyer(), at=timezone.now()))

    def test_a_template_is_refused_for_what_the_law_wants_and_no_clause_says_and_for_a_retired_clause(self) -> None:
        bare = a_template()
        said = refused(lambda: bare.ask_review(by=bare.author, at=timezone.now()))
        assert all(item.en in said for item in items_for("space"))
        whole = a_template(("plein",), code="plein", covers=_covering("space"))
        whole.ask_review(by=whole.author, at=timezone.now())
        ClauseVersion.objects.get(clause__code="plein").retire(by=a_lawyer(), at=timezone.now(), because="Obsolète.")
        assert "is retired" in refused(lambda: whole.approve(by=a_lawyer(), at=timezone.now()))

    def test_the_clauses_of_a_draft_are_arranged_one_press_at_a_time(self) -> None:
        version, by = a_template(("un_1", "deux", "trois")), a_lawyer()
        approved(a_clause("quatre"))
        for act in ("up:trois", "down:un_1", "remove:deux", "add:quatre", "up:trois", "down:unknown"):
            arrange(version, act, by=by, at=timezone.now())
        assert [one.code for one in version.text.entries] == ["trois", "un_1", "quatre"]
        approved(a_clause("un_1"))
        arrange(version, "newest:", by=by, at=timezone.now())
        assert [(one.code, one.number) for one in version.text.entries] == [("trois", 1), ("un_1", 2), ("quatre", 1)]
        for act in ("add:unknown", "add:trois", "explode:trois", ""):
            assert refused(lambda act=act: arrange(version, act, by=by, at=timezone.now()))


class _TakenBack(Exception):
    """A move that was made is undone."""


def _covering(kind: str) -> tuple[str, ...]:
    return tuple(item.code for item in items_for(kind))


@pytest.mark.django_db
class TestTheDatabase:
    def test_an_approved_text_never_changes_and_no_version_is_deleted(self) -> None:
        version = approved(a_clause())
        rows = ClauseVersion.objects.filter(pk=version.pk)
        other = a_clause("autre", body=Text("Autre.", "Other."))
        for change in (
            {"content": other.content, "content_sha256": other.content_sha256},
            {"number": 9},
            {"note": "x"},
            {"writers": []},
        ):
            assert "never changes" in broken_by(lambda change=change: rows.update(**change)), change
        assert "only through a move" in broken_by(lambda: rows.update(state="draft"))
        assert "never deleted" in broken_by(lambda: rows.delete())
        template = approved(a_template(covers=_covering("space"), codes=("plein",)))
        ends = TemplateVersion.objects.filter(pk=template.pk)
        ends.update(valid=(SINCE, date(2030, 1, 1)))
        assert "set once" in broken_by(lambda: ends.update(valid=(SINCE, date(2031, 1, 1))))

    def test_the_hash_is_that_of_the_words_and_the_approver_is_no_writer(self) -> None:
        version = a_clause()
        rows = ClauseVersion.objects.filter(pk=version.pk)
        assert "hash_is_that" in broken_by(lambda: rows.update(content_sha256="0" * 64))
        assert "approver_is_not_its_author" in broken_by(lambda: rows.update(approved_by=version.author, writers=[]))
        helper = a_lawyer()
        assert "approver_has_not_written" in broken_by(lambda: rows.update(approved_by=helper, writers=[helper.pk]))
        names = ("clause", "number", "content", "content_sha256", "author", "created_at", "edited_at")
        same = {name: getattr(version, name) for name in names}
        assert "clause_version_number_once" in broken_by(lambda: ClauseVersion.objects.create(**same))


class TestWhatIsShipped:
    def test_every_clause_is_sound_in_both_languages_and_every_template_says_what_the_law_wants(self) -> None:
        clauses = seed_clauses()
        assert len(clauses) >= 30 and not [found for clause in clauses for found in findings_of_clause(clause)]
        known = Known({(one.code, 1): one for one in clauses}, {one.code: 1 for one in clauses}, frozenset())
        kinds = set()
        for seed in seed_templates():
            kinds.add(seed.kind)
            entries = tuple(Entry(code, 1, "") for code in seed.clauses)
            text = TemplateText(seed.code, 1, seed.kind, seed.title, entries, seed.annexes, seed.required)
            assert not [found for found in findings_of_template(text, known) if found.blocks], seed.code
            assert set(seed.annexes) <= set(AnnexKind.values)
        assert kinds == set(Kind.values)
        assert {code for clause in clauses for code in clause.covers} <= set(items())
        assert set(Kind.values) >= {kind for item in items().values() for kind in item.kinds}

    def test_no_condition_rests_on_a_fact_that_may_be_left_unsaid(self) -> None:
        for clause in seed_clauses():
            if clause.condition is not None:
                assert all(FACTS[code].type not in SEVERAL for code in clause.facts() if code not in clause.facts_in_words())

    @pytest.mark.django_db
    def test_it_is_loaded_by_one_and_approved_by_another_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        [amendment] = [seed for seed in seed_templates() if seed.code == "avenant"]
        few = [one for one in seed_clauses() if one.code in amendment.clauses]
        monkeypatch.setattr("contracts.library.services.loading.seed_clauses", lambda: few)
        monkeypatch.setattr("contracts.library.services.loading.seed_templates", lambda: [amendment])
        author, approver = a_lawyer(), UserFactory(head=True)
        new = load(author=author, approver=approver, at=timezone.now())
        assert len(new) == len(few) + 1 and "avenant v1" in new
        assert not load(author=author, approver=approver, at=timezone.now())
        version = TemplateVersion.objects.get(template__code="avenant")
        assert version.is_approved and set(version.clauses()) == {(code, 1) for code in amendment.clauses}
        assert draw_up_template(version.template, Said(SINCE), by=author, at=timezone.now()).text.entries == version.text.entries
