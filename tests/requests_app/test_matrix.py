"""State × role × move: one hand-typed line per move says who may make it from where; everything else must be refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from guardian.shortcuts import assign_perm

from accounts.models import User
from accounts.roles import Role
from catalogue.models import Database
from requests_app.models import Dossier
from requests_app.policies import TRANSCRIBED
from requests_app.services import remind, state_wish
from requests_app.states import State
from tests.accounts.factories import OrganisationFactory, RoleGrantFactory, UserFactory
from tests.requests_app.factories import ROADS, SIGNED, a_dossier, cast, signature, told
from workflow import silence
from workflow.engine import available, moves_of
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, Refusal, RuleBroken, WrongState

S = State
BEFORE_DECISION = "draft submitted incomplete complete with_committee opinion_given with_cnil cnil_incomplete"

#: move: (states, roles) — typed by hand from the settled machine, never derived from the code.
ALLOWED: dict[str, tuple[str, str]] = {
    "submit": ("draft", "signatory"),
    "ask_for_complement": ("submitted", "officer head"),
    "resubmit": ("incomplete", "owner signatory"),
    "abandon": ("incomplete", "officer head"),
    "declare_complete": ("submitted", "officer head"),
    "send_to_committee": ("complete", "officer head"),
    "extend_committee": ("with_committee", "president"),
    "record_opinion": ("with_committee", "officer head president"),
    "deem_favourable": ("with_committee", "system"),
    "revise": ("opinion_given", "signatory"),
    "seize_cnil": ("opinion_given", "officer head"),
    "cnil_finds_incomplete": ("with_cnil", "officer head cnil"),
    "complete_for_cnil": ("cnil_incomplete", "officer head"),
    "cnil_extends": ("with_cnil", "officer head cnil"),
    "authorise": ("with_cnil", "officer head cnil"),
    "refuse": ("with_cnil", "officer head cnil"),
    "close_without_action": ("with_cnil", "officer head cnil"),
    "confirm_tacit_authorisation": ("with_cnil", "head"),
    "verify_commitment": ("complete opinion_given", "officer head"),
    "begin_contracting": ("authorised", "officer head system"),
    "start_without_extraction": ("authorised", "officer head"),
    "enter_convention": ("contracting", "officer head legal system"),
    "open_data": ("in_preparation", "officer head cnam system"),
    "end": ("running", "owner officer head system"),
    "certify_destruction": ("ended", "officer head"),
    "close": ("destroyed", "officer head"),
    "withdraw": (BEFORE_DECISION, "owner"),
    "conclude_amendment": ("authorised", "system"),
}

ROLES: dict[str, Role] = {
    "officer": Role.OFFICER,
    "head": Role.HEAD_OF_SECRETARIAT,
    "member": Role.COMMITTEE_MEMBER,
    "president": Role.COMMITTEE_PRESIDENT,
    "expert": Role.EXTERNAL_EXPERT,
    "cnil": Role.CNIL_LIAISON,
    "cnam": Role.CNAM_AGENT,
    "controller_agent": Role.DATA_CONTROLLER_AGENT,
    "fees": Role.FEE_MANAGER,
    "legal": Role.LEGAL_OFFICER,
    "dpo": Role.DPO,
    "auditor": Role.AUDITOR,
    "administrator": Role.ADMINISTRATOR,
}
TEAM = ("owner", "editor", "reader", "signatory")


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Every role and one dossier per state, made once; each test undoes what it does by a savepoint."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            people = cast() | {name: UserFactory(roles=[role]) for name, role in ROLES.items() if role != Role.DATA_CONTROLLER_AGENT}
            people["controller_agent"] = UserFactory()
            RoleGrantFactory(user=people["controller_agent"], role=Role.DATA_CONTROLLER_AGENT, organisation=OrganisationFactory())
            people |= {name: UserFactory() for name in ("stranger", "editor", "reader")}
            people["system"] = User.objects.system()
            dossiers = {state: a_dossier(state, people) for state in ROADS}
            for dossier in dossiers.values():
                for name in ("editor", "reader"):
                    assign_perm(name, people[name], dossier)
            yield {"people": people, "dossiers": dossiers}
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def fresh(user: Any) -> Any:
    """The person as a new request would load them."""
    return User.objects.get(pk=user.pk)


def prepared(dossier: Dossier, move: str, people: dict[str, Any]) -> tuple[Dossier, datetime]:
    """The dossier made ready for a move that the table allows: everything but state and role is in order."""
    at = datetime.now(UTC)
    if move in ("start_without_extraction",):
        dossier.content.sources.all().delete()
    if move == "verify_commitment":
        Dossier.objects.filter(pk=dossier.pk).update(procedure="mr004" if dossier.state == S.COMPLETE else "mr007")
    if move == "conclude_amendment":
        Dossier.objects.filter(pk=dossier.pk).update(amends=Dossier.objects.exclude(pk=dossier.pk).order_by("pk").first())
    if move == "seize_cnil":
        state_wish(dossier, by=people["owner"], at=at)
    if move == "abandon":
        remind(dossier, by=people["officer"], at=at)
    return Dossier.objects.select_related("content").get(pk=dossier.pk), at


#: Moves that are possible only once a period has lapsed: the test makes time pass by setting the clock's due day back.
AFTER_LAPSE = {"abandon": "K-COMP", "deem_favourable": "K-CES", "confirm_tacit_authorisation": "K-CNIL"}


def let_lapse(dossier: Dossier, code: str) -> None:
    from datetime import timedelta

    from workflow import clocks

    for clock in clocks.of(dossier).filter(code=code, outcome="running"):
        clock.started_at -= timedelta(days=300)
        clock.due_on -= timedelta(days=300)
        clock.save()


def on_paper(move: str) -> dict[str, Any]:
    """The keywords of a move; a decision of the CNIL comes with the paper from which officers transcribe it."""
    said = told(move)
    return said | {"act": replace(said["act"], kept_in={"list": 1, "paper_sha256": "0" * 64})} if move in TRANSCRIBED else said


class Undo(Exception):
    """Ends a savepoint."""


def attempt(dossier: Dossier, move: str, people: dict[str, Any], name: str) -> tuple[str, int]:
    """Make the move as somebody, count its journal lines, and undo everything."""
    result, lines = "done", 0
    try:
        with transaction.atomic():
            ready, at = prepared(dossier, move, people)
            if move in AFTER_LAPSE:
                let_lapse(ready, AFTER_LAPSE[move])
            signed = {"signed": signature(ready, people[name])} if move in SIGNED else {}
            before = JournalLine.objects.filter(subject_id=ready.pk).count()
            try:
                getattr(ready, move)(by=fresh(people[name]), at=at, **on_paper(move), **signed)
            except Refusal as refusal:
                result = type(refusal).__name__
            lines = JournalLine.objects.filter(subject_id=ready.pk).count() - before
            raise Undo
    except Undo:
        return result, lines


def test_the_table_names_every_move() -> None:
    assert set(ALLOWED) == set(moves_of(Dossier))


@pytest.mark.parametrize("move", ALLOWED)
def test_a_move_is_made_by_the_roles_and_from_the_states_of_its_line_and_by_nobody_else(
    move: str, stage: dict[str, Any], django_db_blocker: Any
) -> None:
    people, dossiers = stage["people"], stage["dossiers"]
    states, roles = (set(part.split()) for part in ALLOWED[move])
    with django_db_blocker.unblock():
        for state in sorted(states):
            for name in ["owner", *TEAM[1:], *ROLES, "stranger", "system"]:
                wanted = ("done", 1) if name in roles else ("NotAllowed", 0)
                assert attempt(dossiers[state], move, people, name) == wanted, (move, state, name)


@pytest.mark.parametrize("move", ALLOWED)
def test_a_move_is_refused_from_every_other_state_to_everybody(move: str, stage: dict[str, Any], django_db_blocker: Any) -> None:
    people, dossiers = stage["people"], stage["dossiers"]
    states = set(ALLOWED[move][0].split())
    with django_db_blocker.unblock():
        for state, dossier in dossiers.items():
            if str(state) in states:
                continue
            for name in ("owner", "officer", "head", "president", "cnil", "system"):
                before = Dossier.objects.values_list("journal_seq", flat=True).get(pk=dossier.pk)
                with pytest.raises(WrongState):
                    getattr(dossier, move)(by=people[name], at=datetime.now(UTC), **told(move))
                assert Dossier.objects.values_list("journal_seq", flat=True).get(pk=dossier.pk) == before


def test_the_buttons_are_the_table(stage: dict[str, Any], django_db_blocker: Any) -> None:
    people, dossiers = stage["people"], stage["dossiers"]
    with django_db_blocker.unblock():
        for state, dossier in dossiers.items():
            for name in [*TEAM, *ROLES, "stranger"]:
                shown = {spec.name for spec in available(dossier, by=fresh(people[name]))}
                expected = {
                    move
                    for move, (states, roles) in ALLOWED.items()
                    if str(state) in states.split()
                    and name in roles.split()
                    and move not in {"verify_commitment", "start_without_extraction"}
                }
                assert shown - {"verify_commitment", "start_without_extraction"} == expected, (state, name)


def test_nobody_instructs_a_dossier_of_their_own_organisation(db: None) -> None:
    from tests.accounts.factories import MembershipFactory

    people = cast()
    dossier = a_dossier(S.SUBMITTED, people)
    MembershipFactory(user=people["officer"], organisation=dossier.content.controller)
    officer = fresh(people["officer"])
    assert not Dossier.objects.visible_to(officer).filter(pk=dossier.pk).exists()
    with pytest.raises(NotAllowed):
        dossier.declare_complete(by=officer, at=datetime.now(UTC))


def test_the_operators_own_projects_are_instructed_by_whoever_is_not_on_their_team(db: None) -> None:
    from tests.accounts.factories import MembershipFactory, OrganisationFactory

    people = cast()
    operator = OrganisationFactory(is_operator=True)
    dossier = a_dossier(S.SUBMITTED, people, controller=operator)
    MembershipFactory(user=people["officer"], organisation=operator)
    dossier.declare_complete(by=fresh(people["officer"]), at=datetime.now(UTC))
    on_team = UserFactory(officer=True)
    assign_perm("reader", on_team, dossier)
    with pytest.raises(NotAllowed):
        dossier.send_to_committee(by=fresh(on_team), at=datetime.now(UTC))


def test_what_one_sees_is_what_one_holds_a_role_on(stage: dict[str, Any], django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        for name in ["owner", *TEAM[1:], *ROLES, "stranger"]:
            user = fresh(stage["people"][name])
            seen = set(Dossier.objects.visible_to(user).values_list("pk", flat=True))
            held = {dossier.pk for dossier in stage["dossiers"].values() if dossier.roles_of(user)}
            assert seen & {dossier.pk for dossier in stage["dossiers"].values()} == held, name


def test_every_database_of_level_main_or_catalogue_needs_a_convention(db: None) -> None:
    dossier = a_dossier(S.AUTHORISED, databases=[Database.objects.filter(level="catalogue").first()])
    with pytest.raises(RuleBroken):
        dossier.start_without_extraction(by=UserFactory(officer=True), at=datetime.now(UTC))


def test_silence_leaves_fresh_dossiers_alone(db: None) -> None:
    dossier = a_dossier(S.SUBMITTED, begun=datetime.now(UTC) - __import__("datetime").timedelta(days=4))
    silence.lapse_all(datetime.now(UTC))
    assert Dossier.objects.get(pk=dossier.pk).state == S.SUBMITTED
