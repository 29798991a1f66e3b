"""The access list of a dossier: drawn up from the named users, completed by the desk, opened and closed by day.

The journal holds the number of an entry and days; names and addresses stay in the entry.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts.life.gate import gate_of
from extractions.delivery.models import AccessEntry
from extractions.delivery.named import Named, named_users
from extractions.delivery.notifications import ask_for_terms
from extractions.delivery.rules import require_nobody
from extractions.delivery.terms import VERSION
from requests_app.models import Dossier
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState


@transaction.atomic
def draw_list(dossier: Dossier, *, by: Any, at: datetime, returning: bool = False) -> int:
    """Bring the list into line with the named users; the answer is how many lines changed, and doing it twice changes nothing.

    Nobody is taken off the list: who is not named any more is shown to be closed. Who was closed and is still named comes back
    only where a person asks for it, with `returning`. Raises NotAllowed.
    """
    lock_and_reread(dossier)
    named = {one.key: one for one in named_users(dossier, paris_day(at))}
    live = {_key(one): one for one in AccessEntry.objects.filter(dossier=dossier).live()}
    closed = set() if returning else {_key(one) for one in AccessEntry.objects.filter(dossier=dossier).exclude(closed_on=None)}
    new = [one for key, one in named.items() if key not in live and key not in closed]
    turned = [one for key, one in live.items() if one.is_named != (key in named)]
    if not new and not turned:
        return 0
    record(dossier, "list_access", by=by, at=at, facts={"added": len(new), "changed": len(turned)})
    AccessEntry.objects.bulk_create([_listed(dossier, one, at) for one in new])
    for one in turned:
        one.is_named = not one.is_named
        one.save(update_fields=["is_named"])
    return len(new) + len(turned)


def _key(entry: AccessEntry) -> tuple[str, str]:
    return Named(entry.name, entry.organisation).key


def _listed(dossier: Dossier, named: Named, at: datetime) -> AccessEntry:
    return AccessEntry(dossier=dossier, name=named.name, organisation=named.organisation, listed_at=at)


@transaction.atomic
def note(entry: AccessEntry, *, email: str, trained_on: date | None, ends_on: date | None, by: Any, at: datetime) -> None:
    """Note the address, the day of the training and the last day. Raises NotAllowed, RuleBroken, WrongState."""
    _held(entry)
    if trained_on is not None and trained_on > paris_day(at):
        raise RuleBroken(Broken(_("The training is still to come: note it once it is done."), where="trained_on"))
    if entry.opened_on is not None and (trained_on is None or trained_on > entry.opened_on):
        raise RuleBroken(Broken(_("The account is open already: the training came before it."), where="trained_on"))
    address = email.strip().lower()
    if address != entry.email.lower() and not entry.terms_on_paper and entry.opened_on is None:
        entry.terms_version, entry.terms_accepted_at = "", None  # who accepted on the site was known by the former address
    entry.email, entry.trained_on, entry.ends_on = address, trained_on, ends_on
    record(entry.dossier, "note_access", by=by, at=at, facts={"entry": entry.pk, "trained_on": trained_on, "ends_on": ends_on})
    entry.save(update_fields=["email", "trained_on", "ends_on", "terms_version", "terms_accepted_at"])
    ask_for_terms(entry)


@transaction.atomic
def accept_terms(entry: AccessEntry, *, by: Any, at: datetime, on_paper: bool = False, person: int | None = None) -> None:
    """Note that the person accepts the terms in force: by a page, where the site notes it for them, or on a paper that the desk has seen.

    Raises NotAllowed, WrongState.
    """
    _held(entry)
    if entry.terms_version == VERSION:
        raise WrongState(_("These terms are accepted already."))
    entry.terms_version, entry.terms_accepted_at, entry.terms_on_paper = VERSION, at, on_paper
    record(
        entry.dossier, "accept_terms", by=by, at=at, facts={"entry": entry.pk, "version": VERSION, "on_paper": on_paper, "person": person}
    )
    entry.save(update_fields=["terms_version", "terms_accepted_at", "terms_on_paper"])


@transaction.atomic
def open_account(entry: AccessEntry, on: date, *, by: Any, at: datetime) -> None:
    """Note that the account is open: only for who is named, trained and bound, and while the gate is open.

    Raises NotAllowed, RuleBroken, WrongState.
    """
    _held(entry)
    if entry.opened_on is not None:
        raise WrongState(_("This account is open already."))
    broken = missing_to_open(entry, on, paris_day(at))
    if broken:
        raise RuleBroken(*broken)
    entry.opened_on, entry.opened_by = on, by
    months = entry.dossier.content.access_months
    if entry.ends_on is None and months:
        entry.ends_on = on + relativedelta(months=months, days=-1)
    record(entry.dossier, "open_access", by=by, at=at, facts={"entry": entry.pk, "opened_on": on, "ends_on": entry.ends_on})
    entry.save(update_fields=["opened_on", "opened_by", "ends_on"])


def missing_to_open(entry: AccessEntry, on: date, today: date) -> list[Broken]:
    """Everything that keeps an account from being opened on a day."""
    broken = []
    if not entry.is_named:
        broken.append(Broken(_("The convention in force does not name this person.")))
    if entry.trained_on is None or entry.trained_on > on:
        broken.append(Broken(_("The person was not trained by that day.")))
    if entry.terms_version != VERSION:
        broken.append(Broken(_("The person has not accepted the terms of access in force.")))
    if on > today:
        broken.append(Broken(_("This day is still to come: note the opening once it is done."), where="day"))
    if entry.ends_on is not None and entry.ends_on < on:
        broken.append(Broken(_("The person's time is over on that day."), where="day"))
    return [*broken, *gate_of(entry.dossier, today).missing]


@transaction.atomic
def close_account(entry: AccessEntry, on: date, because: str, *, by: Any, at: datetime) -> None:
    """Note that the account is closed, and why; who was never let in is taken off the same way.

    Raises NotAllowed, RuleBroken, WrongState.
    """
    _held(entry)
    said = require_nobody(because, "because")
    if not said:
        raise RuleBroken(Broken(_("Say why the account is closed."), where="because"))
    if on > paris_day(at) or (entry.opened_on is not None and on < entry.opened_on):
        raise RuleBroken(Broken(_("The account is closed after it was opened, and not later than today."), where="day"))
    entry.closed_on, entry.closed_because, entry.closed_by = on, said, by
    entry.email = ""  # nobody is written to any more
    record(entry.dossier, "close_access", by=by, at=at, facts={"entry": entry.pk, "closed_on": on})
    entry.save(update_fields=["closed_on", "closed_because", "closed_by", "email"])


def _held(entry: AccessEntry) -> None:
    """Lock the dossier, and take the entry as it now is. Raises WrongState once it is closed."""
    lock_and_reread(entry.dossier)
    dossier = entry.dossier
    entry.refresh_from_db()
    entry.dossier = dossier
    if entry.closed_on is not None:
        raise WrongState(_("This account is closed: a person who comes back is listed anew."))


def to_close(dossier: Dossier, day: date) -> list[AccessEntry]:
    """The accounts that are still open and should not be."""
    entries = list(AccessEntry.objects.filter(dossier=dossier).open().order_by("name", "pk"))
    if not entries:
        return []
    gate_open = gate_of(dossier, day).is_open
    return [one for one in entries if one.is_to_close(day, gate_open=gate_open)]
