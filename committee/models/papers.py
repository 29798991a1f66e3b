"""The papers of the committee: numbered, sealed, kept as they were given; and the work of making many of them."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from committee.models.examinations import Examination, Report
from committee.models.sessions import Session
from committee.states import PaperKind


def paper_path(paper: Any, name: str) -> str:
    """A name that says nothing, so that no address can be guessed."""
    return f"committee/{secrets.token_hex(16)}{name[name.rfind('.') :]}"


class PaperQuerySet(models.QuerySet["Paper"]):
    """Papers with what is asked of them."""

    def for_reading(self) -> PaperQuerySet:
        """With what decides who reads them."""
        return self.select_related("session", "examination__dossier", "report__allocation__member__user")


class Paper(models.Model):
    """One paper as it was given: the same words as a PDF and for a word processor, with the hash of each."""

    kind = models.CharField(_("kind"), max_length=12, choices=PaperKind.choices)
    number = models.CharField(_("number"), max_length=40, unique=True)
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="papers")
    examination = models.ForeignKey(Examination, models.PROTECT, null=True, blank=True, related_name="papers")
    report = models.ForeignKey(Report, models.PROTECT, null=True, blank=True, related_name="papers")
    #: The words from which both files were made, as data: what is sealed.
    source = models.JSONField()
    pdf = models.FileField(upload_to=paper_path, max_length=200)
    docx = models.FileField(upload_to=paper_path, max_length=200)
    pdf_sha256 = models.CharField(max_length=64)
    docx_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects: ClassVar[Any] = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(session__isnull=False) | Q(examination__isnull=False), name="paper_belongs_somewhere"),
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="paper_kind_is_known"),
            models.UniqueConstraint(fields=["report"], name="paper_one_per_report"),
            models.UniqueConstraint(
                fields=["examination", "kind"], condition=Q(kind__in=["opinion", "attestation"]), name="paper_one_opinion_per_examination"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="paper_is_frozen", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> Any:
        """What the paper is about: a dossier, or else a session."""
        return self.examination.dossier if self.examination else self.session


class PaperSeries(models.Model):
    """The last number given to a kind of paper in a year: whoever numbers a paper holds this row until the paper stands."""

    kind = models.CharField(max_length=12, choices=PaperKind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["kind", "year"]
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="paper_series_once_per_kind_and_year")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class Production(models.Model):
    """A paper or an archive that is being made in the background: how far it is, and what came of it."""

    class Kind(models.TextChoices):
        MINUTES = "minutes", pgettext_lazy("paper", "Minutes")
        ARCHIVE = "archive", _("Archive of the papers")

    session = models.ForeignKey(Session, models.CASCADE, related_name="productions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    failed_because = models.TextField(blank=True)
    #: What the steps have made so far: chapters of the minutes, or the files of the archive, each with its dossier.
    parts = models.JSONField(default=list, blank=True)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")
    file = models.FileField(upload_to=paper_path, max_length=200, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "kind", "asked_by"], condition=Q(finished_at=None), name="production_one_at_a_time_per_person"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(paper__isnull=False) | ~Q(file="") | ~Q(failed_because=""),
                name="production_finished_says_with_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.kind} {self.done}/{self.total}"
