"""The access list of a dossier, and the terms that a named person accepts."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from extractions.delivery import access_page as pages
from extractions.delivery.forms.access import TermsForm
from extractions.delivery.services.access import draw_list

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_safe
def entries(request: HttpRequest, reference: str) -> HttpResponse:
    """Who has access to the data of this dossier, and who should not any more?"""
    return render(request, "delivery/access.html", pages.list_shown(request, reference))


@login_required
@require_POST
def draw(request: HttpRequest, reference: str) -> HttpResponse:
    """Bring the list into line with the named users."""
    dossier = pages.list_for(request, reference, "list_access")
    draw_list(dossier, by=request.user, at=timezone.now(), returning=True)
    messages.success(request, _("The list is in line with the named users."))
    return redirect("delivery:access", reference)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def note(request: HttpRequest, reference: str, entry: int) -> HttpResponse:
    """What do we know of this person: address, training, last day, terms?"""
    found = pages.entry_for(request, reference, entry, "note_access")
    form = pages.note_form(request, found)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("It is noted."))
        return redirect("delivery:access", reference)
    context = pages.entry_context(request, found, form, "note")
    return render(request, "delivery/entry.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def open_account(request: HttpRequest, reference: str, entry: int) -> HttpResponse:
    """Was the account of this person opened?"""
    found, form = pages.entry_for(request, reference, entry, "open_access"), pages.open_form(request)
    if form.is_bound and form.is_valid() and form.save(found, by=request.user, at=timezone.now()):
        messages.success(request, _("The opening is noted."))
        return redirect("delivery:access", reference)
    context = pages.entry_context(request, found, form, "open")
    return render(request, "delivery/entry.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def close_account(request: HttpRequest, reference: str, entry: int) -> HttpResponse:
    """Was the account of this person closed, and why?"""
    found, form = pages.entry_for(request, reference, entry, "close_access"), pages.close_form(request)
    if form.is_bound and form.is_valid() and form.save(found, by=request.user, at=timezone.now()):
        messages.success(request, _("The closing is noted."))
        return redirect("delivery:access", reference)
    context = pages.entry_context(request, found, form, "close")
    return render(request, "delivery/entry.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """To which data am I named, and which terms have I to accept?"""
    return render(request, "delivery/mine.html", pages.mine(request))


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def terms(request: HttpRequest, entry: int) -> HttpResponse:
    """Do I accept the terms of access?"""
    found, form = pages.my_entry(request, entry), TermsForm(request.POST if request.method == "POST" else None)
    system, person = User.objects.system(), int(request.user.pk or 0)
    if form.is_bound and form.is_valid() and form.save(found, by=system, person=person, at=timezone.now()):
        messages.success(request, _("Your acceptance is recorded."))
        return redirect("delivery:mine")
    return render(request, "delivery/terms.html", pages.terms_context(found, form), status=422 if form.is_bound else 200)
