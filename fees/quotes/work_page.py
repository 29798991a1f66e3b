"""The lists of the staff and of the holders: quotes by state, dossiers without a quote, estimates that are awaited."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest
from django.utils import timezone

from accounts.policies import organisations_with
from accounts.roles import Role
from fees.quotes.models import EstimateRequest, Quote
from fees.quotes.policies import ESTIMATE_MAY, roles_on_estimate
from fees.quotes.queries import counts_at_work, quotes_at_work
from fees.quotes.states import QuoteState
from requests_app.models import Dossier
from requests_app.policies import may_on_site
from requests_app.reading import require_on_site
from requests_app.states import State
from ui.navigation import stand_under
from ui.pagination import page_of
from workflow.periods import paris_day

PER_PAGE = 25
#: Until when a dossier without a quote awaits one.
BEFORE_DECISION = (State.COMPLETE, State.WITH_COMMITTEE, State.OPINION_GIVEN, State.WITH_CNIL, State.CNIL_INCOMPLETE)
WITHOUT = "sans"


def sees_quotes(request: HttpRequest) -> bool:
    """Is the list of quotes one of the reader's pages?"""
    return request.user.is_authenticated and may_on_site(request.user, "see_quotes")


def holds_data(request: HttpRequest) -> bool:
    """Does the reader answer for a holder of data?"""
    return request.user.is_authenticated and bool(organisations_with(request.user, Role.DATA_CONTROLLER_AGENT.value))


def quotes_shown(request: HttpRequest) -> dict[str, Any]:
    """The quotes in one state, or the dossiers that have none yet."""
    require_on_site(request.user, "see_quotes")
    stand_under(request, "quotes")
    asked = request.GET.get("etat", "")
    state = asked if asked in QuoteState.values else ""
    counts = counts_at_work(request.user)
    without = without_quote(request.user)
    told = {"asked": asked, "states": [(one, counts.get(one.value, 0)) for one in QuoteState], "all": sum(counts.values())}
    told |= {"without": without.count(), "today": paris_day(timezone.now()), "is_without": asked == WITHOUT}
    rows = without if asked == WITHOUT else quotes_at_work(request.user, state)
    return told | {"page": page_of(rows, request, PER_PAGE)}


def without_quote(user: Any) -> Any:
    """The dossiers that are complete, not decided yet, and have no quote under way or accepted; the oldest first."""
    live = Quote.objects.filter(dossier=OuterRef("pk"), state__in=[QuoteState.DRAFT, QuoteState.ISSUED, QuoteState.ACCEPTED])
    awaited = EstimateRequest.objects.awaited().filter(dossier=OuterRef("pk"))
    rows = Dossier.objects.visible_to(user).filter(state__in=BEFORE_DECISION, completed_at__isnull=False).filter(~Exists(live))
    return rows.annotate(is_awaiting=Exists(awaited)).select_related("content").order_by("completed_at", "pk")


def estimates_asked(request: HttpRequest) -> Any:
    """The estimates asked of the reader's organisations, those that are awaited first; 404 for who holds nothing."""
    mine = organisations_with(request.user, Role.DATA_CONTROLLER_AGENT.value)
    if not mine:
        raise Http404
    stand_under(request, "estimates")
    rows = EstimateRequest.objects.of_holders(mine).select_related("dossier__content", "organisation")
    return rows.order_by("state", "due_on", "pk")


def estimate_for(request: HttpRequest, pk: int) -> EstimateRequest:
    """An estimate that was asked of the reader's organisation; 404 for others."""
    rows = EstimateRequest.objects.select_related("dossier__content__matching_kind", "organisation").prefetch_related("figures")
    found: EstimateRequest | None = rows.filter(pk=pk).first()
    if found is None or not roles_on_estimate(request.user, found) & ESTIMATE_MAY["give"]:
        raise Http404
    stand_under(request, "estimates")
    return found


def asked_for(estimate: EstimateRequest) -> list[Any]:
    """What the dossier asks of the databases of this holder: enough to say how much work it is."""
    held = estimate.dossier.content.sources.filter(database__holder=estimate.organisation)
    return list(held.select_related("database").prefetch_related("components").order_by("pk"))
