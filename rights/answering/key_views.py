"""The pages of the keys by which systems sign, and the OpenAPI document."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.services import revoke_client_key
from rights.answering import key_pages
from rights.answering.document import description

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def systems(request: HttpRequest) -> HttpResponse:
    """Which of our systems sign, and with which keys?"""
    told = key_pages.shown(request)
    form = told["form"]
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(
            request, _("The key is registered. It opens nothing until an administrator has compared its fingerprint with you.")
        )
        return redirect("answering:systems")
    return render(request, "answering/systems.html", told, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut a key out."""
    key = key_pages.key_for(request, pk)
    back = key_pages.back_from(request, key)
    if request.method != "POST":
        return render(request, "answering/key_revoke.html", {"key": key, "back": back})
    revoke_client_key(key, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("The key opens nothing any more."))
    return redirect(back)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Is this key the one that the body told us?"""
    key = key_pages.key_to_verify(request, pk)
    form = key_pages.FingerprintForm(request.POST or None)
    if form.is_bound and form.is_valid() and form.save(key, by=request.user, at=timezone.now()):
        messages.success(request, _("The key is verified: the system may sign with it."))
        return redirect("accounts:api_client", key.client_id)
    return render(request, "answering/key_verify.html", {"key": key, "form": form}, status=422 if form.is_bound else 200)


@require_GET
def openapi(request: HttpRequest) -> HttpResponseBase:
    """The API for tools (OpenAPI)."""
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


openapi.knows_nobody = True  # type: ignore[attr-defined]
