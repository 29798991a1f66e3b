"""A past quote read from its snapshot alone: what it was asked for, by which versions, and what it then cost."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from fees.quotes.models import Quote
from fees.quotes.states import BINDING
from fees.tariff import dto
from fees.tariff.canonical import read_inputs
from fees.tariff.exchange import version_from

CATEGORY = "requester.category"
#: How many snapshots are held at a time.
HELD = 50


@dataclass(frozen=True)
class Past:
    """One quote that was accepted."""

    pk: int
    state: str
    #: Who asked: the organisation, or the dossier when it names none.
    requester: str
    inputs: dto.Inputs
    #: The snapshot as plain values: versions and result.
    document: dict[str, Any]

    @property
    def category(self) -> str:
        """The category of the requester; empty when nobody has said it."""
        fact = self.inputs.facts.get(CATEGORY)
        return str(fact.value) if fact else ""

    @property
    def by_payee(self) -> dict[str, Decimal]:
        """What was owed to each, without VAT."""
        return {payee: Decimal(net) for payee, net in self.document["result"]["by_payee"]}

    @property
    def names(self) -> dict[str, str]:
        """Whom lines are owed to, by code, as the grids of then say it."""
        return {code: name for one in self.document["versions"] for code, name in _payees(one)}

    def uses(self, grid: str) -> bool:
        """Was it priced by this grid?"""
        return any(one["grid"]["code"] == grid for one in self.document["versions"])

    def other_versions(self, grid: str) -> list[dto.GridVersion]:
        """The versions of the other grids, as they were."""
        return [_version(json.dumps(one, sort_keys=True)) for one in self.document["versions"] if one["grid"]["code"] != grid]


def _payees(version: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield version["grid"]["owner"], version["grid"]["owner_name"]
    for payee in version["content"].get("payees", ()):
        yield payee["code"], payee["name"]


@functools.lru_cache(maxsize=64)
def _version(text: str) -> dto.GridVersion:
    return version_from(json.loads(text))


def accepted() -> QuerySet[Quote]:
    """Every quote that was accepted once, those that an amendment has replaced since included."""
    rows: QuerySet[Quote] = Quote.objects.filter(accepted_at__isnull=False, purpose__in=BINDING).exclude(snapshot="").order_by("pk")
    return rows


def stream(rows: QuerySet[Quote], most: int) -> Iterator[Past]:
    """These quotes one by one, at most so many; a few snapshots are held at a time."""
    columns = rows.values_list("pk", "state", "snapshot", "dossier_id", "dossier__content__controller_id")
    for pk, state, text, dossier, controller in columns[:most].iterator(chunk_size=HELD):
        requester = f"o{controller}" if controller else f"d{dossier}"
        yield Past(pk, state, requester, read_inputs(text), json.loads(text))
