"""Signing out of FranceConnect, on a computer that others use too: its id_token travels in the page, locked, and serves for that alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from accounts.links import absolute
from rights import secret_keys
from rights.asking import passes, provider
from rights.asking.drafts import WAY_OUT
from workflow.refusals import RuleBroken

USE = "rights.asking.signing_out"
#: What comes back from FranceConnect is one of these, locked; and for how long it may take.
STATE, BACK_WITHIN = b"out", timedelta(minutes=10)


@sensitive_variables("hint")
def locked(hint: str, at: datetime) -> str:
    """The token as the page carries it: locked, for as long as a form may stay open. Nothing for none."""
    return secret_keys.box(USE).encrypt_at_time(hint.encode(), int(at.timestamp())).decode() if hint else ""


def serves(way_out: str, at: datetime) -> bool:
    """Does what a page carries still sign somebody out?"""
    return provider.is_offered() and bool(_unlocked(way_out, passes.OPEN_FOR, at))


def leave_provider(request: HttpRequest, at: datetime) -> HttpResponse:
    """Send the person to FranceConnect, to be signed out there."""
    hint = _unlocked(request.POST.get(WAY_OUT, ""), passes.OPEN_FOR, at)
    if not hint or not provider.is_offered():
        return _page(request, status=410)
    state = secret_keys.box(USE).encrypt_at_time(STATE, int(at.timestamp())).decode()
    try:
        where = provider.way_out(hint.decode(), state=state, back=absolute(reverse("asking:signed_out")))
    except RuleBroken:
        return _page(request, status=422)
    return HttpResponseRedirect(where, status=303)


def come_back(request: HttpRequest, at: datetime) -> HttpResponse:
    """Back in a tab of its own: the form stands in the other one, as it was."""
    is_back = _unlocked(request.GET.get("state", ""), BACK_WITHIN, at) == STATE
    return _page(request, status=200 if is_back else 410)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "asking/signed_out.html", {"is_out": status == 200}, status=status)


@sensitive_variables()
def _unlocked(text: str, good_for: timedelta, at: datetime) -> bytes:
    """What was locked here; nothing for what was not, or too long ago."""
    try:
        return secret_keys.box(USE).decrypt_at_time(text, int(good_for.total_seconds()), int(at.timestamp()))
    except (InvalidToken, ValueError, secret_keys.NoSecrets):
        return b""
