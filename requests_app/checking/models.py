"""The completeness check as it is kept: rounds, one verdict per item of a round, and the reasons that the secretariat reuses."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from requests_app.models import Dossier


class Kind(models.TextChoices):
    """What an item of the check is made of."""

    FIELD = "field", _("Fields of the form")
    SOURCE = "source", _("Database asked for")
    IDENTIFIERS = "identifiers", _("Potential identifiers")
    PIECE = "piece", _("Piece")
    QUESTIONS = "questions", _("Questions of the secretariat")


class Judgement(models.TextChoices):
    """What an officer finds of one item."""

    FINE = "fine", _("Fine")
    TO_COMPLETE = "to_complete", _("To complete")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class RoundOutcome(models.TextChoices):
    """How a round of the check ended."""

    COMPLEMENT = "complement", _("Complement asked for")
    COMPLETE = "complete", _("Declared complete")
    STOPPED = "stopped", _("Stopped: the dossier was closed")


class ReusableReason(models.Model):
    """A reason that comes back from one dossier to the next, in both languages; withdrawn rather than deleted."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind of item"), max_length=12, choices=Kind.choices, blank=True)
    item = models.CharField(_("item"), max_length=120, blank=True)
    title_fr = models.CharField(_("title in French"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    text_fr = models.TextField(_("text in French"))
    text_en = models.TextField(_("text in English"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    active = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="") | Q(kind__in=Kind.values), name="reason_kind_is_known"),
            models.CheckConstraint(condition=~Q(text_fr=""), name="reason_has_a_french_text"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_en if (get_language() or "fr").startswith("en") and self.title_en else self.title_fr

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return self.text_in(get_language() or "fr")

    def text_in(self, language: str) -> str:
        """The text in a language; in French when there is no other."""
        return self.text_en if language.startswith("en") and self.text_en else self.text_fr

    def suits(self, kind: str, item: str) -> bool:
        """May the reason be given for this item?"""
        return self.kind in ("", kind) and self.item in ("", item)


class CheckRound(models.Model):
    """One check of one filed version, from its first verdict to what the secretariat concludes."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="check_rounds")
    version = models.PositiveSmallIntegerField(_("version of the content"))
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=RoundOutcome.choices, blank=True)

    class Meta:
        ordering = ["dossier", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(closed_at=None), name="check_one_open_round_per_dossier"),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & Q(outcome__in=RoundOutcome.values)),
                name="check_round_closed_says_how",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("begun_at")), name="check_round_closed_after_its_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} v{self.version}"


class Verdict(models.Model):
    """What an officer found of one item; the digest tells what the item said then, and so whether it has changed since."""

    round = models.ForeignKey(CheckRound, models.CASCADE, related_name="verdicts")
    item = models.CharField(max_length=120)
    judgement = models.CharField(_("verdict"), max_length=15, choices=Judgement.choices)
    reasons = models.ManyToManyField(ReusableReason, blank=True, related_name="+", verbose_name=_("reasons"))
    text = models.TextField(_("added words"), blank=True)
    #: The words in which the applicant was asked, as they were sent; empty until then.
    asked = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["round", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["round", "item"], name="verdict_once_per_item_and_round"),
            models.CheckConstraint(condition=Q(judgement__in=Judgement.values), name="verdict_judgement_is_known"),
            models.CheckConstraint(condition=Q(asked="") | Q(judgement="to_complete"), name="verdict_asks_only_what_is_to_complete"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.item}"
