"""What the database itself refuses: an answer or an approved statement that changes, a routing that points elsewhere, a row that goes."""

from __future__ import annotations

import pgtrigger

from contracts.triggers import kept as kept
from contracts.triggers import written_once as written_once
from extractions.triggers import settled_once as settled_once
from fees.triggers import frozen_once_approved as frozen_once_approved


def stays_where_it_went(*columns: str) -> list[pgtrigger.Trigger]:
    """To whom a request went, on which database and for which right never changes."""
    return [pgtrigger.ReadOnly(name="routing_stays_where_it_went", fields=list(columns))]
