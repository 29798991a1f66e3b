"""What the page of the keys shows, and to whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from extractions.deposits import policies
from extractions.deposits.forms.keys import KeyForm
from extractions.deposits.models import ServiceKey
from ui.pagination import page_of
from workflow.periods import paris_day


def sees(request: HttpRequest) -> bool:
    """Is the page of the keys one of the reader's?"""
    return request.user.is_authenticated and policies.may(request.user, "confirm_service_key")


def form_for(request: HttpRequest, now: datetime) -> KeyForm:
    """The form of a new key, sent by who keeps the keys only; 404 for who does not see the page."""
    sent = request.POST if request.method == "POST" else None
    if not sees(request) or (sent is not None and not policies.may(request.user, "keep_service_keys")):
        raise Http404
    return KeyForm(sent, initial={"valid_from": paris_day(now)})


def shown(request: HttpRequest, form: KeyForm, now: datetime) -> dict[str, Any]:
    """Every key, the last first, and the form for who keeps them."""
    rows = ServiceKey.objects.select_related("added_by", "confirmed_by", "ended_by")
    told = {"page": page_of(rows, request, 50), "form": form, "today": paris_day(now)}
    return told | {"keeps": policies.may(request.user, "keep_service_keys")}


def key_for(request: HttpRequest, pk: int) -> ServiceKey:
    """A key, for who sees the page; 404 for others."""
    if not sees(request):
        raise Http404
    found: ServiceKey = get_object_or_404(ServiceKey, pk=pk)
    return found
