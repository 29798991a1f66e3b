"""What the pages of the library show: the list, a text with its versions, what is wrong with it, what it changes, its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.clauses.checklists import items, items_for
from contracts.clauses.policies import may, may_keep, may_see
from contracts.library.condition_words import TYPES, in_words, language
from contracts.models import Clause, ClauseVersion, Template, TemplateVersion
from contracts.states import AnnexKind, TextState
from contracts.text.bodies import blocks_of
from contracts.text.clauses import ClauseText, Parameter
from contracts.text.difference import Line, lines_of_bodies
from contracts.text.document import Block
from contracts.text.facts import FACTS
from workflow.engine import available, moves_of
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, WrongState

Version = ClauseVersion | TemplateVersion

#: The moves, by the word of their address.
ACTS: Mapping[str, str] = {
    "relecture": "ask_review",
    "renvoyer": "send_back",
    "approuver": "approve",
    "retirer": "retire",
    "abandonner": "drop",
}
#: What each does, in a sentence.
SENTENCES: Mapping[str, Any] = {
    "ask_review": _("The draft is closed: somebody who has not written it reads it over."),
    "send_back": _("The draft is open again to who draws it up, with your reason."),
    "approve": _("From here its words never change: conventions may be made of it."),
    "retire": _("No new convention is made of it. Those that were made of it stand."),
    "drop": _("The draft is given up. Its page stays, for the record."),
}
DONE: Mapping[str, Any] = {
    "ask_review": _("Approval is asked for."),
    "send_back": _("The draft is sent back, with your reason."),
    "approve": _("It is approved: its words never change any more."),
    "retire": _("It is retired; its page says why."),
    "drop": _("The draft is dropped."),
}
#: What each action on a version was, once it is done.
HAPPENED: Mapping[str, Any] = {
    "draw_up": _("Draft begun"),
    "edit": _("Draft changed"),
    "ask_review": _("Approval asked for"),
    "send_back": _("Sent back"),
    "approve": _("Approved"),
    "give_way": _("Ended by the version that follows"),
    "retire": _("Retired"),
    "drop": _("Draft dropped"),
}


@dataclass(frozen=True)
class Event:
    """One line of the history of a version."""

    words: Any
    at: datetime
    by: str


@dataclass(frozen=True)
class Row:
    """A clause or a template in a list: the version that counts, and the one that is being written."""

    thing: Clause | Template
    current: Version | None
    draft: Version | None

    @property
    def shown(self) -> Version | None:
        """The version by whose title it is called."""
        return self.current or self.draft


# ---- who


def require_reader(request: HttpRequest) -> None:
    """Raise Http404 for somebody who has nothing to do with the library."""
    if not may_see(request.user):
        raise Http404


def require_keeper(request: HttpRequest) -> None:
    """Raise Http404 for a stranger, NotAllowed for who only reads or approves."""
    require_reader(request)
    if not may_keep(request.user):
        raise NotAllowed(_("Only a legal officer draws up clauses and templates."))


def clause_for(request: HttpRequest, code: str) -> Clause:
    """A clause; 404 for a stranger."""
    require_reader(request)
    return get_object_or_404(Clause, code=code)


def template_for(request: HttpRequest, code: str) -> Template:
    """A template; 404 for a stranger."""
    require_reader(request)
    return get_object_or_404(Template, code=code)


def clause_version_for(request: HttpRequest, code: str, number: int) -> ClauseVersion:
    """A version of a clause; 404 for a stranger."""
    require_reader(request)
    found: ClauseVersion = get_object_or_404(
        ClauseVersion.objects.select_related("clause", "author", "approved_by"), clause__code=code, number=number
    )
    return found


def template_version_for(request: HttpRequest, code: str, number: int) -> TemplateVersion:
    """A version of a template; 404 for a stranger."""
    require_reader(request)
    found: TemplateVersion = get_object_or_404(
        TemplateVersion.objects.select_related("template", "author", "approved_by"), template__code=code, number=number
    )
    return found


def to_edit(request: HttpRequest, version: Any) -> Any:
    """A draft, for who may change it. Raises NotAllowed, WrongState."""
    if not may(request.user, "edit", version):
        raise NotAllowed(_("Only a legal officer draws up clauses and templates."))
    if not version.is_draft:
        raise WrongState(_("Only a draft is changed: draw up a new version, or have this one sent back."))
    return version


def to_move(version: Version, act: str) -> str:
    """The move that a word of an address names; 404 for none."""
    if act not in ACTS:
        raise Http404
    return ACTS[act]


def move_of(request: HttpRequest, version: Version, name: str) -> dict[str, Any]:
    """The page of a move. Raises NotAllowed for who may not make it, WrongState where it is not possible."""
    spec = moves_of(type(version))[name]
    if version.state not in spec.sources:
        raise WrongState(_("“%(move)s” is not possible at this stage.") % {"move": spec.label})
    if not may(request.user, name, version):
        raise NotAllowed(_("None of your roles allows “%(move)s”.") % {"move": spec.label})
    thing = {"clause": version.clause} if isinstance(version, ClauseVersion) else {"template": version.template}
    return thing | {"version": version, "label": spec.label, "sentence": SENTENCES[name], "findings": version.findings()}


def spoken_in(request: HttpRequest) -> str:
    """The language that the address asks for, else the reader's."""
    asked = request.GET.get("langue", "")
    return asked if asked in ("fr", "en") else language()


def asked_of(request: HttpRequest) -> str:
    """What a button of the list of clauses asks for."""
    return request.POST.get("act") or f"add:{request.POST.get('add', '')}"


# ---- lists


def clauses_of(request: HttpRequest) -> dict[str, Any]:
    """The library: every clause with its versions, what awaits approval first; constant queries."""
    require_reader(request)
    versions = ClauseVersion.objects.select_related("clause", "author").order_by("number")
    rows = _rows(Clause.objects.order_by("position", "code"), versions, "clause_id")
    return {"rows": rows, "waiting": _waiting(rows), "keeps": may_keep(request.user)}


def templates_of(request: HttpRequest) -> dict[str, Any]:
    """Every template with its versions."""
    require_reader(request)
    versions = TemplateVersion.objects.select_related("template", "author").order_by("number")
    rows = _rows(Template.objects.order_by("position", "code"), versions, "template_id")
    return {"rows": rows, "waiting": _waiting(rows), "keeps": may_keep(request.user)}


def _rows(things: Any, versions: Any, key: str) -> list[Row]:
    current: dict[int, Version] = {}
    drafts: dict[int, Version] = {}
    for version in versions:
        if version.state == TextState.APPROVED:
            current[getattr(version, key)] = version
        elif version.state != TextState.RETIRED:
            drafts[getattr(version, key)] = version
    return [Row(thing, current.get(thing.pk), drafts.get(thing.pk)) for thing in things]


def _waiting(rows: list[Row]) -> list[Version]:
    return [row.draft for row in rows if row.draft is not None and row.draft.state == TextState.IN_REVIEW]


def thing_of(request: HttpRequest, thing: Clause | Template) -> dict[str, Any]:
    """The versions of a clause or of a template."""
    versions = list(thing.versions.select_related("author", "approved_by").order_by("-number"))
    open_one = any(one.state in (TextState.DRAFT, TextState.IN_REVIEW) for one in versions)
    return {"thing": thing, "versions": versions, "keeps": may_keep(request.user) and not open_one}


# ---- a version


@dataclass(frozen=True)
class ParameterShown:
    """A parameter of a clause as a page says it."""

    code: str
    label: str
    kind: Any
    default: str
    minimum: str
    maximum: str


def version_of(request: HttpRequest, version: Version) -> dict[str, Any]:
    """What every page of a version shows: its rights, findings, history."""
    moves = {spec.name for spec in available(version, by=request.user)}
    rights = {name: name in moves for name in ACTS.values()}
    rights["edit"] = version.is_draft and may(request.user, "edit", version)
    return {
        "version": version,
        "rights": rights,
        "acts": {move: act for act, move in ACTS.items()},
        "findings": version.findings() if version.state in (TextState.DRAFT, TextState.IN_REVIEW) else [],
        "own_draft": version.state == TextState.IN_REVIEW and version.is_written_by(request.user),
        "history": history_of(version),
    }


def clause_version_of(request: HttpRequest, version: ClauseVersion) -> dict[str, Any]:
    """The page of a version of a clause."""
    text, before = version.text, before_of(version)
    return version_of(request, version) | {
        "clause": version.clause,
        "text": text,
        "texts": both_texts(text),
        "condition": in_words(text.condition),
        "covers": [known[code].said for code in text.covers if code in (known := items())],
        "parameters": [parameter_shown(one) for one in text.parameters],
        "before": before,
        "changes": changed_lines(before.text, text) if before else [],
    }


def both_texts(text: ClauseText) -> list[tuple[str, str, tuple[Block, ...]]]:
    """The clause in each language it has: language, title, blocks."""
    told = (("fr", text.title.fr, text.body.fr), ("en", text.title.en, text.body.en))
    return [(spoken, title, blocks_of(body)) for spoken, title, body in told if title or body]


def parameter_shown(one: Parameter) -> ParameterShown:
    """A parameter in words."""
    return ParameterShown(one.code, one.label.said(language()), TYPES[one.type], one.default, one.minimum, one.maximum)


def changed_lines(before: ClauseText, after: ClauseText) -> list[tuple[str, tuple[Line, ...]]]:
    """What changed of the words, in each language in which something did."""
    pairs = (
        ("fr", f"{before.title.fr}\n\n{before.body.fr}", f"{after.title.fr}\n\n{after.body.fr}"),
        ("en", f"{before.title.en}\n\n{before.body.en}", f"{after.title.en}\n\n{after.body.en}"),
    )
    return [(spoken, lines_of_bodies(old, new)) for spoken, old, new in pairs if old != new]


def before_of(version: Any) -> Any:
    """The approved version that this one follows."""
    key = "clause" if isinstance(version, ClauseVersion) else "template"
    others = type(version).objects.filter(**{f"{key}_id": getattr(version, f"{key}_id")}, number__lt=version.number)
    return others.exclude(approved_at=None).select_related(key).order_by("-number").first()


def history_of(version: Version, most: int = 100) -> list[Event]:
    """The last events of a version, newest first; two queries."""
    lines = list(JournalLine.objects.filter(subject_type=version.subject_type, subject_id=version.pk).order_by("-seq")[:most])
    people = User.objects.in_bulk({line.actor_id for line in lines})
    return [Event(HAPPENED.get(line.action, line.action), line.at, str(people.get(line.actor_id, ""))) for line in lines]


def facts_listed() -> list[tuple[str, Any, Any]]:
    """Every fact that may stand in a text: how it is called, what it is, its type."""
    return [(f"[[{one.code}]]", one.label, TYPES[one.type]) for one in FACTS.values()]


# ---- a version of a template


@dataclass(frozen=True)
class Place:
    """A clause in its place in a template."""

    code: str
    number: int
    row: ClauseVersion | None
    condition: str

    @property
    def title(self) -> str:
        """Its title; its code where the row is gone."""
        return self.row.title if self.row else self.code


def template_version_of(request: HttpRequest, version: TemplateVersion) -> dict[str, Any]:
    """The page of a version of a template."""
    text, before = version.text, before_of(version)
    rows = version.rows
    places = [_place(one.code, one.number, rows.get((one.code, one.number))) for one in text.entries]
    return version_of(request, version) | {
        "template": version.template,
        "text": text,
        "places": places,
        "annexes": [AnnexKind(code).label for code in text.annexes if code in AnnexKind.values],
        "required": [FACTS[code].label for code in text.required if code in FACTS],
        "checklist": _checked(text.kind, rows.values()),
        "others": _others({one.code for one in text.entries}) if version.is_draft else [],
        "before": before,
        "changes": entries_changed(before, version) if before else [],
    }


def _place(code: str, number: int, row: ClauseVersion | None) -> Place:
    return Place(code, number, row, in_words(row.text.condition) if row else "")


def _checked(kind: str, rows: Any) -> list[tuple[str, str, bool]]:
    """The checklist of the kind: each item, its law, whether a clause covers it."""
    covered = {code for row in rows for code in row.text.covers}
    return [(item.said, item.law, item.code in covered) for item in items_for(kind)]


def _others(standing: set[str]) -> list[tuple[str, str]]:
    """The clauses that may be added: those approved that do not stand yet, by their title."""
    rows = ClauseVersion.objects.filter(state=TextState.APPROVED).exclude(clause__code__in=standing).select_related("clause")
    return list({row.clause.code: row.title for row in rows.order_by("clause__position", "clause__code", "number")}.items())


def entries_changed(before: TemplateVersion, after: TemplateVersion) -> list[tuple[Any, str, str]]:
    """What the second changes of the clauses of the first: what happened, to which clause, between which versions."""
    old = {one.code: one.number for one in before.text.entries}
    new = {one.code: one.number for one in after.text.entries}
    found: list[tuple[Any, str, str]] = [(_("removed"), code, f"v{old[code]}") for code in old if code not in new]
    found += [(_("added"), code, f"v{number}") for code, number in new.items() if code not in old]
    found += [(_("new version"), code, f"v{old[code]} → v{new[code]}") for code in new if code in old and old[code] != new[code]]
    kept = [code for code in old if code in new]
    return found + ([(_("new order"), "", "")] if kept != [code for code in new if code in old] else [])
