"""The controllers' pages: keys, receipts and versions; and the attestations of a ticket."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from extractions.reading import standing, ticket_to
from rights.oppositions import pages
from rights.oppositions.services.keys import revoke
from ui.navigation import stand_under

GET_OR_POST = ["GET", "HEAD", "POST"]
MENU = "opposition_sets"


@never_cache
@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Which sets are ours, and how old are they?"""
    return render(request, "oppositions/desk.html", pages.desk_shown(request, timezone.now()))


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def register(request: HttpRequest) -> HttpResponse:
    """The public half of a new signing key."""
    stand_under(request, MENU)
    form = pages.key_form(request)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The key is registered. The data protection officer now calls you and compares its fingerprint."))
        return redirect("oppositions:desk")
    told = {"form": form, "heading": _("Register a signing key"), "about": pages.REGISTERING, "tools": True}
    return render(request, "oppositions/act.html", told, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Is this the key of the body?"""
    stand_under(request, MENU)
    key, form = pages.compared(request, pk)
    if form.is_bound and form.is_valid() and form.save(key, by=request.user, at=timezone.now()):
        messages.success(request, _("The key is compared: what it signs is taken."))
        return redirect("oppositions:desk")
    context = {"form": form, "heading": _("Compare a signing key"), "about": key.organisation.name}
    return render(request, "oppositions/act.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take nothing more that this key signs."""
    stand_under(request, MENU)
    key = pages.key_for(request, pk)
    if request.method != "POST":
        return render(request, "oppositions/act.html", {"form": None, "heading": _("Revoke a signing key"), "about": pages.ending(key)})
    revoke(key, by=request.user, at=timezone.now())
    messages.success(request, _("Nothing more that this key signs is taken."))
    return redirect("oppositions:desk")


@never_cache
@login_required
@require_safe
def receipts(request: HttpRequest, slug: str) -> HttpResponse:
    """What the next version of this database is to hold."""
    told = pages.receipts_file(request, slug, timezone.now())
    response = JsonResponse(told)
    response["Content-Disposition"] = f'attachment; filename="{slug}-v{told["version"]}.recepisses.json"'
    return response


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def publish(request: HttpRequest) -> HttpResponse:
    """A new version, as the tool signed it."""
    stand_under(request, MENU)
    form = pages.set_form(request)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The version is published: deliveries are checked against it from the moment it takes effect."))
        return redirect("oppositions:desk")
    told = {"form": form, "heading": _("Publish a version"), "about": pages.PUBLISHING, "tools": True}
    return render(request, "oppositions/act.html", told, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def attest(request: HttpRequest, number: str) -> HttpResponse:
    """What is attested of the package that comes next, or the second look at it."""
    ticket = ticket_to(request, number, "attest_oppositions")
    form = pages.attest_form(request, ticket)
    if form.is_bound and form.is_valid() and form.save(ticket, by=request.user, at=timezone.now()):
        messages.add_message(request, messages.WARNING if form.found_somebody else messages.SUCCESS, str(form.done))
        return redirect(ticket)
    follows = _("An attestation comes before its package is announced; the second look at it may come later.")
    context = standing(request, ticket) | {"form": form, "heading": _("Send an attestation"), "follows": follows}
    return render(request, "extractions/act.html", context, status=422 if form.is_bound else 200)
