"""VAT as dated data: how a profile of lines is taxed for a kind of buyer, and the rates; entered by one person, approved by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fees import policies
from fees.states import VatCategory
from fees.triggers import kept_once_approved
from workflow.engine import Subject


class ApprovedQuerySet(models.QuerySet[Any]):
    """Rows by what became of them."""

    def approved(self) -> ApprovedQuerySet:
        """Those that count."""
        return self.exclude(approved_by=None)

    def proposed(self) -> ApprovedQuerySet:
        """Those that await somebody else's approval."""
        return self.filter(approved_by=None)


class Approved(Subject):
    """What one person enters and another approves; it counts from then on, and never changes but for its end. Each act is journalled."""

    state = ""
    valid = DateRangeField(_("in force"))
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    to_confirm = models.BooleanField(_("to be confirmed by a lawyer"), default=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ApprovedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def may(cls) -> Mapping[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this row."""
        return policies.roles_on(user, self)

    def is_written_by(self, user: Any) -> bool:
        """Has this person entered it?"""
        return bool(user.pk == self.author_id)

    @property
    def is_approved(self) -> bool:
        """Does it count?"""
        return self.approved_by_id is not None


def approved_by_another(name: str) -> list[models.CheckConstraint]:
    """Who approves is not who entered, and the instant is noted; the period begins on a day."""
    return [
        models.CheckConstraint(condition=Q(approved_by=None) | ~Q(approved_by=F("author")), name=f"{name}_approver_is_not_its_author"),
        models.CheckConstraint(
            condition=Q(approved_by=None, approved_at=None) | Q(approved_by__isnull=False, approved_at__isnull=False),
            name=f"{name}_approved_has_an_instant",
        ),
        models.CheckConstraint(condition=Q(valid__isempty=False, valid__startswith__isnull=False), name=f"{name}_begins_on_a_day"),
    ]


class VatRate(Approved):
    """A rate, in per cent, for a period."""

    subject_type: ClassVar[str] = "vat_rate"

    code = models.CharField(_("code"), max_length=40)
    name_fr = models.CharField(_("name, in French"), max_length=150)
    name_en = models.CharField(_("name, in English"), max_length=150, blank=True)
    rate = models.DecimalField(_("rate, in per cent"), max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["code", "valid"]
        constraints = [
            *approved_by_another("vat_rate"),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lte=100), name="vat_rate_is_a_percentage"),
            ExclusionConstraint(
                name="vat_rate_one_at_a_time",
                expressions=[("code", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(approved_by__isnull=False),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = kept_once_approved("fees_vatrate", "vat_rate", ("code", "rate"))

    def __str__(self) -> str:
        return f"{self.code} {self.rate} {self.valid}"


class VatTreatment(Approved):
    """How the lines of a profile are taxed for the buyers that fit the condition; of several that fit, the first by position decides."""

    subject_type: ClassVar[str] = "vat_treatment"

    profile = models.CharField(_("profile"), max_length=40)
    position = models.PositiveSmallIntegerField(_("place"))
    name_fr = models.CharField(_("name, in French"), max_length=200)
    name_en = models.CharField(_("name, in English"), max_length=200, blank=True)
    category = models.CharField(_("category"), max_length=2, choices=VatCategory.choices)
    rate_code = models.CharField(_("rate"), max_length=40, blank=True)
    #: Of the buyer, as `fees.tariff.exchange` writes conditions; nothing when it fits everybody.
    condition = models.JSONField(_("condition"), null=True, blank=True)
    exemption_code = models.CharField(_("exemption code (VATEX)"), max_length=40, blank=True)
    mention_fr = models.CharField(_("mention, in French"), max_length=300, blank=True)
    mention_en = models.CharField(_("mention, in English"), max_length=300, blank=True)

    class Meta:
        ordering = ["profile", "position", "valid"]
        constraints = [
            *approved_by_another("vat_treatment"),
            models.CheckConstraint(condition=Q(category__in=VatCategory.values), name="vat_treatment_category_is_known"),
            models.CheckConstraint(
                condition=Q(category="S") & ~Q(rate_code="") | ~Q(category="S") & Q(rate_code=""), name="vat_treatment_taxed_names_its_rate"
            ),
            ExclusionConstraint(
                name="vat_treatment_one_at_a_time",
                expressions=[
                    ("profile", RangeOperators.EQUAL),
                    ("position", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(approved_by__isnull=False),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = kept_once_approved(
            "fees_vattreatment",
            "vat_treatment",
            ("profile", "position", "category", "rate_code", "condition", "exemption_code", "mention_fr", "mention_en"),
        )

    def __str__(self) -> str:
        return f"{self.profile} {self.position} {self.category} {self.valid}"
