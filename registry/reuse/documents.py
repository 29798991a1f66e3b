"""What the API answers, as documents: pages of fiches, one fiche, its versions, the filters with their counts, the changes."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from registry.models import Fiche, FicheVersion, Kind
from registry.reuse import changes
from registry.reuse.exports import Selection, document_sql
from registry.reuse.state import version_now
from registry.search import Query, found, search
from registry.trust.published import UNSHOWN, versions_shown

Document = dict[str, Any]
#: Orders in which a place tells by itself what comes after it.
BY_DATE = {"recent": operator.lt, "oldest": operator.gt}


class Misunderstood(Exception):
    """The address asks for something that does not exist; the sentence says what."""


@dataclass(frozen=True)
class Gone:
    """A fiche that was withdrawn: since when, and why."""

    number: str
    at: Any
    reason: str


def told(selection: Selection, fields: Collection[str] = ()) -> list[Document]:
    """The documents of the fiches selected, whole or reduced to some fields (`said.results` is a part of what it says)."""
    with connection.cursor() as cursor:
        cursor.execute(selection.sql(document_sql()))
        return [reduced(json.loads(text), fields) for (text,) in cursor.fetchall()]


def reduced(document: Document, fields: Collection[str]) -> Document:
    """The document with these fields only; with all when none is named."""
    if not fields:
        return document
    kept = {name: document[name] for name in fields if name in document}
    parts = [name.removeprefix("said.") for name in fields if name.startswith("said.")]
    if parts and "said" not in kept:
        kept["said"] = {name: document["said"][name] for name in parts if name in document["said"]}
    return kept


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: after which fiche, and how many came before, should that fiche have been withdrawn meanwhile."""

    after: int
    passed: int

    def __str__(self) -> str:
        return f"{self.after}-{self.passed}"

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor that an address holds; raises Misunderstood for a text that we did not give."""
        given = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", text, re.ASCII)
        if given is None:
            raise Misunderstood(_("This cursor was not given by us."))
        return cls(int(given[1]), int(given[2]))

    def start(self, places: Sequence[int], sort: str) -> int:
        """Where the next page begins: after the same fiche, wherever it stands now."""
        if 0 < self.passed <= len(places) and places[self.passed - 1] == self.after:
            return self.passed
        for rank, place in enumerate(places, start=1):
            if place == self.after:
                return rank
        if sort in BY_DATE:  # it was withdrawn: the order of places tells what came after it
            return next((rank for rank, place in enumerate(places) if BY_DATE[sort](place, self.after)), len(places))
        return min(max(self.passed - 1, 0), len(places))


def page_of_fiches(query: Query, day: date, *, cursor: str, limit: int, fields: Collection[str]) -> Document:
    """One page of a search, and the cursor of the next."""
    result = found(query, on=day)
    if result.ignored:
        raise Misunderstood(_("No filter knows: %(values)s") % {"values": ", ".join(result.ignored)})
    start = Cursor.read(cursor).start(result.places, result.sort) if cursor else 0
    shown = [int(place) for place in result.places[start : start + limit]]
    more = start + len(shown) < len(result.places)
    return {
        "total": len(result.places),
        "registry_version": version_now(),
        "sort": result.sort,
        "searched_instead": result.instead or None,
        "loosely": result.loosely,
        "items": told(Selection(day, shown), fields) if shown else [],
        "next_cursor": str(Cursor(shown[-1], start + len(shown))) if more and shown else None,
    }


def filters_of(query: Query, day: date) -> Document:
    """The filters with their values, and how many projects each would show beside the other filters."""
    results = search(query, on=day)
    return {
        "total": results.total,
        "facets": [
            {
                "code": facet.code,
                "label": str(facet.label),
                "values": [{"code": one.code, "label": str(one.label), "count": one.count} for one in facet.values],
            }
            for facet in results.facets
        ],
    }


def one(number: str) -> Fiche | Gone | None:
    """The fiche of a number, ours or the national register's; or that it was withdrawn; None for a number that was never given."""
    fiche = Fiche.objects.known_as(number)
    if fiche is None or fiche.live:
        return fiche
    last = FicheVersion.objects.filter(fiche=fiche, kind=Kind.WITHDRAWN).order_by("-number").first()
    return Gone(fiche.number, last.at if last else fiche.updated_at, last.reason if last else "")


def fiche_document(fiche: Fiche, day: date, fields: Collection[str]) -> Document:
    """One fiche, with the digest of its present version."""
    last = FicheVersion.objects.filter(fiche=fiche).order_by("-number").values_list("sha256", flat=True).first()
    [document] = told(Selection(day, [fiche.pos]))
    return reduced(document | {"sha256": last}, fields)


def versions_of(fiche: Fiche) -> Document:
    """Every version of a fiche, the oldest first, without what it said."""
    versions = versions_shown().filter(fiche=fiche).defer("said", *UNSHOWN).order_by("number")
    return {"number": fiche.number, "items": [_version(version) for version in versions]}


def version_of(fiche: Fiche, number: int) -> Document | None:
    """One version with what it said, unless a withdrawal hides it."""
    version: Any = versions_shown().filter(fiche=fiche, number=number).first()
    if version is None:
        return None
    return _version(version) | {"number": fiche.number, "said": None if version.withheld else version.said or None}


def _version(version: Any) -> Document:
    """A version in a few words; what a withdrawal hides says nothing, not even why it was written."""
    return {
        "version": version.number,
        "kind": version.kind,
        "at": version.at,
        "because": version.because,
        "reason": "" if version.withheld else version.reason,
        "sha256": version.sha256,
        "registry_version": version.state_version,
    }


def page_of_changes(since: str, *, cursor: str, limit: int) -> Document:
    """One page of what changed, the oldest first, and the cursor of the next."""
    begin = changes.Since.read(since)
    if begin is None:
        raise Misunderstood(_("“since” is a day (2026-11-22) or a version of the registry (1234)."))
    after = Cursor.read(cursor) if cursor else None
    beyond = f"(v.state_version, v.id) > ({after.after}, {after.passed})" if after else "true"
    with connection.cursor() as line:
        line.execute(
            f"SELECT v.state_version, v.id, {changes.document_sql()}::text {changes.FROM} "
            f"WHERE {begin.sql} AND {beyond} {changes.ORDER} LIMIT {int(limit) + 1}"
        )
        rows = line.fetchall()
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "registry_version": version_now(),
        "items": [json.loads(text) for _state, _pk, text in rows[:limit]],
        "next_cursor": str(Cursor(last[0], last[1])) if last else None,
    }


def fields_named(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The fields that an address names; raises Misunderstood for one that no document has."""
    named = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in named if name not in known and not re.fullmatch(r"said\.[a-z0-9_]{1,60}", name)]
    if unknown:
        raise Misunderstood(_("No document has the field: %(names)s") % {"names": ", ".join(unknown)})
    return named
