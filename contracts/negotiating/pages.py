"""What the pages of a negotiation show, and who is shown them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from contracts.drafting.forms.writing import language
from contracts.history import history_of
from contracts.models import Convention, ConventionVersion
from contracts.negotiating.models import Proposal
from contracts.negotiating.queries import awaiting_answer, with_versions
from contracts.negotiating.rules import require_negotiation
from contracts.negotiating.shown import ShownClause, changes_shown, clauses_shown, proposals_shown
from contracts.negotiating.statistics import sees_statistics
from contracts.pages import is_open_to
from contracts.policies import MAY
from contracts.reading import convention_for, convention_roles, convention_to, note_convention_read, standing, version_for
from contracts.states import SHARED, SHOWING, ConventionState
from contracts.text.difference import changed_only, difference
from contracts.text.html import html_of_article

PAGE = "convention_negotiation"


def has_negotiation(_request: HttpRequest, convention: Convention) -> bool:
    """Is the negotiation a page of this convention? From the day on which the parties see it."""
    return convention.state in SHARED


def awaiting(request: HttpRequest, convention: Convention) -> int:
    """How many proposals await the reader's answer."""
    return awaiting_answer(convention, request.user) if settles(request, convention) else 0


def settles(request: HttpRequest, convention: Convention) -> bool:
    """May the reader answer proposals now?"""
    return is_in_negotiation(convention) and bool(convention_roles(request, convention) & MAY["settle_proposal"])


def speaks(request: HttpRequest, convention: Convention) -> bool:
    """May the reader propose and comment now?"""
    return is_in_negotiation(convention) and bool(convention_roles(request, convention) & MAY["propose"])


def is_in_negotiation(convention: Convention) -> bool:
    """Is the text being negotiated?"""
    return bool(convention.state == ConventionState.NEGOTIATION)


def part_of_page(request: HttpRequest, convention: Convention) -> dict[str, Any]:
    """The part of the convention's page: how many proposals there are, and whom they await; two queries."""
    if not is_in_negotiation(convention):
        return {"speaks": False, "mine": 0, "all": 0, "locked": 0, "settles": False}
    rows = list(Proposal.objects.filter(convention=convention).awaiting().order_by("pk").values_list("by", "beyond"))
    mine = sum(1 for by, _beyond in rows if by != request.user.pk) if settles(request, convention) else 0
    told = {"all": len(rows), "mine": mine, "locked": sum(1 for _by, beyond in rows if beyond)}
    return told | {"settles": settles(request, convention), "speaks": speaks(request, convention)}


def version_read(request: HttpRequest, convention: Convention) -> ConventionVersion:
    """The last version; 404 where there is none, or where the negotiation is not the reader's to see yet."""
    version = convention.latest()
    if version is None or not has_negotiation(request, convention) or not is_open_to(request, convention, version):
        raise Http404
    return version


def around(request: HttpRequest, convention: Convention) -> dict[str, Any]:
    """What stands around each page of a negotiation."""
    note_convention_read(request, convention, PAGE)
    told = {"settles": settles(request, convention), "speaks": speaks(request, convention), "is_open": is_in_negotiation(convention)}
    return standing(request, convention) | told


def overview_shown(request: HttpRequest, number: str) -> dict[str, Any]:
    """The negotiation clause by clause."""
    convention = convention_for(request, number)
    version = version_read(request, convention)
    clauses = clauses_shown(convention, version.document, request.user)
    open_ones = [proposal for clause in clauses for proposal in clause.open]
    told = {
        "version": version,
        "sees_statistics": sees_statistics(request),
        "clauses": clauses,
        "open": open_ones,
        "mine": sum(1 for one in open_ones if not one.is_mine),
        "locked": sum(1 for one in open_ones if one.row.is_locked),
        "drafts": convention.received_texts.filter(by=request.user.pk, taken_at=None).order_by("-added_at", "-pk"),
    }
    return around(request, convention) | told


def clause_shown(request: HttpRequest, number: str, code: str) -> dict[str, Any]:
    """One clause: its words, what was proposed, what was said; 404 for one that there never was."""
    convention = convention_for(request, number)
    version = version_read(request, convention)
    clause = clause_in(clauses_shown(convention, version.document, request.user), code)
    words = html_of_article(clause.article) if clause.article else ""
    return around(request, convention) | {"version": version, "clause": clause, "words": words}


def clause_in(clauses: list[ShownClause], code: str) -> ShownClause:
    """The clause of this code; 404 without one."""
    found = next((one for one in clauses if one.code == code), None)
    if found is None:
        raise Http404
    return found


def negotiable(request: HttpRequest, number: str, action: str = "propose") -> tuple[Convention, ConventionVersion]:
    """The convention with which the reader may do this now, and its last version; 404 for others, WrongState at another time."""
    convention = convention_to(request, number, action)
    require_negotiation(convention)
    return convention, version_read(request, convention)


def own_proposal(request: HttpRequest, number: str, pk: int) -> Proposal:
    """A proposal of the reader's own that has no answer; 404 for others."""
    convention, _version = negotiable(request, number)
    found: Proposal = get_object_or_404(Proposal.objects.for_reading().awaiting(), convention=convention, pk=pk, by=request.user.pk)
    return with_versions(convention, [found])[0]


def proposal_in(convention: Convention, pk: Any) -> Proposal | None:
    """A proposal on this convention, by what an address says; None when it says nothing that there is."""
    if not str(pk).isdecimal():
        return None
    rows = list(Proposal.objects.filter(convention=convention, pk=int(pk)).for_reading())
    return with_versions(convention, rows)[0] if rows else None


def answerable(request: HttpRequest, convention: Convention) -> list[int]:
    """The proposals that the reader may answer: those that somebody else has made."""
    rows = Proposal.objects.filter(convention=convention).awaiting().exclude(by=request.user.pk).order_by("at", "pk")
    return list(rows.values_list("pk", flat=True))


def settle_shown(request: HttpRequest, convention: Convention, version: ConventionVersion, form: Any) -> dict[str, Any]:
    """The page on which proposals are answered."""
    rows = with_versions(convention, list(Proposal.objects.filter(convention=convention).awaiting().for_reading()))
    places = [one.code for one in version.document.articles]
    rows.sort(key=lambda one: places.index(one.article_code) if one.article_code in places else len(places))
    shown = proposals_shown(convention, rows, version.document, request.user)
    approves = bool(convention_roles(request, convention) & MAY["approve"])
    return around(request, convention) | {"form": form, "proposals": shown, "version": version, "approves": approves}


# ---- versions side by side


def versions_open(request: HttpRequest, convention: Convention) -> list[ConventionVersion]:
    """The versions that the reader may compare, the last one first; without their texts."""
    rows = convention.versions.defer("content").select_related("by").order_by("-number")
    if convention_roles(request, convention) & MAY["see_work"]:
        return list(rows)
    shown_at = next((one.at for one in history_of(convention) if one.action in SHOWING), None)
    found: list[ConventionVersion] = []
    if shown_at is None:
        return found
    for row in rows:
        found.append(row)
        if row.at <= shown_at:  # what stood when they were first shown the text
            break
    return found


def chosen_versions(request: HttpRequest, versions: list[ConventionVersion]) -> tuple[int, int] | None:
    """The two versions that an address asks for, or the last two; None where there is nothing to compare."""
    known = {one.number for one in versions}
    asked = [int(told) for name in ("de", "a") if (told := request.GET.get(name, "")).isdecimal() and int(told) in known]
    if len(asked) == 2:
        return asked[0], asked[1]
    return (versions[1].number, versions[0].number) if len(versions) > 1 else None


def differences_shown(request: HttpRequest, number: str, before: int, after: int) -> dict[str, Any]:
    """Two versions side by side, clause by clause; 404 for one that the reader does not see."""
    convention = convention_for(request, number)
    version_read(request, convention)
    old, new = version_for(convention, before), version_for(convention, after)
    for one in (old, new):
        if not is_open_to(request, convention, one):
            raise Http404
    every = request.GET.get("clauses") == "toutes"
    changes = difference(old.document, new.document)
    told = changes_shown(changes if every else changed_only(changes), language())
    counted = {"changed": len(changed_only(changes)), "of": len(changes), "every": every, "versions": versions_open(request, convention)}
    return around(request, convention) | {"before": old, "after": new, "changes": told} | counted
