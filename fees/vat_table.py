"""The approved rows of VAT as the calculator knows them; the models are given, since the moves of a version ask for it too."""

from __future__ import annotations

from typing import Any

from fees.contents import condition_from
from fees.tariff import dto


def table_of(treatments: Any, rates: Any) -> dto.VatTable:
    """Every approved row of the two models, whatever its period; two queries."""
    return dto.VatTable(
        treatments=tuple(_treatment(row) for row in treatments.objects.approved().order_by("profile", "position", "valid", "pk")),
        rates=tuple(_rate(row) for row in rates.objects.approved().order_by("code", "valid", "pk")),
    )


def _treatment(row: Any) -> dto.VatTreatment:
    return dto.VatTreatment(
        profile=row.profile,
        position=row.position,
        category=dto.VatCategory(row.category),
        rate_code=row.rate_code,
        condition=condition_from(row.condition),
        exemption_code=row.exemption_code,
        mention=dto.Text(row.mention_fr, row.mention_en),
        valid_from=row.valid.lower,
        valid_to=row.valid.upper,
    )


def _rate(row: Any) -> dto.VatRate:
    return dto.VatRate(row.code, row.rate, row.valid.lower, row.valid.upper)
