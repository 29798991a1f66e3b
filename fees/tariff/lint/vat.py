"""What can be wrong with VAT: a line without a profile, a profile that no treatment covers when the version begins."""

from __future__ import annotations

from collections.abc import Iterator

from fees.tariff.lint.findings import Finding, Problem
from fees.tariff.vat import holds_on
from fees.tariff.written import GridVersion, VatTable


def of_vat(version: GridVersion, table: VatTable | None) -> Iterator[Finding]:
    """The findings of the VAT profiles of the lines."""
    for line in version.content.lines:
        if not line.vat_profile:
            yield Finding(Problem.NO_VAT_PROFILE, line.code)
        elif table is not None and not _covered(version, table, line.vat_profile):
            yield Finding(Problem.UNKNOWN_VAT_PROFILE, line.code, (line.vat_profile, str(version.valid_from)))


def _covered(version: GridVersion, table: VatTable, profile: str) -> bool:
    day = version.valid_from
    return any(one.profile == profile and (day is None or holds_on(one, day)) for one in table.treatments)
