"""An amendment: what a project changes after its authorisation, an object beside the dossier that it changes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from requests_app.content import Content
from requests_app.models import Dossier
from requests_app.states import State


class Kind(models.TextChoices):
    """What is asked for."""

    MODIFICATION = "modification", _("Modification")
    RENEWAL = "renewal", _("Renewal")


class Stage(models.TextChoices):
    """Where an amendment is; worked out from its dates and from its own dossier, never stored."""

    PREPARING = "preparing", _("In preparation")
    UNDER_WAY = "under_way", _("Under examination")
    REGISTERED = "registered", _("Registered, in force")
    AUTHORISED = "authorised", _("Authorised, in force")
    SET_ASIDE = "set_aside", _("Contested by the secretariat, set aside")
    REFUSED = "refused", pgettext_lazy("amendment", "Refused")
    GIVEN_UP = "given_up", _("Given up")


_ENDED_STATES = {
    State.REFUSED: Stage.REFUSED,
    State.CLOSED_WITHOUT_ACTION: Stage.REFUSED,
    State.WITHDRAWN: Stage.GIVEN_UP,
    State.ABANDONED: Stage.GIVEN_UP,
    State.DRAFT: Stage.PREPARING,
}


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    """Amendments, by where they are."""

    def in_preparation(self) -> AmendmentQuerySet:
        """Those that are still being written."""
        return self.filter(applied_at=None, draft__state=State.DRAFT)

    def applied(self) -> AmendmentQuerySet:
        """Those that changed what is authorised, in the order in which they did."""
        return self.filter(applied_at__isnull=False).order_by("applied_version")

    def for_list(self) -> AmendmentQuerySet:
        """With what a list shows of each."""
        return self.select_related("draft", "draft__content", "begun_by")


class Amendment(models.Model):
    """One modification or renewal: what stood before, what stands after, how it was qualified, and what became of it.

    It is written in a draft dossier of its own. A substantial one files that dossier; another one is registered, and its draft goes.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    draft = models.OneToOneField(Dossier, models.SET_NULL, null=True, blank=True, related_name="amendment")
    #: The registered amendment that the secretariat contested, and that this one files again for authorisation.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    before = models.JSONField(encoder=DjangoJSONEncoder)
    after = models.JSONField(encoder=DjangoJSONEncoder, null=True, blank=True)

    summary = models.TextField(_("what changes, and why"), blank=True)
    answers = models.JSONField(default=dict, blank=True)
    table_version = models.CharField(max_length=20, blank=True)
    substantial = models.BooleanField(null=True, blank=True)
    qualified_at = models.DateTimeField(null=True, blank=True)
    qualified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    qualified_digest = models.CharField(max_length=64, blank=True)

    registered_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_version = models.PositiveSmallIntegerField(null=True, blank=True)
    #: Places that something else had changed meanwhile, and in which what was authorised prevailed.
    overridden = models.JSONField(default=list, blank=True)

    contested_at = models.DateTimeField(null=True, blank=True)
    contested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    contest_reason = models.TextField(blank=True)
    reverted_version = models.PositiveSmallIntegerField(null=True, blank=True)

    objects: ClassVar[Any] = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ["dossier", "number"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="amendment_number_once_per_dossier"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="amendment_kind_is_known"),
            models.CheckConstraint(
                condition=Q(substantial=None, qualified_at=None, qualified_by=None)
                | Q(substantial__isnull=False, qualified_at__isnull=False, qualified_by__isnull=False),
                name="amendment_is_qualified_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(registered_at=None, registered_by=None)
                | Q(registered_at__isnull=False, registered_by__isnull=False, substantial=False, applied_at__isnull=False),
                name="amendment_registered_is_not_substantial_and_applies",
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None, applied_version=None)
                | Q(applied_at__isnull=False, applied_version__isnull=False, after__isnull=False),
                name="amendment_applied_says_what_it_changed",
            ),
            models.CheckConstraint(
                condition=Q(contested_at=None, contested_by=None, reverted_version=None, contest_reason="")
                | (
                    Q(contested_at__isnull=False, contested_by__isnull=False, reverted_version__isnull=False)
                    & Q(registered_at__isnull=False)
                    & ~Q(contest_reason="")
                ),
                name="amendment_contested_was_registered_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.number}"

    def get_absolute_url(self) -> str:
        """The page of the amendment, beside the dossier that it changes."""
        return reverse("amendments:one", args=[self.dossier.reference, self.number])

    @property
    def name(self) -> str:
        """“Modification no. 2”, “Renewal no. 3”."""
        words = {"number": self.number}
        return str(_("Renewal no. %(number)d") % words if self.kind == Kind.RENEWAL else _("Modification no. %(number)d") % words)

    @property
    def stage(self) -> Stage:
        """Where the amendment is."""
        if self.contested_at:
            return Stage.SET_ASIDE
        if self.applied_at:
            return Stage.REGISTERED if self.registered_at else Stage.AUTHORISED
        if self.draft is None:
            return Stage.GIVEN_UP
        return _ENDED_STATES.get(self.draft.state, Stage.UNDER_WAY)

    def proposed(self) -> dict[str, Any]:
        """What the content would be: that of the draft, or what was filed and applied."""
        if self.after is not None:
            return dict(self.after)
        return self.draft.content.snapshot() if self.draft else dict(self.before)

    def is_qualified(self) -> bool:
        """Was the amendment qualified, as it reads now?"""
        return self.qualified_at is not None and self.qualified_digest == Content.digest(self.proposed())
