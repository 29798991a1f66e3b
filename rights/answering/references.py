"""A reference that a person brings to a controller's own page: its agents, or its system, turn it, once, into what the person came for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient
from requests_app.forms.base import MoveForm
from rights.asking.models import HandOver
from rights.asking.services.handing import given, redeem
from rights.policies import controllers_of
from ui.navigation import stand_under


def reference_of(client: ApiClient, typed: str) -> HandOver:
    """A reference to the body of a system, used or not. Raises RuleBroken, for every bad one alike."""
    return given(typed, HandOver.objects.all(), organisations={client.organisation_id})


def one(held: HandOver, _client: ApiClient) -> dict[str, Any]:
    """What a system is told of a reference."""
    told = {name: held.__dict__[name] for name in ("right", "level", "study", "used_at")}
    database = {"code": held.database.slug, "acronym": held.database.acronym}
    return told | {"database": database, "given_at": held.made_at, "version": int(held.used_at is not None)}


def locked(held: HandOver) -> int:
    """Lock a reference; 1 once it was used."""
    return int(HandOver.objects.select_for_update().get(pk=held.pk).used_at is not None)


class ReferenceForm(MoveForm):
    """The reference, however it is typed."""

    found: HandOver | None = None
    reference = forms.CharField(
        label=_("Reference that the person gave you"),
        max_length=64,
        help_text=_("17 signs. It serves once: note what it says before you leave the page."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )

    def turn(self, *, by: Any, at: datetime) -> bool:
        """Turn the reference into what was asked, and say whether it was done."""
        return self.attempt(lambda: self._turn(by, at))

    def _turn(self, by: Any, at: datetime) -> None:
        self.found = redeem(self.cleaned_data["reference"], organisations=controllers_of(by), at=at)


def shown(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """The page, and what a reference that was sent stands for; 404 for who answers for no controller."""
    if not controllers_of(request.user):
        raise Http404
    stand_under(request, "rights_board")
    form = ReferenceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.turn(by=request.user, at=now)
    return {"form": form, "found": form.found}
