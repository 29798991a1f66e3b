"""The public keys of the pseudonymisation services: one administrator adds, somebody else confirms."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from extractions.deposits import keys_page as page
from extractions.deposits.services.keys import confirm_key, end_key


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """To which services are tables encrypted?"""
    now = timezone.now()
    form = page.form_for(request, now)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=now):
        messages.success(request, _("The key is added. Somebody else now compares its fingerprint with the service, and confirms it."))
        return redirect("deposits:keys")
    return render(request, "deposits/keys.html", page.shown(request, form, now), status=422 if form.is_bound else 200)


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that this is the key of the service."""
    confirm_key(page.key_for(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("The key is confirmed: tables may be encrypted to it."))
    return redirect("deposits:keys")


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Encrypt nothing more to a key."""
    end_key(page.key_for(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("Nothing more is encrypted to this key."))
    return redirect("deposits:keys")
