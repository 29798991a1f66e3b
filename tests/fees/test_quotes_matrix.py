"""State × role × move of a quote: one hand-typed line per move says who may make it from where; everything else is refused."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm

from accounts.models import User
from accounts.roles import Role
from fees.quotes.grids import _chosen
from fees.quotes.models import Quote
from fees.quotes.services.deciding import last_day_from
from fees.quotes.states import QuoteState
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.fees.quoting import a_fee_manager, a_light_dossier, a_quote, grids_in_force, in_state, signed_by
from tests.requests_app.factories import cast
from workflow import clocks
from workflow.engine import available, moves_of
from workflow.models import JournalLine
from workflow.refusals import Refusal

#: move: (states, roles) — typed by hand, never derived from the code.
ALLOWED: dict[str, tuple[str, str]] = {
    "issue": ("draft", "fees"),
    "accept": ("issued", "signatory payer"),
    "accept_on_paper": ("issued", "fees head"),
    "decline": ("issued", "signatory payer"),
    "expire": ("issued", "system"),
    "supersede": ("issued accepted", "system"),
    "cancel": ("draft issued", "fees system"),
}
SITE = {
    "officer": Role.OFFICER,
    "head": Role.HEAD_OF_SECRETARIAT,
    "president": Role.COMMITTEE_PRESIDENT,
    "cnil": Role.CNIL_LIAISON,
    "cnam": Role.CNAM_AGENT,
    "fees": Role.FEE_MANAGER,
    "legal": Role.LEGAL_OFFICER,
    "dpo": Role.DPO,
    "auditor": Role.AUDITOR,
    "administrator": Role.ADMINISTRATOR,
}
EVERYBODY = ("owner", "editor", "reader", "signatory", "payer", *SITE, "stranger", "system")


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Every role and one quote per state, made once; each test undoes what it does by a savepoint."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            grids_in_force()
            people = cast() | {name: UserFactory(roles=[role]) for name, role in SITE.items()}
            people |= {name: UserFactory() for name in ("stranger", "editor", "reader")}
            people |= {"payer": UserFactory(device=True), "system": User.objects.system()}
            quotes = {state.value: in_state(*_a_quote_of(people), state.value, people["fees"]) for state in QuoteState}
            yield {"people": people, "quotes": quotes}
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def _a_quote_of(people: dict[str, Any]) -> tuple[Quote]:
    dossier = a_light_dossier(people)
    for name in ("editor", "reader"):
        assign_perm(name, people[name], dossier)
    quote = a_quote(dossier, people["fees"])
    RoleGrantFactory(user=people["payer"], role=Role.SIGNATORY, organisation=dossier.content.controller)
    return (quote,)


class Undo(Exception):
    """Ends a savepoint."""


def told(move: str, quote: Quote, person: Any, at: Any) -> dict[str, Any]:
    words: dict[str, dict[str, Any]] = {
        "issue": {"valid_until": last_day_from(at), "signed": signed_by(person, quote)},
        "accept": {"signed": signed_by(person, quote)},
        "accept_on_paper": {"signed": signed_by(person, quote), "paper": 1, "paper_sha256": "0" * 64},
        "decline": {"because": "Trop cher."},
        "supersede": {"by_quote": quote},
        "cancel": {"because": "Erreur de saisie."},
    }
    return words.get(move, {})


def attempt(quote: Quote, move: str, person: Any) -> tuple[str, int]:
    """Make the move as somebody, count its journal lines, and undo everything."""
    result, lines, at = "done", 0, timezone.now()
    try:
        with transaction.atomic():
            ready = Quote.objects.for_reading().get(pk=quote.pk)
            if move == "expire":
                clocks.of(ready).update(due_on=at.date() - timedelta(days=2), started_at=at - timedelta(days=92))
            before = JournalLine.objects.filter(subject_type="quote", subject_id=ready.pk).count()
            try:
                getattr(ready, move)(by=person, at=at, **told(move, ready, person, at))
            except Refusal as refusal:
                result = type(refusal).__name__
            lines = JournalLine.objects.filter(subject_type="quote", subject_id=ready.pk).count() - before
            raise Undo
    except Undo:
        return result, lines


def fresh(person: Any) -> Any:
    return User.objects.get(pk=person.pk)


def test_the_table_names_every_move() -> None:
    assert set(ALLOWED) == set(moves_of(Quote))


@pytest.mark.parametrize("move", ALLOWED)
def test_a_move_is_made_by_the_roles_and_from_the_states_of_its_line_and_by_nobody_else(
    move: str, stage: dict[str, Any], django_db_blocker: Any
) -> None:
    states, roles = (set(part.split()) for part in ALLOWED[move])
    with django_db_blocker.unblock():
        for state, quote in stage["quotes"].items():
            for name in EVERYBODY:
                wanted = ("WrongState", 0) if state not in states else ("done", 1) if name in roles else ("NotAllowed", 0)
                assert attempt(quote, move, fresh(stage["people"][name])) == wanted, (move, state, name)


def test_the_buttons_are_the_table(stage: dict[str, Any], django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        for state, quote in stage["quotes"].items():
            for name in EVERYBODY:
                shown = {spec.name for spec in available(quote, by=fresh(stage["people"][name]))}
                expected = {move for move, (states, roles) in ALLOWED.items() if state in states.split() and name in roles.split()}
                assert shown == expected, (state, name)


def test_nobody_prices_a_dossier_of_their_own_organisation(stage: dict[str, Any], django_db_blocker: Any) -> None:
    from tests.accounts.factories import MembershipFactory

    with django_db_blocker.unblock():
        quote, manager = stage["quotes"]["draft"], a_fee_manager()
        MembershipFactory(user=manager, organisation=quote.dossier.content.controller)
        assert attempt(quote, "issue", fresh(manager)) == ("NotAllowed", 0)


@pytest.mark.parametrize(
    ("selecting", "number"), [("application_submitted", 1), ("opinion", 1), ("decision", 2), ("quote_date", 3), ("delivery", 3)]
)
def test_the_day_that_a_grid_names_selects_the_version_and_a_day_to_come_is_that_of_the_quote(selecting: str, number: int) -> None:
    years = ((1, 2024, 2025), (2, 2025, 2026), (3, 2026, None))
    rows: Any = [
        SimpleNamespace(number=one, grid_id=1, since=date(since, 1, 1), until=until and date(until, 1, 1), selecting_date=selecting)
        for one, since, until in years
    ]
    dossier: Any = SimpleNamespace(
        submitted_at=datetime(2024, 3, 1, 12, tzinfo=UTC),
        opinion_at=datetime(2024, 12, 31, 12, tzinfo=UTC),
        authorised_on=date(2025, 1, 1),
        data_opened_on=None,
    )
    assert [row.number for row in _chosen(rows, dossier, date(2026, 5, 2))] == [number]
