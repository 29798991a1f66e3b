"""What the engine stores: the journal, the clocks, the tasks, the outbox and the access log. It knows no dossier and no role."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from workflow.periods import Unit, expiry


class AppendOnly(Exception):
    """Somebody tried to change or delete a line that is written for ever."""


class JournalLine(models.Model):
    """One thing that happened to one subject; written once, never changed, chained by hash to the line before.

    Holds ids, codes and dates only. Free text stays in its own row, and the line keeps its salted hash.
    """

    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    action = models.CharField(max_length=60)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    actor_role = models.CharField(max_length=40)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    law = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["subject_type", "subject_id", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "seq"], name="journal_one_line_per_rank"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="journal_rank_starts_at_one"),
            models.CheckConstraint(condition=Q(at__lte=F("recorded_at")), name="journal_happened_before_recorded"),
            models.CheckConstraint(condition=~Q(hash=""), name="journal_line_is_hashed"),
        ]
        indexes = [models.Index(fields=["-recorded_at"], name="journal_recorded_at")]
        triggers = [
            pgtrigger.Protect(name="journal_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="journal_no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the journal is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} #{self.seq} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the line once."""
        if self.pk is not None:
            raise AppendOnly("a line of the journal is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """A line is never deleted."""
        raise AppendOnly("a line of the journal is never deleted")


class Checkpoint(models.Model):
    """A signed digest of every chain's head on a day: a chain cut short or rewritten whole no longer fits it."""

    day = models.DateField(unique=True)
    signed_at = models.DateTimeField()
    subjects = models.PositiveIntegerField()
    last_line = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    key_id = models.CharField(max_length=32)
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["day"]
        triggers = [pgtrigger.Protect(name="checkpoint_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.day} {self.digest[:12]}"


class Silence(models.TextChoices):
    """What happens when a period ends and nobody has spoken."""

    APPLY = "apply", _("the law decides: the system makes the move")
    PROPOSE = "propose", _("a person is asked to make the move")
    NOTE = "note", _("an alert and an indicator, nothing else")


class ClockRule(models.Model):
    """A legal period as dated data: its length, what extends it, what silence does, and the text it comes from."""

    code = models.CharField(max_length=20)
    name_fr = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    length = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=20, choices=Unit.choices)
    rolls = models.BooleanField(default=False)
    extension_length = models.PositiveSmallIntegerField(default=0)
    extension_unit = models.CharField(max_length=20, choices=Unit.choices, blank=True)
    can_suspend = models.BooleanField(default=False)
    ends_by_itself = models.BooleanField(default=False)  # nobody is late when it ends: it was an offer, not a duty
    silence = models.CharField(max_length=10, choices=Silence.choices)
    silent_move = models.CharField(max_length=60, blank=True)
    audience = models.CharField(max_length=40, blank=True)
    law = models.CharField(max_length=200)
    to_confirm = models.BooleanField(default=False)
    valid = DateRangeField()

    class Meta:
        ordering = ["code", "valid"]
        constraints = [
            ExclusionConstraint(
                name="clock_rule_one_at_a_time",
                expressions=[("code", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(length__gte=1), name="clock_rule_has_a_length"),
            models.CheckConstraint(
                condition=Q(extension_length=0) | Q(extension_unit__in=Unit.values), name="clock_rule_extension_has_a_unit"
            ),
            models.CheckConstraint(condition=Q(silence=Silence.NOTE) | ~Q(silent_move=""), name="clock_rule_silence_names_its_move"),
            models.CheckConstraint(condition=~Q(silence=Silence.PROPOSE) | ~Q(audience=""), name="clock_rule_proposal_has_an_audience"),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.valid})"


class Outcome(models.TextChoices):
    """How a period ended."""

    RUNNING = "running", _("running")
    MET = "met", _("met in time")
    LATE = "late", _("met late")
    LAPSED = "lapsed", _("ended by silence")
    STOPPED = "stopped", _("stopped without object")


class Clock(models.Model):
    """One period that runs for one subject: its start event, its suspensions, its extension, its due day and its end."""

    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    rule = models.ForeignKey(ClockRule, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    start_line = models.ForeignKey(JournalLine, on_delete=models.PROTECT, related_name="+", null=True)
    due_on = models.DateField()
    extended_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.RUNNING)

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "code"], condition=Q(outcome="running"), name="clock_runs_once"),
            models.CheckConstraint(
                condition=Q(outcome="running", ended_at=None) | (~Q(outcome="running") & Q(ended_at__isnull=False)),
                name="clock_ended_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(
                    due_on__gte=Func(
                        F("started_at"), template="(%(expressions)s AT TIME ZONE 'Europe/Paris')::date", output_field=models.DateField()
                    )
                ),
                name="clock_not_due_before_its_start",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="clock_subject"),
            models.Index(fields=["due_on"], condition=Q(outcome="running"), name="clock_running_due"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject_type} {self.subject_id} → {self.due_on}"

    @property
    def expires_at(self) -> datetime:
        """The first instant after the due day."""
        return expiry(self.due_on)

    def is_over(self, at: datetime) -> bool:
        """Has the due day passed at this instant?"""
        return at >= self.expires_at

    def may_be_extended(self, at: datetime) -> bool:
        """Does its rule know an extension that was not used yet, and is there still time?"""
        return self.extended_at is None and bool(self.rule.extension_length) and not self.is_over(at)


class ClockPause(models.Model):
    """A suspension of a clock: the days between `since` and `until` do not count."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    since = models.DateField()
    until = models.DateField(null=True)
    reason = models.CharField(max_length=60)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="pause_ends_after_its_start"),
            models.UniqueConstraint(fields=["clock"], condition=Q(until=None), name="pause_one_open_per_clock"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.since} – {self.until or '…'}"


class Task(models.Model):
    """Something that a person is asked to do for a subject; it closes by itself once it is done or has no object."""

    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    action = models.CharField(max_length=60)
    audience = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    clock = models.OneToOneField(Clock, on_delete=models.CASCADE, null=True, related_name="task")
    closed_at = models.DateTimeField(null=True)
    done = models.BooleanField(default=False)

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "action"], condition=Q(closed_at=None), name="task_open_once"),
            models.CheckConstraint(condition=Q(done=False) | Q(closed_at__isnull=False), name="task_done_is_closed"),
        ]
        indexes = [models.Index(fields=["audience"], condition=Q(closed_at=None), name="task_open_audience")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"


class MessageState(models.TextChoices):
    """Where a message of the outbox is."""

    QUEUED = "queued", _("waiting")
    DONE = "done", _("delivered")
    DEAD = "dead", _("given up")


class OutboxMessage(models.Model):
    """Something to do outside the transaction that decided it; the payload holds ids and codes only."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    queued_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="outbox_one_message_per_key"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at=None)), name="outbox_done_has_a_date"
            ),
        ]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(state="queued"), name="outbox_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class AccessRead(models.Model):
    """Who opened which sensitive page, and when; apart from the journal, not chained, never changed, deleted after its time."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    page = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-at"], name="access_subject"),
            models.Index(fields=["at"], name="access_at"),
        ]
        triggers = [pgtrigger.Protect(name="access_never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.page} {self.subject_type} {self.subject_id}"
