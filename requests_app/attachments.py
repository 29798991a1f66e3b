"""The pieces of a dossier: the files, the words that they hold, and which of them each procedure asks for, as dated data."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from files.models import KeptFile
from requests_app.states import Procedure


def attachment_path(attachment: Attachment, filename: str) -> str:
    """Where a piece is stored: under a name that says nothing and cannot be guessed."""
    return f"dossiers/{attachment.dossier_id}/{attachment.storage_name}"


class Attachment(KeptFile):
    """A piece of a dossier: a protocol, an opinion, a decision. Its type is read from its content, never from its name.

    A piece that left the dossier has `removed_at`; one that a newer version replaced says which in `replaced_by`.
    """

    class Kind(models.TextChoices):
        PROTOCOL = "protocol", _("Research protocol")
        SUMMARY = "summary", _("Summary")
        INTERESTS = "interests", _("Declaration of interests")
        INTERESTS_LABORATORY = "interests_laboratory", _("Declaration of interests of the laboratory")
        CNIL_FORM = "cnil_form", _("CNIL application form")
        INFORMATION = "information", _("Information letter to the persons")
        NEEDS = "needs", _("Expression of needs")
        COMMITTEES = "committees", _("Opinions and composition of the committees consulted")
        FUNDERS = "funders", _("List of the funders")
        SECURITY = "security", _("Evidence of the system's security level")
        IMPACT = "impact", _("Data protection impact assessment")
        CV = "cv", _("Curriculum vitae of the person in charge")
        CALENDAR = "calendar", _("Calendar of the project")
        VARIABLES = "variables", _("List of the variables")
        ANSWER = "answer", _("Answer to a request")
        DECISION = "decision", _("Decision, opinion or certificate")
        OTHER = "other", _("Other piece")

    dossier = models.ForeignKey("requests_app.Dossier", models.CASCADE, related_name="attachments")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.PROTOCOL)
    file = models.FileField(upload_to=attachment_path, max_length=200)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaced")

    class Meta(KeptFile.Meta):
        abstract = False
        ordering = ["added_at", "id"]
        constraints = [
            *KeptFile.Meta.constraints,
            models.CheckConstraint(condition=Q(replaced_by=None) | Q(removed_at__isnull=False), name="attachment_replaced_has_left"),
            models.CheckConstraint(condition=Q(replaced_by=None) | ~Q(replaced_by=F("pk")), name="attachment_does_not_replace_itself"),
        ]
        indexes = [models.Index(fields=["dossier", "kind"], condition=Q(removed_at=None), name="attachment_current")]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.pk}"


class PieceText(models.Model):
    """The words of a piece, for the search; beside its row, since they are long and rarely read."""

    piece = models.OneToOneField(Attachment, models.CASCADE, primary_key=True, related_name="words")
    text = models.TextField(blank=True)
    #: Something was left out: too many pages, too many characters, too long to read.
    is_cut = models.BooleanField(default=False)
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.piece_id}"


class PieceRule(models.Model):
    """One kind of piece that procedures ask for, from one day to another: reference data, loaded from `data/piece_rules.toml`."""

    class Need(models.TextChoices):
        REQUIRED = "required", _("Required")
        CONDITIONAL = "conditional", _("Required for this project")
        ON_REQUEST = "on_request", _("On request, or if useful")

    class Condition(models.TextChoices):
        LABORATORY = "laboratory", _("a laboratory or a study firm carries the project out")
        INDIVIDUAL_INFORMATION = "individual_information", _("the persons are informed individually")
        SNDS = "snds", _("data of the national system are asked for")

    code = models.CharField(max_length=20, choices=Attachment.Kind.choices)
    procedure = models.CharField(max_length=10, choices=Procedure.choices)
    need = models.CharField(max_length=12, choices=Need.choices)
    condition = models.CharField(max_length=30, choices=Condition.choices, blank=True)
    position = models.PositiveSmallIntegerField()
    hint_fr = models.TextField(blank=True)
    hint_en = models.TextField(blank=True)
    law = models.CharField(max_length=200, blank=True)
    #: A lawyer must confirm the rule or its text before it is relied on.
    to_confirm = models.BooleanField(default=False)
    template = models.CharField(max_length=40, blank=True)
    valid = DateRangeField()

    class Meta:
        ordering = ["procedure", "position", "code", "valid"]
        constraints = [
            models.CheckConstraint(condition=~Q(need="conditional") | ~Q(condition=""), name="piece_rule_conditional_says_when"),
            models.CheckConstraint(condition=Q(need__in=["required", "conditional", "on_request"]), name="piece_rule_need_is_known"),
            models.CheckConstraint(condition=Q(code__in=Attachment.Kind.values), name="piece_rule_kind_is_known"),
            ExclusionConstraint(
                name="piece_rule_one_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("procedure", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.code} {self.valid.lower}"
