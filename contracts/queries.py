"""Conventions as pages and rooms read them: those of a dossier, the one that opens the gate, the lists of the staff and of the parties."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count, Q

from accounts.policies import organisations_with
from accounts.roles import Role
from contracts.models import Convention, ConventionVersion, Party
from contracts.policies import may
from contracts.states import BOUND, OPENING, SHOWING, ConventionState, Origin
from requests_app.models import Dossier
from requests_app.policies import roles_on
from workflow.models import JournalLine

#: For whom somebody acts who reads a convention for a party.
ACTING = (Role.SIGNATORY.value, Role.DATA_CONTROLLER_AGENT.value)


def conventions_of(dossier: Dossier, user: Any) -> list[Convention]:
    """The conventions of a dossier that a person reads, amendments below what they amend; a few queries, whatever their number."""
    rows = list(Convention.objects.for_reading().filter(dossier=dossier).order_by("prepared_at", "pk"))
    for convention in rows:
        convention.dossier = dossier  # what decides who reads them was read with the dossier
    _read_together(rows)
    roles = roles_on(user, dossier)
    return [convention for convention in rows if may(user, "see", convention, on_dossier=roles)]


def _read_together(rows: list[Convention]) -> None:
    """What decides who reads these conventions, for all of them at once: who joined them, who wrote them, which were shown."""
    keys = [convention.pk for convention in rows]
    joined = Party.objects.filter(convention__root__in=keys, convention__state__in=sorted(BOUND), convention__effective_from__isnull=False)
    wrote = ConventionVersion.objects.filter(convention__in=keys).exclude(origin=Origin.COUNTERPARTY)
    lines = JournalLine.objects.filter(subject_type=Convention.subject_type, subject_id__in=keys, action__in=sorted(SHOWING))
    bodies: dict[int, set[int]] = defaultdict(set)
    writers: dict[int, set[int]] = defaultdict(set)
    shown = set(lines.order_by().values_list("subject_id", flat=True))
    for root, body in joined.order_by().values_list("convention__root", "organisation"):
        bodies[root or 0].add(body)
    for convention, person in wrote.order_by().values_list("convention", "by"):
        writers[convention].add(person)
    for one in rows:
        members = frozenset(bodies[one.pk]) if one.root_id is None and one.is_bound else frozenset()
        wrote_it = frozenset(writers[one.pk]) | {one.prepared_by_id}
        one.__dict__ |= {"joined_since": members, "_preparers": wrote_it, "_was_shown": one.pk in shown}


def joined_parties(convention: Convention) -> list[Party]:
    """Who became party to a convention by an amendment that took effect, each once, in the order in which they came."""
    if convention.is_amendment or not convention.is_bound:
        return []
    rows = Party.objects.filter(convention__root=convention, convention__state__in=sorted(BOUND), convention__effective_from__isnull=False)
    known = {party.organisation_id for party in convention.parties_read()}
    found: dict[int, Party] = {}
    for party in rows.order_by("convention__sequence", "position"):
        if party.organisation_id not in known:
            found.setdefault(party.organisation_id, party)
    return list(found.values())


def in_force_for(dossier: Dossier) -> Convention | None:
    """The convention under which data of a dossier are made available now; None while there is none."""
    rows = Convention.objects.for_reading().filter(dossier=dossier, kind__in=sorted(OPENING), state=ConventionState.IN_FORCE)
    found: Convention | None = rows.order_by("-effective_from", "-pk").first()
    return found


def conventions_at_work(user: Any, *, state: str = "", kind: str = "", words: str = "") -> Any:
    """The conventions that somebody of the staff sees, the last one first: in a state, of a kind, that these words name."""
    rows = Convention.objects.at_work(user).select_related("dossier__content").prefetch_related("parties")
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(kind=kind) if kind else rows
    for word in words.split()[:8]:
        named = Q(number__icontains=word) | Q(title__icontains=word) | Q(dossier__reference__icontains=word)
        rows = rows.filter(named | Q(pk__in=Convention.objects.filter(parties__name__icontains=word).order_by().values("pk")))
    return rows.order_by("-prepared_at", "-pk")


def counts_at_work(user: Any) -> dict[str, int]:
    """How many conventions there are in each state, of those that the person sees; one query."""
    return dict(Convention.objects.at_work(user).order_by().values_list("state").annotate(found=Count("pk")))


def bodies_of(user: Any) -> frozenset[int]:
    """The bodies for which a person reads conventions."""
    return frozenset(pk for role in ACTING for pk in organisations_with(user, role))


def conventions_of_parties(user: Any) -> Any:
    """The conventions of the bodies that a person acts for, the last one first."""
    rows = Convention.objects.of_parties(bodies_of(user)).select_related("dossier__content").prefetch_related("parties")
    return rows.order_by("-prepared_at", "-pk")
