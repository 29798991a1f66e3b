"""A draft of the next version of the example grid, and its effects on the accepted quotes; made up, like the grid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from accounts.models import User
from fees.drafting import line_named, modifier_named, with_line, with_modifier
from fees.impact.services import replays
from fees.models import GridVersion, TariffGrid
from fees.services.drafts import Header, change_content, draw_up
from fees.tariff.dto import Content

GRID = "EDS-ILL"


def furnish(people: dict[str, User], now: datetime) -> None:
    """Draw up the draft and have the accepted quotes priced by it; nothing twice."""
    grid = TariffGrid.objects.get(code=GRID)
    if grid.versions.filter(published_at=None).exists():
        return
    author = people["redevances"]
    note = "Préparation des données : 720 € par jour. Établissements académiques : coefficient 0,20."
    note_en = "Preparation of data: €720 a day. Academic institutions: factor 0.20."
    header = Header(since=date(now.year + 1, 9, 1), label="projet", change_note_fr=note, change_note_en=note_en)
    draft: GridVersion = draw_up(grid, header, by=author, at=now)
    change_content(draft, _dearer, "PREP", by=author, at=now)
    replays.begin(draft, by=author, at=now)


def _dearer(content: Content) -> Content:
    """Days of preparation and the reduction of academic institutions cost more."""
    line, modifier = line_named(content, "PREP"), modifier_named(content, "CAT-ACADEMIQUE")
    if line is not None:
        content = with_line(content, replace(line, unit_amount=Decimal(720)), line.code)
    if modifier is not None:
        content = with_modifier(content, replace(modifier, value=Decimal("0.20")), modifier.code)
    return content
