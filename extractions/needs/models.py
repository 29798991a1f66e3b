"""A need, its drafts, and its versions: what a version says is one canonical text beside its hash, written once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models.conventions import HASH_OF_CONTENT
from extractions.needs.content import Content, read
from extractions.needs.sides import NeedSide
from extractions.triggers import kept, settled_once
from requests_app.amendments.models import Amendment
from requests_app.models import Dossier


def person(**options: Any) -> Any:
    """Somebody who did something to a need."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **options)


class Need(models.Model):
    """What a dossier asks of one body: one need for all its tickets there."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="needs")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    #: How many codes of criteria were given: a code is never given twice, whatever became of its criterion.
    criteria_made = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["dossier", "organisation"]
        constraints = [models.UniqueConstraint(fields=["dossier", "organisation"], name="need_once_per_body")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = kept("need", "needs_need")

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.organisation_id}"

    def get_absolute_url(self) -> str:
        """The need's page."""
        return reverse("needs:need", args=[self.dossier.reference, self.organisation_id])


class NeedVersionQuerySet(models.QuerySet["NeedVersion"]):
    """Versions of needs."""

    def agreed(self) -> NeedVersionQuerySet:
        """Those that both sides have agreed to."""
        return self.filter(applicant_agreed_at__isnull=False, desk_agreed_at__isnull=False)

    def heads(self) -> NeedVersionQuerySet:
        """Without their content: for lists."""
        return self.defer("content").select_related("drafted_by", "applicant_agreed_by", "desk_agreed_by", "because")


class NeedVersion(models.Model):
    """One version of a need, as it was proposed; the work is done on one that both sides have agreed to."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    note = models.TextField(_("note to the other side"), blank=True)
    side = models.CharField(max_length=10, choices=NeedSide.choices)
    drafted_at = models.DateTimeField()
    drafted_by = person()
    #: The amendment that lets an agreed need be changed; none before one was agreed.
    because = models.ForeignKey(Amendment, models.PROTECT, null=True, blank=True, related_name="+")
    applicant_agreed_at = models.DateTimeField(null=True, blank=True)
    applicant_agreed_by = person(null=True, blank=True)
    desk_agreed_at = models.DateTimeField(null=True, blank=True)
    desk_agreed_by = person(null=True, blank=True)

    objects: ClassVar[Any] = NeedVersionQuerySet.as_manager()

    class Meta:
        ordering = ["need", "number"]
        constraints = [
            models.UniqueConstraint(fields=["need", "number"], name="need_version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="need_version_is_counted_from_one"),
            models.CheckConstraint(condition=Q(sha256=HASH_OF_CONTENT), name="need_version_hash_is_that_of_its_content"),
            models.CheckConstraint(condition=Q(side__in=NeedSide.values), name="need_version_side_is_known"),
            models.CheckConstraint(
                condition=Q(applicant_agreed_at=None, applicant_agreed_by=None)
                | Q(applicant_agreed_at__gte=F("drafted_at"), applicant_agreed_by__isnull=False),
                name="need_version_applicant_agreed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(desk_agreed_at=None, desk_agreed_by=None)
                | Q(desk_agreed_at__gte=F("drafted_at"), desk_agreed_by__isnull=False),
                name="need_version_desk_agreed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(applicant_agreed_by=None) | Q(desk_agreed_by=None) | ~Q(applicant_agreed_by=F("desk_agreed_by")),
                name="need_version_agreed_by_two_persons",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("need_version", "needs_needversion"),
            *settled_once(
                "need_version",
                "needs_needversion",
                *("need_id", "number", "content", "sha256", "note", "side", "drafted_at", "drafted_by_id", "because_id"),
                by="drafted_at",
            ),
            *settled_once("need_applicant", "needs_needversion", "applicant_agreed_at", "applicant_agreed_by_id", by="applicant_agreed_at"),
            *settled_once("need_desk", "needs_needversion", "desk_agreed_at", "desk_agreed_by_id", by="desk_agreed_at"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} v{self.number}"

    @cached_property
    def said(self) -> Content:
        """What the version says."""
        return read(self.content)

    @property
    def agreed_at(self) -> datetime | None:
        """When the second side agreed; None while one of them has not."""
        if self.applicant_agreed_at is None or self.desk_agreed_at is None:
            return None
        return max(self.applicant_agreed_at, self.desk_agreed_at)

    def agreement_of(self, side: NeedSide) -> tuple[datetime | None, Any]:
        """When a side agreed, and who did for it."""
        if side is NeedSide.APPLICANT:
            return self.applicant_agreed_at, self.applicant_agreed_by
        return self.desk_agreed_at, self.desk_agreed_by


class NeedDraft(models.Model):
    """What one side is writing: the other side reads it once it is proposed."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="drafts")
    side = models.CharField(max_length=10, choices=NeedSide.choices)
    content = models.TextField()
    #: The last version when the draft was begun; another one may have been proposed since.
    based_on = models.PositiveSmallIntegerField(default=0)
    #: How often each section was saved, so that two people who write in the same one are told.
    revisions = models.JSONField(default=dict, blank=True)
    saved_at = models.DateTimeField()
    saved_by = person()

    class Meta:
        ordering = ["need", "side"]
        constraints = [
            models.UniqueConstraint(fields=["need", "side"], name="need_draft_once_per_side"),
            models.CheckConstraint(condition=Q(side__in=NeedSide.values), name="need_draft_side_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.side}"

    @cached_property
    def said(self) -> Content:
        """What the draft says."""
        return read(self.content)
