"""A session: when and where, who is there, and which dossiers stand on its agenda."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from committee import policies
from committee.models.examinations import Examination
from committee.models.members import Member
from committee.reference import rules_on
from committee.rules import RollCall, counts, quorum_of
from committee.states import TO_COME, Debate, Ending, PaperKind, Presence, SessionState, Venue
from committee.transitions import SessionMoves
from workflow.engine import guard
from workflow.periods import paris_day


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions by what is to be done with them."""

    def to_come(self) -> SessionQuerySet:
        """Planned or convened, earliest first."""
        return self.filter(state__in=TO_COME).order_by("starts_at", "pk")

    def public(self) -> SessionQuerySet:
        """Those of the published calendar, cancelled ones included: who noted the day must learn that it was dropped."""
        return self.exclude(published_at=None)


class Session(SessionMoves):
    """One meeting of the committee."""

    subject_type: ClassVar[str] = "session"

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    state = FSMField(_("state"), default=SessionState.PLANNED, choices=SessionState.choices, protected=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    venue = models.CharField(_("how it is attended"), max_length=10, choices=Venue.choices, default=Venue.MIXED)
    place = models.CharField(_("place"), max_length=250, blank=True)
    link = models.URLField(_("address of the video meeting"), max_length=300, blank=True)
    urgent = models.BooleanField(_("called for an urgent dossier"), default=False)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    #: How often the published day, hour or place changed: calendars take the copy with the highest number.
    revision = models.PositiveSmallIntegerField(default=0)
    revised_at = models.DateTimeField(null=True, blank=True)
    convened_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    chair = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in the chair"))
    #: Members in mandate on the day, and how many had to be present: as they stood when the session was opened.
    seats = models.PositiveSmallIntegerField(null=True, blank=True)
    quorum = models.PositiveSmallIntegerField(null=True, blank=True)
    approved_in = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="approves")
    cancelled_because = models.TextField(_("why it is cancelled"), blank=True)

    objects: ClassVar[Any] = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="session_state_is_known"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="session_ends_after_its_start"),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "held", "approved"])
                | Q(opened_at__isnull=False, chair__isnull=False, seats__isnull=False, quorum__isnull=False),
                name="session_held_with_chair_and_quorum",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_in__isnull=False), name="session_minutes_approved_somewhere"
            ),
            models.CheckConstraint(condition=Q(approved_in=None) | ~Q(approved_in=F("pk")), name="session_does_not_approve_itself"),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(cancelled_because=""), name="session_cancelled_says_why"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = guard("committee_session", "session", "planned")

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The session's page."""
        return reverse("committee:session", args=[self.reference])

    @classmethod
    def may(cls) -> dict[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roll_call(self, at: datetime) -> RollCall:
        """Who is there of the members in mandate that day, as the attendances now stand."""
        day = paris_day(at)
        figures = rules_on(day)
        sitting = set(Member.objects.sitting(day).values_list("pk", flat=True))
        there = [row for row in self.attendances.all() if row.member_id in sitting]
        return RollCall(len(sitting), quorum_of(len(sitting), figures), sum(counts(row.presence, figures) for row in there))

    def last_minutes(self) -> Any:
        """The minutes as they were last made: those that are approved; None while there are none."""
        return self.papers.filter(kind=PaperKind.MINUTES).order_by("made_at", "pk").last()

    def minutes_under_way(self) -> Any:
        """The minutes that are being made just now, whoever asked for them; None when none are."""
        return self.productions.filter(kind="minutes", finished_at=None).order_by("asked_at", "pk").first()

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this session."""
        return policies.roles_on(user, self)

    @property
    def day(self) -> date:
        """The day of the session, as it is told in Paris."""
        return paris_day(self.starts_at)

    @property
    def papers_due_at(self) -> datetime:
        """Until when the papers must be open to the members."""
        return self.starts_at - timedelta(hours=rules_on(self.day).papers_hours_before)

    @property
    def reports_due_at(self) -> datetime:
        """Until when the rapporteurs file their reports."""
        return self.starts_at - timedelta(hours=rules_on(self.day).report_hours_before)

    @property
    def absence_due_at(self) -> datetime:
        """Until when a member says that they will not be there."""
        return self.starts_at - timedelta(hours=rules_on(self.day).absence_hours_before)


class Attendance(models.Model):
    """Where one member was during one session, and who spoke in their name."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendances")
    member = models.ForeignKey(Member, models.PROTECT, related_name="attendances")
    presence = models.CharField(_("presence"), max_length=12, choices=Presence.choices, default=Presence.EXPECTED)
    represented_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("represented by"))
    remote = models.BooleanField(_("remotely"), default=False)
    announced_at = models.DateTimeField(null=True, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["session", "member"]
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="attendance_once_per_member"),
            models.CheckConstraint(
                condition=Q(presence="represented", represented_by__isnull=False) | (~Q(presence="represented") & Q(represented_by=None)),
                name="attendance_represented_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(represented_by=None) | ~Q(represented_by=F("member")), name="attendance_not_represented_by_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.member_id} {self.presence}"


class ItemQuerySet(models.QuerySet["Item"]):
    """Lines of an agenda by what became of them."""

    def pending(self) -> ItemQuerySet:
        """Those of which nothing has become yet."""
        return self.filter(ending="")


class Item(models.Model):
    """One dossier on the agenda of one session."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="items")
    examination = models.ForeignKey(Examination, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("place on the agenda"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=20)
    debate = models.CharField(_("how it is examined"), max_length=12, choices=Debate.choices, default=Debate.DEBATE)
    #: The legal ground of an examination without debate: what makes it similar, and to which processing.
    ground = models.TextField(_("why no debate is needed"), blank=True)
    similar_to = models.ForeignKey("requests_app.Dossier", models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ending = models.CharField(_("what became of it"), max_length=10, choices=Ending.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending_reason = models.TextField(_("why"), blank=True)

    objects: ClassVar[Any] = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["session", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "examination"], name="item_once_per_session"),
            models.UniqueConstraint(fields=["examination"], condition=Q(ending=""), name="item_one_pending_per_examination"),
            models.UniqueConstraint(fields=["session", "position"], name="item_one_place_each", deferrable=models.Deferrable.DEFERRED),
            models.CheckConstraint(
                condition=Q(ending="", ended_at=None) | (~Q(ending="") & Q(ended_at__isnull=False)), name="item_ended_means_ended_at"
            ),
            models.CheckConstraint(condition=Q(debate="debate") | ~Q(ground=""), name="item_without_debate_says_why"),
            models.CheckConstraint(condition=~Q(debate="similar") | Q(similar_to__isnull=False), name="item_similar_says_to_what"),
            models.CheckConstraint(condition=~Q(ending="deferred") | ~Q(ending_reason=""), name="item_deferred_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} n° {self.position}"
