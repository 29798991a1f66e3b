"""A right on a database is declared by its controller or a data protection officer, and approved by an officer who has not declared it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from rights.entitlements.models import Entitlement
from rights.entitlements.notifications import tell_officers
from rights.entitlements.states import Way
from rights.states import Level, Right
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState

PUBLISHING = "CSP, art. R1461-9, I"


@transaction.atomic
def declare(row: Entitlement, *, by: Any, at: datetime) -> Entitlement:
    """State which right applies to a database; people read it once somebody else has approved it. Raises NotAllowed, RuleBroken."""
    require_sound(row)
    row.declared_by, row.declared_at, row.approved_by, row.approved_at = by, at, None, None
    row.save(force_insert=True)
    record(row, "declare_right", by=by, at=at, law=PUBLISHING, facts=_told(row))
    tell_officers(row, at)
    return row


@transaction.atomic
def approve(row: Entitlement, *, by: Any, at: datetime) -> None:
    """People read the statement from its first day on; the one that held without end ends there.

    Raises NotAllowed, WrongState, and RuleBroken when another one holds on the same days.
    """
    lock_and_reread(row)
    _require_proposed(row)
    _make_room(row, by, at)
    record(row, "approve_right", by=by, at=at, law=PUBLISHING, facts=_told(row))
    row.approved_by, row.approved_at = by, at
    row.save(update_fields=["approved_by", "approved_at"])


@transaction.atomic
def discard(row: Entitlement, *, by: Any, at: datetime) -> None:
    """Take back what nobody has approved yet. Raises NotAllowed, WrongState."""
    lock_and_reread(row)
    _require_proposed(row)
    record(row, "discard_right", by=by, at=at, facts=_told(row))
    row.delete()


@transaction.atomic
def end(row: Entitlement, *, last_day: date, by: Any, at: datetime) -> None:
    """Say on which day a statement ceases to hold: today at the earliest. Raises NotAllowed, WrongState, RuleBroken."""
    lock_and_reread(row)
    if not row.is_approved or row.valid.upper is not None:
        raise WrongState(_("Only a statement that holds without end can be ended."))
    if last_day < max(paris_day(at), row.valid.lower):
        raise RuleBroken(Broken(_("What held until today stays as it was: choose today or a later day."), where="last_day"))
    record(row, "end_right", by=by, at=at, facts={"last_day": last_day})
    row.valid = DateRange(row.valid.lower, date.fromordinal(last_day.toordinal() + 1))
    row.save(update_fields=["valid"])


def require_sound(row: Entitlement) -> None:
    """Raise RuleBroken, with everything that is wrong, for a statement that could not be shown to anybody."""
    broken = []
    if row.right == Right.OPPOSITION and row.is_exercised and not row.levels:
        broken.append(Broken(_("Say how far an opposition may go."), where="levels"))
    if row.levels and not (row.right == Right.OPPOSITION and row.is_exercised):
        broken.append(Broken(_("Only an opposition that applies has levels."), where="levels"))
    if set(row.levels) - set(Level.values):
        broken.append(Broken(_("Choose levels of the list."), where="levels"))
    if row.way == Way.OWN_PAGE and not row.own_page_url.startswith("https://"):
        broken.append(Broken(_("Give the https address of the controller's own page."), where="own_page_url"))
    if any(not one.get("fr", "").strip() for one in row.exceptions):
        broken.append(Broken(_("Write each exception in French; the English is its translation."), where="exceptions"))
    if broken:
        raise RuleBroken(*broken)


def _require_proposed(row: Entitlement) -> None:
    if row.is_approved:
        raise WrongState(_("It was approved meanwhile."))


def _make_room(row: Entitlement, by: Any, at: datetime) -> None:
    """End what holds without end where the new statement begins. Raises RuleBroken when another one stands in the way."""
    same = Entitlement.objects.approved().select_for_update(of=("self",)).filter(database=row.database_id, right=row.right)
    for other in same.filter(valid__overlap=row.valid).order_by("pk"):
        if other.valid.upper is not None or other.valid.lower >= row.valid.lower:
            raise RuleBroken(Broken(_("Another statement holds in this period already."), where="since"))
        record(other, "end_right", by=by, at=at, facts={"last_day": date.fromordinal(row.valid.lower.toordinal() - 1)})
        other.valid = DateRange(other.valid.lower, row.valid.lower)
        other.save(update_fields=["valid"])


def _told(row: Entitlement) -> dict[str, Any]:
    """What the journal says of a statement: ids, codes and its days."""
    facts = {"database": row.database_id, "right": row.right, "available": row.available}
    return facts | {"from": row.valid.lower, "to": row.valid.upper}
