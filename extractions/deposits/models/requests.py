"""To whose public key a linkage table is encrypted, and of whom one is asked."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from extractions.linkage.columns import ColumnSet, column_set
from extractions.models import Ticket
from extractions.models.tickets import person
from extractions.triggers import kept, settled_once


def _ends_once(name: str, table: str) -> list[pgtrigger.Trigger]:
    """What has ended has ended."""
    return [
        pgtrigger.Trigger(
            name=f"{name}_ends_once",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=(
                "IF OLD.ended_at IS NOT NULL AND (NEW.ended_at IS DISTINCT FROM OLD.ended_at"
                " OR NEW.ended_by_id IS DISTINCT FROM OLD.ended_by_id)"
                f" THEN RAISE EXCEPTION '{table}: what has ended has ended'; END IF; RETURN NEW;"
            ),
        )
    ]


class ServiceKeyQuerySet(models.QuerySet["ServiceKey"]):
    """Keys by whether something is encrypted to them."""

    def usable(self, day: date) -> ServiceKeyQuerySet:
        """Those that a second person confirmed, within their days, and that have not ended."""
        within = Q(valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gte=day))
        return self.filter(within, confirmed_at__isnull=False, ended_at=None)


class ServiceKey(models.Model):
    """The public key (age) of a pseudonymisation service: its private half never comes near this site."""

    label = models.CharField(_("name of the service"), max_length=120)
    recipient = models.CharField(_("public key"), max_length=80, unique=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=16)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = person()
    #: Somebody else compared the fingerprint with the one that the service gave.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = person(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = person(null=True, blank=True)

    objects: ClassVar[Any] = ServiceKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(recipient__regex=r"^age1[a-z0-9]{58}$"), name="service_key_is_public"),
            models.CheckConstraint(condition=Q(fingerprint__regex=r"^[0-9a-f]{16}$"), name="service_key_has_its_fingerprint"),
            models.CheckConstraint(condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="service_key_days_in_order"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(confirmed_by=F("added_by")),
                name="service_key_confirmed_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="service_key_ended_by_somebody",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("service_key", "deposits_servicekey"),
            pgtrigger.ReadOnly(
                name="service_key_stays_what_it_is",
                fields=["label", "recipient", "fingerprint", "valid_from", "valid_until", "added_at", "added_by"],
            ),
            *settled_once("service_key", "deposits_servicekey", "confirmed_at", "confirmed_by_id", by="confirmed_at"),
            *_ends_once("service_key", "deposits_servicekey"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.fingerprint})"


class DepositRequestQuerySet(models.QuerySet["DepositRequest"]):
    """What is asked for, by whether it still is."""

    def live(self) -> DepositRequestQuerySet:
        """Those that were not withdrawn."""
        return self.filter(ended_at=None)


class DepositRequest(models.Model):
    """One linkage table, asked of one person until one day; several persons of several centres for one matching."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="deposit_requests")
    depositor = person()
    centre = models.CharField(_("centre"), max_length=120, blank=True)
    key = models.ForeignKey(ServiceKey, models.PROTECT, related_name="+", verbose_name=_("key of the pseudonymisation service"))
    #: The columns as they were when the table was asked for: a set that is changed later changes nothing here.
    columns = models.JSONField(_("columns"))
    opened_at = models.DateTimeField()
    opened_by = person()
    expires_on = models.DateField(_("last day"))
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = person(null=True, blank=True)

    objects: ClassVar[Any] = DepositRequestQuerySet.as_manager()

    class Meta:
        ordering = ["ticket", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "depositor", "centre"], condition=Q(ended_at=None), name="deposit_request_once_per_person_and_centre"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__gte=F("opened_at"), ended_by__isnull=False),
                name="deposit_request_ended_by_somebody",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("deposit_request", "deposits_depositrequest"),
            pgtrigger.ReadOnly(
                name="deposit_request_stays_what_it_is",
                fields=["ticket", "depositor", "centre", "key", "columns", "opened_at", "opened_by"],
            ),
            *_ends_once("deposit_request", "deposits_depositrequest"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.pk}"

    def get_absolute_url(self) -> str:
        """The page on which the table is deposited."""
        return reverse("deposits:deposit", args=[self.ticket.number, self.pk])

    @cached_property
    def asked(self) -> ColumnSet:
        """The columns that are asked for."""
        return column_set(self.columns)

    @cached_property
    def standing(self) -> Any:
        """The deposit that stands; None while there is none."""
        return self.deposits.select_related("certificate").filter(purge_reason="").first()

    def has_expired(self, day: date) -> bool:
        """Has its last day passed?"""
        return day > self.expires_on
