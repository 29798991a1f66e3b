"""Who sits, since when and until when, for what, and what they declare of their interests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from catalogue.models import Term, Vocabulary
from committee import policies
from committee.states import LinkKind, MandateKind, Office, Quality
from workflow.engine import Subject


class DateRange(Func):
    """PostgreSQL's `daterange`."""

    function = "DATERANGE"
    output_field = DateRangeField()


class MemberQuerySet(models.QuerySet["Member"]):
    """Members by what they may do on a day."""

    def sitting(self, day: date) -> MemberQuerySet:
        """Those whose mandate covers the day: they sit and vote."""
        return self.filter(models.Exists(Mandate.objects.covering(day).filter(member=models.OuterRef("pk"))))

    def experts(self) -> MemberQuerySet:
        """External experts who are on the list."""
        return self.filter(quality=Quality.EXPERT, active=True)

    def reporting(self, day: date) -> MemberQuerySet:
        """Those who may report on a dossier: sitting members and external experts."""
        return self.filter(Q(pk__in=self.model.objects.sitting(day).values("pk")) | Q(quality=Quality.EXPERT, active=True))


class Member(Subject):
    """Somebody of the committee, or on its list of external experts; it has no states, and every change of it is journalled."""

    subject_type: ClassVar[str] = "member"
    state = ""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="committee_member", verbose_name=_("person"))
    quality = models.CharField(_("sits as"), max_length=12, choices=Quality.choices)
    institution = models.CharField(_("proposed by"), max_length=200, blank=True)
    profession = models.CharField(_("profession"), max_length=200, blank=True)
    domains = models.ManyToManyField(
        Term, blank=True, related_name="+", verbose_name=_("medical domains"), limit_choices_to={"vocabulary": Vocabulary.DOMAIN}
    )
    keywords = models.TextField(_("expertise, in keywords separated by commas"), blank=True)
    active = models.BooleanField(_("on the list"), default=True)
    since = models.DateTimeField()

    objects: ClassVar[Any] = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["user__last_name", "user__first_name", "pk"]
        constraints = [models.CheckConstraint(condition=Q(quality__in=Quality.values), name="member_quality_is_known")]

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        """The member's page."""
        return reverse("committee:member", args=[self.pk])

    @classmethod
    def may(cls) -> Mapping[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY_ON_MEMBER

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this entry."""
        return policies.roles_on_member(user, self)

    @property
    def is_expert(self) -> bool:
        """An external expert reports, and never votes."""
        return self.quality == Quality.EXPERT

    @property
    def keyword_list(self) -> list[str]:
        """The keywords, one by one."""
        return [word for part in self.keywords.split(",") if (word := part.strip())]


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Mandates by day."""

    def covering(self, day: date) -> MandateQuerySet:
        """Those that run on a day."""
        return self.filter(starts_on__lte=day, ends_on__gt=day)


class Mandate(models.Model):
    """From when to when somebody sits: `ends_on` is the first day on which they no longer do."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="mandates")
    kind = models.CharField(_("kind"), max_length=12, choices=MandateKind.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    #: Once somebody ended it early: until when the term ran, which is how long a replacement sits.
    term_ends_on = models.DateField(null=True, blank=True)
    cut_short_at = models.DateTimeField(null=True, blank=True)
    cut_short_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    order = models.CharField(_("order of appointment"), max_length=200, blank=True)
    replaces = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("replaces"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects: ClassVar[Any] = MandateQuerySet.as_manager()

    class Meta:
        ordering = ["member", "starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="mandate_ends_after_its_start"),
            models.CheckConstraint(condition=~Q(kind="replacement") | Q(replaces__isnull=False), name="mandate_replacement_says_whom"),
            models.CheckConstraint(
                condition=Q(term_ends_on=None, cut_short_at=None, cut_short_by=None)
                | Q(term_ends_on__gt=F("ends_on"), cut_short_at__isnull=False, cut_short_by__isnull=False),
                name="mandate_cut_short_before_its_term",
            ),
            ExclusionConstraint(
                name="mandate_one_at_a_time",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.starts_on} – {self.ends_on}"

    @property
    def last_day(self) -> date:
        """The last day on which the member sits."""
        return self.ends_on - timedelta(days=1)


class OfficeHeld(models.Model):
    """That a member presides, stands in for the president, or signs in the president's name."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="offices")
    office = models.CharField(_("office"), max_length=16, choices=Office.choices)
    since = models.DateTimeField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["member", "since"]
        constraints = [
            models.UniqueConstraint(fields=["office"], condition=Q(ended_at=None, office="president"), name="office_one_president"),
            models.UniqueConstraint(fields=["member", "office"], condition=Q(ended_at=None), name="office_held_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.office}"


class InterestDeclaration(models.Model):
    """A public declaration of interests as it stood on a day; it holds for a year."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="declarations")
    made_on = models.DateField(_("made on"))
    address = models.URLField(_("address of the public declaration"), max_length=300, blank=True)
    nothing_to_declare = models.BooleanField(_("nothing to declare"), default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["member", "-made_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.member_id} {self.made_on}"


class DeclaredLink(models.Model):
    """One interest of a declaration: with which body, of which kind, from when to when."""

    declaration = models.ForeignKey(InterestDeclaration, models.CASCADE, related_name="links")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation"))
    name = models.CharField(_("name of the body"), max_length=250)
    kind = models.CharField(_("kind"), max_length=12, choices=LinkKind.choices)
    since_year = models.PositiveSmallIntegerField(_("since (year)"))
    until_year = models.PositiveSmallIntegerField(_("until (year)"), null=True, blank=True)

    class Meta:
        ordering = ["declaration", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until_year=None) | Q(until_year__gte=F("since_year")), name="link_ends_after_its_start"),
            models.CheckConstraint(condition=~Q(name=""), name="link_names_a_body"),
        ]

    def __str__(self) -> str:
        return self.name
