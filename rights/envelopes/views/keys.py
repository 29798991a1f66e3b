"""The keys of the controllers, for their agents and for who compares them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from rights.envelopes import keys_page as page
from ui.navigation import stand_under


@never_cache
@login_required
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """To which keys are requests sealed, and which are to be compared?"""
    return render(request, "envelopes/keys.html", page.keys_shown(request, timezone.now()))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The public half of a new key."""
    stand_under(request, "controller_keys")
    now = timezone.now()
    form = page.key_form(request, now)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=now):
        messages.success(request, _("The key is registered. The data protection officer now calls you and compares its fingerprint."))
        return redirect("envelopes:keys")
    return render(request, "envelopes/register.html", {"form": form, "tool": page.tool_hash()}, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Is this the key of the controller?"""
    stand_under(request, "controller_keys")
    key, form = page.key_named(request, pk, page.may_compare), page.compare_form(request)
    if form.is_bound and form.is_valid() and form.save(key, by=request.user, at=timezone.now()):
        messages.success(request, _("The key is compared and signed: requests may be sealed to it."))
        return redirect("envelopes:keys")
    return render(request, "envelopes/compare.html", {"form": form, "key": key}, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Seal nothing more to a key."""
    stand_under(request, "controller_keys")
    key, form = page.key_named(request, pk, page.can_revoke), page.revoke_form(request)
    if form.is_bound and form.is_valid() and form.save(key, by=request.user, at=timezone.now()):
        messages.success(request, _("The key is revoked: nothing more is sealed to it."))
        return redirect("envelopes:keys")
    return render(request, "envelopes/revoke.html", {"form": form, "key": key}, status=422 if form.is_bound else 200)
