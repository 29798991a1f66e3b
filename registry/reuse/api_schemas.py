"""The documents of the API, as its OpenAPI description tells them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Schema


class FicheDocument(Schema):
    """A published project: its identity and status, and everything that its fiche says (`said`, labels in French and English)."""

    number: str
    national_number: str | None
    url: str
    origin: str
    status: str
    suspended: bool
    is_demonstration: bool
    version: int
    completeness: int = Field(description="Of the data that are asked for, how many are given, in percent, rounded down.")
    published_at: datetime
    updated_at: datetime
    said: dict[str, Any]


class OneFicheDocument(FicheDocument):
    """A published project with the SHA-256 digest of its present version."""

    sha256: str | None


class FichePage(Schema):
    """One page of a search; `next_cursor` asks for the next one and is null on the last.

    `searched_instead` are the words taken in place of some that no project holds; `loosely` says that not all words had to be held.
    """

    total: int
    registry_version: int
    sort: str
    searched_instead: str | None
    loosely: bool
    items: list[FicheDocument]
    next_cursor: str | None


class VersionHead(Schema):
    """That a fiche said something else from a moment on; `because` is a code, `reason` words for the public."""

    version: int
    kind: str = Field(description="published, changed, withdrawn or restored")
    at: datetime
    because: str
    reason: str
    sha256: str
    registry_version: int


class VersionDocument(VersionHead):
    """A version with what the fiche said."""

    number: str
    said: dict[str, Any] | None


class VersionList(Schema):
    """The versions of a fiche, the oldest first."""

    number: str
    items: list[VersionHead]


class FacetValueDocument(Schema):
    """A value of a filter, with the number of projects that choosing it would show."""

    code: str
    label: str
    count: int


class FacetDocument(Schema):
    """A filter."""

    code: str
    label: str
    values: list[FacetValueDocument]


class FacetList(Schema):
    """The filters of a search."""

    total: int
    facets: list[FacetDocument]


class ChangeDocument(VersionHead):
    """A change; `said` is null once the fiche was withdrawn."""

    number: str
    url: str
    said: dict[str, Any] | None


class ChangePage(Schema):
    """One page of changes, the oldest first."""

    registry_version: int
    items: list[ChangeDocument]
    next_cursor: str | None


class Problem(Schema):
    """What went wrong (RFC 9457, application/problem+json)."""

    type: str
    title: str
    status: int
    detail: str | None = None
