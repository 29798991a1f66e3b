"""A ticket, what comes before and after it, and the questions to the applicant while which its clock stands still."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from accounts.models import Organisation
from catalogue.models import Database
from contracts.life.gate import gate_of
from extractions import policies
from extractions.states import ENDED, WITH_APPLICANT, Desk, Kind, Side, TicketState
from extractions.transitions import TicketMoves
from extractions.triggers import acyclic, kept, settled_once, written_once
from requests_app.models import Dossier, DossierUserObjectPermission
from requests_app.policies import RECUSED
from workflow.engine import guard
from workflow.refusals import Broken


def person(**options: Any) -> Any:
    """Somebody who did something to a ticket."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **options)


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Tickets by who sees them and by what is to be done with them."""

    def for_reading(self) -> TicketQuerySet:
        """With what decides who reads them, and what each row of a list shows."""
        return self.select_related("dossier__content__controller", "organisation", "agent")

    def visible_to(self, user: Any) -> TicketQuerySet:
        """The tickets of the person's desks, those of the dossiers of their teams; for the secretariat, of the dossiers that it sees."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        seen = Q(dossier__in=Dossier.objects.of_team(user).order_by().values("pk")) | self._at_desks(user)
        if policies.reads_all(user):
            seen |= Q(dossier__in=Dossier.objects.visible_to(user).order_by().values("pk"))
        return self.filter(seen)

    def at_desks(self, user: Any) -> TicketQuerySet:
        """The tickets that the person works at."""
        return self.filter(self._at_desks(user)) if user.is_authenticated and user.is_active else self.none()

    def of_organisation(self, organisation: int) -> TicketQuerySet:
        """The tickets that one body does: what its own systems read."""
        return self.filter(organisation=organisation)

    def under_way(self) -> TicketQuerySet:
        """Those that have not ended."""
        return self.exclude(state__in=sorted(ENDED))

    def unfinished(self) -> TicketQuerySet:
        """Those that hold up what comes after them: not done, not cancelled, and no later round of the same work has taken their place."""
        same = {name: OuterRef(name) for name in ("dossier", "organisation", "kind")}
        later = Ticket.objects.filter(**same, round__gt=OuterRef("round"))
        rows = self.exclude(state__in=[TicketState.CLOSED, TicketState.CANCELLED])
        return rows.exclude(Exists(later), state=TicketState.REJECTED)

    def with_waiting(self) -> TicketQuerySet:
        """Each with whether a question to the applicant is open."""
        return self.annotate(waits_now=Exists(Wait.objects.filter(ticket=OuterRef("pk"), ended_at=None)))

    def _at_desks(self, user: Any) -> Q:
        """As `policies.roles_on` tells of one: at a desk that serves everybody nobody works for their own side."""
        served, organisations = policies.desks_of(user)
        withdrew = (
            DossierUserObjectPermission.objects.filter(user=user.pk, permission__codename=RECUSED).order_by().values("content_object")
        )
        of_holder = Q(desk=Desk.HOLDER, organisation__in=organisations) & ~Q(dossier__in=withdrew)
        shut = Dossier.objects.shut_to(user).order_by().values("pk")
        serving = Q(desk__in=served) | (Q(organisation__in=organisations) & ~Q(desk=Desk.HOLDER))
        return of_holder | (serving & ~Q(dossier__in=shut))


class Ticket(TicketMoves):
    """One piece of work on the data of a dossier, at the desk of one body."""

    subject_type: ClassVar[str] = "ticket"

    number = models.CharField(_("number"), max_length=24, unique=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="tickets")
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices)
    #: The body that does the work, and at which desk.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("body that does the work"))
    desk = models.CharField(_("desk"), max_length=10, choices=Desk.choices)
    databases = models.ManyToManyField(Database, blank=True, related_name="+", verbose_name=_("databases"))
    #: The same work may be asked for again: an update, a matching after one that failed.
    round = models.PositiveSmallIntegerField(default=1)
    state = FSMField(_("state"), default=TicketState.CREATED, choices=TicketState.choices, protected=True)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("agent"))
    opened_at = models.DateTimeField()
    opened_by = person()
    #: The day for which the desk announces its work.
    expected_on = models.DateField(_("announced for"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    announced_by = person(null=True, blank=True)
    #: Why it was sent back, refused, rejected or cancelled, and what carried a decision.
    words = models.TextField(_("why"), blank=True)
    salt = models.CharField(max_length=32, blank=True)

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TicketState.values), name="ticket_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="ticket_kind_is_known"),
            models.CheckConstraint(condition=Q(desk__in=Desk.values), name="ticket_desk_is_known"),
            models.CheckConstraint(condition=Q(number__regex=r"^TIC-[0-9]{4}-[0-9]{5,}$"), name="ticket_number_has_its_form"),
            models.UniqueConstraint(fields=["dossier", "organisation", "kind", "round"], name="ticket_once_per_round"),
            models.CheckConstraint(condition=Q(round__gte=1), name="ticket_round_is_counted_from_one"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(ENDED), ended_at__isnull=False) | ~Q(state__in=sorted(ENDED)) & Q(ended_at=None),
                name="ticket_ended_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["desk", "state", "opened_at"], name="ticket_desk"),
            models.Index(fields=["organisation", "state", "opened_at"], name="ticket_organisation"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *guard("extractions_ticket", "ticket", "created"),
            *kept("ticket", "extractions_ticket"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The ticket's page."""
        return reverse("extractions:ticket", args=[self.number])

    @classmethod
    def may(cls) -> dict[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this ticket."""
        return policies.roles_on(user, self)

    @cached_property
    def open_wait(self) -> Wait | None:
        """The question to the applicant that is open now."""
        return self.waits.filter(ended_at=None).first()

    @property
    def waiting_since(self) -> datetime | None:
        """Since when the applicant has a question to answer."""
        return self.open_wait.asked_at if self.open_wait else None

    @property
    def is_open(self) -> bool:
        """Is there still something to do?"""
        return self.state not in ENDED

    @property
    def side(self) -> Side | None:
        """On whose side the time runs now; None once it has ended."""
        if not self.is_open:
            return None
        if self.state in WITH_APPLICANT or self.open_wait is not None:
            return Side.APPLICANT
        return Side(self.desk)

    def unfinished_before(self) -> Iterable[Ticket]:
        """The tickets that come before this one and are not done; a cancelled one holds nobody up."""
        found: Iterable[Ticket] = Ticket.objects.filter(links_after__after=self).unfinished().order_by("pk")
        return found

    def gate_missing(self, day: date) -> tuple[Broken, ...]:
        """What keeps the gate to the data of the dossier closed on a day."""
        return gate_of(self.dossier, day).missing


class Link(models.Model):
    """That one ticket comes before another: matching before extraction, extraction before delivery."""

    before = models.ForeignKey(Ticket, models.PROTECT, related_name="links_after")
    after = models.ForeignKey(Ticket, models.PROTECT, related_name="links_before")

    class Meta:
        ordering = ["before", "after"]
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="link_once"),
            models.CheckConstraint(condition=~Q(before=F("after")), name="link_joins_two_tickets"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = acyclic()

    def __str__(self) -> str:
        return f"{self.before_id} > {self.after_id}"


class Unlinking(models.Model):
    """That one ticket does not come before another any more, and why; the journal has the salted hash of the reason."""

    before = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    after = models.ForeignKey(Ticket, models.PROTECT, related_name="unlinkings")
    because = models.TextField(_("why"))
    salt = models.CharField(max_length=32)
    at = models.DateTimeField()
    by = person()

    class Meta:
        ordering = ["after", "at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(because="") & ~Q(salt=""), name="unlinking_says_why")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("unlinking")

    def __str__(self) -> str:
        return f"{self.before_id} / {self.after_id}"


class Wait(models.Model):
    """A question to the applicant: until it is answered the time of the ticket runs on the applicant's side."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="waits")
    asked_at = models.DateTimeField()
    asked_by = person()
    question = models.TextField(_("question"))
    salt = models.CharField(max_length=32)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = person(null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    #: Answered, or withdrawn by who asked.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = person(null=True, blank=True)

    class Meta:
        ordering = ["ticket", "asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="wait_one_open_per_ticket"),
            models.CheckConstraint(condition=~Q(question=""), name="wait_asks_something"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__gte=F("asked_at"), ended_by__isnull=False),
                name="wait_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False, ended_at__isnull=False) & ~Q(answer=""),
                name="wait_answered_by_somebody",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("wait", "extractions_wait"),
            *settled_once("wait", "extractions_wait", "question", "answer", "ended_at", "answered_at", by="ended_at"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.asked_at:%Y-%m-%d}"
