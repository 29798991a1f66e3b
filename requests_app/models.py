"""The dossier: the row that moves, and what hangs from it (versions, acts, attachments, suspensions)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField
from guardian.models import UserObjectPermissionBase

from requests_app import policies
from requests_app.attachments import Attachment, PieceRule, PieceText, attachment_path
from requests_app.content import PIECES, Content, DossierSource, completed
from requests_app.due import NextDue
from requests_app.querysets import DossierQuerySet
from requests_app.states import TURN, Basis, Opinion, Procedure, State, Turn
from requests_app.transitions import AuthorityMoves, CommitteeMoves, FilingMoves, LifeMoves
from requests_app.version_pieces import pieces_now
from workflow.engine import guard

__all__ = [
    "Act",
    "Attachment",
    "Content",
    "Dossier",
    "DossierSource",
    "DossierVersion",
    "NextDue",
    "PieceRule",
    "PieceText",
    "Suspension",
    "attachment_path",
]


class Dossier(FilingMoves, CommitteeMoves, AuthorityMoves, LifeMoves):
    """One project's way from its filing to its data: the facts of the procedure, and the state that only moves change."""

    subject_type: ClassVar[str] = "dossier"

    reference = models.CharField(_("reference"), max_length=30, unique=True)
    procedure = models.CharField(_("procedure"), max_length=10, choices=Procedure.choices)
    state = FSMField(_("state"), default=State.DRAFT, choices=State.choices, protected=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="instructed_dossiers")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    #: The authorised dossier that this one modifies; a substantial amendment is a dossier of its own.
    amends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amendment_dossiers")

    submitted_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    sent_to_committee_at = models.DateTimeField(null=True, blank=True)
    #: Examined in the short period that the decree gives to what is urgent.
    urgent = models.BooleanField(_("urgent"), default=False)
    opinion = models.CharField(max_length=20, choices=Opinion.choices, blank=True)
    opinion_at = models.DateTimeField(null=True, blank=True)
    cnil_wished_at = models.DateTimeField(null=True, blank=True)
    cnil_received_on = models.DateField(null=True, blank=True)
    cnil_request = models.CharField(max_length=60, blank=True)
    basis = models.CharField(max_length=12, choices=Basis.choices, blank=True)
    authorised_on = models.DateField(null=True, blank=True)
    authorisation_number = models.CharField(max_length=60, blank=True)
    convention_on = models.DateField(null=True, blank=True)
    convention_reference = models.CharField(max_length=60, blank=True)
    data_opened_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    destroyed_on = models.DateField(null=True, blank=True)
    results_on = models.DateField(null=True, blank=True)

    is_demonstration = models.BooleanField(default=False)
    generated = models.JSONField(default=list, blank=True)  # what no source gives, in sentences for the reader
    generated_data = models.JSONField(default=list, blank=True)  # the same as names of data, or of imagined moves

    objects: ClassVar[Any] = DossierQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        permissions = [
            (policies.OWNER, "Owns the dossier"),
            (policies.EDITOR, "Edits the dossier"),
            (policies.READER, "Reads the dossier"),
            (policies.SIGNATORY, "Signs the dossier"),
            (policies.RAPPORTEUR, "Reports on the dossier"),
            (policies.RECUSED, "Withdrew from the dossier"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="dossier_state_is_known"),
            models.CheckConstraint(condition=Q(procedure__in=Procedure.values), name="dossier_procedure_is_known"),
            models.CheckConstraint(condition=Q(opinion="") | Q(opinion__in=Opinion.values), name="dossier_opinion_is_known"),
            models.CheckConstraint(
                condition=Q(basis="", authorised_on=None) | (Q(basis__in=Basis.values) & Q(authorised_on__isnull=False)),
                name="dossier_authorisation_has_basis_and_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["authorised", "contracting", "in_preparation", "running", "ended", "destroyed", "closed"])
                | ~Q(basis=""),
                name="dossier_goes_on_only_if_authorised",
            ),
            models.CheckConstraint(condition=~Q(state="opinion_given") | ~Q(opinion=""), name="dossier_opinion_given_says_which"),
            models.CheckConstraint(condition=Q(state="draft") | Q(journal_seq__gte=1), name="dossier_moved_means_journalled"),
            models.CheckConstraint(condition=Q(amends=None) | ~Q(amends=F("pk")), name="dossier_does_not_amend_itself"),
        ]
        indexes = [
            models.Index(fields=["state", "-state_since"], name="dossier_state"),
            models.Index(fields=["officer", "state"], name="dossier_officer"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = guard("requests_app_dossier", "dossier", "draft")

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The dossier's page."""
        return reverse("dossiers:page", args=[self.reference])

    # --- who ---
    @classmethod
    def may(cls) -> dict[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this dossier."""
        return policies.roles_on(user, self)

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The organisations on the applicant's side."""
        return frozenset(pk for pk in (self.content.controller_id, self.content.body_in_charge_id) if pk)

    @property
    def is_operators_own(self) -> bool:
        """Is the controller the body that runs this site?"""
        controller = self.content.controller
        return bool(controller and controller.is_operator)

    # --- what ---
    @property
    def turn(self) -> Turn:
        """Whose turn it is."""
        return TURN[self.state]

    @property
    def turn_label(self) -> Any:
        """Whose turn it is, in words."""
        return self.turn.label

    @property
    def title(self) -> str:
        """The acronym and the title, or a stand-in for a project that has none yet."""
        return self.content.heading or str(_("Untitled project"))

    @cached_property
    def open_suspension(self) -> Suspension | None:
        """The suspension that closes the gate to the data now."""
        return self.suspensions.filter(lifted_at=None).first()

    @property
    def is_suspended(self) -> bool:
        """Is the gate to the data closed?"""
        return self.open_suspension is not None

    def file_version(self, *, by: Any, at: datetime) -> int:
        """Freeze the present content as the next version, with the list of its pieces; the answer is its number."""
        number = (self.versions.aggregate(last=models.Max("number"))["last"] or 0) + 1
        snapshot = self.content.snapshot() | {PIECES: pieces_now(self)}
        self.versions.create(number=number, filed_at=at, filed_by=by, snapshot=snapshot, sha256=Content.digest(snapshot))
        return number

    def content_is_as_filed(self) -> bool:
        """Does the present content equal the last filed version?"""
        filed = self.versions.order_by("-number").values_list("snapshot", flat=True).first()
        return filed is not None and Content.digest(completed(filed)) == Content.digest(self.content.snapshot())


class DossierUserObjectPermission(UserObjectPermissionBase):
    """Who holds which role on which dossier (guardian, with a direct foreign key); read only by `roles_on` and `visible_to`."""

    content_object = models.ForeignKey(Dossier, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class DossierVersion(models.Model):
    """The content of a dossier as it was filed, once and for all."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    snapshot = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["dossier", "number"]
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="version_number_once_per_dossier")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [pgtrigger.Protect(name="version_is_frozen", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.dossier_id} v{self.number}"


class Act(models.Model):
    """What a move recorded: the day, the reference, the outcome, the words and the paper of a step."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="acts")
    action = models.CharField(max_length=60)
    at = models.DateTimeField()
    on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    document = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["dossier", "at", "id"]
        constraints = [models.CheckConstraint(condition=Q(text="") | ~Q(salt=""), name="act_text_is_salted")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.action}"


class Suspension(models.Model):
    """A breach or a doubt closes the gate to the data for a time; an object beside the dossier, not a state."""

    class Cause(models.TextChoices):
        BREACH = "breach", _("Breach of the conditions of access")
        SECURITY = "security", _("Security incident")
        AUTHORITY = "authority", _("Request of an authority")
        OTHER = "other", _("Other cause")

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="suspensions")
    cause = models.CharField(max_length=20, choices=Cause.choices)
    reason = models.TextField()
    salt = models.CharField(max_length=32)
    since = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    suspended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(lifted_at=None), name="suspension_one_open_per_dossier"),
            models.CheckConstraint(condition=Q(lifted_at=None) | Q(lifted_at__gte=F("since")), name="suspension_lifted_after_its_start"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="suspension_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} since {self.since:%Y-%m-%d}"
