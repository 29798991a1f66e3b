"""The public keys of the pseudonymisation services: one administrator adds, somebody else confirms."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from extractions.deposits import policies
from extractions.deposits.forms.keys import KeyForm
from extractions.deposits.models import ServiceKey
from extractions.deposits.services.keys import confirm_key, end_key
from ui.pagination import page_of
from workflow.periods import paris_day


def sees(request: HttpRequest) -> bool:
    """Is the page of the keys one of the reader's?"""
    return request.user.is_authenticated and policies.may(request.user, "confirm_service_key")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """To which services are tables encrypted?"""
    if not sees(request) or (request.method == "POST" and not policies.may(request.user, "keep_service_keys")):
        raise Http404
    now = timezone.now()
    form = KeyForm(request.POST if request.method == "POST" else None, initial={"valid_from": paris_day(now)})
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=now):
        messages.success(request, _("The key is added. Somebody else now compares its fingerprint with the service, and confirms it."))
        return redirect("deposits:keys")
    rows = ServiceKey.objects.select_related("added_by", "confirmed_by", "ended_by")
    context = {
        "page": page_of(rows, request, 50),
        "form": form,
        "keeps": policies.may(request.user, "keep_service_keys"),
        "today": paris_day(now),
    }
    return render(request, "deposits/keys.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that this is the key of the service."""
    confirm_key(_key(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("The key is confirmed: tables may be encrypted to it."))
    return redirect("deposits:keys")


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Encrypt nothing more to a key."""
    end_key(_key(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("Nothing more is encrypted to this key."))
    return redirect("deposits:keys")


def _key(request: HttpRequest, pk: int) -> ServiceKey:
    if not sees(request):
        raise Http404
    found: ServiceKey = get_object_or_404(ServiceKey, pk=pk)
    return found
