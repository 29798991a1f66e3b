"""The documents of the opposition sets and of the attestations, as the OpenAPI description tells them."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

from ninja import Field, Schema

from extractions.exchange.api_schemas import DatabaseRef
from rights.oppositions.guard import Cause

CauseCode = Enum("CauseCode", {one.name: one.value for one in Cause}, type=str)  # type: ignore[misc]
VERSION: dict[str, Any] = {
    "database": "bndmr",
    "version": 42,
    "cutoff_at": "2026-11-20T09:12:44Z",
    "effective_at": "2026-11-21T00:00:00Z",
    "published_at": "2026-11-20T09:14:02Z",
    "root": "0" * 64,
    "previous_root": "1" * 64,
    "receipts_root": "2" * 64,
    "receipts_size": 16,
    "count": 412,
    "added": 3,
    "removed": 0,
    "key": "3" * 64,
}


class Receipt(Schema):
    """An opposition that the next version is to hold."""

    number: str
    study: str = Field(description="The one study to which the person objects; empty for an opposition to the whole database.")
    leaf: str


class ReceiptsDocument(Schema):
    """What opposition_tokens.py takes as --recepisses: keep it in a file as it is."""

    format: str
    database: str
    version: int = Field(description="The number of the next version; the ETag is that of the last one.")
    previous_root: str
    cutoff_at: datetime
    padding: str
    in_force: list[Receipt]
    entering: list[str] = Field(description="The numbers of the requests to add.")
    leaving: list[str] = Field(description="The numbers of the requests whose opposition has ended.")


class VersionDocument(Schema):
    """A published version of the oppositions to a database: roots, dates and counts."""

    model_config = {"json_schema_extra": {"examples": [VERSION]}}

    database: str
    version: int = Field(description="Its ETag, for If-Match.")
    cutoff_at: datetime = Field(description="Up to when it knows the oppositions.")
    effective_at: datetime = Field(description="From when deliveries obey it.")
    published_at: datetime
    root: str
    previous_root: str
    receipts_root: str
    receipts_size: int
    count: int
    added: int
    removed: int
    key: str = Field(description="The fingerprint of the key that signed it.")


class VersionPage(Schema):
    """One page of versions, the first one first; `next_cursor` asks for the next page and is null on the last."""

    items: list[VersionDocument]
    next_cursor: str | None


class AttestedDocument(Schema):
    """What stands attested of the package, of one database."""

    database: str
    version: int = Field(description="The version of the set that was applied.")
    sha256: str = Field(description="Of the attestation: a second look names it.")
    signed_at: datetime
    is_rechecked: bool


class MissingDocument(Schema):
    """One thing without which the package is not announced today."""

    code: CauseCode = Field(description="set_… is for the controller of the database, the rest for who delivers.")
    database: str
    message: str
    law: str


class DeliveryDocument(Schema):
    """The oppositions to apply to the package of a ticket that comes next, or that waits for its recipient."""

    ticket: str
    project: str = Field(description="The reference of the project, as an attestation names it.")
    package: int = Field(description="The number of the package.")
    study: str = Field(description="The study with which the filter has to run, as somebody objects to it alone; mostly empty.")
    databases: list[DatabaseRef] = Field(description="Those whose oppositions are to be applied.")
    attested: list[AttestedDocument]
    missing: list[MissingDocument] = Field(description="Empty where nothing keeps the package back, and once the ticket has ended.")
    version: int = Field(description="The number of things that have happened to the ticket: its ETag, for If-Match.")


class SignedBody(Schema):
    """A signed document, as opposition_tokens.py wrote it."""

    signed: dict[str, Any]
    signature: str


class ManifestBody(SignedBody):
    """The signed manifest of a version, with its counts."""

    counts: dict[str, Any]
