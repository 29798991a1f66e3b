"""One passage of a dossier through the committee: who reports, who withdrew, what was asked, remarked and reported."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from catalogue.models import Database
from committee.models.members import Member
from committee.states import Answer, Ground
from files.models import KeptFile
from requests_app.models import Dossier
from requests_app.states import EXPRESS_OPINIONS, Opinion
from workflow.periods import paris_day


class ExaminationQuerySet(models.QuerySet["Examination"]):
    """Passages by where they are."""

    def open(self) -> ExaminationQuerySet:
        """Those on which no opinion was given yet."""
        return self.filter(closed_at=None)


class Examination(models.Model):
    """From the day on which the committee receives a dossier to its opinion; a dossier that comes back is examined anew."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="examinations")
    number = models.PositiveSmallIntegerField()
    received_at = models.DateTimeField()
    urgent = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: Why one rapporteur is enough; empty when there are two.
    single_because = models.TextField(_("why one rapporteur is enough"), blank=True)

    objects: ClassVar[Any] = ExaminationQuerySet.as_manager()

    class Meta:
        ordering = ["dossier", "number"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="examination_number_once_per_dossier"),
            models.UniqueConstraint(fields=["dossier"], condition=Q(closed_at=None), name="examination_one_open_per_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} examination {self.number}"


class Allocation(models.Model):
    """That a member or an expert reports on a dossier; taken back, it stays as history."""

    examination = models.ForeignKey(Examination, models.CASCADE, related_name="allocations")
    member = models.ForeignKey(Member, models.PROTECT, related_name="allocations")
    allocated_at = models.DateTimeField()
    allocated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        ordering = ["examination", "allocated_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["examination", "member"], condition=Q(ended_at=None), name="allocation_once_per_member"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("allocated_at")), name="allocation_ends_after_its_start"),
        ]

    def __str__(self) -> str:
        return f"{self.examination_id} → {self.member_id}"


class InterestAnswer(models.Model):
    """What a member declared about one dossier; the last answer holds."""

    examination = models.ForeignKey(Examination, models.CASCADE, related_name="interest_answers")
    member = models.ForeignKey(Member, models.PROTECT, related_name="interest_answers")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    words = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    #: Who noted in session what the member said there; None when the member declared it themselves.
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    #: What the president decided on a doubt: None until then.
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_words = models.TextField(blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["examination", "member", "-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="interest_answer_is_known"),
            models.CheckConstraint(condition=Q(answer="none") | ~Q(words=""), name="interest_answer_says_which"),
            models.CheckConstraint(condition=Q(noted_by=None) | Q(answer="none"), name="interest_answer_noted_is_none"),
        ]

    def __str__(self) -> str:
        return f"{self.examination_id} {self.member_id} {self.answer}"


class Recusal(models.Model):
    """That somebody withdrew from a dossier: from then on they see nothing of it. Its effect is guardian's `recused` on the dossier."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="recusals")
    member = models.ForeignKey(Member, models.PROTECT, related_name="recusals")
    ground = models.CharField(max_length=14, choices=Ground.choices)
    words = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_because = models.TextField(blank=True)

    class Meta:
        ordering = ["dossier", "at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "member"], condition=Q(lifted_at=None), name="recusal_once_per_member"),
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="recusal_ground_is_known"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_because="")),
                name="recusal_lifted_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} without {self.member_id}"


class Report(models.Model):
    """A rapporteur's report on the set model: saved as it is written, frozen once filed, blind until all are filed."""

    SECTIONS = ("public_interest", "relevance", "method", "need", "ethics", "information", "questions")

    allocation = models.OneToOneField(Allocation, models.CASCADE, related_name="report")
    public_interest = models.TextField(_("public interest"), blank=True)
    relevance = models.TextField(_("scientific relevance"), blank=True)
    method = models.TextField(_("method"), blank=True)
    need = models.TextField(_("need for the data"), blank=True)
    ethics = models.TextField(_("ethics"), blank=True)
    information = models.TextField(_("information of the persons"), blank=True)
    questions = models.TextField(_("questions to the applicant"), blank=True)
    proposal = models.CharField(
        _("opinion proposed"), max_length=20, blank=True, choices=[(one.value, one.label) for one in EXPRESS_OPINIONS]
    )
    recommendations = models.TextField(_("reasons and recommendations proposed"), blank=True)
    revision = models.PositiveIntegerField(default=0)
    #: The open page that saved last: it never conflicts with its own last save.
    saved_page = models.CharField(max_length=40, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["allocation"]
        constraints = [
            models.CheckConstraint(
                condition=Q(filed_at=None, sha256="") | (Q(filed_at__isnull=False) & ~Q(sha256="") & ~Q(proposal="")),
                name="report_filed_is_sealed_and_proposes",
            ),
            models.CheckConstraint(condition=Q(proposal="") | Q(proposal__in=Opinion.values), name="report_proposal_is_known"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="report_is_frozen_once_filed", operation=pgtrigger.Update, condition=pgtrigger.Q(old__filed_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"report {self.allocation_id}"

    @property
    def parts(self) -> list[tuple[str, Any, str]]:
        """Every part of the report in its order: name, label, and what is written; the opinion proposed in words."""
        said = {name: getattr(self, name) for name in (*self.SECTIONS, "proposal", "recommendations")}
        said["proposal"] = str(self.get_proposal_display()) if self.proposal else ""
        labels = {column.name: column.verbose_name for column in self._meta.concrete_fields}
        return [(name, capfirst(labels[name]), text) for name, text in said.items()]


class Consultation(models.Model):
    """That the holder of a catalogue database was given the dossier for remarks."""

    examination = models.ForeignKey(Examination, models.CASCADE, related_name="consultations")
    database = models.ForeignKey(Database, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["examination", "database"]
        constraints = [models.UniqueConstraint(fields=["examination", "database"], name="consultation_once_per_database")]

    def __str__(self) -> str:
        return f"{self.examination_id} {self.database_id}"

    @property
    def last_day(self) -> date:
        """The last day, counted whole, on which remarks are awaited; `due_at` is the instant after it."""
        return paris_day(self.due_at - timedelta(microseconds=1))


class Remark(models.Model):
    """What a holder remarks; once filed it is one of the papers."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="remarks")
    words = models.TextField(_("remarks"))
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["consultation", "filed_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="remark_says_something")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [pgtrigger.Protect(name="remark_is_frozen", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.filed_at:%Y-%m-%d}"


def remark_file_path(kept: RemarkFile, filename: str) -> str:
    """Where a file that came with a remark is stored: below its dossier, under a name that says nothing."""
    return f"committee/remarks/{kept.remark.consultation.examination.dossier_id}/{kept.storage_name}"


class RemarkFile(KeptFile):
    """A file that came with a holder's remark: read by who reads the committee's work, and by that holder."""

    remark = models.ForeignKey(Remark, models.CASCADE, related_name="files")
    file = models.FileField(upload_to=remark_file_path, max_length=200)

    class Meta(KeptFile.Meta):
        abstract = False
        ordering = ["remark", "pk"]

    def __str__(self) -> str:
        return f"{self.remark_id}/{self.pk}"


class Question(models.Model):
    """What the committee asks of the applicant before the session, and the answer, which joins the papers."""

    examination = models.ForeignKey(Examination, models.CASCADE, related_name="questions")
    words = models.TextField(_("question"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["examination", "asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="question_asks_something"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="question_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.examination_id} {self.asked_at:%Y-%m-%d}"
