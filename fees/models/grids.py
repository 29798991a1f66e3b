"""A tariff grid and its versions: the content of a version is one canonical text beside its hash, frozen once published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from accounts.models import Organisation
from fees import policies
from fees.models.vat import VatRate, VatTreatment
from fees.states import AmendmentPolicy, Billing, GridState, Scope, Selecting
from fees.tariff.dto import VatTable
from fees.transitions import VersionMoves
from fees.triggers import kept_once_published, settled_once_published
from fees.vat_table import table_of
from workflow.engine import Subject, guard

#: Codes are capitals, so that no grid takes the address of a page.
CODE = r"^[A-Z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$"
HASH_OF_CONTENT = Func(F("content"), template="encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')", output_field=models.CharField())
#: Where who approved stands among the writers; nowhere, says a constraint.
PLACE_AMONG_WRITERS = Func(F("writers"), F("approved_by"), function="array_position", output_field=models.IntegerField())


def in_language(fr: str, en: str) -> str:
    """The words in the reader's language; French when there are no others."""
    return fr if (get_language() or "fr").startswith("fr") or not en else en


class TariffGrid(Subject):
    """One price list: whose it is, on what ground, and how it is invoiced; it has no states, and every change of it is journalled."""

    subject_type: ClassVar[str] = "tariff_grid"
    state = ""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_fr = models.CharField(_("name, in French"), max_length=200)
    name_en = models.CharField(_("name, in English"), max_length=200, blank=True)
    summary_fr = models.TextField(_("what it charges for, in French"), blank=True)
    summary_en = models.TextField(_("what it charges for, in English"), blank=True)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="tariff_grids", verbose_name=_("whose grid it is")
    )
    #: Whom its lines are owed to, as quotes name it: a SIREN or a slug, and the name in full.
    owner_code = models.CharField(_("identifier of the owner"), max_length=60)
    owner_name = models.CharField(_("name of the owner"), max_length=200)
    scope = models.CharField(_("what it covers"), max_length=20, choices=Scope.choices)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    holder_is_public = models.BooleanField(_("the holder is a public body"), default=True)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    publication_url = models.URLField(_("where it was published"), max_length=300, blank=True)
    billing = models.CharField(_("invoicing"), max_length=20, choices=Billing.choices, default=Billing.SINGLE)
    illustrative = models.BooleanField(_("an example, not an official tariff"), default=False)
    #: Somebody else's tariff, shown beside ours and as a proof that the calculator fits a law: nobody is charged by it here.
    for_comparison = models.BooleanField(_("shown for comparison only"), default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["for_comparison", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=CODE), name="grid_code_is_plain"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="grid_currency_is_a_code"),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="grid_scope_is_known"),
            models.CheckConstraint(condition=Q(billing__in=Billing.values), name="grid_billing_is_known"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = settled_once_published()

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"

    def get_absolute_url(self) -> str:
        """The public page of the grid."""
        return reverse("fees:grid", args=[self.code])

    @classmethod
    def may(cls) -> Mapping[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this grid."""
        return policies.roles_on(user, self)

    def is_written_by(self, user: Any) -> bool:
        """Has this person entered it?"""
        return bool(user.pk == self.created_by_id)

    @property
    def is_settled(self) -> bool:
        """Is or was one of its versions public? Then what quotes rest on never changes."""
        return bool(self.versions.exclude(published_at=None).exists())

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_fr, self.name_en)

    @property
    def summary(self) -> str:
        """What it charges for, in the reader's language."""
        return in_language(self.summary_fr, self.summary_en)


class GridVersionQuerySet(models.QuerySet["GridVersion"]):
    """Versions by what they are good for."""

    def published(self) -> GridVersionQuerySet:
        """Those that are, were or will be in force, oldest first."""
        return self.filter(state=GridState.PUBLISHED).order_by("valid", "pk")

    def public(self) -> GridVersionQuerySet:
        """Those that everybody may read: published ones, and those withdrawn after their publication."""
        return self.exclude(published_at=None)

    def in_force(self, day: date) -> GridVersionQuerySet:
        """The published ones whose period holds this day: at most one for each grid."""
        return self.filter(state=GridState.PUBLISHED, valid__contains=day)


class GridVersion(VersionMoves):
    """One version of a grid: drawn up by one person, approved by another, frozen once published."""

    subject_type: ClassVar[str] = "grid_version"

    grid = models.ForeignKey(TariffGrid, models.PROTECT, related_name="versions", verbose_name=_("grid"))
    number = models.PositiveSmallIntegerField(_("number"))
    label = models.CharField(_("label"), max_length=80, blank=True)
    state = FSMField(_("state"), default=GridState.DRAFT, choices=GridState.choices, protected=True)
    #: The first day is part of it, the last is not.
    valid = DateRangeField(_("in force"))
    selecting_date = models.CharField(_("day that selects the version"), max_length=25, choices=Selecting.choices, default=Selecting.QUOTE)
    amendment_policy = models.CharField(
        _("prices of an amendment"), max_length=20, choices=AmendmentPolicy.choices, default=AmendmentPolicy.LOCKED
    )
    #: Lines, tiers, conditions and modifiers as `fees.tariff.exchange` writes them (RFC 8785): hashed, exchanged and calculated with.
    content = models.TextField(_("content"))
    content_sha256 = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drawn up by"))
    #: Everybody who has changed the draft: none of them approves it.
    writers = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    reviewed_from = models.DateTimeField(null=True, blank=True)
    sent_back_because = models.TextField(_("why it was sent back"), blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    published_at = models.DateTimeField(null=True, blank=True)
    decision_ref = models.CharField(_("decision"), max_length=200, blank=True)
    change_note_fr = models.TextField(_("what changes, in French"), blank=True)
    change_note_en = models.TextField(_("what changes, in English"), blank=True)
    withdrawn_because = models.TextField(_("why it was withdrawn"), blank=True)

    objects: ClassVar[Any] = GridVersionQuerySet.as_manager()

    class Meta:
        ordering = ["grid", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["grid", "number"], name="grid_version_number_once"),
            models.CheckConstraint(condition=Q(state__in=GridState.values), name="grid_version_state_is_known"),
            models.CheckConstraint(condition=Q(number__gte=1), name="grid_version_number_starts_at_one"),
            models.CheckConstraint(condition=Q(content_sha256=HASH_OF_CONTENT), name="grid_version_hash_is_that_of_its_content"),
            models.CheckConstraint(condition=Q(valid__isempty=False, valid__startswith__isnull=False), name="grid_version_begins_on_a_day"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("author")), name="grid_version_approver_is_not_its_author"
            ),
            models.CheckConstraint(condition=IsNull(PLACE_AMONG_WRITERS, True), name="grid_version_approver_has_not_written_it"),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(approved_by__isnull=False, published_at__isnull=False) & ~Q(decision_ref="") & ~Q(engine_version=""),
                name="grid_version_published_is_decided",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(state__in=["published", "withdrawn"]), name="grid_version_published_stays_public"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(published_at=None) | ~Q(withdrawn_because=""), name="grid_version_withdrawn_says_why"
            ),
            ExclusionConstraint(
                name="grid_version_one_at_a_time",
                expressions=[("grid", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(state="published"),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*guard("fees_gridversion", "grid_version", "draft"), *kept_once_published()]

    def vat_table(self) -> VatTable:
        """The approved VAT by which its lines are taxed; two queries."""
        return table_of(VatTreatment, VatRate)

    def __str__(self) -> str:
        return f"{self.grid.code} v{self.number}"

    def get_absolute_url(self) -> str:
        """Its public page once it is published, else its page for those who draw it up."""
        return reverse("fees:version" if self.published_at else "fees:desk_version", args=[self.grid.code, self.number])

    @classmethod
    def may(cls) -> dict[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this version."""
        return policies.roles_on(user, self)

    def is_written_by(self, user: Any) -> bool:
        """Has this person had a hand in it?"""
        return user.pk == self.author_id or user.pk in self.writers

    @property
    def since(self) -> date:
        """Its first day."""
        first: date = self.valid.lower
        return first

    @property
    def until(self) -> date | None:
        """The first day on which it no longer holds; None as long as no end is set."""
        end: date | None = self.valid.upper
        return end

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds."""
        return self.until - timedelta(days=1) if self.until else None

    @property
    def is_draft(self) -> bool:
        """May it still be changed?"""
        return bool(self.state == GridState.DRAFT)

    @property
    def change_note(self) -> str:
        """What changes, in the reader's language."""
        return in_language(self.change_note_fr, self.change_note_en)
