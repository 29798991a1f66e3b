"""A request for signatures of one version of a convention, those who sign it, and the delegations under which some do."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from accounts.models import Organisation
from contracts.models import Convention, ConventionVersion, Party
from contracts.models.conventions import person
from contracts.signing import policies
from contracts.signing.states import AWAITED, IN_THE_FILE, NEEDED, REPLACED, TURN, VOID, Level, Method, Mode, RequestState, Stage
from contracts.signing.transitions import RequestMoves
from contracts.signing.triggers import delegation_kept, request_kept, signatory_kept
from files.models import KeptFile
from workflow.engine import guard


def deed_path(delegation: Any, name: str) -> str:
    """A name that says nothing, so that no address can be guessed."""
    return f"conventions/signed/{secrets.token_hex(16)}{name[name.rfind('.') :]}"


class RequestQuerySet(models.QuerySet["SignatureRequest"]):
    """Requests by what is to be done with them."""

    def for_reading(self) -> RequestQuerySet:
        """With its convention, and with those who sign."""
        below = ["signatories__party", "signatories__person", "signatories__delegation", "convention__parties"]
        return self.select_related("convention__dossier__content__controller", "version").prefetch_related(*below)

    def awaited(self) -> RequestQuerySet:
        """Those on which signatures are awaited."""
        return self.filter(state__in=sorted(AWAITED))


class SignatureRequest(RequestMoves):
    """One request: the sealed document of one version goes to those who sign, in an order, until a day."""

    subject_type: ClassVar[str] = "signature_request"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="signature_requests")
    version = models.ForeignKey(ConventionVersion, models.PROTECT, related_name="+")
    state = FSMField(_("state"), default=RequestState.DRAFT, choices=RequestState.choices, protected=True)
    mode = models.CharField(_("order"), max_length=12, choices=Mode.choices)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    expires_at = models.DateTimeField(_("last moment to sign"))
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = person()
    ended_at = models.DateTimeField(null=True, blank=True)
    #: Of the sealed document: what everybody reads, whoever has signed meanwhile.
    document_sha256 = models.CharField(max_length=64, blank=True)
    #: Does the demonstration authority seal it? What it signs says so for ever.
    is_demonstration = models.BooleanField(default=False)

    objects: ClassVar[Any] = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="signature_request_state_is_known"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="signature_request_mode_is_known"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="signature_request_level_is_known"),
            models.UniqueConstraint(
                fields=["convention"], condition=Q(state__in=["draft", *sorted(AWAITED)]), name="signature_request_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(sent_at__isnull=False, document_sha256__regex=r"^[0-9a-f]{64}$"),
                name="signature_request_sent_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) ^ Q(state__in=["completed", *sorted(VOID)]), name="signature_request_ended_is_dated"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state__in=sorted(AWAITED)), name="signature_request_to_expire")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *guard("signing_signaturerequest", "signature_request", "draft"),
            *request_kept(),
        ]

    def __str__(self) -> str:
        return f"{self.convention_id}/{self.pk}"

    def get_absolute_url(self) -> str:
        """The page of the signatures of its convention."""
        return reverse("signing:cockpit", args=[self.convention.number])

    @classmethod
    def may(cls) -> dict[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this request."""
        return policies.roles_on(user, self)

    def version_number(self) -> int:
        """The number of the version that is signed."""
        return int(self.version.number)

    @cached_property
    def _signatories(self) -> list[Signatory]:
        rows = list(self.signatories.select_related("party", "person", "delegation") if not self._has_read() else self.signatories.all())
        for row in rows:
            row.request = self
        return rows

    def _has_read(self) -> bool:
        return "signatories" in getattr(self, "_prefetched_objects_cache", {})

    def signatories_read(self) -> list[Signatory]:
        """Those who are asked, in their order."""
        return self._signatories

    def awaited(self) -> list[Signatory]:
        """Those whose signature is still needed."""
        return [one for one in self.signatories_read() if one.stage in NEEDED] if self.is_open else []

    def signed_fields(self) -> list[str]:
        """The fields of the document that are signed."""
        return [one.field for one in self.signatories_read() if one.field and one.stage == Stage.SIGNED]

    @property
    def is_open(self) -> bool:
        """Are signatures awaited?"""
        return self.state in AWAITED

    @property
    def is_void(self) -> bool:
        """Are its signatures worth nothing any more?"""
        return self.state in VOID


class Signatory(models.Model):
    """Somebody whose signature is asked for a party. A person of the site, or somebody who is only named and signs elsewhere."""

    request = models.ForeignKey(SignatureRequest, models.PROTECT, related_name="signatories")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    person = person(null=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    function = models.CharField(_("function"), max_length=200, blank=True)
    order_group = models.PositiveSmallIntegerField(default=1)
    method = models.CharField(_("means"), max_length=12, choices=Method.choices)
    #: The field of the document that waits for this signature; none for a signature on paper.
    field = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.WAITING)
    delegation = models.ForeignKey("signing.Delegation", models.PROTECT, null=True, blank=True, related_name="+")
    #: Whose place somebody takes who signs under a delegation.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    invited_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    viewed_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    certificate_sha256 = models.CharField(max_length=64, blank=True)
    #: Why this person does not sign.
    words = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["order_group", "party__position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(method__in=Method.values), name="signatory_method_is_known"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="signatory_stage_is_known"),
            models.CheckConstraint(condition=Q(stage="signed") ^ Q(signed_at=None), name="signatory_signed_is_dated"),
            models.CheckConstraint(condition=Q(stage="refused") ^ Q(words=""), name="signatory_refusal_says_why"),
            models.CheckConstraint(condition=~Q(method="internal") | Q(person__isnull=False), name="signatory_here_is_a_person"),
            models.CheckConstraint(condition=Q(method__in=sorted(IN_THE_FILE)) ^ Q(field=""), name="signatory_in_the_file_has_a_field"),
            models.UniqueConstraint(
                fields=["request", "field"], condition=~Q(field="") & ~Q(stage__in=sorted(REPLACED)), name="signatory_one_per_field"
            ),
        ]
        indexes = [models.Index(fields=["person"], condition=Q(stage__in=sorted(NEEDED)), name="signatory_awaited")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = signatory_kept()

    def __str__(self) -> str:
        return f"{self.request_id} {self.name}"

    @property
    def is_needed(self) -> bool:
        """Is this signature still awaited?"""
        return self.stage in NEEDED

    @property
    def is_their_turn(self) -> bool:
        """May this person sign now?"""
        return self.stage in TURN


class Delegation(KeptFile):
    """That somebody may sign for a body between two days, with the deed that proves it; it is judged on the day of the signature."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    given_by = person()
    given_to = person()
    since = models.DateField(_("holds from"))
    until = models.DateField(_("holds until"))
    file = models.FileField(upload_to=deed_path, max_length=200)
    added_by = person()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(KeptFile.Meta):
        abstract = False
        ordering = ["-since", "-pk"]
        constraints = [
            *KeptFile.Meta.constraints,
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="delegation_ends_after_its_beginning"),
            models.CheckConstraint(condition=~Q(given_by=F("given_to")), name="delegation_is_to_another"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = delegation_kept()

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.since}–{self.until}"

    def holds_on(self, day: date) -> bool:
        """Does it hold on this day? One that was ended holds no more, whatever its days."""
        return self.ended_at is None and self.since <= day <= self.until
