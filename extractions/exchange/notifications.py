"""Sending the messages of webhooks from the outbox: tried again for some days, then given up, and a letter written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from extractions.exchange import sending, signing
from extractions.exchange.models import Notice, Outcome, Webhook
from workflow import mail, outbox
from workflow.models import OutboxMessage

SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)


@outbox.handler("webhook")
def deliver(message: OutboxMessage) -> None:
    """Try one message; how it ended stands in its row, and what failed is queued again, later each time."""
    wanted = Notice.objects.filter(webhook__ended_at=None, webhook__client__ended_at=None, delivered_at=None, given_up_at=None)
    notice = outbox.still_there(wanted.select_related("webhook__client__created_by"), pk=message.payload["notice"])
    at = timezone.now()
    rest = notice.webhook.rested_until
    if rest is not None and rest > at:  # it failed a moment ago: another try would cost the same ten seconds
        again_at(notice, rest, at)
        return
    notice.outcome, notice.status = attempt(notice, at)
    notice.attempts, notice.tried_at = notice.attempts + 1, at
    settle(notice, at)


def attempt(notice: Notice, at: datetime) -> tuple[Outcome, int | None]:
    """Sign and send; the answer is how it ended, and the HTTP status if there was one."""
    private = signing.key()
    if private is None:
        return Outcome.NO_KEY, None
    body = notice.body.encode()
    headers = signing.headers(private, f"msg_{notice.uid.hex}", int(at.timestamp()), body)
    headers |= {"Content-Type": "application/json", "User-Agent": "Guichet-Webhooks/1"}
    try:
        status = sending.post(notice.webhook.url, body, headers)
    except sending.Forbidden:
        return Outcome.FORBIDDEN, None
    except sending.Unreached:
        return Outcome.UNREACHED, None
    return (Outcome.TAKEN if 200 <= status < 300 else Outcome.REFUSED), status


def settle(notice: Notice, at: datetime) -> None:
    """Note how a try ended, on the message and on its webhook, and say what comes next."""
    webhook = notice.webhook
    if notice.outcome == Outcome.TAKEN:
        notice.delivered_at, webhook.failing_since, webhook.rested_until = at, None, None
    else:
        webhook.failing_since = webhook.failing_since or at
        webhook.rested_until = at + wait_after(at - webhook.failing_since)
        if at - notice.made_at >= timedelta(days=settings.WEBHOOK_DAYS):
            notice.given_up_at = at
            tell_keeper(webhook)
        else:
            again_at(notice, webhook.rested_until, at)
    notice.save(update_fields=["attempts", "outcome", "status", "tried_at", "delivered_at", "given_up_at"])
    webhook.save(update_fields=["failing_since", "rested_until"])


def again_at(notice: Notice, when: datetime, at: datetime) -> None:
    """Queue the message for an instant; the same instant is queued once."""
    outbox.queue_later("webhook", f"webhook:{notice.pk}:{notice.attempts}:{when.timestamp():.0f}", when - at, notice=notice.pk)


def wait_after(failing: timedelta) -> timedelta:
    """A system that has failed for long is tried more and more seldom: as long again as it has failed, from a minute to six hours."""
    return min(max(failing, SHORTEST_WAIT), LONGEST_WAIT)


def tell_keeper(webhook: Webhook) -> None:
    """Write to who let the system in, once per failure, however many messages are given up."""
    since = webhook.failing_since.timestamp() if webhook.failing_since else 0
    mail.write_to(webhook.client.created_by_id, "exchange/mail/given_up", f"webhook:{webhook.pk}:{since:.0f}", webhook=webhook.pk)


@mail.context("exchange/mail/given_up")
def _given_up(payload: dict[str, Any]) -> dict[str, Any]:
    webhook = outbox.still_there(Webhook.objects.select_related("client__organisation"), pk=payload["webhook"])
    address = f"{settings.SITE_URL.rstrip('/')}{reverse('exchange:webhook', args=[webhook.pk])}"
    return {"client": webhook.client, "days": settings.WEBHOOK_DAYS, "link": address}
