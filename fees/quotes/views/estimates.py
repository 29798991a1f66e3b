"""What a holder is asked to estimate."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fees.quotes import work_page
from fees.quotes.forms.estimates import EstimateForm
from ui.pagination import page_of
from workflow.access_log import log_read
from workflow.periods import paris_day


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which estimates are asked of us?"""
    page = page_of(work_page.estimates_asked(request), request, work_page.PER_PAGE)
    return render(request, "quotes/estimates.html", {"page": page, "today": paris_day(timezone.now())})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def estimate(request: HttpRequest, pk: int) -> HttpResponse:
    """How much work does this dossier mean for us?"""
    found = work_page.estimate_for(request, pk)
    log_read(request.user, "estimate", "dossier", found.dossier_id)
    form = EstimateForm(request.POST if request.method == "POST" else None, estimate=found)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("Your estimate is given: the applicant and the fee managers are told."))
        return redirect("quotes:estimates")
    context = {"estimate": found, "form": form, "sources": work_page.asked_for(found), "today": paris_day(timezone.now())}
    return render(request, "quotes/estimate.html", context, status=422 if form.is_bound else 200)
