"""Rates and treatments of VAT: entered by a fee manager, approved by another one; one that follows ends the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from fees.contents import condition_from
from fees.models import VatRate, VatTreatment
from fees.policies import may_approve
from fees.services.drafts import require_keeper
from fees.tariff.lint.conditions import of_condition
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

Row = VatRate | VatTreatment
#: What makes two rows the same one at two times.
KEYS: dict[type[Any], tuple[str, ...]] = {VatRate: ("code",), VatTreatment: ("profile", "position")}


@transaction.atomic
def propose(row: Row, *, by: Any, at: datetime) -> Row:
    """Enter a row that counts once somebody else has approved it. Raises NotAllowed, RuleBroken."""
    require_keeper(by)
    _require_sound(row)
    row.author, row.entered_at = by, at
    row.save(force_insert=True)
    lock_and_reread(row)
    record(row, "enter_vat", by=by, at=at, facts=_told(row))
    return row


def _told(row: Row) -> dict[str, Any]:
    """What the journal says of a row: its codes and its days."""
    return {name: getattr(row, name) for name in KEYS[type(row)]} | {"from": row.valid.lower, "to": row.valid.upper}


def _require_sound(row: Row) -> None:
    """Raise RuleBroken for a condition that no buyer can be judged by: nothing reads these rows over before they count."""
    found = of_condition("", condition_from(getattr(row, "condition", None)))
    broken = [Broken(one.sentence, where="condition") for one in found]
    if broken:
        raise RuleBroken(*broken)


@transaction.atomic
def approve(row: Row, *, by: Any, at: datetime) -> None:
    """The row counts from now on; one that was in force without end, and began before, ends where it begins.

    Raises NotAllowed, WrongState, and RuleBroken when another one holds on the same days.
    """
    locked = type(row).objects.select_for_update().get(pk=row.pk)
    if locked.is_approved:
        raise WrongState(_("It was approved meanwhile."))
    if not may_approve(by, locked.author_id):
        raise NotAllowed(_("VAT is approved by a fee manager who has not entered it, or by the head of the secretariat."))
    _make_room(locked, by, at)
    record(locked, "approve_vat", by=by, at=at, facts=_told(locked))
    locked.approved_by, locked.approved_at = by, at
    locked.save(update_fields=["approved_by", "approved_at"])


@transaction.atomic
def discard(row: Row, *, by: Any, at: datetime) -> None:
    """Take back what nobody has approved yet. Raises NotAllowed, WrongState."""
    require_keeper(by)
    if type(row).objects.select_for_update().get(pk=row.pk).is_approved:
        raise WrongState(_("It was approved meanwhile."))
    record(row, "discard_vat", by=by, at=at, facts=_told(row))
    row.delete()


def _make_room(row: Row, by: Any, at: datetime) -> None:
    same = {name: getattr(row, name) for name in KEYS[type(row)]}
    others = type(row).objects.approved().select_for_update().filter(**same, valid__overlap=row.valid).order_by("pk")
    for other in others:
        if other.valid.upper is not None or other.valid.lower >= row.valid.lower:
            raise RuleBroken(Broken(_("Another one holds in this period already."), where="since"))
        record(other, "end_vat", by=by, at=at, facts={"until": row.valid.lower})
        other.valid = DateRange(other.valid.lower, row.valid.lower)
        other.save(update_fields=["valid"])
