"""The documents of the API of rights, as its OpenAPI description tells them."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import StringConstraints

from extractions.exchange.api_schemas import DatabaseRef, Paging
from rights.answering.rules import ANSWERS, MOST_SEALED
from rights.envelopes.choices import Direction, MessageKind
from rights.states import Complement, Prolonging, Reason, Right, RoutingState

StateCode = Enum("RequestState", {one.name: one.value for one in RoutingState}, type=str)  # type: ignore[misc]
RightCode = Enum("RightCode", {one.name: one.value for one in Right}, type=str)  # type: ignore[misc]
ComplementCode = Enum("ComplementCode", {one.name: one.value for one in Complement}, type=str)  # type: ignore[misc]
ProlongingCode = Enum("ProlongingCode", {one.name: one.value for one in Prolonging}, type=str)  # type: ignore[misc]
ReasonCode = Enum("ReasonCode", {one.name: one.value for one in Reason}, type=str)  # type: ignore[misc]
AnswerCode = Enum("AnswerCode", {one.upper(): one for one in ANSWERS}, type=str)  # type: ignore[misc]
DirectionCode = Enum("DirectionCode", {one.name: one.value for one in Direction}, type=str)  # type: ignore[misc]
KindCode = Enum("MessageKindCode", {one.name: one.value for one in MessageKind}, type=str)  # type: ignore[misc]
#: Base64 of sealed bytes.
Sealed = Annotated[str, StringConstraints(max_length=(MOST_SEALED + 2) // 3 * 4, pattern=r"^[A-Za-z0-9+/]+={0,2}$")]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

REQUEST: dict[str, Any] = {
    "number": "DRO-2026-00042",
    "request": "7c5d1f4e-1f5b-4d0f-9c3b-0b3f6d0e5a11",
    "state": "taken_up",
    "state_since": "2026-11-20T09:12:44+01:00",
    "turn": "controller",
    "received_at": "2026-11-18T21:40:03+01:00",
    "ended_at": None,
    "due_on": "2026-12-18",
    "is_paused": False,
    "is_extended": False,
    "database": {"code": "bndmr", "acronym": "BNDMR"},
    "right": "access",
    "level": "",
    "study": "",
    "evidence": "N3",
    "language": "fr",
    "lifts": None,
    "complement": "",
    "reason": "",
    "reasons": ["excluded", "identity", "not_found", "excessive", "others", "wrong_controller", "done"],
    "envelope": {
        "sha256": "0" * 64,
        "size": 16465,
        "at": "2026-11-18T21:40:03+01:00",
        "kept_until": "2026-12-05T09:12:44+01:00",
        "key": "1" * 64,
    },
    "messages": [],
    "moves": ["ask_complement", "extend", "accept", "accept_in_part", "refuse", "find_nothing"],
    "url": "https://guichet.example.org/travail/droits/DRO-2026-00042/",
    "version": 3,
}


class EnvelopeFacts(Schema):
    """An envelope, without what it holds: the hash of the sealed bytes, and the key they are sealed to."""

    sha256: str
    size: int
    at: datetime
    kept_until: datetime | None = Field(description="Null once it was deleted here.")
    key: str


class MessageFacts(EnvelopeFacts):
    """A sealed message, without what it holds."""

    direction: DirectionCode
    kind: KindCode


class RequestDocument(Schema):
    """What one person asks of one database, without anything about the person."""

    model_config = {"json_schema_extra": {"examples": [REQUEST]}}

    number: str
    request: str = Field(description="The same for every database that the person chose at that time.")
    state: StateCode
    state_since: datetime
    turn: str = Field(description="controller, person, or empty once it has ended.")
    received_at: datetime
    ended_at: datetime | None
    due_on: date | None = Field(description="The last day of the time limit of the law; null while it stands still, and at the end.")
    is_paused: bool = Field(description="The identity of the person is awaited: the time limit stands still.")
    is_extended: bool
    database: DatabaseRef
    right: RightCode
    level: str = Field(description="How far an opposition goes; empty for another right.")
    study: str
    evidence: str = Field(
        description="The identification that this right asks for: N0 to N4. It was done here only where the envelope says so."
    )
    language: str
    lifts: str | None = Field(description="The number of the opposition that this request ends.")
    complement: str = Field(description="What the person is asked for now.")
    reason: str
    reasons: list[ReasonCode] = Field(description="The reasons for which this request may be refused, in whole or in part.")
    envelope: EnvelopeFacts | None = Field(description="Null for the end of an opposition, which has none.")
    messages: list[MessageFacts]
    moves: list[str] = Field(description="What this system may do now; a rule may still stop it.")
    url: str = Field(description="Its page, for a person.")
    version: int = Field(description="The number of things that have happened to it: its ETag, for If-Match.")


class RequestPage(Schema):
    """One page of requests, in the order in which they came; `next_cursor` asks for the next one and is null on the last."""

    items: list[RequestDocument]
    next_cursor: str | None


class SealedDocument(Schema):
    """Sealed bytes and what they are bound to: this is the file that rights_desk.py opens."""

    v: int
    number: str
    database: str
    key: str
    sha256: str
    sealed: str = Field(description="Base64.")


class AttestedIdentity(Schema):
    """Who the person is, as FranceConnect has signed it, sealed to the same key; rights_desk.py opens it and checks the signature."""

    level: str = Field(description="N3 or N4.")
    at: datetime
    sealed: str = Field(description="Base64.")


class EnvelopeDocument(SealedDocument):
    """An envelope, with what the site says was asked for: what the person has sealed must say the same."""

    right: RightCode
    level: str
    study: str
    form: str = Field(description="The hash of the form with which it was sent; it stands in the envelope too.")
    attestation: AttestedIdentity | None = Field(description="Null where FranceConnect has not vouched for the person.")


class ComplementDocument(SealedDocument):
    """A complement, sealed: this too is a file that rights_desk.py opens."""

    kind: KindCode


class Fetched(Schema):
    """A request and its envelope."""

    request: RequestDocument
    envelope: EnvelopeDocument | None


class ComplementList(Schema):
    """What the person has sent since, without its content."""

    items: list[MessageFacts]


class Filters(Paging):
    """Which requests are asked for."""

    state: list[StateCode] = Field(default=[], description="Only those in this state; may be repeated.")


class ReferenceBody(Schema):
    """The reference that a person brought to the controller's own page, however it is typed."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [{"reference": "7K3M-P2QX-9ZTB-4HWD-F"}]}}

    reference: str = Field(min_length=1, max_length=64)


class ReferenceDocument(Schema):
    """What somebody came for, and nothing of who they are."""

    database: DatabaseRef
    right: RightCode
    level: str = Field(description="How far an opposition goes; empty for another right.")
    study: str
    given_at: datetime
    used_at: datetime
    version: int


class SealedBody(Schema):
    """Something sealed on the controller's side to the key that the envelope gave: nobody but the person opens it."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [{"sealed": "BKtr", "sealed_to": "2" * 64}]}}

    sealed: Sealed
    sealed_to: Fingerprint


class ComplementBody(Schema):
    """What is asked of the person, by its kind, and the question, sealed; without it you write by the way that the envelope gives."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [{"kind": "identity", "question": None}]}}

    kind: ComplementCode
    question: SealedBody | None = None


class ExtensionBody(Schema):
    """Why two months more are needed."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [{"reason": "complexity", "message": None}]}}

    reason: ProlongingCode
    message: SealedBody | None = None


class AnswerBody(Schema):
    """The one answer; a reason goes with accept_in_part and refuse, and with no other."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [{"answer": "refuse", "reason": "identity", "message": None}]}}

    answer: AnswerCode
    reason: ReasonCode | None = None
    message: SealedBody | None = None
