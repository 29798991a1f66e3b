"""A need as it is written: a draft and its sections, its proposal, the agreement of each side."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from extractions.needs import pages
from extractions.needs.reading import around, draft_for, place_for
from extractions.needs.services import drafting

GET_OR_POST = ["GET", "HEAD", "POST"]


@login_required
@require_POST
def begin(request: HttpRequest, reference: str, organisation: int) -> HttpResponse:
    """Begin to write the need for one's side."""
    place = place_for(request, reference, organisation, "draft_need")
    drafting.begin_draft(place.dossier, place.organisation, by=request.user, at=timezone.now())
    return redirect("needs:draft", *place.key)


@login_required
@require_POST
def give_up(request: HttpRequest, reference: str, organisation: int) -> HttpResponse:
    """Throw the draft of one's side away."""
    place, draft = draft_for(request, reference, organisation)
    drafting.give_up_draft(draft, by=request.user)
    messages.success(request, _("The draft is thrown away."))
    return redirect("needs:need", *place.key)


@never_cache
@login_required
@require_safe
def draft(request: HttpRequest, reference: str, organisation: int) -> HttpResponse:
    """What does our draft say, and what does it lack?"""
    return render(request, "needs/draft.html", pages.draft_shown(request, reference, organisation))


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def general(request: HttpRequest, reference: str, organisation: int) -> HttpResponse:
    """In which form do the data come, how often, by which way?"""
    place, form = pages.general(request, reference, organisation)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The section is saved."))
        return redirect("needs:draft", *place.key)
    return render(request, "needs/general.html", around(request, place) | {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def database(request: HttpRequest, reference: str, organisation: int, slug: str) -> HttpResponse:
    """What is asked of this database, and about whom?"""
    place, form = pages.database(request, reference, organisation, slug)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The section is saved."))
        return redirect("needs:draft", *place.key)
    return render(request, "needs/database.html", around(request, place) | {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def codes(request: HttpRequest, reference: str, organisation: int, slug: str, criterion: str) -> HttpResponse:
    """Which codes say the same as this criterion?"""
    place, form = pages.codes(request, reference, organisation, slug, criterion)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, form.saved)
        return redirect("needs:codes", *place.key, slug, criterion)
    context = around(request, place) | pages.codes_context(form)
    return render(request, "needs/codes.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def propose(request: HttpRequest, reference: str, organisation: int) -> HttpResponse:
    """Is this what we propose to the other side?"""
    context, form = pages.proposing(request, reference, organisation)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("Version %(number)s is proposed.") % {"number": form.made.number})
        return redirect(form.made.need)
    return render(request, "needs/propose.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def agree(request: HttpRequest, reference: str, organisation: int, number: int) -> HttpResponse:
    """Do we agree to this version?"""
    context, form = pages.agreeing(request, reference, organisation, number)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("Your side has agreed to this version."))
        return redirect(form.version.need)
    return render(request, "needs/agree.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Is the work of this ticket done on the need that is agreed?"""
    context, form = pages.noting(request, number)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The agreed need is noted: the work may begin."))
        return redirect(form.ticket)
    return render(request, "needs/note.html", context, status=422 if form.is_bound else 200)
