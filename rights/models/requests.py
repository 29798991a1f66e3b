"""A citizen's request, and the part of it that went to each controller: right, database, dates and states; never who asked."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from accounts.models import Organisation
from catalogue.models import Database
from rights import policies
from rights.rules import LAW_OF
from rights.states import ANSWERED, ENDED, GIVEN_UP, OPEN, Channel, Complement, Lapse, Level, Prolonging, Reason, Right, RoutingState
from rights.transitions import RoutingMoves
from rights.triggers import kept, stays_where_it_went
from workflow.engine import guard
from workflow.models import Clock

HEX = r"^[0-9a-f]{64}$"


def in_force(request: Any) -> Exists:
    """Does an opposition of this request still hold: granted, and not ended by its person? Then it stays theirs to end."""
    granted = [RoutingState.ACCEPTED, RoutingState.PARTLY_ACCEPTED]
    ending = Routing.objects.filter(lifts=OuterRef("pk"), state__in=granted)
    return Exists(Routing.objects.filter(~Exists(ending), request=request, right=Right.OPPOSITION, state__in=granted))


class Request(models.Model):
    """What one person sent at one time, to one or several controllers. Who it was stands in the envelopes, which are not ours to open."""

    #: What a controller calls it; it says nothing, and opens nothing.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: The tracking code under the pepper; forgotten a year after the end.
    code_digest = models.CharField(max_length=64, null=True, blank=True, unique=True)
    #: The form's token, hashed: a form that is sent twice makes one request.
    sending = models.CharField(max_length=64, unique=True)
    channel = models.CharField(_("arrived by"), max_length=10, choices=Channel.choices, default=Channel.FORM)
    language = models.CharField(max_length=2, default="fr")
    received_at = models.DateTimeField(_("received on"))
    #: Where to write that something has changed: a reference that is sealed under a key outside the database, or nothing.
    contact = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(code_digest=None) | Q(code_digest__regex=HEX), name="request_code_is_hashed"),
            models.CheckConstraint(condition=Q(sending__regex=HEX), name="request_sending_is_hashed"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="request_channel_is_known"),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="request_language_is_known"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(closed_at__gte=F("received_at")), name="request_closes_after_it_came"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"

    @property
    def hour_is_known(self) -> bool:
        """Did it come at an hour that anybody knows? Of what an agent enters, only the day is noted."""
        return self.channel == Channel.FORM


class RoutingQuerySet(models.QuerySet["Routing"]):
    """Parts of requests by who sees them and by what is to be done with them."""

    def visible_to(self, user: Any) -> RoutingQuerySet:
        """Those that went to the controllers for which a person answers; all of them, without any content, to who watches over delays."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if policies.reads_all(user):
            return self
        return self.filter(organisation__in=policies.controllers_of(user) | policies.watched_by(user))

    def at_desks(self, user: Any) -> RoutingQuerySet:
        """Those that the person may answer."""
        return self.filter(organisation__in=policies.controllers_of(user))

    def of_organisation(self, organisation: int) -> RoutingQuerySet:
        """Those that went to one controller: what its own systems read."""
        return self.filter(organisation=organisation)

    def open(self) -> RoutingQuerySet:
        """Those without an end."""
        return self.filter(state__in=sorted(OPEN))


class Routing(RoutingMoves):
    """One right on one database, at the controller that answers for it: it has one state, one time limit and exactly one answer."""

    subject_type: ClassVar[str] = "routing"

    number = models.CharField(_("number"), max_length=24, unique=True)
    request = models.ForeignKey(Request, models.PROTECT, related_name="routings")
    database = models.ForeignKey(Database, models.PROTECT, related_name="+", verbose_name=_("database"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("controller"))
    right = models.CharField(_("right"), max_length=20, choices=Right.choices)
    level = models.CharField(_("how far"), max_length=12, choices=Level.choices, blank=True)
    #: The number of the fiche, for an opposition to one study.
    study = models.CharField(_("study"), max_length=40, blank=True)
    #: The level of identification (N0 to N4) that the right asks for here, or that FranceConnect has reached.
    evidence = models.CharField(_("identification"), max_length=2, default="N2")
    #: The opposition that this one ends.
    lifts = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="lifted_by")
    state = FSMField(_("state"), default=RoutingState.DEPOSITED, choices=RoutingState.choices, protected=True)
    received_at = models.DateTimeField(_("received on"))
    complement = models.CharField(_("complement asked for"), max_length=12, choices=Complement.choices, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    prolonging = models.CharField(_("why extended"), max_length=12, choices=Prolonging.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    lapse = models.CharField(_("why expired"), max_length=16, choices=Lapse.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    #: Which agent of the controller has it in hand.
    agent = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = RoutingQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to a controller")
        verbose_name_plural = _("requests to controllers")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RoutingState.values), name="routing_state_is_known"),
            models.CheckConstraint(condition=Q(right__in=Right.values), name="routing_right_is_known"),
            models.CheckConstraint(condition=Q(number__regex=r"^DRO-[0-9]{4}-[0-9]{5,}$"), name="routing_number_has_its_form"),
            models.UniqueConstraint(fields=["request", "database"], condition=Q(lifts=None), name="routing_one_per_database"),
            models.UniqueConstraint(
                fields=["lifts"], condition=Q(lifts__isnull=False) & ~Q(state__in=sorted(GIVEN_UP)), name="routing_lifted_once"
            ),
            models.CheckConstraint(
                condition=Q(right=Right.LIFTING, lifts__isnull=False) | ~Q(right=Right.LIFTING) & Q(lifts=None),
                name="routing_lifting_names_what_it_lifts",
            ),
            models.CheckConstraint(
                condition=Q(right=Right.OPPOSITION, level__in=Level.values) | ~Q(right=Right.OPPOSITION) & Q(level=""),
                name="routing_level_is_of_an_opposition",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.STUDY) & ~Q(study="") | ~Q(level=Level.STUDY) & Q(study=""), name="routing_names_its_study"
            ),
            models.CheckConstraint(condition=Q(evidence__in=["N0", "N1", "N2", "N3", "N4"]), name="routing_identification_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(ENDED), ended_at__isnull=False) | ~Q(state__in=sorted(ENDED)) & Q(ended_at=None),
                name="routing_ended_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["refused", "partly_accepted"], reason__in=Reason.values)
                | ~Q(state__in=["refused", "partly_accepted"]) & Q(reason=""),
                name="routing_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(extended_at=None, prolonging="") | Q(extended_at__isnull=False, prolonging__in=Prolonging.values),
                name="routing_extended_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=RoutingState.EXPIRED, lapse__in=Lapse.values) | ~Q(state=RoutingState.EXPIRED) & Q(lapse=""),
                name="routing_expired_says_why",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "received_at"], name="routing_organisation")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *guard("rights_routing", "routing", "deposited"),
            *kept("routing", "rights_routing"),
            *stays_where_it_went("number", "request", "database", "organisation", "right", "level", "study", "lifts", "received_at"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page on the controller's side."""
        return reverse("answering:routing", args=[self.number])

    @classmethod
    def may(cls) -> dict[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that somebody holds on this part of a request."""
        return policies.roles_on(user, self)

    @property
    def hour_is_known(self) -> bool:
        """Did it come at an hour that anybody knows? The end of an opposition is always asked for online."""
        return self.is_lifting or self.request.hour_is_known

    @property
    def is_open(self) -> bool:
        """Is there still something to do?"""
        return self.state not in ENDED

    @property
    def is_answered(self) -> bool:
        """Has the controller answered?"""
        return self.state in ANSWERED

    @property
    def text_of_reason(self) -> str:
        """The text on which a refusal rests."""
        return LAW_OF.get(self.reason, "")

    @property
    def month(self) -> Clock | None:
        """The legal month, with its extension; the last one that ran."""
        return Clock.objects.filter(subject_type=self.subject_type, subject_id=self.pk, code="K-DRO").order_by("-pk").first()
