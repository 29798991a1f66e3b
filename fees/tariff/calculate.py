"""The price of a request: a pure function of its inputs, the grid versions and the VAT table, with the trace of every line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext

from fees.tariff import vat
from fees.tariff.asked import Inputs
from fees.tariff.drafts import Draft, Drafts
from fees.tariff.errors import MissingFacts, TariffError, UnknownVat
from fees.tariff.facts import require_sound
from fees.tariff.money import CONTEXT
from fees.tariff.plan import plan_of
from fees.tariff.priced import ENGINE, LineResult, Result
from fees.tariff.stages import finish
from fees.tariff.vat import Taxes
from fees.tariff.written import ZERO, GridVersion, VatTable


def calculate(inputs: Inputs, versions: Sequence[GridVersion], table: VatTable) -> Result:
    """What a request costs by these versions, one of each grid.

    MissingFacts lists every fact that lacks (none is taken as 0), UnknownVat the lines that no treatment covers on their day, BadFact a
    value that is not of its type. The same inputs give the same result whatever the order of the versions or the caller's decimal context.
    """
    require_sound(inputs)
    in_order = sorted(versions, key=lambda version: version.grid.code)
    if len({version.grid.code for version in in_order}) < len(in_order):
        raise TariffError("two versions of the same grid cannot price one request")
    with localcontext(CONTEXT):
        return _priced(inputs, in_order, table)


def _priced(inputs: Inputs, versions: list[GridVersion], table: VatTable) -> Result:
    parts = [Drafts(plan_of(version), inputs) for version in versions]
    for part in parts:
        part.draw_up()
    taxes = Taxes(table, inputs.facts)
    for part in parts:
        for draft in part.drafts:
            draft.taxed = taxes.of(draft.plan.line.vat_profile, draft.day)
        for plan in part.suspended:
            taxes.of(plan.line.vat_profile, part.taxed_on(plan.line))
    missing = taxes.missing.union(*(part.missing for part in parts))
    if missing:
        raise MissingFacts(tuple(sorted(missing)))
    _require_taxed(draft for part in parts for draft in part.drafts)
    lines = tuple([line for part in parts for line in finish(part)])
    left_out = tuple([one for part in parts for one in part.left_out])
    return _summed(tuple(version.key for version in versions), lines)._replace(left_out=left_out)


def _require_taxed(drafts: Iterable[Draft]) -> None:
    untaxed = {(draft.plan.key, draft.plan.line.vat_profile, draft.day) for draft in drafts if draft.taxed is None}
    if untaxed:
        raise UnknownVat(tuple(sorted(untaxed)))


def _summed(versions: tuple[str, ...], lines: tuple[LineResult, ...]) -> Result:
    totals = vat.totals(lines)
    net = sum((line.net for line in lines), ZERO)
    tax = sum((total.vat for total in totals), ZERO)
    by_payee: dict[str, Decimal] = {}
    by_funder: dict[str, Decimal] = {}
    for line in lines:
        by_payee[line.key.payee] = by_payee.get(line.key.payee, ZERO) + line.net
        for part in line.funded:
            by_funder[part.funder] = by_funder.get(part.funder, ZERO) + part.amount
    return Result(
        ENGINE, versions, lines, (), totals, net, tax, net + tax, tuple(sorted(by_payee.items())), tuple(sorted(by_funder.items()))
    )
