"""The signed papers of a quote, and the payers for whom nobody with an account can accept."""

from __future__ import annotations

from typing import Any

from accounts.models import RoleGrant
from accounts.roles import Role
from fees.quotes.models import PaperAcceptance, Quote
from fees.quotes.policies import MAY
from fees.quotes.states import QuoteState

#: Who opens a scan: whoever records and checks, and the auditor.
READS = MAY["record_paper"] | MAY["accept_on_paper"] | MAY["see_drafts"]


def papers_shown(quote: Quote, roles: frozenset[str]) -> dict[str, Any]:
    """On the page of a quote: the signed papers, and which payers have nobody with an account to accept for them; two queries."""
    if not roles & READS or not quote.commits or quote.issued_at is None:
        return {}
    papers = PaperAcceptance.objects.filter(payer__quote=quote, discarded_at=None).select_related("payer__organisation", "added_by")
    awaited = [payer for payer in quote.payers_read() if payer.accepted_at is None] if quote.state == QuoteState.ISSUED else []
    payers = [payer.organisation_id for payer in awaited]
    signing = set(
        RoleGrant.objects.live().filter(role=Role.SIGNATORY.value, organisation__in=payers).values_list("organisation", flat=True)
    )
    carrying = quote.dossier.organisation_ids
    without = [payer.organisation for payer in awaited if payer.organisation_id not in signing and payer.organisation_id not in carrying]
    return {"signed_papers": list(papers), "without_account": without, "records_paper": bool(awaited) and bool(roles & MAY["record_paper"])}
