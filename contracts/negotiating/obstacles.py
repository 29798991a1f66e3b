"""What keeps a text from its approval: proposals without an answer, and locked clauses that somebody changed; each is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from contracts.negotiating.models import Proposal
from contracts.negotiating.queries import with_versions
from contracts.negotiating.rules import clause_named
from workflow.refusals import Broken


def awaiting(convention: Any) -> Iterator[Broken]:
    """One sentence for each proposal that awaits its answer; a constant number of queries."""
    rows = Proposal.objects.filter(convention=convention).awaiting().for_reading()
    for one in with_versions(convention, list(rows)):
        yield Broken(_sentence(one) % {"clause": clause_named(one), "who": one.by}, where=f"proposal-{one.pk}")


def _sentence(proposal: Proposal) -> str:
    if proposal.is_locked:
        return _("The locked clause “%(clause)s” was changed by %(who)s: reject this change.")
    return _("The proposal of %(who)s on “%(clause)s” awaits its answer.")
