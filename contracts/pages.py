"""What the pages of conventions show: where one stands, what changed since the reader's last visit, who must act, and the lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.second_factor import address_for
from contracts.history import Told, history_of
from contracts.models import Annex, Convention, ConventionVersion, VersionFile
from contracts.policies import MAY
from contracts.queries import bodies_of, conventions_at_work, conventions_of, conventions_of_parties, counts_at_work
from contracts.reading import convention_for, convention_roles, convention_to, is_party, note_convention_read, standing, version_for
from contracts.slots import MOVE_PAGES, PAGE_PARTS, TAB_PARTS
from contracts.standing_words import TONES, TURNS
from contracts.states import SHOWING, ConventionState, Kind
from contracts.text.docx import DOCX
from contracts.text.html import html_of
from requests_app.models import Dossier
from requests_app.policies import may_on_site
from requests_app.reading import dossier_for, frame, require_on_site, roles_for
from requests_app.states import AFTER_AUTHORISATION
from ui.navigation import stand_under
from ui.pagination import page_of
from workflow.engine import available, moves_of
from workflow.models import AccessRead

PER_PAGE = 25
PAGE = "convention"
TYPES = {"docx": DOCX, "pdf": "application/pdf"}
LEADING_BACK = ("send_back", "abandon")
#: The moves that are made on a plain page of the base.
PLAIN_MOVES = ("send_to_review", "send_back", "open_negotiation", "abandon")


@dataclass(frozen=True)
class Button:
    """A move that the reader may make, and the page on which it is made."""

    label: Any
    url: str
    #: It undoes or ends the work: never the first thing to do.
    leads_back: bool


def sees_conventions(request: HttpRequest) -> bool:
    """Is the list of conventions one of the reader's pages?"""
    return request.user.is_authenticated and may_on_site(request.user, "see_conventions")


def acts_for_a_body(request: HttpRequest) -> bool:
    """Does the reader act for a body that may be a party, without working on conventions?"""
    return request.user.is_authenticated and bool(bodies_of(request.user)) and not sees_conventions(request)


def has_tab(request: HttpRequest, dossier: Any) -> bool:
    """Is the tab of the conventions one of the reader's? From the authorisation on, for the team and for who keeps conventions."""
    return dossier.state in AFTER_AUTHORISATION and bool(roles_for(request, dossier) & MAY["see"])


def conventions_awaiting(request: HttpRequest, dossier: Any) -> int:
    """How many conventions of the dossier await the team's word."""
    if dossier.state not in AFTER_AUTHORISATION or not roles_for(request, dossier) & MAY["propose"] - MAY["edit"]:
        return 0
    found: int = Convention.objects.filter(dossier=dossier, state=ConventionState.NEGOTIATION).count()
    return found


def tab_for(request: HttpRequest, reference: str) -> dict[str, Any]:
    """The tab of a dossier: its conventions, and what rooms add; 404 for who does not see it."""
    dossier: Dossier = dossier_for(request, reference)
    if not has_tab(request, dossier):
        raise Http404
    roles, rows = roles_for(request, dossier), conventions_of(dossier, request.user)
    told = {"rows": [(row, TURNS[row.state][0], TONES.get(row.state, "")) for row in rows], "prepares": bool(roles & MAY["prepare"])}
    return frame(request, dossier) | told | {"parts_of_tab": [(part.template, part.shown(request, dossier)) for part in TAB_PARTS]}


def convention_shown(request: HttpRequest, number: str) -> dict[str, Any]:
    """The page of a convention."""
    convention = convention_for(request, number)
    history, since = history_shown(request, convention), last_read(request, convention)
    note_convention_read(request, convention, PAGE)
    turn, for_staff, for_parties = TURNS[convention.state]
    return standing(request, convention) | {
        "history": history,
        "news": news(history, since, request.user.pk or 0),
        "since": since,
        "turn": turn,
        "why": why_of(convention, history),
        "sentence": for_parties if is_party(request, convention) else for_staff,
        "tone": TONES.get(convention.state, ""),
        "buttons": buttons(request, convention),
        "parts": [(part.template, part.shown(request, convention)) for part in PAGE_PARTS],
    }


def last_read(request: HttpRequest, convention: Convention) -> datetime | None:
    """When the reader last opened this page."""
    rows = AccessRead.objects.filter(reader=request.user.pk, page=PAGE, subject_type=Convention.subject_type, subject_id=convention.pk)
    return rows.order_by("-at").values_list("at", flat=True).first()


#: No version has this number.
NEVER = 2**15
#: The moves that give a reason: it is shown until another move is made.
GIVING_WHY = frozenset({"send_back", "refuse_signature", "recall", "suspend", "terminate", "abandon"})


def history_shown(request: HttpRequest, convention: Convention) -> list[Told]:
    """What happened, as far as the reader learns of it: the parties from the day on which they were shown the text."""
    history = history_of(convention)
    if convention_roles(request, convention) & MAY["see_work"]:
        return history
    return history[next((place for place, one in enumerate(history) if one.action in SHOWING), len(history)) :]


def why_of(convention: Convention, history: Iterable[Told]) -> str:
    """The reason of the last move, if it gave one and the reader learns of that move."""
    moves = {spec.name for spec in moves_of(convention).values() if spec.target}
    last = [one.action for one in history if one.action in moves][-1:]
    return str(convention.words) if GIVING_WHY.intersection(last) else ""


def news(history: Iterable[Told], since: datetime | None, reader: int) -> list[Told]:
    """What others did since the reader last came; nothing on a first visit."""
    return [one for one in history if since is not None and one.at > since and one.actor != reader]


def buttons(request: HttpRequest, convention: Convention) -> list[Button]:
    """The moves that the reader may make and that a room has a page for."""
    moves = {spec.name: spec for spec in available(convention, by=request.user)}
    pages = [(page, moves[page.key]) for page in MOVE_PAGES if page.key in moves]
    return [Button(spec.label, _address(page.url_name, convention, spec.name), spec.name in LEADING_BACK) for page, spec in pages]


def _address(url_name: str, convention: Convention, move: str) -> str:
    told = [convention.number, move] if url_name == "contracts:move" else [convention.number]
    return reverse(url_name, args=told)


def text_shown(request: HttpRequest, number: str, version: int) -> dict[str, Any]:
    """The reading page of a version: its whole text."""
    convention = convention_for(request, number)
    found = version_for(convention, version)
    if not is_open_to(request, convention, found):
        raise Http404
    note_convention_read(request, convention, "convention_text")
    return standing(request, convention) | text_of(found)


def text_of(version: ConventionVersion) -> dict[str, Any]:
    """A version and its text, for a page."""
    return {"version": version, "document": version.document, "text": html_of(version.document, level=2)}


def is_open_to(request: HttpRequest, convention: Convention, version: ConventionVersion) -> bool:
    """May the reader read this version?"""
    return version.number >= first_open(request, convention)


def first_open(request: HttpRequest, convention: Convention) -> int:
    """The first version that the reader reads, asked once a request: the parties begin with the one that stood when they were shown it."""
    known: dict[int, int] = request.__dict__.setdefault("_first_open_versions", {})
    if convention.pk not in known:
        known[convention.pk] = 1 if convention_roles(request, convention) & MAY["see_work"] else _first_shown(convention)
    return known[convention.pk]


def _first_shown(convention: Convention) -> int:
    shown = next((one.at for one in history_of(convention) if one.action in SHOWING), None)
    if shown is None:
        return NEVER
    return convention.versions.filter(at__lte=shown).aggregate(last=Max("number"))["last"] or 1


def readable_version(request: HttpRequest, number: str, version: int) -> ConventionVersion:
    """A version that the reader may read; 404 for others. It is noted that they did."""
    convention = convention_for(request, number)
    found = version_for(convention, version)
    if not is_open_to(request, convention, found):
        raise Http404
    note_convention_read(request, convention, "convention_file")
    return found


def file_for(request: HttpRequest, number: str, version: int, form: str) -> VersionFile:
    """A file of a version, once it is made; 404 for who does not read it."""
    found: VersionFile = get_object_or_404(readable_version(request, number, version).files, format=form)
    return found


def annex_for(request: HttpRequest, number: str, version: int, pk: int) -> Annex:
    """An annex that is a file; 404 for who does not read the version."""
    found: Annex = get_object_or_404(readable_version(request, number, version).annexes.exclude(file=""), pk=pk)
    return found


def moving(request: HttpRequest, number: str, move: str) -> tuple[Convention, Any]:
    """The convention, and the move that the reader would make on the plain page; 404 for who may not, and for other moves."""
    convention = convention_for(request, number)
    spec = moves_of(convention).get(move)
    if spec is None or move not in PLAIN_MOVES or not convention_roles(request, convention) & MAY[move]:
        raise Http404
    return convention, spec


def approval_for(request: HttpRequest, number: str) -> ConventionVersion:
    """The version that the reader may approve: the last one; 404 for others."""
    convention = convention_to(request, number, "approve")
    version = convention.latest()
    if version is None:
        raise Http404
    version.convention = convention
    return version


def approval_shown(request: HttpRequest, version: ConventionVersion) -> dict[str, Any]:
    """The page of the approval: the whole text, what stands against it, and where the second factor is given."""
    convention = version.convention
    note_convention_read(request, convention, "convention_text")
    back = reverse("contracts:approve", args=[convention.number])
    reader: Any = request.user
    told = {"obstacles": convention.obstacles(), "second_factor": "" if reader.is_verified() else address_for(reader, back)}
    return standing(request, convention) | text_of(version) | told


def list_shown(request: HttpRequest) -> dict[str, Any]:
    """The list of the staff, by state and kind, or by words."""
    require_on_site(request.user, "see_conventions")
    stand_under(request, "conventions")
    asked, kind, words = (request.GET.get(name, "").replace("\x00", "") for name in ("etat", "nature", "q"))
    state = asked if asked in ConventionState.values else ""
    counts = counts_at_work(request.user)
    rows = conventions_at_work(request.user, state=state, kind=kind if kind in Kind.values else "", words=words)
    told = {"asked": state, "states": [(one, counts.get(one.value, 0)) for one in ConventionState], "all": sum(counts.values())}
    return told | {"kinds": Kind.choices, "kind": kind, "words": words, "page": page_of(rows, request, PER_PAGE), "tones": TONES}


def mine_shown(request: HttpRequest) -> dict[str, Any]:
    """The conventions of the bodies that the reader acts for; 404 for who acts for none."""
    if not bodies_of(request.user):
        raise Http404
    stand_under(request, "my_conventions")
    return {"page": page_of(conventions_of_parties(request.user), request, PER_PAGE), "tones": TONES}
