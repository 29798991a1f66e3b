"""What the secretariat has read over and added, and the public declarations with what passed between the two sides."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.frameworks import FicheKind
from registry.models import Fiche


class Check(models.Model):
    """That an officer has read a version of a fiche over: publication does not wait for it (CSP, art. L1461-3)."""

    fiche = models.ForeignKey(Fiche, models.PROTECT, related_name="checks")
    version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["fiche", "version"]
        constraints = [
            models.UniqueConstraint(fields=["fiche", "version"], name="check_once_per_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="check_of_a_version_that_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.fiche_id}/{self.version}"


class Edit(models.Model):
    """Who of the secretariat added what to a fiche: the version keeps the words, this row who wrote them."""

    fiche = models.ForeignKey(Fiche, models.PROTECT, related_name="edits")
    version = models.PositiveIntegerField()
    data = models.JSONField(default=list)  # the names of the data that were written
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["fiche", "version"]
        constraints = [models.UniqueConstraint(fields=["fiche", "version"], name="edit_once_per_version")]

    def __str__(self) -> str:
        return f"{self.fiche_id}/{self.version}"


class Stage(models.TextChoices):
    """Where a declaration stands: whose turn it is."""

    DRAFT = "draft", _("Being written")
    SENT = "sent", _("With the secretariat")
    RETURNED = "returned", _("Sent back, to be mended")
    PUBLISHED = "published", _("Published")
    REFUSED = "refused", _("Not taken up")


#: The declarer writes.
WRITTEN = frozenset({Stage.DRAFT, Stage.RETURNED, Stage.PUBLISHED})


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    """Declarations by whose turn it is."""

    def waiting(self) -> DeclarationQuerySet:
        """Those that the secretariat has to read, the oldest first."""
        return self.filter(stage=Stage.SENT).order_by("sent_at", "pk")

    def of_address(self, email: str) -> DeclarationQuerySet:
        """Those that an address may open, the most recent first."""
        return self.filter(email=email.strip().lower()).exclude(stage=Stage.REFUSED).order_by("-begun_at", "-pk")

    def unverified(self) -> DeclarationQuerySet:
        """Those whose address nobody has proved to read."""
        return self.filter(verified_at=None)


class Declaration(models.Model):
    """What is declared to the registry without a dossier here. The address is for the two sides only, and never public.

    Its stage is a plain column and no machine of the engine's: no law orders its steps, no clock runs on it and no reaction follows. One
    function of `declaring` makes each step behind the row's lock; the constraints keep who decided and when with it.
    """

    kind = models.CharField(_("what is declared"), max_length=20, choices=FicheKind.choices)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.DRAFT)
    email = models.EmailField(_("e-mail address"))
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=2, default="fr")
    #: How often a link was given out; only that of the last time opens.
    links = models.PositiveSmallIntegerField(default=1)
    #: What is being written, by field of the form.
    answers = models.JSONField(default=dict, blank=True)
    #: What the fiche says: the answers as they were published last.
    published = models.JSONField(default=dict, blank=True)
    fiche = models.OneToOneField(Fiche, models.PROTECT, null=True, blank=True, related_name="declaration")
    begun_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    #: The day that counts for the law is that of the first sending.
    first_sent_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FicheKind.values), name="declaration_kind_is_known"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="declaration_stage_is_known"),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="declaration_language_is_known"),
            models.CheckConstraint(condition=~Q(email=""), name="declaration_can_be_answered"),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(verified_at__isnull=False), name="declaration_sent_by_a_verified_address"),
            models.CheckConstraint(condition=Q(stage="draft") | Q(sent_at__isnull=False), name="declaration_beyond_draft_was_sent"),
            models.CheckConstraint(
                condition=Q(sent_at=None, first_sent_at=None) | Q(sent_at__gte=F("first_sent_at")), name="declaration_first_sent_first"
            ),
            models.CheckConstraint(condition=~Q(stage="published") | Q(fiche__isnull=False), name="declaration_published_has_its_fiche"),
            models.CheckConstraint(condition=~Q(stage="refused") | Q(fiche=None), name="declaration_refused_has_no_fiche"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["email"], name="declaration_by_address"),
            models.Index(fields=["sent_at", "id"], condition=Q(stage="sent"), name="declaration_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_written(self) -> bool:
        """May the declarer write in it?"""
        return self.stage in WRITTEN

    @property
    def is_change(self) -> bool:
        """Is what is being written a change of a fiche that is public already?"""
        return self.fiche_id is not None

    @property
    def title(self) -> str:
        """The title as far as it is written."""
        return str(self.answers.get("title", ""))

    @property
    def last_words(self) -> str:
        """What the secretariat wrote last, if it wrote anything."""
        last = self.passages.exclude(words="").last()
        return last.words if last else ""


class Passage(models.Model):
    """One thing that passed between the two sides; `by` is empty for the declarer, who may have no account."""

    class What(models.TextChoices):
        SENT = "sent", _("Sent to the secretariat")
        RETURNED = "returned", _("Sent back to be mended")
        PUBLISHED = "published", _("Published")
        REFUSED = "refused", _("Not taken up")
        DROPPED = "dropped", _("Change given up")

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="passages")
    what = models.CharField(max_length=10, choices=What.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(what__in=["sent", "returned", "published", "refused", "dropped"]), name="passage_is_known"),
            models.CheckConstraint(
                condition=~Q(what__in=["returned", "refused"]) | ~Q(words=""), name="passage_against_the_declarer_says_why"
            ),
            models.CheckConstraint(
                condition=Q(what__in=["sent", "dropped"], by=None) | Q(what__in=["returned", "published", "refused"], by__isnull=False),
                name="passage_of_the_secretariat_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id}: {self.what}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.words = self.words.strip()
        super().save(*args, **kwargs)
