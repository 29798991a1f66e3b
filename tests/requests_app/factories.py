"""Dossiers for tests, brought to any state by their real moves, so that journal, clocks and facts are those of real life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from guardian.shortcuts import assign_perm

from accounts.models import User
from accounts.roles import Role
from catalogue.models import Database, Term
from config.demo import pieces as demo_pieces
from requests_app.models import Dossier, DossierSource
from requests_app.policies import SIGNATORY
from requests_app.services import begin_dossier, state_wish
from requests_app.signatures import Signature, parts_of
from requests_app.states import Opinion, State
from requests_app.transitions.base import Recorded
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.recordings import recorded

PARIS = ZoneInfo("Europe/Paris")
SUMMARY = (
    "Ce projet étudie l'évolution des personnes qui vivent avec une épilepsie, à partir de données de soins sans nom. "
    "Il cherche à savoir quels traitements évitent le mieux les hospitalisations, et à quel âge. "
    "Les résultats aideront les médecins à choisir un traitement."
)


def term(vocabulary: str) -> Term:
    """The first term of a vocabulary."""
    found = Term.objects.filter(vocabulary=vocabulary).order_by("position", "pk").first()
    assert found is not None, f"vocabulary {vocabulary} is empty"
    return found


#: One person for each role that a dossier's life needs.
CAST: dict[str, dict[str, Any]] = {
    "owner": {},
    "signatory": {"device": True},
    "officer": {"officer": True},
    "head": {"head": True},
    "president": {"president": True},
    "cnil": {"cnil_liaison": True},
}


def cast() -> dict[str, Any]:
    """The people of a dossier's life."""
    numbers = recorded(
        "cast",
        lambda: tuple(UserFactory(**said).pk for said in CAST.values()),
        anywhere=lambda known: not User.objects.filter(pk=known[0]).exists(),
    )
    found = User.objects.in_bulk(numbers)
    return {name: found[number] for name, number in zip(CAST, numbers, strict=True)}


def _kept_dossier(about: str, people: dict[str, Any], changes: dict[str, Any], walk: Callable[[], Dossier]) -> Dossier:
    """What the walk makes, played where the same has been made before."""
    who = tuple(people[name].pk for name in CAST if name in people)
    plain = all(isinstance(value, (str, bool, int, date)) and not isinstance(value, datetime) for value in changes.values())
    if len(who) != len(CAST) or not plain:
        return walk()
    (number,) = recorded((about, tuple(sorted(changes.items()))), lambda: (walk().pk,), of=who)
    return Dossier.objects.select_related("content").get(pk=number)


def fill(dossier: Dossier, **changes: Any) -> Dossier:
    """Write everything that filing requires."""
    content = dossier.content
    said: dict[str, Any] = {
        "controller": OrganisationFactory(),
        "controller_type": term("controller_type"),
        "dpo_contact": "dpo@exemple.fr",
        "title": "Suivi des personnes épileptiques",
        "acronym": "EPISUIVI",
        "study_lead": "Anne Exemple, cheffe de service",
        "study_lead_profile": "Médecin épidémiologiste.",
        "aims": "Quels traitements évitent le mieux les hospitalisations ?",
        "method": "Cohorte de nouveaux utilisateurs, pondérée par score de propension.",
        "lay_summary": SUMMARY,
        "purpose": term("purpose"),
        "public_interest": "Mieux soigner une maladie fréquente.",
        "expected_benefits": "Moins d'hospitalisations évitables.",
        "forbidden_purposes_excluded": True,
        "population": "Adultes suivis pour une épilepsie entre 2015 et 2023.",
        "targeting": "Deux délivrances de la classe N03A en douze mois.",
        "matching": False,
        "data_form": "pseudonymised",
        "hosting": "operator",
        "recipients": "L'unité d'épidémiologie.",
        "information": "collective",
        "information_how": "Notice sur le site de l'établissement et répertoire public.",
        "people": [{"name": "Anne Exemple", "organisation": "CHU", "role": "Analyse", "profile": "Épidémiologiste"}],
        "access_months": 24,
        "results_plan": "Article en accès libre avant la fin du projet.",
        "starts_on": date(2026, 1, 5),
        "ends_on": date(2029, 1, 5),
        "retention_years": 5,
        "legal_basis_6": term("legal_basis_6"),
        "legal_basis_9": term("legal_basis_9"),
    } | changes
    databases = said.pop("databases", None)
    for name, value in said.items():
        setattr(content, name, value)
    content.save()
    content.objectives.set([term("objective")])
    content.domains.set([term("domain")])
    for database in databases if databases is not None else [Database.objects.get(level="main")]:
        DossierSource.objects.get_or_create(content=content, database=database, defaults={"professional_identifier": False})
    content.forget()
    give_pieces(dossier)
    return dossier


def give_pieces(dossier: Dossier) -> None:
    """Give a dossier every piece that its procedure requires: real files of one page, without the scan."""
    demo_pieces.give_pieces(dossier, by=dossier.created_by, at=dossier.created_at)


def a_draft(
    people: dict[str, Any] | None = None, *, procedure: str = "aut", at: datetime | None = None, filled: bool = True, **changes: Any
) -> Dossier:
    """A draft of the owner, filled unless told otherwise."""
    people = people or cast()
    if at is None and filled:
        at = timezone.now() - timedelta(days=400)
        return _kept_dossier("a draft", people, changes | {"procedure": procedure}, lambda: _draft(people, procedure, at, filled, changes))
    return _draft(people, procedure, at or timezone.now() - timedelta(days=400), filled, changes)


def _draft(people: dict[str, Any], procedure: str, at: datetime, filled: bool, changes: dict[str, Any]) -> Dossier:
    dossier = begin_dossier(by=people["owner"], at=at, procedure=procedure)
    if "signatory" in people:
        assign_perm(SIGNATORY, people["signatory"], dossier)
    return fill(dossier, **changes) if filled else dossier


#: The moves that lead from one state to the next, on the road of an authorisation.
ROADS: dict[str, list[str]] = {
    State.DRAFT: [],
    State.SUBMITTED: ["submit"],
    State.INCOMPLETE: ["submit", "ask_for_complement"],
    State.ABANDONED: ["submit", "ask_for_complement", "abandon"],
    State.COMPLETE: ["submit", "declare_complete"],
    State.WITH_COMMITTEE: ["submit", "declare_complete", "send_to_committee"],
    State.OPINION_GIVEN: ["submit", "declare_complete", "send_to_committee", "record_opinion"],
    State.WITH_CNIL: ["submit", "declare_complete", "send_to_committee", "record_opinion", "seize_cnil"],
    State.WITHDRAWN: ["withdraw"],
}
ROADS[State.CNIL_INCOMPLETE] = [*ROADS[State.WITH_CNIL], "cnil_finds_incomplete"]
ROADS[State.REFUSED] = [*ROADS[State.WITH_CNIL], "refuse"]
ROADS[State.CLOSED_WITHOUT_ACTION] = [*ROADS[State.WITH_CNIL], "close_without_action"]
ROADS[State.AUTHORISED] = [*ROADS[State.WITH_CNIL], "authorise"]
ROADS[State.CONTRACTING] = [*ROADS[State.AUTHORISED], "begin_contracting"]
ROADS[State.IN_PREPARATION] = [*ROADS[State.CONTRACTING], "enter_convention"]
ROADS[State.RUNNING] = [*ROADS[State.IN_PREPARATION], "open_data"]
ROADS[State.ENDED] = [*ROADS[State.RUNNING], "end"]
ROADS[State.DESTROYED] = [*ROADS[State.ENDED], "certify_destruction"]
ROADS[State.CLOSED] = [*ROADS[State.DESTROYED], "close"]

WORDS = Recorded(reference="DR-2026-001", text="Motif exposé en une phrase.")

#: What each move is told beside `by` and `at`.
TOLD: dict[str, dict[str, Any]] = {
    "submit": {"delegation_attested": True},
    "record_opinion": {"opinion": Opinion.FAVOURABLE, "act": WORDS},
    "close_without_action": {"reason": "out_of_scope", "act": WORDS},
    "resubmit": {},
    "deem_favourable": {},
}

#: Who makes each move in tests.
ACTORS = {
    "submit": "signatory",
    "resubmit": "owner",
    "revise": "signatory",
    "withdraw": "owner",
    "confirm_tacit_authorisation": "head",
    "extend_committee": "president",
    **dict.fromkeys(["cnil_extends", "authorise", "refuse", "close_without_action"], "cnil"),
}


def told(move: str) -> dict[str, Any]:
    """The keywords of a move."""
    return dict(TOLD.get(move, {"act": WORDS}))


#: Moves that carry a signature.
SIGNED = frozenset({"submit", "revise"})


def signature(dossier: Dossier, person: Any) -> Signature:
    """What a person brings who has just read the dossier as it is now, and given the code of their own device."""
    device = TOTPDevice.objects.filter(user=person).first()
    return Signature(device.persistent_id if device else "", parts_of(Dossier.objects.get(pk=dossier.pk)))


def make(dossier: Dossier, move: str, people: dict[str, Any], at: datetime, **more: Any) -> Any:
    """Make a move as the person who makes it in real life, with what it needs beforehand."""
    if move == "seize_cnil" and dossier.cnil_wished_at is None:
        state_wish(dossier, by=people["owner"], at=at)
    if move == "abandon":
        from requests_app.services import remind

        remind(dossier, by=people["officer"], at=at)
    actor = people[ACTORS.get(move, "officer")]
    signed: dict[str, Any] = {}
    if move in SIGNED:
        assign_perm(SIGNATORY, actor, dossier)
        signed = {"signed": signature(dossier, actor)}
    return getattr(dossier, move)(by=actor, at=at, **(told(move) | signed | more))


def a_dossier(state: str = State.DRAFT, people: dict[str, Any] | None = None, *, begun: datetime | None = None, **changes: Any) -> Dossier:
    """A dossier in a state, reached two days ago by its real moves three days apart (forty before an abandonment)."""
    people = people or cast()
    since = _since(begun)
    if since is None:
        return _walk(state, people, begun, changes)
    return _kept_dossier(f"a dossier {state}{since}", people, changes, lambda: _walk(state, people, begun, changes))


def _since(begun: datetime | None) -> str | None:
    """How a road that begins then is named, to be played: so many days ago or at an instant that is written; None for any other."""
    if begun is None:
        return ""
    ago = timezone.now() - begun
    days = round(ago / timedelta(days=1))
    if abs(ago - timedelta(days=days)) < timedelta(seconds=1):
        return f" of {days} days"
    return None if begun.microsecond else f" of {begun.isoformat()}"


def _walk(state: str, people: dict[str, Any], begun: datetime | None, changes: dict[str, Any]) -> Dossier:
    steps = [timedelta(days=40 if move == "abandon" else 3) for move in ROADS[state]]
    at = begun or timezone.now() - sum(steps, timedelta(days=2))
    dossier = a_draft(people, at=at, **changes)
    for move, step in zip(ROADS[state], steps, strict=True):
        at += step
        make(dossier, move, people, at)
    return Dossier.objects.select_related("content").get(pk=dossier.pk)


__all__ = ["PARIS", "ROADS", "Role", "a_dossier", "a_draft", "cast", "fill", "give_pieces", "make", "signature", "term", "told"]
