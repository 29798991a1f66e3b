"""What a replay of past quotes has found so far and in the end, as sums; and the yearly figures. Nothing of one requester stays here."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.models import GridVersion
from fees.quotes.models import Quote


def amount(label: str = "") -> models.DecimalField:
    """A sum of amounts in euros and cents."""
    return models.DecimalField(label, max_digits=18, decimal_places=2, default=0)


class Run(models.Model):
    """Work on many quotes that is done step by step: how far it is, and from where it goes on."""

    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: How many quotes there were to look at, and how many were.
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    #: The last quote that was looked at, and the last one that there was when it began.
    reached = models.BigIntegerField(default=0)
    until = models.BigIntegerField(default=0)
    stepped_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    #: `changed`: the draft was changed while it was replayed.
    failed_because = models.CharField(max_length=20, blank=True)

    class Meta:
        abstract = True

    @property
    def is_under_way(self) -> bool:
        """Does it still go on?"""
        return self.finished_at is None

    @property
    def is_whole(self) -> bool:
        """Has it looked at everything?"""
        return self.finished_at is not None and not self.failed_because


class Replay(Run):
    """All accepted quotes of a grid, priced again with one of its versions."""

    version = models.ForeignKey(GridVersion, models.CASCADE, related_name="replays")
    #: A draft that is changed meanwhile ends the run: its sums would mix two contents.
    content_sha256 = models.CharField(max_length=64)
    #: Of the quotes priced again, those that another has replaced since.
    replaced = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["version"], condition=Q(finished_at=None), name="replay_one_at_a_time_per_version"),
            models.CheckConstraint(condition=Q(failed_because="") | Q(finished_at__isnull=False), name="replay_failed_is_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.done}/{self.total}"

    def get_absolute_url(self) -> str:
        """The page of the version's effects."""
        return reverse("impact:version", args=[self.version.grid.code, self.version.number])


class ReplayRow(models.Model):
    """The sums of all quotes, of one category of requesters, or of what is owed to one holder."""

    class Kind(models.TextChoices):
        ALL = "all", _("All quotes")
        CATEGORY = "category", _("By category of requester")
        HOLDER = "holder", _("By holder")

    replay = models.ForeignKey(Replay, models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    #: The category, or the identifier of the holder; empty for all, and for a category that nobody has said.
    code = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=250, blank=True)
    quotes = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    former = amount()
    new = amount()
    #: Quotes that would cost more, and less, and by how much in all.
    risen = models.PositiveIntegerField(default=0)
    fallen = models.PositiveIntegerField(default=0)
    risen_by = amount()
    fallen_by = amount()

    class Meta:
        ordering = ["kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["replay", "kind", "code"], name="replay_row_once"),
            models.CheckConstraint(condition=Q(kind__in=["all", "category", "holder"]), name="replay_row_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.replay_id} {self.kind} {self.code}"


class ReplayRise(models.Model):
    """One of the quotes that would rise most."""

    replay = models.ForeignKey(Replay, models.CASCADE, related_name="rises")
    quote = models.ForeignKey(Quote, models.CASCADE, related_name="+")
    former = amount()
    new = amount()
    rise = amount()

    class Meta:
        ordering = ["-rise", "quote"]
        constraints = [models.UniqueConstraint(fields=["replay", "quote"], name="replay_rise_once")]

    def __str__(self) -> str:
        return f"{self.replay_id} {self.quote_id}"


class ReplayRefusal(models.Model):
    """Why quotes could not be priced again: a fact that nobody was asked for then, a line without VAT, a value that no longer fits."""

    class Kind(models.TextChoices):
        MISSING = "missing", _("Missing fact")
        VAT = "vat", _("No VAT treatment for a line")
        VALUE = "value", _("Value that the version does not allow")

    replay = models.ForeignKey(Replay, models.CASCADE, related_name="refusals")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=160)
    quotes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-quotes", "kind", "key"]
        constraints = [
            models.UniqueConstraint(fields=["replay", "kind", "key"], name="replay_refusal_once"),
            models.CheckConstraint(condition=Q(kind__in=["missing", "vat", "value"]), name="replay_refusal_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.replay_id} {self.kind} {self.key}"


class YearReport(Run):
    """The figures of the quotes accepted in a year; once published they stay as they are."""

    year = models.PositiveSmallIntegerField(unique=True)
    #: Sums so far, by table and cell; emptied when the figures are made.
    tally = models.JSONField(default=dict, blank=True)
    #: The figures that may be read: small cells are gone.
    figures = models.JSONField(default=dict, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2200), name="year_report_year_is_plausible"),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(published_by__isnull=False, finished_at__isnull=False, tally={}),
                name="year_report_published_is_whole",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="year_report_published_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.year)
