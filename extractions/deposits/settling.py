"""What becomes of what was sent: kept with its receipt, or forgotten, with what was wrong."""

from __future__ import annotations

from collections.abc import Sized
from datetime import datetime
from typing import Any

from extractions.deposits.services import receiving
from extractions.deposits.uploads import SealingHandler
from extractions.linkage.sealing import SealBroken


def settle(handler: SealingHandler, files: Sized, *, by: Any, at: datetime) -> bool:
    """Keep a sound table, or note what was wrong with another; says whether it was kept. Raises what keeping it raises."""
    try:
        receipt = handler.receipt(files)
    except SealBroken as broken:
        receiving.note_broken(handler.asked, broken.code, by=by, at=at)
        return False
    if not receipt.is_accepted or handler.part is None:
        receiving.note_refused(handler.asked, receipt, by=by, at=at)
        return False
    receiving.keep(handler.asked, handler.part, receipt, by=by, at=at)
    return True
