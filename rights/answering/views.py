"""The controllers' board and the page of one request: each view makes one domain call."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rights.answering import pages, references, services, sheets

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Which requests await us, and until when?"""
    return render(request, "answering/board.html", pages.board_shown(request, timezone.now()))


@never_cache
@login_required
@require_safe
@transaction.atomic
def export(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    pages.require_reader(request)
    lines = sheets.csv_of(request.user, pages.asked_by(request), pages.TURNS, timezone.now())
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="demandes.csv"'
    return response


@never_cache
@login_required
@require_safe
def routing(request: HttpRequest, number: str) -> HttpResponse:
    """Where does this request stand, until when, and what do we do now?"""
    return render(request, "answering/routing.html", pages.shown(request, number, timezone.now()))


@never_cache
@login_required
@require_POST
def envelope(request: HttpRequest, number: str) -> HttpResponse:
    """The sealed envelope, for the tool or for the page that opens it; the first time hands the request over."""
    found = pages.routing_for(request, number, "see_sealed")
    kept = services.fetch(found, by=request.user, at=timezone.now())
    if kept is None:
        messages.success(request, _("The request is handed over. It has no envelope: it ends the opposition that its page names."))
        return redirect(found)
    response = JsonResponse(pages.envelope_file(found, kept))
    response["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return response


@never_cache
@login_required
@require_POST
def complement(request: HttpRequest, number: str, sha256: str) -> HttpResponse:
    """A complement of the person, still sealed."""
    found = pages.routing_for(request, number, "see_sealed")
    kept = services.complement(found, sha256, by=request.user)
    response = JsonResponse(pages.message_file(found, kept))
    response["Content-Disposition"] = f'attachment; filename="{found.number}-complement.json"'
    return response


@login_required
@require_POST
def take_up(request: HttpRequest, number: str) -> HttpResponse:
    """The envelope is opened on our side."""
    found = pages.routing_for(request, number, "take_up")
    services.take_up(found, by=request.user, at=timezone.now())
    messages.success(request, _("The request is under examination."))
    return redirect(found)


@login_required
@require_POST
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """Take the request in hand."""
    found = pages.routing_for(request, number, "claim")
    services.claim(found, by=request.user, at=timezone.now())
    messages.success(request, _("You have this request in hand."))
    return redirect(found)


@login_required
@require_POST
def complement_received(request: HttpRequest, number: str) -> HttpResponse:
    """The complement came by another way."""
    found = pages.routing_for(request, number, "give_complement")
    found.give_complement(by=request.user, at=timezone.now())
    messages.success(request, _("The complement is noted: the request is under examination again."))
    return redirect(found)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def act(request: HttpRequest, number: str, place: str) -> HttpResponse:
    """What do we ask, announce or answer?"""
    found, form, told = pages.acting(request, number, place)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, str(told["done"]))
        return redirect(found)
    return render(request, "answering/act.html", told, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def reference(request: HttpRequest) -> HttpResponse:
    """What did the person come for who brings us this reference?"""
    told = references.shown(request, timezone.now())
    return render(request, "answering/reference.html", told, status=422 if told["form"].errors else 200)
