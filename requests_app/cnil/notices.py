"""What the room says on the first page of a dossier and on the cards of “My dossiers”: obligations that are late or due soon."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.cnil.models import Obligation
from requests_app.cnil.page import allows, soon
from requests_app.slots import Notice
from workflow.periods import paris_day


def obligations(request: HttpRequest, dossier: Any) -> Iterable[Notice]:
    """To the team, the officer and the CNIL's liaison: how many obligations are late, or due soon."""
    if dossier.authorised_on is None or not allows(request, dossier, "meet_obligation"):
        return
    today = paris_day(timezone.now())
    rows = Obligation.objects.filter(dossier=dossier).due_by(today + soon(today)).order_by("due_on", "number")
    days = list(rows)
    late = sum(one.is_late(today) for one in days)
    address = reverse("cnil:dossier", args=[dossier.reference]) + "#obligations"
    if late:
        yield Notice(_late(late), address, _("See the obligations"), "error")
    if len(days) > late:
        yield Notice(_due(len(days) - late), address, _("See the obligations"), "warning")


def _late(count: int) -> str:
    said = ngettext("%(count)d obligation of the authorisation is late.", "%(count)d obligations of the authorisation are late.", count)
    return said % {"count": count}


def _due(count: int) -> str:
    said = ngettext(
        "%(count)d obligation of the authorisation is due soon.", "%(count)d obligations of the authorisation are due soon.", count
    )
    return said % {"count": count}


def on_cards(_user: Any, dossiers: list[Any]) -> dict[int, Notice]:
    """On the cards of “My dossiers”: obligations that are late, else those due soon; one query for all cards."""
    today, named = paris_day(timezone.now()), {one.pk: one.reference for one in dossiers if one.authorised_on}
    if not named:
        return {}
    found: dict[int, list[bool]] = {}
    for row in Obligation.objects.filter(dossier__in=list(named)).due_by(today + soon(today)).order_by("dossier", "due_on", "number"):
        found.setdefault(row.dossier_id, []).append(row.is_late(today))
    return {pk: _card(days, named[pk]) for pk, days in found.items()}


def _card(late: list[bool], reference: str) -> Notice:
    address, label = reverse("cnil:dossier", args=[reference]) + "#obligations", _("See the obligations")
    if any(late):
        return Notice(_late(sum(late)), address, label, "error")
    return Notice(_due(len(late)), address, label, "warning")
