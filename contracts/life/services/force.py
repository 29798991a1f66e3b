"""A signed convention takes effect when its day has come and nothing is missing; its dossier goes on with it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from contracts.models import Convention
from contracts.states import OPENING, AmendmentKind, ConventionState
from requests_app.states import State
from requests_app.transitions.base import Recorded
from ui.words import day_in_words
from workflow.models import JournalLine
from workflow.outbox import queue
from workflow.periods import paris_day
from workflow.refusals import Broken, Refusal, RuleBroken

log = logging.getLogger("guichet.conventions")


@dataclass(frozen=True)
class Term:
    """How long a convention holds: its first and last day, and by how many months it is renewed tacitly."""

    since: date
    until: date | None
    renewal_months: int | None = None


def term_of(convention: Convention, day: date) -> Term:
    """What the approved text says: from its first day, or that of the last signature if it is later."""
    document = convention.approved_version.document if convention.approved_version else None
    facts = document.facts if document else {}
    signed = paris_day(convention.signed_at) if convention.signed_at else day
    said = facts.get("term.from")
    since = max(date.fromisoformat(said), signed) if said else signed
    if convention.is_amendment and AmendmentKind.DURATION not in convention.changes:
        return Term(since, None)  # it ends with what it amends
    renewal = document.article("renewal") if document else None
    months = int(renewal.parameters["months"]) if renewal and "months" in renewal.parameters else None
    if facts.get("term.until"):
        return Term(since, date.fromisoformat(facts["term.until"]), months)
    begun = since if convention.root is None else convention.root.effective_from or since
    lasting = facts.get("term.months")
    return Term(since, begun + relativedelta(months=int(Decimal(lasting)), days=-1) if lasting else None, months)


@transaction.atomic
def enter_force(convention: Convention, *, by: Any, at: datetime) -> JournalLine:
    """Bring a signed convention into force, for the period that it says. Raises NotAllowed, WrongState, RuleBroken."""
    term = term_of(convention, paris_day(at))
    if term.since > paris_day(at):
        raise RuleBroken(
            Broken(_("Its first day, %(day)s, is still to come: it takes effect by itself.") % {"day": day_in_words(term.since)})
        )
    return convention.enter_force(by=by, at=at, since=term.since, until=term.until, renewal_months=term.renewal_months)


def follow_force(convention: Convention, line: JournalLine) -> None:
    """Reaction: the dossier whose data it opens goes on; an amendment of the duration moves the end of what it amends."""
    system = User.objects.system()
    dossier = convention.dossier
    if dossier is not None and convention.kind in OPENING and dossier.state == State.CONTRACTING:
        dossier.enter_convention(by=system, at=line.at, act=Recorded(on=convention.effective_from, reference=convention.number))
    if convention.is_amendment and AmendmentKind.DURATION in convention.changes and convention.effective_until:
        root = convention.root
        if root is not None and root.state == ConventionState.IN_FORCE:
            months = convention.tacit_renewal_months
            root.renew(by=system, at=line.at, until=convention.effective_until, renewal_months=months)


def try_soon(convention: Convention, line: JournalLine) -> None:
    """Reaction to the last signature: look, once this is written, whether it takes effect at once."""
    queue("convention_force", f"convention_force:{convention.pk}:{line.pk}", convention=convention.pk)


def try_of_dossier(subject: Any, line: JournalLine) -> None:
    """Reaction to a quote that is accepted or an invoice that is paid: what waited for it may take effect."""
    rows = Convention.objects.filter(dossier=subject.dossier_id, state=ConventionState.SIGNED).order_by("pk")
    for pk in rows.values_list("pk", flat=True):
        queue("convention_force", f"convention_force:{pk}:{line.pk}", convention=pk)


def enter_if_ready(convention: Convention, at: datetime) -> bool:
    """Bring it into force by itself; the answer is whether it did."""
    day = paris_day(at)
    if term_of(convention, day).since > day or convention.conditions_missing(day):
        return False
    try:
        enter_force(convention, by=User.objects.system(), at=at)
    except Refusal:
        log.info("convention_not_in_force")
        return False
    return True
