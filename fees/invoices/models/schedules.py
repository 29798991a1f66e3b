"""How an accepted quote is spread over time: a schedule, its installments, and what each of them holds, line by line."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from fees.invoices.states import DATED, Mode, Trigger
from fees.invoices.triggers import ended_once, noted_once, written_once
from fees.quotes.models import Quote
from fees.quotes.states import QuotePurpose, QuoteState
from requests_app.states import State


def euros(label: Any, **options: Any) -> Any:
    """An amount in euros and cents."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, **options)


class InvoiceSchedule(models.Model):
    """What was planned for an accepted quote; a later plan takes the place of what is not invoiced yet."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="schedules")
    mode = models.CharField(_("how it is invoiced"), max_length=10, choices=Mode.choices)
    drawn_up_at = models.DateTimeField()
    drawn_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["quote", "pk"]
        constraints = [models.CheckConstraint(condition=Q(mode__in=Mode.values), name="schedule_mode_is_known")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("schedule")]

    def __str__(self) -> str:
        return f"{self.quote_id} {self.mode}"


class InstallmentQuerySet(models.QuerySet["Installment"]):
    """Installments by what is to be done with them."""

    def open(self) -> InstallmentQuerySet:
        """Those that are neither invoiced nor replaced."""
        return self.filter(invoiced_at=None, dropped_at=None)

    def kept(self) -> InstallmentQuerySet:
        """Those that no later plan has replaced."""
        return self.filter(dropped_at=None)

    def ready(self, today: date) -> InstallmentQuerySet:
        """Those that may be invoiced: what they wait for has come."""
        withdrawn = Q(schedule__quote__dossier__state=State.WITHDRAWN)
        accepted = Q(schedule__quote__state=QuoteState.ACCEPTED) & ~withdrawn
        paused = InstallmentPause.objects.filter(installment=OuterRef("pk"), resumed_at=None)
        return self.open().filter(
            accepted | Q(schedule__quote__purpose=QuotePurpose.WITHDRAWAL, schedule__quote__state=QuoteState.ISSUED),
            ~Exists(paused),
            Q(trigger=Trigger.ACCEPTANCE)
            | Q(trigger=Trigger.PERMIT, schedule__quote__dossier__authorised_on__isnull=False)
            | Q(trigger=Trigger.DELIVERY, schedule__quote__dossier__data_opened_on__isnull=False)
            | Q(trigger__in=DATED, planned_on__lte=today),
        )


class Installment(models.Model):
    """One step of a schedule: what it waits for, and which share of the whole it asks for."""

    schedule = models.ForeignKey(InvoiceSchedule, models.PROTECT, related_name="installments")
    position = models.PositiveSmallIntegerField()
    trigger = models.CharField(_("when"), max_length=10, choices=Trigger.choices)
    planned_on = models.DateField(_("date"), null=True, blank=True)
    period_to = models.DateField(_("end of the period"), null=True, blank=True)
    share = models.DecimalField(_("share"), max_digits=9, decimal_places=8)
    net = euros(_("net"))
    invoiced_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = InstallmentQuerySet.as_manager()

    class Meta:
        ordering = ["schedule", "position"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "position"], name="installment_once_per_place"),
            models.CheckConstraint(condition=Q(trigger__in=Trigger.values), name="installment_trigger_is_known"),
            models.CheckConstraint(
                condition=~Q(trigger__in=sorted(DATED)) | Q(planned_on__isnull=False), name="installment_dated_has_its_day"
            ),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="installment_share_is_a_part"),
            models.CheckConstraint(condition=Q(net__gte=0), name="installment_is_not_negative"),
            models.CheckConstraint(condition=Q(invoiced_at=None) | Q(dropped_at=None), name="installment_invoiced_is_not_dropped"),
            models.CheckConstraint(condition=Q(period_to=None) | Q(period_to__gte=F("planned_on")), name="installment_period_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id} {self.position}"


class InstallmentPause(models.Model):
    """That an installment is not invoiced for the time being, and why; it ends once, and the installment is due again."""

    installment = models.ForeignKey(Installment, models.PROTECT, related_name="pauses")
    because = models.CharField(_("why"), max_length=1000)
    salt = models.CharField(max_length=32)
    suspended_at = models.DateTimeField()
    suspended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    resumed_at = models.DateTimeField(null=True, blank=True)
    resumed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["installment", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["installment"], condition=Q(resumed_at=None), name="installment_suspended_once"),
            models.CheckConstraint(condition=~Q(because="") & ~Q(salt=""), name="installment_suspended_says_why"),
            models.CheckConstraint(
                condition=Q(resumed_at=None, resumed_by=None) | Q(resumed_at__isnull=False, resumed_by__isnull=False),
                name="installment_resumed_by_somebody",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = ended_once(
            "installment_pause", "invoices_installmentpause", "installment_id", "because", "salt", "suspended_at", "suspended_by_id"
        )

    def __str__(self) -> str:
        return f"{self.installment_id} {self.suspended_at}"


class InstallmentLine(models.Model):
    """What one payer owes of one line of the quote in one installment; `payee` is whom it is owed to."""

    installment = models.ForeignKey(Installment, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    payer = models.ForeignKey("quotes.QuotePayer", models.PROTECT, related_name="+")
    key = models.CharField(max_length=160)
    payee = models.CharField(max_length=80)
    label_fr = models.CharField(max_length=300)
    label_en = models.CharField(max_length=300)
    vat_profile = models.CharField(max_length=60)
    tax_point = models.CharField(max_length=12)
    net = euros(_("net"))
    #: Does the holder invoice it itself, as the grid says?
    billed_by_holder = models.BooleanField(default=False)

    class Meta:
        ordering = ["installment", "position"]
        constraints = [
            models.UniqueConstraint(fields=["installment", "position"], name="installment_line_once_per_place"),
            models.CheckConstraint(condition=Q(net__gt=0), name="installment_line_is_something"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("installment_line")]

    def __str__(self) -> str:
        return f"{self.installment_id} {self.key}"


class HolderBill(models.Model):
    """What a holder invoices by itself, where its grid says so: known here so that the whole stays in view, numbered by the holder."""

    installment = models.ForeignKey(Installment, models.PROTECT, related_name="holder_bills")
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("payer"))
    payee = models.CharField(max_length=80)
    payee_name = models.CharField(_("holder"), max_length=250)
    net = euros(_("net"))
    reference = models.CharField(_("number of the holder’s invoice"), max_length=60, blank=True)
    billed_on = models.DateField(_("invoiced on"), null=True, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["installment", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["installment", "buyer", "payee"], name="holder_bill_once"),
            models.CheckConstraint(
                condition=Q(noted_at=None) | Q(billed_on__isnull=False, noted_by__isnull=False) & ~Q(reference=""),
                name="holder_bill_noted_is_whole",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = noted_once(
            "holder_bill", "invoices_holderbill", "installment_id", "buyer_id", "payee", "payee_name", "net"
        )

    def __str__(self) -> str:
        return f"{self.installment_id} {self.payee}"
