"""Grids for tests: two people who keep them, a small grid in draft, under review or published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from fees.models import GridVersion, TariffGrid, VatTreatment
from fees.services import vat
from fees.services.drafts import Header, begin_grid, draw_up
from fees.tariff.dto import Content, CostBasis, Group, Line, Mode, Text, Unit
from fees.tariff.seeds import seed_grid
from tests.accounts.factories import UserFactory

SINCE = date(2026, 1, 1)


def a_keeper(**said: Any) -> User:
    """Somebody who draws up grids."""
    user: User = UserFactory(roles=[Role.FEE_MANAGER], **said)
    return user


def a_line(code: str = "DOSSIER", amount: str = "1000", **said: Any) -> Line:
    """A fixed amount."""
    told: dict[str, Any] = {"label": Text(f"Ligne {code}", f"Line {code}"), "group": Group.PROCEDURE, "cost_basis": CostBasis.ASSESSMENT}
    return Line(code=code, vat_profile="service", unit_amount=Decimal(amount), **told | said)


def falling_tiers() -> Line:
    """A line whose price falls between two tiers."""
    line = next(line for line in seed_grid("eds-ill-v1").content.lines if line.code == "SOURCES")
    return replace(line, mode=Mode.VOLUME, unit=Unit.SOURCE)


def vat_for(profile: str = "service") -> None:
    """A treatment of VAT that is approved, so that the profile of a line is known."""
    row = VatTreatment(profile=profile, position=1, category="O", name_fr="Hors champ", valid=(date(2000, 1, 1), None))
    vat.propose(row, by=a_keeper(), at=timezone.now())
    vat.approve(row, by=a_keeper(), at=timezone.now())


def a_grid(code: str = "EDS-ESSAI", *, by: User | None = None, **said: Any) -> TariffGrid:
    """A grid without a version."""
    told = {"name_fr": "Grille d’essai", "name_en": "Grid on trial", "owner_code": "essai", "owner_name": "CHU d’essai"}
    return begin_grid(TariffGrid(code=code, scope="holder_data", **told | said), by=by or a_keeper(), at=timezone.now())


def a_draft(
    grid: TariffGrid | None = None,
    *,
    by: User | None = None,
    since: date = SINCE,
    until: date | None = None,
    lines: Any = None,
    **said: Any,
) -> GridVersion:
    """A draft of one line, unless told otherwise."""
    header = Header(since=since, until=until, **{"change_note_fr": "Montants revus."} | said)
    content = Content(lines=tuple(lines) if lines is not None else (a_line(),))
    author = by or a_keeper()
    return draw_up(grid or a_grid(by=author), header, by=author, at=timezone.now(), content=content)


def published(version: GridVersion, *, by: User | None = None, at: datetime | None = None) -> GridVersion:
    """The same, approved by somebody else."""
    if not VatTreatment.objects.exists():
        vat_for()
    version.ask_review(by=version.author, at=at or timezone.now())
    version.publish(by=by or a_keeper(), at=at or timezone.now(), decision_ref="Délibération 2026-1")
    return version


def a_published(grid: TariffGrid | None = None, **said: Any) -> GridVersion:
    """A version that is published."""
    return published(a_draft(grid, **said))


def to_come(days: int = 60) -> date:
    """A day in the future."""
    return timezone.localdate() + timedelta(days=days)
