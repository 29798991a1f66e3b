"""Which right a person has on which database: a dated statement with its source, made by one person and approved by another.

No row means that nobody has declared anything: it is shown as such, and never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from catalogue.models import Database
from rights.entitlements import policies
from rights.entitlements.states import ALONE_AT, EXERCISED, MAJORITY, Available, Evidence, Way
from rights.states import OFFERED, Level, Right
from rights.triggers import frozen_once_approved
from workflow.engine import Subject

#: What people read of a statement: it never changes once it was approved.
_FROZEN = (
    *("database_id", "right", "available", "scope_fr", "scope_en", "exceptions", "levels", "organisation_id", "way", "own_page_url"),
    *("address", "mailbox", "evidence", "alone_from", "legal_basis", "source", "source_url", "declared_by_id", "declared_at"),
    *("approved_by_id", "approved_at"),
)
_EXERCISED = [code.value for code in EXERCISED]


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    """Statements by what became of them."""

    def approved(self) -> EntitlementQuerySet:
        """Those that people read."""
        return self.exclude(approved_by=None)

    def proposed(self) -> EntitlementQuerySet:
        """Those that await somebody else's approval."""
        return self.filter(approved_by=None)

    def in_force(self, day: date) -> EntitlementQuerySet:
        """What holds on a day: one statement at most for each right on each database."""
        return self.approved().filter(valid__contains=day)

    def exercised_on(self, day: date) -> EntitlementQuerySet:
        """What a person may ask for on a day: it applies, and somebody was named to answer."""
        named = Q(organisation__isnull=False) | Q(database__holder__isnull=False)
        return self.in_force(day).filter(named, available__in=EXERCISED, database__active=True)


class Entitlement(Subject):
    """One right on one database, for a period: whether it applies, with which limits, who answers, how, and where that is written."""

    subject_type: ClassVar[str] = "entitlement"
    state = ""

    database = models.ForeignKey(Database, models.PROTECT, related_name="+", verbose_name=_("database"))
    right = models.CharField(_("right"), max_length=20, choices=[(one.value, one.label) for one in OFFERED])
    available = models.CharField(_("does it apply"), max_length=10, choices=Available.choices)
    scope_fr = models.TextField(_("what it covers, in French"), blank=True)
    scope_en = models.TextField(_("what it covers, in English"), blank=True)
    #: Each with "fr" and "en".
    exceptions = models.JSONField(_("exceptions"), default=list, blank=True)
    levels = ArrayField(
        models.CharField(max_length=12, choices=Level.choices), default=list, blank=True, verbose_name=_("how far an opposition may go")
    )
    #: Who answers, when it is not the holder of the database.
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who answers, if not the holder")
    )
    way = models.CharField(_("how it is exercised"), max_length=10, choices=Way.choices, default=Way.WINDOW)
    own_page_url = models.URLField(_("the controller's own page"), max_length=300, blank=True)
    address = models.TextField(_("postal address for a letter"), blank=True)
    mailbox = models.EmailField(_("mailbox of the data protection officer"), blank=True)
    evidence = models.CharField(_("what shows who the person is"), max_length=2, choices=Evidence.choices, default=Evidence.KNOWN)
    alone_from = models.PositiveSmallIntegerField(_("age from which a minor acts alone"), default=ALONE_AT)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    source = models.CharField(_("where it is written"), max_length=300)
    source_url = models.URLField(_("address of that text"), max_length=300, blank=True)
    to_confirm = models.BooleanField(_("to be confirmed by a lawyer"), default=True)
    valid = DateRangeField(_("holds"))
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("declared by"))
    declared_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("right on a database")
        verbose_name_plural = _("rights on databases")
        ordering = ["database", "right", "valid"]
        constraints = [
            models.CheckConstraint(condition=Q(right__in=[one.value for one in OFFERED]), name="entitlement_right_is_offered"),
            models.CheckConstraint(condition=Q(available__in=Available.values), name="entitlement_answer_is_known"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="entitlement_way_is_known"),
            models.CheckConstraint(condition=Q(evidence__in=Evidence.values), name="entitlement_identification_is_known"),
            models.CheckConstraint(condition=Q(alone_from__gte=ALONE_AT, alone_from__lte=MAJORITY), name="entitlement_age_is_sound"),
            models.CheckConstraint(condition=~Q(source=""), name="entitlement_has_a_source"),
            models.CheckConstraint(condition=~Q(way=Way.OWN_PAGE) | ~Q(own_page_url=""), name="entitlement_own_page_has_an_address"),
            models.CheckConstraint(
                condition=Q(right=Right.OPPOSITION, available__in=_EXERCISED, levels__contained_by=Level.values, levels__len__gte=1)
                | (~Q(right=Right.OPPOSITION) | ~Q(available__in=_EXERCISED)) & Q(levels=[]),
                name="entitlement_opposition_has_levels",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("declared_by")), name="entitlement_approver_has_not_declared_it"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None) | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="entitlement_approved_has_an_instant",
            ),
            models.CheckConstraint(condition=Q(valid__isempty=False, valid__startswith__isnull=False), name="entitlement_begins_on_a_day"),
            ExclusionConstraint(
                name="entitlement_one_at_a_time",
                expressions=[("database", RangeOperators.EQUAL), ("right", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(approved_by__isnull=False),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = frozen_once_approved("entitlements_entitlement", "entitlement", _FROZEN)

    def __str__(self) -> str:
        return f"{self.database.acronym} {self.right} {self.valid}"

    @classmethod
    def may(cls) -> Mapping[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this statement."""
        return policies.roles_on(user, self)

    @property
    def is_approved(self) -> bool:
        """Do people read it?"""
        return self.approved_by_id is not None

    @property
    def is_exercised(self) -> bool:
        """Can a person exercise the right?"""
        return self.available in EXERCISED

    @property
    def addressee(self) -> Organisation | None:
        """Who answers: the organisation named here, else the one that holds the database; None while nobody was named."""
        return self.organisation or self.database.holder

    @property
    def levels_in_words(self) -> list[str]:
        """How far an opposition may go, in the order of the list."""
        return [str(level.label) for level in Level if level in self.levels]

    @property
    def scope(self) -> str:
        """What the right covers, in the reader's language."""
        return in_language({"fr": self.scope_fr, "en": self.scope_en})

    @property
    def limits(self) -> list[str]:
        """Its exceptions, in the reader's language."""
        return [in_language(one) for one in self.exceptions]


def in_language(words: Mapping[str, str]) -> str:
    """A text of two languages in the reader's, in French where the English is missing."""
    english = (get_language() or "fr").startswith("en")
    return words.get("en", "") or words["fr"] if english else words["fr"]
