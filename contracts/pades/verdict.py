"""What a check of a file says: whole, altered, unknown or not read, each signature, and every reason. Plain values that travel as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from contracts.pades.elsewhere import Ask


class State(StrEnum):
    """What can be said of a file."""

    WHOLE = "whole"
    ALTERED = "altered"
    UNKNOWN = "unknown"
    #: Nothing was learnt of it: no time or no room to read it.
    UNREAD = "unread"


class Why(StrEnum):
    """Why a file is not said to be whole."""

    NOT_PDF = "not_pdf"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    BUSY = "busy"
    ENCRYPTED = "encrypted"
    NO_SIGNATURE = "no_signature"
    BROKEN = "broken"
    BYTES_CHANGED = "bytes_changed"
    WRITTEN_AFTER = "written_after"
    PARTLY_COVERED = "partly_covered"
    CUT = "cut"
    NOT_SENT = "not_sent"
    NO_SEAL = "no_seal"
    UNKNOWN_AUTHORITY = "unknown_authority"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNSURE_TIME = "unsure_time"
    #: Of a signature made elsewhere: whose it is, how well it is proven, whether its certificate was revoked.
    NOT_NAMED = "not_named"
    LOW_LEVEL = "low_level"
    REVOKED = "revoked"
    SILENT = "silent"
    #: Whoever keeps the documents says these: the file is sound in itself, but is not the one that holds.
    NOT_KEPT = "not_kept"
    NEWER_KEPT = "newer_kept"
    VOID = "void"


#: Reasons that prove that bytes are missing, added or others; the rest only say that nobody can vouch for the file.
PROOFS = frozenset({Why.BROKEN, Why.BYTES_CHANGED, Why.WRITTEN_AFTER, Why.PARTLY_COVERED, Why.CUT, Why.NOT_SENT, Why.NEWER_KEPT})

#: Reasons that say nothing of the file itself: it was not read to its end.
NOT_READ = frozenset({Why.TOO_LONG, Why.BUSY})


@dataclass(frozen=True)
class Reason:
    """One reason, about which field, with the words that its sentence needs."""

    why: Why
    field: str = ""
    who: str = ""
    told: str = ""


@dataclass(frozen=True)
class Signed:
    """One signature as it was found."""

    field: str
    who: str
    organisation: str
    issuer: str
    certificate: str
    at: str
    level: str
    coverage: str
    is_seal: bool = False
    is_intact: bool = False
    is_trusted: bool = False
    docmdp_ok: bool = False
    is_demonstration: bool = False
    #: Every name and address that the certificate itself says of its holder.
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    #: Of a signature made elsewhere: who is named that tells of revocation, and what they have told.
    asks: tuple[Ask, ...] = ()
    revocation: str = ""

    @property
    def instant(self) -> datetime | None:
        """When, by the time stamp if there is one."""
        return datetime.fromisoformat(self.at) if self.at else None


@dataclass(frozen=True)
class Verdict:
    """The judgement of one file."""

    state: State
    reasons: tuple[Reason, ...] = ()
    signatures: tuple[Signed, ...] = ()
    #: Fields that wait for a signature in this file.
    waiting: tuple[str, ...] = field(default=())

    @property
    def is_whole(self) -> bool:
        """Does nothing at all speak against it?"""
        return self.state == State.WHOLE

    @property
    def people(self) -> tuple[Signed, ...]:
        """The signatures of people, without the seal."""
        return tuple(one for one in self.signatures if not one.is_seal)

    def written(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=True, sort_keys=True)


def judged(reasons: tuple[Reason, ...], signatures: tuple[Signed, ...] = (), waiting: tuple[str, ...] = ()) -> Verdict:
    """The verdict that reasons give: a proof makes a file altered, an end not reached says nothing, any other leaves it unknown."""
    return Verdict(_state({one.why for one in reasons}), reasons, signatures, waiting)


def _state(whys: set[Why]) -> State:
    if not whys:
        return State.WHOLE
    if whys & PROOFS:
        return State.ALTERED
    return State.UNREAD if whys & NOT_READ else State.UNKNOWN


def read(text: str) -> Verdict:
    """A verdict from its JSON."""
    told = json.loads(text)
    reasons = tuple(Reason(**(one | {"why": Why(one["why"])})) for one in told["reasons"])
    return Verdict(State(told["state"]), reasons, tuple(_signed(one) for one in told["signatures"]), tuple(told["waiting"]))


def _signed(told: dict[str, Any]) -> Signed:
    several = {"names": tuple(told["names"]), "emails": tuple(told["emails"]), "asks": tuple(Ask(**one) for one in told["asks"])}
    return Signed(**told | several)
