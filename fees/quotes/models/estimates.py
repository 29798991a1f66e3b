"""What the holders of the databases are asked to estimate once a dossier is complete, and what they answered."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from accounts.models import Organisation
from fees.quotes import policies
from fees.quotes.states import EstimateState
from fees.quotes.transitions import EstimateMoves
from fees.quotes.triggers import written_once
from requests_app.models import Dossier
from workflow.engine import guard


class EstimateQuerySet(models.QuerySet["EstimateRequest"]):
    """Estimates by what is to be done with them."""

    def awaited(self) -> EstimateQuerySet:
        """Those that the holder has not given."""
        return self.filter(state=EstimateState.AWAITED)

    def of_holders(self, organisations: frozenset[int]) -> EstimateQuerySet:
        """Those asked of these organisations."""
        return self.filter(organisation__in=organisations)


class EstimateRequest(EstimateMoves):
    """That one holder was asked how much work a dossier means, for the lines whose quantity only they know."""

    subject_type: ClassVar[str] = "estimate"

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="estimate_requests")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("holder"))
    state = FSMField(_("state"), default=EstimateState.AWAITED, choices=EstimateState.choices, protected=True)
    #: Fact → the lines (`GRID/LINE`) whose quantity asks for it.
    asked = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = EstimateQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EstimateState.values), name="estimate_state_is_known"),
            models.UniqueConstraint(fields=["dossier", "organisation"], condition=~Q(state="dropped"), name="estimate_once_per_holder"),
            models.CheckConstraint(
                condition=~Q(state="given") | Q(given_at__isnull=False, given_by__isnull=False), name="estimate_given_by_somebody"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = guard("quotes_estimaterequest", "estimate", "awaited")

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.organisation_id}"

    def get_absolute_url(self) -> str:
        """The holder's page."""
        return reverse("quotes:estimate", args=[self.pk])

    @classmethod
    def may(cls) -> dict[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.ESTIMATE_MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this estimate."""
        return policies.roles_on_estimate(user, self)


class EstimateFigure(models.Model):
    """One quantity that a holder gave: what is likely, at least and at most; the last answer counts."""

    request = models.ForeignKey(EstimateRequest, models.PROTECT, related_name="figures")
    round = models.PositiveSmallIntegerField()
    key = models.CharField(_("fact"), max_length=60)
    low = models.DecimalField(_("at least"), max_digits=14, decimal_places=4)
    likely = models.DecimalField(_("likely"), max_digits=14, decimal_places=4)
    high = models.DecimalField(_("at most"), max_digits=14, decimal_places=4)
    note = models.CharField(_("what it depends on"), max_length=1000, blank=True)
    binding = models.BooleanField(_("the holder keeps to the upper bound"), default=False)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["request", "round", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "round", "key"], name="figure_once_per_round"),
            models.CheckConstraint(condition=Q(low__gte=0, likely__gte=F("low"), high__gte=F("likely")), name="figure_bounds_are_in_order"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("figure")

    def __str__(self) -> str:
        return f"{self.request_id} {self.key} {self.likely}"
