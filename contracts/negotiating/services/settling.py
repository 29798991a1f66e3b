"""Who keeps the convention answers proposals: several accepted at once give one new version, a rejection says why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.drafting.services.versions import add_version
from contracts.models import Convention, ConventionVersion
from contracts.negotiating import rules
from contracts.negotiating.applying import applied
from contracts.negotiating.models import Proposal
from contracts.negotiating.queries import places_of, with_versions
from contracts.negotiating.services.proposing import negotiated
from contracts.negotiating.states import Status
from contracts.rules import require_said
from contracts.states import Origin
from workflow.engine import record
from workflow.refusals import Broken, RuleBroken, WrongState
from workflow.seals import text_digest


@transaction.atomic
def accept(convention: Convention, chosen: Iterable[int], *, by: Any, at: datetime, why: str = "") -> ConventionVersion:
    """Agree upon proposals: together they give one new version.

    Raises NotAllowed, WrongState, and RuleBroken for a locked clause, one that has changed since, or two proposals on one clause.
    """
    words = rules.require_short(why, "because")
    present, proposals = _held(convention, chosen, by)
    rules.require_acceptable(proposals, present.document)
    document = applied(present.document, proposals, places_of(convention))
    facts = _facts(proposals, Status.ACCEPTED, words)
    version = add_version(convention, document, Origin.AGREED, by=by, at=at, note=words, facts=facts)
    for one in proposals:
        one.gave = version
    _settle(proposals, Status.ACCEPTED, words, by, at)
    return version


@transaction.atomic
def reject(convention: Convention, chosen: Iterable[int], *, by: Any, at: datetime, why: str) -> list[Proposal]:
    """Reject proposals, with the reason. Raises NotAllowed, WrongState, RuleBroken."""
    words = require_said(why, _("Say why this is rejected."))
    _present, proposals = _held(convention, chosen, by)
    record(convention, "settle_proposal", by=by, at=at, facts=_facts(proposals, Status.REJECTED, words))
    _settle(proposals, Status.REJECTED, words, by, at)
    return proposals


def _held(convention: Convention, chosen: Iterable[int], by: Any) -> tuple[ConventionVersion, list[Proposal]]:
    """The last version and these proposals, behind their locks; raises WrongState where one of them was answered meanwhile."""
    wanted = set(chosen)
    if not wanted:
        raise RuleBroken(Broken(_("Choose at least one proposal."), where="proposals"))
    present = negotiated(convention)
    rows = Proposal.objects.select_for_update(of=("self",)).filter(convention=convention, pk__in=wanted).awaiting().order_by("at", "pk")
    proposals = with_versions(convention, list(rows))
    if len(proposals) != len(wanted):
        raise WrongState(_("One of these proposals was answered or taken back meanwhile: read them again."))
    rules.require_anothers(proposals, by)
    return present, proposals


def _facts(proposals: list[Proposal], status: Status, words: str) -> dict[str, Any]:
    told = {"proposals": [one.pk for one in proposals], "decision": status.value}
    return told | ({"texts": [text_digest(one.salt, words) for one in proposals]} if words else {})


def _settle(proposals: list[Proposal], status: Status, words: str, by: Any, at: datetime) -> None:
    for one in proposals:
        one.status, one.decided_at, one.decided_by, one.decided_why = status, at, by, words
        one.save(update_fields=["status", "decided_at", "decided_by", "decided_why", "gave"])
