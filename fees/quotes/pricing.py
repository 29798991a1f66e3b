"""From a dossier to a price: its facts, the grids that hold, VAT, and what the fee manager decides; the calculator does the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fees.queries import vat_table
from fees.quotes.facts import Sheet, sheet_of
from fees.quotes.grids import facts_asked, versions_for
from fees.quotes.models import Quote, WorkDone
from fees.quotes.states import INDICATIVE, QuotePurpose
from fees.states import AmendmentPolicy
from fees.tariff import dto
from fees.tariff.calculate import calculate
from fees.tariff.canonical import priced
from requests_app.models import Dossier
from workflow.periods import paris_day


@dataclass(frozen=True)
class Price:
    """A price, or why there is none: the facts that lack, a value that is none, or a line whose VAT nobody has laid down."""

    on: date
    sheet: Sheet
    asked: tuple[str, ...]
    versions: tuple[dto.GridVersion, ...]
    result: dto.Result | None = None
    text: str = ""
    sha256: str = ""
    missing: tuple[str, ...] = ()
    untaxed: tuple[tuple[str, str, date], ...] = ()
    wrong: tuple[str, str] = ("", "")
    #: Of an amendment: grid → the prices that were kept.
    prices: Mapping[str, str] | None = None

    @property
    def is_known(self) -> bool:
        """Is there a price?"""
        return self.result is not None


def price_of(dossier: Dossier, on: date, purpose: str, choices: Mapping[str, Any] | None = None, previous: Quote | None = None) -> Price:
    """What the dossier costs on a day, with the facts as they stand; a price that cannot be worked out says why."""
    sheet, vat = sheet_of(dossier), vat_table()
    inputs = inputs_for(dossier, sheet, on, purpose, choices or {})
    versions = versions_for(dossier, on)
    known = Price(on, sheet, facts_asked(versions, vat), versions)
    if not versions:
        return known
    try:
        prices: Mapping[str, str] | None = None
        if purpose == QuotePurpose.AMENDMENT and previous is not None:
            versions, prices = amended_versions(inputs, versions, previous, vat)
        result, text, digest = priced(inputs, versions, vat)
    except dto.MissingFacts as refused:
        return _without(known, missing=refused.keys)
    except dto.UnknownVat as refused:
        return _without(known, untaxed=refused.lines)
    except dto.BadFact as refused:
        return _without(known, wrong=(refused.key, str(refused)))
    return Price(on, sheet, known.asked, versions, result, text, digest, prices=prices)


def _without(known: Price, **why: Any) -> Price:
    return Price(known.on, known.sheet, known.asked, known.versions, **why)


def inputs_for(dossier: Dossier, sheet: Sheet, on: date, purpose: str, choices: Mapping[str, Any]) -> dto.Inputs:
    """Everything that the price depends on beside the grids and VAT."""
    is_withdrawal = purpose == QuotePurpose.WITHDRAWAL
    facts = dict(sheet.facts)
    if purpose == QuotePurpose.AMENDMENT:
        facts["request.kind"] = dto.Fact("amendment", dto.Source.COMPUTED)
    return dto.Inputs(
        facts=facts,
        on=on,
        each=sheet.each,
        options=frozenset(choices.get("options", ())),
        choices={key: dto.Choice(Decimal(one["amount"]), one["reason"]) for key, one in choices.get("choices", {}).items()},
        grants={key: _grant(one) for key, one in choices.get("grants", {}).items()},
        tax_points=_tax_points(dossier),
        assumes_evidence=purpose in INDICATIVE,
        purpose=dto.Purpose.WITHDRAWAL if is_withdrawal else dto.Purpose.QUOTE,
        done=work_done(dossier) if is_withdrawal else {},
    )


def _grant(one: Mapping[str, Any]) -> dto.Grant:
    days: dict[str, Any] = {name: date.fromisoformat(one[name]) if one.get(name) else None for name in ("notified_on", "work_began_on")}
    value = Decimal(one["value"]) if one.get("value") else None
    said = {name: one.get(name, "") for name in ("justification", "evidence")}
    return dto.Grant(decided=bool(one.get("decided")), value=value, **said, **days)


def _tax_points(dossier: Dossier) -> dict[dto.TaxPoint, date]:
    """The days that are known already; what has not come yet is taxed as on the day of the quote."""
    days = {dto.TaxPoint.DECISION: dossier.authorised_on, dto.TaxPoint.DELIVERY: dossier.data_opened_on}
    return {point: day for point, day in days.items() if day is not None}


def work_done(dossier: Dossier) -> dict[str, Decimal]:
    """The quantity of work done by line; what a correction brings back to nothing is left out."""
    done: dict[str, Decimal] = {}
    for row in WorkDone.objects.filter(dossier=dossier).order_by("done_on", "pk"):
        done[row.line] = done.get(row.line, Decimal(0)) + row.quantity
    return {line: quantity for line, quantity in done.items() if quantity > 0}


def amended_versions(
    inputs: dto.Inputs, current: tuple[dto.GridVersion, ...], previous: Quote, vat: dto.VatTable
) -> tuple[tuple[dto.GridVersion, ...], dict[str, str]]:
    """The versions by which an amendment is priced: those accepted, those of the day, or of each grid the cheaper one.

    The policy of a grid is that of the version that was accepted; a grid that was not part of the accepted quote holds as it is today.
    """
    accepted = {version.grid.code: version for version in previous.kept.versions}
    today = {version.grid.code: version for version in current}
    kept: dict[str, str] = {}
    for code, version in accepted.items():
        policy = version.amendment_policy.value
        if policy == AmendmentPolicy.MOST_FAVOURABLE and code in today:
            cheaper = _net(inputs, version, vat) <= _net(inputs, today[code], vat)
            policy = AmendmentPolicy.LOCKED.value if cheaper else AmendmentPolicy.CURRENT.value
        kept[code] = policy if code in today else AmendmentPolicy.LOCKED.value
    kept |= {code: AmendmentPolicy.CURRENT.value for code in today if code not in accepted}
    chosen = [accepted[code] if policy == AmendmentPolicy.LOCKED else today[code] for code, policy in sorted(kept.items())]
    return tuple(chosen), kept


def _net(inputs: dto.Inputs, version: dto.GridVersion, vat: dto.VatTable) -> Decimal:
    return calculate(inputs, [version], vat).net


def is_only_an_example(versions: tuple[dto.GridVersion, ...]) -> bool:
    """Is one of the grids an example, and no official tariff?"""
    return any(version.grid.illustrative for version in versions)


def billing_of(versions: tuple[dto.GridVersion, ...]) -> dict[str, str]:
    """How each grid is invoiced: by the single window with transfers, or by each holder."""
    return {version.grid.code: version.grid.billing.value for version in versions}


def price_now(quote: Quote, at: Any) -> Price:
    """What a draft comes to now."""
    return price_of(quote.dossier, paris_day(at), quote.purpose, quote.choices, quote.previous)


__all__ = ["Price", "amended_versions", "billing_of", "inputs_for", "is_only_an_example", "price_now", "price_of", "work_done"]
