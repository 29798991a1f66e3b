"""Allocation and reports: the president's list and choice, the rapporteur's desk, the report as it is written, filed and read."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committee import reports_page as pages
from committee.forms.reports import AllocationForm, FilingForm, TakeBackForm
from committee.models import Allocation, Report
from committee.queries.allocation import entrusted_to, rows_of, tasks_of, under_examination
from committee.queries.candidates import proposals_for
from committee.queries.reports import may_read
from committee.reference import rules_on
from requests_app.policies import MAY
from requests_app.reading import frame, roles_for
from requests_app.typed import forget_typed, keeping_typed_text
from ui.pagination import page_of

PER_PAGE = 25


@never_cache
@login_required
@require_safe
def to_allocate(request: HttpRequest) -> HttpResponse:
    """Which dossiers are under examination, and who reports on each?"""
    pages.require_in_room(request, "see_allocation")
    figures = rules_on(timezone.localdate())
    page = page_of(under_examination(request.user, figures.rapporteurs), request, PER_PAGE)
    return render(request, "committee/reports/to_allocate.html", {"page": page, "rows": rows_of(list(page)), "figures": figures})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rapporteurs(request: HttpRequest, reference: str) -> HttpResponse:
    """Who reports on this dossier, and who could?"""
    pages.require_in_room(request, "see_allocation")
    dossier, examination = pages.examined(request, reference, "see_committee_work")
    form = AllocationForm(request.POST or None, examination=examination, proposals=proposals_for(examination, timezone.now()))
    if form.is_valid() and form.allocate(by=request.user, at=timezone.now()):
        messages.success(request, _("The dossier is allocated. The rapporteurs are told by e-mail."))
        return redirect("committee:to_allocate")
    context = frame(request, dossier) | pages.allocation_context(request, examination, form, timezone.now())
    return render(request, "committee/reports/rapporteurs.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take the dossier back from a rapporteur?"""
    dossier, examination = pages.examined(request, reference, "end_allocation")
    live = Allocation.objects.select_related("member__user", "examination__dossier").filter(examination=examination, ended_at=None)
    allocation, form = get_object_or_404(live, pk=pk), TakeBackForm(request.POST or None)
    if form.is_valid() and form.take_back(allocation, by=request.user, at=timezone.now()):
        messages.success(request, _("The dossier is taken back. Name another rapporteur, or say why one is enough."))
        return redirect("committee:rapporteurs", reference)
    context = frame(request, dossier) | {"allocation": allocation, "form": form}
    return render(request, "committee/reports/take_back.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_safe
def my_reports(request: HttpRequest) -> HttpResponse:
    """Which reports are entrusted to me, and when is each due?"""
    pages.require_in_room(request, "report")
    page = page_of(entrusted_to(request.user), request, PER_PAGE)
    return render(request, "committee/reports/my_reports.html", {"page": page, "tasks": tasks_of(list(page)), "now": timezone.now()})


@never_cache
@partial(keeping_typed_text, place=pages.report_place, known=pages.is_report_place)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """What do I write in my report?"""
    found = pages.my_report(request, reference)
    if found.filed_at is not None:
        return redirect("committee:read_report", reference, found.pk)
    if "saved" in request.GET:
        forget_typed(request, reference, pages.REPORT_PLACE)
    form = pages.report_form(request, found)
    if request.method == "POST":
        return pages.answer_report(request, form)
    return pages.show_report(request, form, put_back=form.is_bound)


@never_cache
@login_required
@require_POST
def save_report(request: HttpRequest, reference: str) -> HttpResponse:
    """Save while the rapporteur types; the answer is a fragment."""
    found = pages.my_report(request, reference)
    if found.filed_at is not None:
        return render(request, "committee/reports/_frozen.html", {}, status=409)
    return pages.answer_autosave(request, pages.report_form(request, found))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def file_report(request: HttpRequest, reference: str) -> HttpResponse:
    """File the report as it stands?"""
    found = pages.my_report(request, reference)
    if found.filed_at is not None:
        return redirect("committee:read_report", reference, found.pk)
    form = FilingForm(request.POST or None, initial={"revision": found.revision})
    if form.is_valid() and form.file(found.allocation, by=request.user, at=timezone.now()):
        messages.success(request, _("Your report is filed and sealed."))
        return redirect("committee:my_reports")
    context = frame(request, found.allocation.examination.dossier) | pages.report_context(request, found)
    return render(request, "committee/reports/file.html", context | {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_safe
def read_report(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What does this report say?"""
    dossier, _examination = pages.examined(request, reference, "see_committee_work")
    rows = Report.objects.select_related("allocation__member__user", "allocation__examination").filter(filed_at__isnull=False)
    found = get_object_or_404(rows, pk=pk, allocation__examination__dossier=dossier)
    if not may_read(request.user, roles_for(request, dossier), found):
        raise Http404
    pages.note_committee_reading(request, dossier, "report")
    may_ask = bool(roles_for(request, dossier) & MAY["ask_applicant"]) and found.allocation.examination.closed_at is None
    return render(request, "committee/reports/read.html", frame(request, dossier) | {"report": found, "may_ask": may_ask})
