"""The clauses most negotiated: how often each is proposed to be changed, how often that is agreed, and how long the answer takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from contracts.drafting.agreed import ADDED
from contracts.models import ClauseVersion, Convention
from contracts.negotiating.models import Proposal
from contracts.negotiating.states import Status
from fees.contents import harmless
from requests_app.policies import may_on_site
from ui.navigation import address_of

DAY = 86_400
HEAD = ("code", "title", "proposals", "conventions", "accepted", "rejected", "awaiting", "accepted_per_cent", "median_days")


@dataclass(frozen=True)
class ClauseCount:
    """What became of the proposals on one clause; `share` in per cent of those answered, `days` until the answer, None without any."""

    code: str
    title: str
    url: str
    proposals: int
    conventions: int
    accepted: int
    rejected: int
    awaiting: int
    share: int | None
    days: Decimal | None


def sees_statistics(request: HttpRequest) -> bool:
    """Is the page of the statistics one of the reader's?"""
    return request.user.is_authenticated and may_on_site(request.user, "see_conventions")


def most_negotiated(user: Any) -> list[ClauseCount]:
    """The clauses by how often a change was proposed, on the conventions that the person sees; three queries at most."""
    seen = Convention.objects.at_work(user).order_by().values("pk")
    rows = Proposal.objects.filter(convention__in=seen).exclude(status=Status.WITHDRAWN).order_by("article_code", "pk")
    by_code: dict[str, list[tuple[Any, ...]]] = {}
    for code, *rest in rows.values_list("article_code", "convention", "status", "at", "decided_at"):
        by_code.setdefault("" if code.startswith(ADDED) else code, []).append(tuple(rest))
    titles, links = _titles(by_code), may_on_site(user, "see_clauses")
    counts = [_count(code, found, titles.get(code, ""), links) for code, found in by_code.items()]
    return sorted(counts, key=lambda one: (-one.proposals, one.code))


def _titles(codes: Iterable[str]) -> dict[str, str]:
    """The title of each clause in its last version."""
    rows = ClauseVersion.objects.filter(clause__code__in=list(codes)).select_related("clause").order_by("number")
    return {row.clause.code: row.title for row in rows}


def _count(code: str, rows: list[tuple[Any, ...]], title: str, links: bool) -> ClauseCount:
    states = [status for _convention, status, _at, _decided in rows]
    accepted, rejected = states.count(Status.ACCEPTED), states.count(Status.REJECTED)
    days = [(decided - at).total_seconds() / DAY for _convention, _status, at, decided in rows if decided]
    return ClauseCount(
        code=code,
        title=title if code else _("Clauses added in a negotiation"),
        url=address_of("library:clause", code=code) if links and title else "",
        proposals=len(rows),
        conventions=len({convention for convention, *_rest in rows}),
        accepted=accepted,
        rejected=rejected,
        awaiting=states.count(Status.PROPOSED),
        share=round(100 * accepted / (accepted + rejected)) if accepted + rejected else None,
        days=Decimal(median(days)).quantize(Decimal("0.1"), ROUND_HALF_UP) if days else None,
    )


def as_rows(counts: Iterable[ClauseCount]) -> list[list[Any]]:
    """The same as rows of a table, no cell of which a spreadsheet takes for a formula."""
    rows = ([one.code, one.title, *(getattr(one, name) for name in _NUMBERS)] for one in counts)
    return [["" if cell is None else harmless(cell) for cell in row] for row in rows]


_NUMBERS = ("proposals", "conventions", "accepted", "rejected", "awaiting", "share", "days")
