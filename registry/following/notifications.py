"""The letters of an alert; they go to an address that has no account and stays in its own row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from accounts.links import absolute
from registry.following.links import CONFIRM, CONFIRMATION, LEAVE, token_of
from registry.following.models import Alert
from registry.models import Fiche
from workflow import mail
from workflow.models import OutboxMessage
from workflow.outbox import handler, queue, still_there


def to_be_confirmed(alert: Alert) -> None:
    """Ask whoever reads the address to confirm it; once for each time that it was asked for."""
    queue("alert_confirm", f"alert_confirm:{alert.pk}:{alert.asked_at:%Y%m%d%H%M%S}", alert=alert.pk)


def something_new(alert: Alert, since: int, places: Sequence[int], total: int) -> None:
    """Tell of new projects, by their places in the registry."""
    queue("alert_told", f"alert_told:{alert.pk}:{since}", alert=alert.pk, places=list(places), total=total)


@handler("alert_confirm")
def write_confirmation(message: OutboxMessage) -> None:
    """Write to the address that was given; whoever did not ask has nothing to do."""
    alert: Alert = still_there(Alert.objects.filter(confirmed_at=None), pk=message.payload["alert"])
    link = absolute(reverse("following:confirm", args=[token_of(alert, CONFIRM)]))
    _post(message, "mail/alert_confirm", alert, link=link, days=CONFIRMATION.days)


@handler("alert_told")
def write_news(message: OutboxMessage) -> None:
    """Write what is new; a project that was withdrawn meanwhile is not named."""
    alert: Alert = still_there(Alert.objects.confirmed(), pk=message.payload["alert"])
    fiches = list(Fiche.objects.live().filter(pos__in=message.payload["places"]).order_by("-pos").only("number", "title", "acronym"))
    told = [(one.heading, absolute(one.get_absolute_url())) for one in fiches]
    more = message.payload["total"] - len(message.payload["places"])
    _post(message, "mail/alert_told", alert, told=told, count=len(told) + more, more=more)


def _post(message: OutboxMessage, template: str, alert: Alert, **shown: Any) -> None:
    """Every letter of an alert says how to leave, to people and to their mail program (RFC 8058)."""
    leave = absolute(reverse("following:leave", args=[token_of(alert, LEAVE)]))
    search = absolute(f"{reverse('registry:index')}?{alert.query}")
    headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    known = {"leave": leave, "search": search, **shown}
    mail.post(message, template, known, address=alert.email, language=alert.language, headers=headers)
