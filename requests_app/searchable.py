"""What full-text search reads: every room that keeps words of a dossier registers where they stand and who may find them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.roles import INSTRUCTING
from requests_app.policies import MAY, MAY_ON_SITE, TEAM_ROLES
from ui.registries import Registry
from workflow.outbox import queue

#: Who may find a text: everybody who may see the dossier, the two sides that talk about it, those who read its notes, those who check it.
EVERYBODY, TALK, INTERNAL, CHECKING = "everybody", "talk", "internal", "checking"
#: Who reads the quotes of a dossier, and who its invoices.
FEES, BILLS = "fees", "bills"

#: Audience → the roles on a dossier that belong to it; a search keeps to the audiences of the roles that the person holds there.
AUDIENCES: dict[str, frozenset[str]] = {
    EVERYBODY: TEAM_ROLES | INSTRUCTING,
    TALK: MAY["read_talk"],
    INTERNAL: MAY["read_notes"],
    CHECKING: MAY["check"],
    FEES: TEAM_ROLES | MAY_ON_SITE["see_quotes"],
    BILLS: TEAM_ROLES | MAY_ON_SITE["see_invoices"],
}


@dataclass(frozen=True)
class Found:
    """One text of a dossier, as the index keeps it."""

    dossier_id: int
    text: str
    audience: str = EVERYBODY


@dataclass(frozen=True)
class Source:
    """One kind of text: how a row's words are read by its key (None once it is gone), all keys for a rebuilt index, and its address."""

    kind: str
    order: int
    label: Any
    read: Callable[[int], Found | None]
    keys: Callable[[], Iterable[int]]  # ascending
    address: Callable[[str, int], str]
    #: The texts of several rows at once, by their key: what a page of results and a rebuilt index read. Without it, one by one.
    read_many: Callable[[Sequence[int]], Mapping[int, Found]] | None = None
    #: The widest audience of its texts: the kind is offered as a filter to those who may belong to it.
    audience: str = EVERYBODY

    @property
    def key(self) -> str:
        """The kind of the text."""
        return self.kind

    def texts(self, rows: Sequence[int]) -> Mapping[int, Found]:
        """What these rows say, by their key; a row that is gone is left out."""
        if self.read_many is not None:
            return self.read_many(rows)
        return {row: found for row in rows if (found := self.read(row)) is not None}


SOURCES: Registry[Source] = Registry()


def changed(kind: str, key: int, mark: object) -> None:
    """Ask for a text to be indexed anew, in the caller's transaction; `mark` tells one change from the next (an instant, a revision)."""
    queue("index_text", f"index:{kind}:{key}:{mark}", source=kind, row=key)
