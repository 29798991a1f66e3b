"""The documents of the API of tickets, as its OpenAPI description tells them."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import AwareDatetime, StringConstraints

from extractions.delivery.choices import Channel
from extractions.delivery.rules import LONGEST_PLACE, MOST_BYTES
from extractions.exchange.rules import MOVES, READ, WRITE
from extractions.matching.rules import LONGEST_CRITERIA, MOST_PASSES
from extractions.rules import LONGEST
from extractions.states import Desk, Kind, TicketState

KindCode = Enum("KindCode", {one.name: one.value for one in Kind}, type=str)  # type: ignore[misc]
StateCode = Enum("StateCode", {one.name: one.value for one in TicketState}, type=str)  # type: ignore[misc]
DeskCode = Enum("DeskCode", {one.name: one.value for one in Desk}, type=str)  # type: ignore[misc]
ChannelCode = Enum("ChannelCode", {one.name: one.value for one in Channel}, type=str)  # type: ignore[misc]
MoveCode = Enum("MoveCode", {one.upper(): one for one in MOVES}, type=str)  # type: ignore[misc]
ScopeCode = Enum("ScopeCode", {"READ": READ, "WRITE": WRITE}, type=str)  # type: ignore[misc]
#: Whatever a person may read: no zero character, which no database keeps.
Words = Annotated[str, StringConstraints(max_length=LONGEST, pattern=r"^[^\x00]*$")]

TICKET: dict[str, Any] = {
    "number": "TIC-2026-00042",
    "kind": "cohort",
    "state": "extraction",
    "state_since": "2026-11-20T09:12:44+01:00",
    "opened_at": "2026-10-02T14:00:03+02:00",
    "ended_at": None,
    "round": 1,
    "desk": "cnam",
    "url": "https://guichet.example.org/tickets/TIC-2026-00042/",
    "dossier": {"reference": "HDH-2026-0117", "title": "Trajectoires de soins après un infarctus"},
    "databases": [{"code": "snds-base-principale", "acronym": "SNDS"}],
    "predecessors": [{"number": "TIC-2026-00041", "kind": "direct_matching", "state": "closed"}],
    "awaits_other_bodies": False,
    "due_on": "2027-02-01",
    "expected_on": "2026-12-15",
    "claimed": True,
    "question_open_since": None,
    "moves": ["begin_quality_check"],
    "version": 9,
}


#: Below what the site reads of a request.
LONGEST_MANIFEST = 2_000_000
#: More than there are people.
MOST_PERSONS = 10_000_000_000
RESULT: dict[str, Any] = {
    "submitted": 12_480,
    "passes": [{"criteria": "NIR", "found": 11_902}, {"criteria": "sexe, mois de naissance, commune", "found": 213}],
}
PACKAGE: dict[str, Any] = {
    "manifest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  extraction/part-001.parquet\n",
    "channel": "space",
    "place": "Espace projet 0117",
    "total_bytes": 6_400_000_000_000,
}


class DossierRef(Schema):
    """The project for which the work is done."""

    reference: str
    title: str


class DatabaseRef(Schema):
    """A database of the catalogue."""

    code: str
    acronym: str


class Predecessor(Schema):
    """A ticket of the same body that comes before."""

    number: str
    kind: KindCode
    state: StateCode


class TicketDocument(Schema):
    """A ticket, without anything about a person."""

    model_config = {"json_schema_extra": {"examples": [TICKET]}}

    number: str
    kind: KindCode
    state: StateCode
    state_since: datetime
    opened_at: datetime
    ended_at: datetime | None
    round: int = Field(description="1, or more when the same work was asked for again.")
    desk: DeskCode
    url: str = Field(description="The page of the ticket, for a person.")
    dossier: DossierRef
    databases: list[DatabaseRef]
    predecessors: list[Predecessor]
    awaits_other_bodies: bool = Field(description="The work of another body comes before, and is not done.")
    due_on: date | None = Field(description="The last day of the period for the work; it moves on while the applicant has the next word.")
    expected_on: date | None = Field(description="The day that the body has announced.")
    claimed: bool = Field(description="Somebody, or a system, has taken it.")
    question_open_since: datetime | None = Field(description="The applicant has a question to answer: the work waits.")
    moves: list[MoveCode] = Field(description="What this system may do now; a rule may still stop it.")
    version: int = Field(description="The number of things that have happened to it: its ETag, for If-Match.")


class TicketPage(Schema):
    """One page of tickets, in the order in which they were opened; `next_cursor` asks for the next one and is null on the last."""

    items: list[TicketDocument]
    next_cursor: str | None


class ClientDocument(Schema):
    """The system whose token or key this is."""

    name: str
    organisation: str
    scopes: list[str]


class Paging(Schema):
    """Since when, and which page."""

    since: AwareDatetime | None = Field(default=None, description="Only those to which something has happened since, with its time zone.")
    cursor: str = Field(default="", max_length=11, pattern=r"^([0-9A-Za-z_-]{11})?$", description="The next_cursor before.")
    limit: int = Field(default=50, ge=1, le=100, description="How many on a page, 100 at most.")


class Filters(Paging):
    """Which tickets are asked for."""

    state: list[StateCode] = Field(default=[], description="Only those in this state; may be repeated.")
    kind: list[KindCode] = Field(default=[], description="Only those of this kind; may be repeated.")


class MoveBody(Schema):
    """Why, for the moves that say it: refuse_table, fail_quality. Never a word about a patient."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [{"because": ""}]}}

    because: Words = ""


class ExpectedBody(Schema):
    """For which day the work is announced; null takes it back."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [{"expected_on": "2027-01-15"}]}}

    expected_on: date | None


class QuestionBody(Schema):
    """A question to the applicant; the work waits for the answer."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [{"question": "Quelle version de la CIM-10 ?"}]}}

    question: Words


class NothingBody(Schema):
    """Nothing more is said."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [{}]}}


class PassBody(Schema):
    """One pass of a matching: the names of its criteria, never a value, and how many persons it found that no pass before it had."""

    model_config = {"extra": "forbid"}

    criteria: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_CRITERIA, pattern=r"^[^\x00]*$")]
    found: int = Field(ge=0, le=MOST_PERSONS)


class ResultBody(Schema):
    """What a matching gave, in counts alone; a person then decides whether to go on."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [RESULT]}}

    submitted: int = Field(ge=1, le=MOST_PERSONS, description="How many persons were looked for.")
    passes: list[PassBody] = Field(min_length=1, max_length=MOST_PASSES)


class NeedDocument(Schema):
    """The need that both sides agreed to: the version on which the work of the ticket is done."""

    version: int
    agreed_at: datetime
    sha256: str = Field(description="Of the canonical text (RFC 8785) of the content.")
    latest_agreed: int = Field(description="A later version was agreed after an amendment where this is another number.")
    content: dict[str, Any] = Field(description="Databases, periods, variables, criteria with their lists of codes, form and way.")


class PackageBody(Schema):
    """A package that was sent: its list of files, as `sha256sum` writes it, and where it went. The data themselves never pass here."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [PACKAGE]}}

    manifest: Annotated[str, StringConstraints(max_length=LONGEST_MANIFEST, pattern=r"^[^\x00]*$")]
    channel: ChannelCode
    place: Annotated[str, StringConstraints(max_length=LONGEST_PLACE, pattern=r"^[^\x00]*$")] = Field(
        description="The name of the space or of the system; never an address with a secret in it."
    )
    total_bytes: int | None = Field(default=None, ge=0, le=MOST_BYTES, description="Needed where the list gives no sizes.")
    is_partial: bool = Field(default=False, description="The rest is still to come.")
    is_update: bool = Field(default=False, description="An update of data delivered before.")
    note: Words = ""


class WebhookKey(Schema):
    """A public key by which the signatures of webhooks are checked: Ed25519, `whpk_` and the base64 of its 32 bytes."""

    id: str
    algorithm: str
    public_key: str


class WebhookKeyList(Schema):
    """The public keys of this site, the present one first."""

    keys: list[WebhookKey]


class Fault(Schema):
    """One thing that is wrong."""

    message: str
    where: str = ""
    law: str = ""


class Problem(Schema):
    """What went wrong (RFC 9457, application/problem+json)."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[Fault] = []
