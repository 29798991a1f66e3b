"""Versions of grids: who draws up and who approves, what is refused before publication, and what the database keeps for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.roles import Role
from fees import queries
from fees.contents import version_of
from fees.models import GridVersion, VatRate
from fees.services import vat
from fees.services.drafts import Header, change_content, change_header, draw_up
from fees.services.importing import import_into
from fees.services.periods import end_period
from fees.states import AmendmentPolicy, Billing, GridState, Scope, Selecting, VatCategory
from fees.tariff import dto, exchange
from fees.tariff.dto import Content
from tests.accounts.factories import UserFactory
from tests.fees.factories import SINCE, a_draft, a_grid, a_keeper, a_line, a_published, falling_tiers, published, to_come, vat_for
from workflow.engine import moves_of
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, Refusal, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

#: move: (states, roles) — typed by hand, never derived from the code. `other` is a fee manager who has not written the version.
ALLOWED: dict[str, tuple[str, str]] = {
    "ask_review": ("draft", "author other"),
    "send_back": ("in_review", "other head"),
    "publish": ("in_review", "other head"),
    "withdraw": ("published", "author other head"),
    "drop": ("draft in_review", "author other"),
}
OTHERS = {"officer": Role.OFFICER, "legal": Role.LEGAL_OFFICER, "auditor": Role.AUDITOR, "administrator": Role.ADMINISTRATOR}
SAID: dict[str, dict[str, Any]] = {
    "send_back": {"because": "À revoir."},
    "withdraw": {"because": "Publiée par erreur."},
    "publish": {"decision_ref": "D 1"},
}


def refused(act: Any) -> str:
    with pytest.raises(RuleBroken) as caught:
        act()
    return " ".join(str(one.sentence) for one in caught.value.broken)


def broken_by(change: Any) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        change()
    return str(caught.value)


def by_state(author: Any) -> dict[str, GridVersion]:
    """One version in each state, all written by the author."""
    vat_for()
    drafts = {state: a_draft(a_grid(f"G-{place}", by=author), by=author) for place, state in enumerate(GridState.values)}
    drafts["in_review"].ask_review(by=author, at=timezone.now())
    for state in ("published", "withdrawn"):
        published(drafts[state])
    drafts["withdrawn"].withdraw(by=author, at=timezone.now(), because="Essai.")
    return drafts


def test_state_role_and_move_are_those_of_the_table_and_no_others() -> None:
    author = a_keeper()
    people = {"author": author, "other": a_keeper(), "head": UserFactory(head=True), "stranger": UserFactory()}
    people |= {name: UserFactory(roles=[role]) for name, role in OTHERS.items()}
    versions = by_state(author)
    assert set(moves_of(GridVersion)) == set(ALLOWED)
    for move, (states, roles) in ALLOWED.items():
        for state, version in versions.items():
            for name, person in people.items():
                allowed = state in states.split() and name in roles.split()
                assert _goes(version, move, person) is allowed, (move, state, name)


def _goes(version: GridVersion, move: str, person: Any) -> bool:
    """Is the move made, with exactly one line of the journal? All of it is undone."""
    fresh = GridVersion.objects.get(pk=version.pk)
    mark = transaction.savepoint()
    before = JournalLine.objects.filter(subject_type="grid_version", subject_id=version.pk).count()
    try:
        getattr(fresh, move)(by=person, at=timezone.now(), **SAID.get(move, {}))
        done = True
    except Refusal:
        done = False
    after = JournalLine.objects.filter(subject_type="grid_version", subject_id=version.pk).count()
    assert after - before == int(done)
    transaction.savepoint_rollback(mark)
    return done


def test_who_changed_one_line_does_not_approve_the_draft_and_the_database_refuses_it_too() -> None:
    author, second = a_keeper(), a_keeper()
    version = a_draft(by=author)
    change_content(version, lambda now: replace(now, lines=(a_line(amount="2"),)), "DOSSIER", by=second, at=timezone.now())
    vat_for()
    version.ask_review(by=author, at=timezone.now())
    for writer in (author, second):
        with pytest.raises(NotAllowed):
            version.publish(by=writer, at=timezone.now(), decision_ref="D 1")
        words = broken_by(lambda who=writer: GridVersion.objects.filter(pk=version.pk).update(approved_by=who))
        assert "approver" in words
    version.publish(by=UserFactory(head=True), at=timezone.now(), decision_ref="D 1")
    assert version.state == GridState.PUBLISHED


def test_publishing_asks_for_a_second_factor_a_decision_and_a_note() -> None:
    first = a_published()
    version = a_draft(first.grid, since=to_come(), change_note_fr="")
    assert "what this version changes" in refused(lambda: version.ask_review(by=version.author, at=timezone.now()))
    change_header(version, Header(since=to_come(), change_note_fr="Baisse."), by=version.author, at=timezone.now())
    version.ask_review(by=version.author, at=timezone.now())
    assert "decision" in refused(lambda: version.publish(by=a_keeper(), at=timezone.now(), decision_ref=" "))
    bare = a_keeper(device=False)
    assert "second factor" in refused(lambda: version.publish(by=bare, at=timezone.now(), decision_ref="D 2"))


def test_every_finding_stands_against_publication_with_its_place() -> None:
    vat_for()
    collected = a_line("COLLECTE", cost_basis=dto.CostBasis.COLLECTION)
    unknown = a_line("INCONNU", condition=dto.Check("project.moon", dto.Operator.IS_TRUE))
    version = a_draft(lines=[collected, unknown, falling_tiers()])
    words = refused(lambda: version.ask_review(by=version.author, at=timezone.now()))
    assert "COLLECTE: A public holder" in words
    assert "INCONNU.condition: The fact “project.moon”" in words
    assert "SOURCES.tiers[1]" in words and "asking for more costs less" in words
    mended = Content(lines=(a_line(), replace(falling_tiers(), accepts_cliff=True)))
    change_content(version, lambda now: mended, "import", by=version.author, at=timezone.now())
    assert published(version).state == GridState.PUBLISHED


def test_a_published_version_never_changes_in_the_database() -> None:
    version = a_published()
    rows = GridVersion.objects.filter(pk=version.pk)
    text = exchange.content_text(Content(lines=(a_line(amount="1"),)))
    for change in (
        {"content": text, "content_sha256": exchange.sha256(text)},
        {"decision_ref": "autre"},
        {"number": 9},
        {"author": a_keeper()},
    ):
        assert "never changes" in broken_by(lambda told=change: rows.update(**told))
    assert "never deleted" in broken_by(rows.delete)
    with pytest.raises(WrongState):
        change_content(version, lambda now: now, "DOSSIER", by=version.author, at=timezone.now())


def test_the_hash_is_that_of_the_content_and_the_database_sees_to_it() -> None:
    version = a_draft()
    assert version.content_sha256 == exchange.sha256(version.content)
    words = broken_by(lambda: GridVersion.objects.filter(pk=version.pk).update(content=version.content + " "))
    assert "hash_is_that_of_its_content" in words


def test_a_version_ends_where_the_next_one_begins_and_the_boundary_day_is_the_later_ones() -> None:
    first, day = a_published(), to_come()
    second = a_published(first.grid, since=day)
    first.refresh_from_db(fields=["valid"])
    assert first.until == day
    assert queries.version_on(first.grid.code, day - timedelta(days=1)).number == 1  # type: ignore[union-attr]
    assert queries.version_on(first.grid.code, day).number == second.number  # type: ignore[union-attr]
    assert queries.version_on(first.grid.code, SINCE - timedelta(days=1)) is None
    line = JournalLine.objects.get(subject_type="grid_version", subject_id=first.pk, action="give_way")
    assert line.facts["until"] == day.isoformat()


def test_no_version_takes_days_from_another_nor_leaves_a_gap() -> None:
    first = a_published(since=date(2024, 1, 1), until=date(2025, 1, 1))
    inside = a_draft(first.grid, since=date(2024, 6, 1), until=date(2024, 9, 1))
    late = a_draft(first.grid, since=date(2025, 3, 1))
    for version, words in ((inside, "never hold on the same day"), (late, "No version would hold from Wednesday 1 January 2025")):
        version.ask_review(by=version.author, at=timezone.now())
        assert words in refused(lambda one=version: one.publish(by=a_keeper(), at=timezone.now(), decision_ref="D 2"))
    assert a_published(first.grid, since=date(2025, 1, 1)).state == GridState.PUBLISHED


def test_a_version_in_force_gives_way_only_to_one_of_a_day_to_come() -> None:
    first = a_published()
    version = a_draft(first.grid, since=timezone.localdate() - timedelta(days=1))
    version.ask_review(by=version.author, at=timezone.now())
    assert "day to come" in refused(lambda: version.publish(by=a_keeper(), at=timezone.now(), decision_ref="D 2"))


def test_two_published_versions_never_overlap_in_the_database() -> None:
    first = a_published(since=date(2024, 1, 1), until=date(2025, 1, 1))
    second = a_published(first.grid, since=date(2025, 1, 1), until=date(2026, 1, 1))
    words = broken_by(lambda: GridVersion.objects.filter(pk=second.pk).update(valid=(date(2024, 12, 1), date(2026, 1, 1))))
    assert "an end is set once" in words or "one_at_a_time" in words


def test_an_end_is_set_once_for_a_day_to_come_by_somebody_else() -> None:
    version, other = a_published(), a_keeper()
    assert "day to come" in refused(lambda: end_period(version, timezone.localdate(), by=other, at=timezone.now()))
    with pytest.raises(NotAllowed):
        end_period(version, to_come(), by=version.author, at=timezone.now())
    end_period(version, to_come(), by=other, at=timezone.now())
    assert "set once" in refused(lambda: end_period(version, to_come(90), by=other, at=timezone.now()))
    rows = GridVersion.objects.filter(pk=version.pk)
    assert "an end is set once" in broken_by(lambda: rows.update(valid=(SINCE, to_come(90))))


def test_a_withdrawn_version_holds_on_no_day_and_another_may_take_its_place() -> None:
    version = a_published()
    version.withdraw(by=a_keeper(), at=timezone.now(), because="Montant erroné.")
    assert queries.version_on(version.grid.code, SINCE) is None
    assert GridVersion.objects.public().filter(pk=version.pk).exists()
    again = a_published(version.grid)
    assert queries.version_on(version.grid.code, SINCE).number == again.number  # type: ignore[union-attr]


def test_a_new_draft_begins_with_the_last_published_lines_and_changes_nothing_of_them() -> None:
    first = a_published()
    draft = draw_up(first.grid, Header(since=to_come()), by=a_keeper(), at=timezone.now())
    assert (draft.number, draft.content_sha256) == (2, first.content_sha256)
    changed = change_content(draft, lambda now: Content(lines=(a_line(amount="7"),)), "DOSSIER", by=draft.author, at=timezone.now())
    assert changed and not change_content(draft, lambda now: now, "DOSSIER", by=draft.author, at=timezone.now())
    assert GridVersion.objects.get(pk=first.pk).content_sha256 == first.content_sha256 != draft.content_sha256


def test_only_fee_managers_draw_up_and_change_drafts() -> None:
    version = a_draft()
    for person in (UserFactory(head=True), UserFactory(officer=True), UserFactory()):
        with pytest.raises(NotAllowed):
            draw_up(version.grid, Header(since=to_come()), by=person, at=timezone.now())
        with pytest.raises(NotAllowed):
            change_content(version, lambda now: Content(lines=()), "DOSSIER", by=person, at=timezone.now())


def test_a_file_of_another_grid_or_with_faults_changes_nothing_and_says_where() -> None:
    version = a_draft()
    read = exchange.write_yaml(version_of(version))
    assert "of the grid OTHER" in refused(lambda: _import(version, read.replace("code: EDS-ESSAI", "code: OTHER")))
    words = refused(lambda: _import(version, read.replace("group: procedure", "group: lune")))
    assert "content.lines[0].group" in words
    before = version.content_sha256
    assert _import(version, read).changed == 0
    assert GridVersion.objects.get(pk=version.pk).content_sha256 == before


def _import(version: GridVersion, text: str) -> Any:
    return import_into(version, text, by=version.author, at=timezone.now())


def test_a_rate_counts_once_somebody_else_has_approved_it_and_ends_the_one_before() -> None:
    author, other = a_keeper(), a_keeper()
    old = vat.propose(VatRate(code="FR", name_fr="Taux", rate="19.6", valid=(date(2000, 4, 1), None)), by=author, at=timezone.now())
    assert queries.vat_table().rates == ()
    with pytest.raises(NotAllowed):
        vat.approve(old, by=author, at=timezone.now())
    vat.approve(old, by=other, at=timezone.now())
    new = vat.propose(VatRate(code="FR", name_fr="Taux", rate="20", valid=(date(2014, 1, 1), None)), by=author, at=timezone.now())
    vat.approve(new, by=other, at=timezone.now())
    told = [(str(rate.rate), rate.valid_from, rate.valid_to) for rate in queries.vat_table().rates]
    assert told == [("19.60", date(2000, 4, 1), date(2014, 1, 1)), ("20.00", date(2014, 1, 1), None)]
    rows = VatRate.objects.filter(pk=new.pk)
    assert "never changes" in broken_by(lambda: rows.update(rate="21"))
    assert "never deleted" in broken_by(rows.delete)
    words = broken_by(
        lambda: VatRate.objects.create(
            code="FR",
            name_fr="x",
            rate=5,
            author=author,
            entered_at=timezone.now(),
            approved_by=other,
            approved_at=timezone.now(),
            valid=(date(2013, 1, 1), date(2013, 6, 1)),
        )
    )
    assert "vat_rate_one_at_a_time" in words


@pytest.mark.parametrize(
    ("stored", "known"),
    [
        (Scope, dto.Scope),
        (Billing, dto.Billing),
        (Selecting, dto.SelectingDate),
        (AmendmentPolicy, dto.AmendmentPolicy),
        (VatCategory, dto.VatCategory),
    ],
)
def test_what_is_stored_is_what_the_calculator_knows(stored: Any, known: Any) -> None:
    assert set(stored.values) == {one.value for one in known}
