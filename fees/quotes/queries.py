"""Quotes as other rooms read them: the one that holds, who pays which part, to whom it is owed; and the lists of the staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count

from fees.quotes.models import EstimateRequest, Quote, QuotePayer
from fees.quotes.states import QuoteState
from fees.tariff import dto
from fees.tariff.canonical import Snapshot
from fees.tariff.money import apportion
from requests_app.models import Dossier


@dataclass(frozen=True)
class PartLine:
    """What one payer owes of one line, without VAT."""

    line: dto.LineResult
    net: Decimal


@dataclass(frozen=True)
class Part:
    """What one payer owes of a quote; the parts of the payers and of the third parties make the whole, to the cent."""

    payer: QuotePayer
    lines: tuple[PartLine, ...]
    vat: Decimal

    @property
    def net(self) -> Decimal:
        """Without VAT."""
        return sum((one.net for one in self.lines), Decimal(0))

    @property
    def gross(self) -> Decimal:
        """With VAT."""
        return self.net + self.vat


def accepted_quote(dossier: Dossier) -> Quote | None:
    """The quote that holds for a dossier, with its payers."""
    found: Quote | None = Quote.objects.for_reading().filter(dossier=dossier, state=QuoteState.ACCEPTED).first()
    return found


def parts_of(quote: Quote) -> list[Part]:
    """What each payer owes: the lines that they are named for, and their share of all others; what third parties fund is left out."""
    payers, result = quote.payers_read(), quote.kept.result
    owed: dict[int, list[PartLine]] = {payer.pk: [] for payer in payers}
    for line in result.lines:
        for payer, net in _paid(line, payers):
            owed[payer.pk].append(PartLine(line, net))
    vat = _vat(result, payers, owed)
    return [Part(payer, tuple(owed[payer.pk]), vat[payer.pk]) for payer in payers]


def _paid(line: dto.LineResult, payers: list[QuotePayer]) -> Iterable[tuple[QuotePayer, Decimal]]:
    key = f"{line.key.grid}/{line.key.line}"
    named = next((payer for payer in payers if key in payer.lines), None)
    if named is not None:
        return [(named, line.due)]
    sharing = [payer for payer in payers if payer.share is not None]
    weights = [payer.share or Decimal(0) for payer in sharing]
    return zip(sharing, shares_of(line.due, weights), strict=True)


def shares_of(amount: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """An amount in parts that make it again: by largest remainder, the first of equals first."""
    return apportion(amount, weights) if weights else []


def _vat(result: dto.Result, payers: list[QuotePayer], owed: dict[int, list[PartLine]]) -> dict[int, Decimal]:
    """The VAT of each payer: each group's by what they owe of it; the parts of third parties bear theirs."""
    vat = dict.fromkeys(owed, Decimal("0.00"))
    for group in result.vat_totals:
        taxed = [_taxable(group, owed[payer.pk]) for payer in payers]
        funded = group.taxable - sum(taxed, Decimal(0))
        if group.taxable and group.vat:
            for payer, part in zip(payers, shares_of(group.vat, [*taxed, funded]), strict=False):
                vat[payer.pk] += part
    return vat


def _taxable(group: dto.VatTotal, lines: list[PartLine]) -> Decimal:
    own = (one.net for one in lines if group_of(one.line) == (group.payee, group.category, group.rate))
    return sum(own, Decimal(0))


def group_of(line: dto.LineResult) -> tuple[str, dto.VatCategory, Decimal]:
    """The group of VAT that a line belongs to: payee, category, rate."""
    return line.key.payee, line.vat_category, line.vat_rate


def payee_names(kept: Snapshot) -> dict[str, str]:
    """Whom lines are owed to, by code: owners of the grids, their payees, and the names of holders that the inputs know."""
    names = {version.grid.owner: version.grid.owner_name for version in kept.versions}
    for version in kept.versions:
        names |= {payee.code: payee.name for payee in version.content.payees}
    return names


def billing_of(kept: Snapshot) -> dict[str, str]:
    """How each grid is invoiced: `single_invoice` with transfers, or `direct_by_holder`."""
    return {version.grid.code: version.grid.billing.value for version in kept.versions}


def quotes_of(dossier: Dossier, roles: frozenset[str]) -> list[Quote]:
    """The quotes of a dossier that these roles read, the last one first; two queries."""
    rows = Quote.objects.for_reading().filter(dossier=dossier).shown_to(roles)
    return list(rows.order_by("-drawn_up_at", "-pk"))


def quotes_at_work(user: Any, state: str = "") -> Any:
    """The quotes of the dossiers that the person sees, for the list of the staff."""
    rows = Quote.objects.filter(dossier__in=Dossier.objects.visible_to(user).order_by().values("pk")).without_text()
    rows = rows.select_related("dossier__content", "drawn_up_by").prefetch_related("payers__organisation")
    return (rows.filter(state=state) if state else rows).order_by("-drawn_up_at", "-pk")


def counts_at_work(user: Any) -> dict[str, int]:
    """How many quotes there are in each state, of those that the person sees; one query."""
    rows = Quote.objects.filter(dossier__in=Dossier.objects.visible_to(user).order_by().values("pk"))
    return dict(rows.order_by().values_list("state").annotate(found=Count("pk")))


def estimates_of(dossier: Dossier) -> list[EstimateRequest]:
    """What the holders were asked for a dossier, with their figures; two queries."""
    rows = EstimateRequest.objects.filter(dossier=dossier).select_related("organisation").prefetch_related("figures")
    return list(rows.order_by("asked_at", "pk"))


__all__ = [
    "Part",
    "PartLine",
    "accepted_quote",
    "billing_of",
    "counts_at_work",
    "estimates_of",
    "group_of",
    "parts_of",
    "payee_names",
    "quotes_at_work",
    "quotes_of",
    "shares_of",
]
