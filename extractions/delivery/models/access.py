"""Who has access to the data of a dossier: the named users of the convention, trained, bound by the terms, opened and closed by day."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from extractions.delivery.triggers import frozen, kept_a_year
from extractions.models.tickets import person
from extractions.triggers import settled_once
from requests_app.models import Dossier


class AccessQuerySet(models.QuerySet["AccessEntry"]):
    """Entries by what is to be done with them."""

    def live(self) -> AccessQuerySet:
        """Those that were not closed."""
        return self.filter(closed_on=None)

    def open(self) -> AccessQuerySet:
        """Those whose account is open."""
        return self.live().filter(opened_on__isnull=False)

    def of_person(self, user: Any) -> AccessQuerySet:
        """Those that stand under the verified address of a person."""
        if not user.is_authenticated or user.email_verified_at is None:
            return self.none()
        return self.live().alias(folded=Lower("email")).filter(folded=user.email.lower())


class AccessEntry(models.Model):
    """One person named for the data of one dossier, from the training to the closed account."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="access_list")
    name = models.CharField(_("name"), max_length=200)
    organisation = models.CharField(_("employer"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    #: Is the person named by the convention in force? Who is not any more is closed.
    is_named = models.BooleanField(default=True)
    trained_on = models.DateField(_("trained on"), null=True, blank=True)
    terms_version = models.CharField(max_length=20, blank=True)
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    #: A signed paper that the desk has seen, rather than a page of the site.
    terms_on_paper = models.BooleanField(default=False)
    ends_on = models.DateField(_("access until"), null=True, blank=True)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    opened_by = person(null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_because = models.CharField(_("why it was closed"), max_length=300, blank=True)
    closed_by = person(null=True, blank=True)
    listed_at = models.DateTimeField()

    objects: ClassVar[Any] = AccessQuerySet.as_manager()

    class Meta:
        ordering = ["dossier", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="access_names_somebody"),
            models.CheckConstraint(
                condition=Q(opened_on=None, opened_by=None)
                | Q(
                    opened_on__isnull=False,
                    opened_by__isnull=False,
                    trained_on__isnull=False,
                    trained_on__lte=F("opened_on"),
                    terms_accepted_at__isnull=False,
                ),
                name="access_opened_to_who_is_trained_and_bound",
            ),
            models.CheckConstraint(
                condition=Q(terms_version="", terms_accepted_at=None, terms_on_paper=False)
                | ~Q(terms_version="") & Q(terms_accepted_at__isnull=False),
                name="access_terms_have_a_version",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_by=None, closed_because="")
                | Q(closed_on__isnull=False, closed_by__isnull=False) & ~Q(closed_because=""),
                name="access_closed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")), name="access_closes_after_it_opens"
            ),
            models.UniqueConstraint(
                "dossier", Lower("name"), Lower("organisation"), condition=Q(closed_on=None), name="access_listed_once"
            ),
        ]
        indexes = [models.Index(Lower("email"), condition=Q(closed_on=None), name="access_of_person")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept_a_year("access", "delivery_accessentry"),
            *frozen("access", "delivery_accessentry", "dossier_id", "name", "organisation", "listed_at"),
            *settled_once("access", "delivery_accessentry", "opened_on", "closed_on", "closed_because", "trained_on", by="closed_on"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.pk}"

    @property
    def is_open(self) -> bool:
        """Is there an account to close?"""
        return self.opened_on is not None and self.closed_on is None

    def is_to_close(self, day: date, *, gate_open: bool) -> bool:
        """Must the account be closed: the gate is, the person's time is over, or the convention names them no more?"""
        return self.is_open and (not gate_open or not self.is_named or (self.ends_on is not None and self.ends_on < day))
