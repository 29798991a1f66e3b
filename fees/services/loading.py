"""The grids and the VAT table that are shipped, loaded through the door that everybody takes: one draws up, another approves."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from fees.contents import condition_kept
from fees.models import GridVersion, TariffGrid, VatRate, VatTreatment
from fees.services import vat
from fees.services.drafts import begin_grid, draw_up
from fees.services.importing import header_of
from fees.tariff import dto
from fees.tariff.seeds import DATA, seed_grids, seed_vat


@functools.cache
def _told() -> Mapping[str, Any]:
    return tomllib.loads((DATA / "loading.toml").read_text(encoding="utf-8"))


@transaction.atomic
def load(*, author: Any, approver: Any, at: datetime) -> list[str]:
    """Load what is missing of VAT and of the shipped grids; the answer names the versions that are new. Raises NotAllowed, RuleBroken."""
    load_vat(author=author, approver=approver, at=at)
    return [str(version) for read in seed_grids() if (version := _load_version(read, author, approver, at)) is not None]


def load_vat(*, author: Any, approver: Any, at: datetime) -> int:
    """Load the VAT rows that are not there yet; the answer is how many."""
    new = [row for row in _vat_rows() if not type(row).objects.filter(**_same(row)).exists()]
    for row in new:
        vat.propose(row, by=author, at=at)
        vat.approve(row, by=approver, at=at)
    return len(new)


def _same(row: vat.Row) -> dict[str, Any]:
    keys = {name: getattr(row, name) for name in vat.KEYS[type(row)]}
    return keys | {"valid__startswith": row.valid.lower}


def _vat_rows() -> Iterator[vat.Row]:
    names, table = _told()["vat"], seed_vat()
    for rate in table.rates:
        yield VatRate(code=rate.code, rate=rate.rate, **_common(names["rates"][rate.code], rate))
    for one in table.treatments:
        yield VatTreatment(
            profile=one.profile,
            position=one.position,
            category=one.category.value,
            rate_code=one.rate_code,
            condition=condition_kept(one.condition),
            exemption_code=one.exemption_code,
            mention_fr=one.mention.fr,
            mention_en=one.mention.en,
            **_common(names["profiles"][one.profile], one),
        )


def _common(named: Mapping[str, str], row: dto.VatRate | dto.VatTreatment) -> dict[str, Any]:
    period = DateRange(row.valid_from, row.valid_to)
    return {"name_fr": named["fr"], "name_en": named["en"], "legal_basis": named["legal_basis"], "valid": period, "to_confirm": True}


def _load_version(read: dto.GridVersion, author: Any, approver: Any, at: datetime) -> GridVersion | None:
    grid = _grid(read.grid, author, at)
    if grid.versions.filter(number=read.number).exists():
        return None
    told = _told()["grids"][read.grid.code]
    version = draw_up(grid, header_of(read), by=author, at=at, content=read.content, number=read.number)
    version.ask_review(by=author, at=at)
    version.publish(by=approver, at=at, decision_ref=told["decisions"][str(read.number)])
    return version


def _grid(header: dto.Grid, author: Any, at: datetime) -> TariffGrid:
    known = TariffGrid.objects.filter(code=header.code).first()
    if known is not None:
        return known
    told = _told()["grids"][header.code]
    grid = TariffGrid(
        code=header.code,
        name_fr=header.name.fr,
        name_en=header.name.en,
        summary_fr=told["summary_fr"],
        summary_en=told["summary_en"],
        owner_code=header.owner,
        owner_name=header.owner_name,
        scope=header.scope.value,
        currency=header.currency,
        holder_is_public=header.holder_is_public,
        legal_basis=header.legal_basis,
        publication_url=header.publication_url,
        billing=header.billing.value,
        illustrative=header.illustrative,
        for_comparison=told["for_comparison"],
    )
    return begin_grid(grid, by=author, at=at)
