"""A convention is begun, its parties are settled, its text is written, a clause is changed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contracts.drafting import pages
from contracts.drafting.documents import delivery
from contracts.drafting.forms.parties import PartiesForm
from contracts.drafting.forms.writing import BeginForm, TextForm, clause_form
from contracts.drafting.plan import plan_of
from contracts.reading import standing
from requests_app.reading import frame, require_on_site
from workflow.periods import paris_day

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def begin(request: HttpRequest, reference: str) -> HttpResponse:
    """Which convention does this dossier need?"""
    dossier = pages.dossier_to_prepare(request, reference)
    templates = pages.templates_for(dossier, paris_day(timezone.now()))
    form = BeginForm(request.POST if request.method == "POST" else None, dossier=dossier, templates=templates)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        return redirect("drafting:parties", form.made)
    context = frame(request, dossier) | {"form": form, "base": "dossiers/page_base.html", "templates": templates}
    return render(request, "drafting/begin.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def begin_alone(request: HttpRequest) -> HttpResponse:
    """Which agreement is made without a dossier?"""
    require_on_site(request.user, "keep_conventions")
    templates = pages.templates_for(None, paris_day(timezone.now()))
    form = BeginForm(request.POST if request.method == "POST" else None, dossier=None, templates=templates)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        return redirect("drafting:parties", form.made)
    context = {"form": form, "base": "drafting/new_base.html", "templates": templates}
    return render(request, "drafting/begin.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def parties(request: HttpRequest, number: str) -> HttpResponse:
    """Who is party, as what, and who represents each?"""
    convention = pages.writable(request, number)
    form = PartiesForm(request.POST if request.method == "POST" else None, convention=convention)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The parties are settled; the next version names them so."))
        return redirect("drafting:text", number)
    context = standing(request, convention) | {"form": form}
    return render(request, "drafting/parties.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def text(request: HttpRequest, number: str) -> HttpResponse:
    """What does the text rest on, and what is still to be said?"""
    convention = pages.writable(request, number)
    plan = plan_of(convention)
    form = TextForm(request.POST if request.method == "POST" else None, convention=convention, plan=plan)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The text is written; its files are being made."))
        return redirect(convention)
    context = standing(request, convention) | {"form": form, "plan": plan, "facts": pages.facts_shown(plan, convention.language)}
    return render(request, "drafting/text.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def clause(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Which words, or which values, does this clause need?"""
    convention, article, told = pages.article_for(request, number, code)
    form = clause_form(request.POST if request.method == "POST" else None, convention, article, told)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The clause is changed, in a new version."))
        return redirect(convention)
    context = standing(request, convention) | {"form": form, "article": article}
    return render(request, "drafting/clause.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def make_again(request: HttpRequest, number: str) -> HttpResponse:
    """Can the files that could not be made be made now?"""
    delivery.make_again(pages.version_to_make(request, number), by=request.user, at=timezone.now())
    messages.success(request, _("The files are being made again."))
    return redirect("contracts:convention", number)
