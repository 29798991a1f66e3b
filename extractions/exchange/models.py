"""What was answered to a request that carries a key, webhooks and the messages to them, and how fast each system asks."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient
from extractions.exchange.events import in_words
from extractions.models import Ticket

LONGEST_URL = 500


class Event(models.TextChoices):
    """What a webhook may be told of."""

    OPENED = "ticket.opened", _("A ticket is opened")
    MOVED = "ticket.moved", _("A ticket changes its state")
    ASKED = "ticket.asked", _("A question is put to the applicant")
    ANSWERED = "ticket.answered", _("The applicant has answered")
    CANCELLED = "ticket.cancelled", _("A ticket is cancelled")


class Outcome(models.TextChoices):
    """How the last try to deliver a message ended."""

    NOT_YET = "", _("not tried yet")
    TAKEN = "taken", _("taken")
    REFUSED = "refused", _("refused by the system")
    UNREACHED = "unreached", _("the system could not be reached")
    FORBIDDEN = "forbidden", _("the address leads where webhooks may not go")
    NO_KEY = "no_key", _("this site has no key to sign with")


class Answer(models.Model):
    """The answer to a request that changed something: the same request with the same key gets it again, and changes nothing.

    Its row is inserted first, in the transaction of the change: of two requests with one key the second waits for the first.
    """

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="answers")
    key = models.CharField(max_length=128)
    #: Of the method, the address and the body.
    request_sha256 = models.CharField(max_length=64)
    body = models.TextField(blank=True)
    etag = models.CharField(max_length=24, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["client", "pk"]
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="answer_once_per_key")]
        indexes = [models.Index(fields=["made_at"], name="answer_made_at")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.made_at:%Y-%m-%d}"


class Pace(models.Model):
    """How many requests a system has made in the present minute; one row each, written by one statement."""

    client = models.OneToOneField(ApiClient, models.CASCADE, related_name="pace")
    minute = models.BigIntegerField()
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ["client"]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.number}"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Webhooks by state and by what they want to be told."""

    def live(self) -> WebhookQuerySet:
        """Return those that are told of anything: not stopped, of a system that still has access."""
        return self.filter(ended_at=None, client__ended_at=None)

    def told_of(self, event: str, organisation: int, scope: str = "") -> WebhookQuerySet:
        """Return those of the systems of a body that want this event, and that were given the right that it needs, if it needs one."""
        found = self.live().filter(client__organisation=organisation, events__contains=[event])
        return found.filter(client__scopes__contains=[scope]) if scope else found


class Webhook(models.Model):
    """An address of a body's system that is told of what happens to the body's tickets."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="webhooks")
    url = models.CharField(_("Address"), max_length=LONGEST_URL)
    events = ArrayField(models.CharField(max_length=40), verbose_name=_("Events"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    #: Since when nothing was taken; until `rested_until` nothing is tried, so that one dead system holds nobody else's messages up.
    failing_since = models.DateTimeField(null=True, blank=True)
    rested_until = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[WebhookQuerySet] = WebhookQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["client", "-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["client", "url"], condition=Q(ended_at=None), name="webhook_one_live_per_address"),
            models.CheckConstraint(condition=Q(events__len__gt=0), name="webhook_wants_something"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__gte=F("created_at"), ended_by__isnull=False),
                name="webhook_ended_by_somebody",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="webhook_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="webhook_is_written_once", fields=["client", "url", "events", "created_at", "created_by"]),
            pgtrigger.Protect(
                name="webhook_ends_once",
                operation=pgtrigger.UpdateOf("ended_at", "ended_by_id"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} #{self.pk}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Messages by whether anything is still to be done with them."""

    def settled_before(self, at: datetime) -> NoticeQuerySet:
        """Return those that were taken, or given up, before an instant."""
        return self.filter(Q(delivered_at__lt=at) | Q(given_up_at__lt=at))


class Notice(models.Model):
    """One message to one webhook; each try sends the same body under the same identity, so that a system takes it once."""

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="notices")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.CharField(max_length=40)
    #: None for what an upper floor tells of.
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="+")
    #: The number of what it is about.
    about = models.CharField(max_length=40, blank=True)
    #: JSON of ids, codes and instants.
    body = models.TextField()
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.NOT_YET, blank=True)
    #: The HTTP status of the last answer; nothing else of an answer is kept.
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["webhook", "-made_at", "-pk"]
        indexes = [models.Index(fields=["webhook", "-made_at"], name="notice_latest")]
        constraints = [models.CheckConstraint(condition=Q(ticket__isnull=False) | ~Q(about=""), name="notice_is_about_something")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(name="notice_is_written_once", fields=["webhook", "uid", "event", "ticket", "about", "body", "made_at"])
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.uid}"

    @property
    def label(self) -> Any:
        """What it tells of, in words."""
        return in_words(self.event)

    @property
    def number(self) -> str:
        """The number of what it is about."""
        return self.ticket.number if self.ticket is not None else self.about
