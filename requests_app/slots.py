"""What the rooms above the dossier hang on its pages and its filing: they register from `AppConfig.ready()`, unknown to the base."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from ui.registries import Registry
from workflow.refusals import Broken


@dataclass(frozen=True)
class Notice:
    """Something that a reader of the dossier's first page must know or do now."""

    text: Any
    url: str = ""
    label: Any = ""
    tone: str = "info"


@dataclass(frozen=True)
class Remark:
    """Something said beside one field of the form: a link to its thread, or what the secretariat asks to mend."""

    text: Any
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Notices:
    """One room's notices for the first page of a dossier."""

    key: str
    order: int
    of: Callable[[HttpRequest, Any], Iterable[Notice]]


@dataclass(frozen=True)
class Onward:
    """What an upper room offers somebody whom the procedure finder leads to what is not filed here: in words, and at which address."""

    key: str
    order: int
    #: The outcomes of the finder that it concerns, by their codes.
    outcomes: frozenset[str]
    text: Any
    label: Any
    address: Callable[[], str]


@dataclass(frozen=True)
class Lead:
    """Where a room leads whoever may write in the dossier before anything else is expected of them: why, the address and the button."""

    key: str
    order: int
    of: Callable[[HttpRequest, Any], Notice | None]


@dataclass(frozen=True)
class Remarks:
    """One room's remarks beside the fields of a section, or of all: field name → remarks. At most one query a page."""

    key: str
    order: int
    of: Callable[[HttpRequest, Any], Mapping[str, list[Remark]]]


@dataclass(frozen=True)
class Marks:
    """One room's marks on the cards of “My dossiers”: dossier id → what is awaited there. At most one query a page."""

    key: str
    order: int
    of: Callable[[Any, list[Any]], Mapping[int, Notice]]


@dataclass(frozen=True)
class Greetings:
    """What one room says on top of “My dossiers”, whatever dossiers are listed."""

    key: str
    order: int
    of: Callable[[HttpRequest], Iterable[Notice]]


@dataclass(frozen=True)
class Condition:
    """What a room demands before a version is filed: the broken points, none when it may go. `where` may hold an anchor of a page."""

    key: str
    order: int
    broken: Callable[[Any], Iterable[Broken]]


@dataclass(frozen=True)
class FormStep:
    """A page that a room adds to the menu of the form, after the sections: the label, its address, and how far it is."""

    key: str
    order: int
    of: Callable[[HttpRequest, Any], Step | None]


@dataclass(frozen=True)
class Step:
    """How far a step is for this dossier: what is missing, as sentences; none missing means done."""

    title: Any
    url: str
    missing: tuple[Any, ...] = ()
    count: int | None = None


@dataclass(frozen=True)
class Signing:
    """Where a dossier is signed, and what still keeps it from being signed there."""

    url: str
    broken: list[Broken]


@dataclass(frozen=True)
class SigningPage:
    """The page of a room on which some dossiers are signed in place of the page of filing; None for every other dossier."""

    key: str
    order: int
    of: Callable[[Any], Signing | None]


@dataclass(frozen=True)
class MoveCondition:
    """What a room demands before one move of the machine is made: the broken points, none when it may go.

    `mendable` is false where nothing on the page of the move could mend them: the move is then not offered there.
    """

    key: str
    order: int
    move: str
    broken: Callable[[Any], Iterable[Broken]]
    mendable: bool = True


@dataclass(frozen=True)
class Maker:
    """Who makes one move among those whose role allows it: where one office stands in for another, a room says whether it does here."""

    key: str
    order: int
    move: str
    may: Callable[[Any, Any], bool]
    sentence: Any


@dataclass(frozen=True)
class MovePage:
    """The page of a room from which a move is made; its address takes the dossier's reference. The key is the name of the move.

    `only` is true where the move is made from there alone: its plain page leads there.
    """

    key: str
    order: int
    url_name: str
    only: bool = False


@dataclass(frozen=True)
class Cautions:
    """What one room finds odd in the form of a move, and wants confirmed before it is recorded: sentences, never a refusal."""

    key: str
    order: int
    of: Callable[[str, Any, Mapping[str, Any], Any], Iterable[str]]


@dataclass(frozen=True)
class Tasked:
    """What hangs from a dossier and is asked about by tasks of its own, such as a ticket: these put the dossier on a work-list too."""

    #: Its `subject_type`.
    key: str
    order: int
    #: The keys of the dossiers of these subjects.
    dossiers: Callable[[Any], Any]


@dataclass(frozen=True)
class Snippet:
    """A text that may be inserted where somebody writes about a dossier, with its words."""

    label: Any
    text: str


@dataclass(frozen=True)
class Snippets:
    """One room's texts to insert, for this reader, this dossier and this instant."""

    key: str
    order: int
    of: Callable[[HttpRequest, Any, datetime], Iterable[Snippet]]


MOVE_CONDITIONS: Registry[MoveCondition] = Registry()
MOVE_PAGES: Registry[MovePage] = Registry()
MAKERS: Registry[Maker] = Registry()
CAUTIONS: Registry[Cautions] = Registry()
SIGNING_PAGES: Registry[SigningPage] = Registry()
NOTICES: Registry[Notices] = Registry()
LEADS: Registry[Lead] = Registry()
REMARKS: Registry[Remarks] = Registry()
MARKS: Registry[Marks] = Registry()
GREETINGS: Registry[Greetings] = Registry()
CONDITIONS: Registry[Condition] = Registry()
FORM_STEPS: Registry[FormStep] = Registry()
SNIPPETS: Registry[Snippets] = Registry()
ONWARDS: Registry[Onward] = Registry()
TASKED: Registry[Tasked] = Registry()


def notices_on(request: HttpRequest, dossier: Any) -> list[Notice]:
    """What the rooms have to say on the first page, in their order."""
    return [notice for room in NOTICES for notice in room.of(request, dossier)]


def lead_of(request: HttpRequest, dossier: Any) -> Notice | None:
    """Where the first room that has something to ask leads whoever may write in the dossier."""
    return next((found for room in LEADS if (found := room.of(request, dossier)) is not None), None)


def marks_on(user: Any, dossiers: list[Any]) -> dict[int, list[Notice]]:
    """What the rooms have to say to this person on the cards of these dossiers, by dossier."""
    found: dict[int, list[Notice]] = {}
    for room in MARKS:
        for pk, notice in room.of(user, dossiers).items():
            found.setdefault(pk, []).append(notice)
    return found


def greetings_for(request: HttpRequest) -> list[Notice]:
    """What the rooms have to say on top of “My dossiers”."""
    return [notice for room in GREETINGS for notice in room.of(request)]


def remarks_on(request: HttpRequest, dossier: Any) -> dict[str, list[Remark]]:
    """What the rooms say beside the fields, field by field."""
    found: dict[str, list[Remark]] = {}
    for room in REMARKS:
        for name, remarks in room.of(request, dossier).items():
            found.setdefault(name, []).extend(remarks)
    return found


def snippets_for(request: HttpRequest, dossier: Any, at: datetime) -> list[Snippet]:
    """The texts that this reader may insert while writing about this dossier."""
    return [snippet for room in SNIPPETS for snippet in room.of(request, dossier, at)]


def broken_conditions(dossier: Any) -> list[Broken]:
    """What the rooms find wanting before a version may be filed."""
    return [one for room in CONDITIONS for one in room.broken(dossier)]


def broken_before(dossier: Any, move: str) -> list[Broken]:
    """What the rooms find wanting before this move."""
    return [one for room in MOVE_CONDITIONS if room.move == move for one in room.broken(dossier)]


def rules_out(dossier: Any, move: str) -> bool:
    """Does a room forbid this move for a reason that its page could not mend?"""
    return any(not room.mendable and any(True for _one in room.broken(dossier)) for room in MOVE_CONDITIONS if room.move == move)


def refused_to(user: Any, dossier: Any, move: str) -> Any:
    """Why this person does not make this move here although a role allows it, as a room says; empty when nothing is said against it."""
    return next((room.sentence for room in MAKERS if room.move == move and not room.may(user, dossier)), "")


def cautions_about(move: str, dossier: Any, said: Mapping[str, Any], by: Any) -> list[str]:
    """What the rooms find odd in what this person wrote for this move."""
    return [sentence for room in CAUTIONS for sentence in room.of(move, dossier, said, by)]


def signed_elsewhere(dossier: Any) -> Signing | None:
    """The page of a room on which this dossier is signed; None when it is signed where it is filed."""
    return next((found for room in SIGNING_PAGES if (found := room.of(dossier)) is not None), None)


def page_of_move(move: str) -> str:
    """The name of the room's address from which a move is made; empty when it has its plain page only."""
    return next((room.url_name for room in MOVE_PAGES if room.key == move), "")


def is_made_there_only(move: str) -> bool:
    """Is the room's page the only one from which this move is made?"""
    return any(room.only for room in MOVE_PAGES if room.key == move)


def steps_of(request: HttpRequest, dossier: Any) -> list[Step]:
    """The pages that the rooms add to the form of this dossier."""
    return [step for room in FORM_STEPS if (step := room.of(request, dossier)) is not None]
