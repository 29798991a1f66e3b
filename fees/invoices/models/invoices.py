"""An invoice or a credit note: numbered without gaps, whole from its first instant, never changed; its lines, VAT and file."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from accounts.models import Organisation
from fees.invoices import policies
from fees.invoices.models.schedules import Installment, euros
from fees.invoices.states import OPEN, InvoiceKind, InvoiceState
from fees.invoices.transitions import InvoiceMoves
from fees.invoices.triggers import credit_within, kept_for_ever, sums_hold, written_once
from fees.quotes.models import Quote
from fees.states import VatCategory
from requests_app.models import Dossier
from workflow.engine import guard


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Invoices by what is to be done with them."""

    def for_reading(self) -> InvoiceQuerySet:
        """With what decides who reads them, and what their page names."""
        return self.select_related("dossier__content__controller", "buyer", "corrects", "installment__schedule", "quote")

    def invoices(self) -> InvoiceQuerySet:
        """Without the credit notes."""
        return self.exclude(kind=InvoiceKind.CREDIT_NOTE)

    def awaited(self) -> InvoiceQuerySet:
        """Those on which something is to be paid."""
        return self.invoices().filter(state__in=OPEN)


class Invoice(InvoiceMoves):
    """One document to one payer; a credit note corrects an earlier one. Amounts are positive in both."""

    subject_type: ClassVar[str] = "invoice"

    series = models.CharField(max_length=3)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=3, choices=InvoiceKind.choices)
    state = FSMField(_("state"), default=InvoiceState.ISSUED, choices=InvoiceState.choices, protected=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="invoices")
    quote = models.ForeignKey(Quote, models.PROTECT, related_name="invoices")
    installment = models.ForeignKey(Installment, models.PROTECT, null=True, blank=True, related_name="invoices")
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("payer"))
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="credits")
    issued_at = models.DateTimeField()
    issued_on = models.DateField(_("issued on"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField(_("to be paid by"), null=True, blank=True)
    #: The day whose VAT holds; of several lines, the last one.
    tax_point = models.DateField(_("tax point"))
    period_from = models.DateField(null=True, blank=True)
    period_to = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    net = euros(_("net"))
    vat = euros(_("VAT"))
    gross = euros(_("gross"))
    #: Seller and buyer as they were on the day of issue.
    parties = models.JSONField()
    order_reference = models.CharField(_("number of the order"), max_length=60, blank=True)
    service_code = models.CharField(_("service code (Chorus Pro)"), max_length=60, blank=True)
    #: Why a credit note was made.
    words = models.TextField(_("why"), blank=True)
    salt = models.CharField(max_length=32, blank=True)
    illustrative = models.BooleanField(default=False)
    #: The accountant's: the number of the revenue order.
    accounting_reference = models.CharField(_("accounting reference"), max_length=60, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=InvoiceState.values), name="invoice_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=InvoiceKind.values), name="invoice_kind_is_known"),
            models.UniqueConstraint(fields=["series", "year", "sequence"], name="invoice_number_is_given_once"),
            models.CheckConstraint(condition=Q(number__regex=r"^(FAC|AVO)-[0-9]{4}-[0-9]{5,}$"), name="invoice_number_has_its_form"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("vat")), name="invoice_net_and_vat_make_gross"),
            models.CheckConstraint(condition=Q(net__gte=0, vat__gte=0, gross__gt=0), name="invoice_is_of_something"),
            models.CheckConstraint(
                condition=Q(kind="381", series="AVO", corrects__isnull=False, due_on=None)
                | Q(kind__in=["380", "386"], series="FAC", corrects=None, due_on__isnull=False),
                name="invoice_credit_note_corrects_another",
            ),
            models.CheckConstraint(condition=~Q(kind="381") | ~Q(words=""), name="invoice_credit_note_says_why"),
            models.CheckConstraint(condition=Q(words="") | ~Q(salt=""), name="invoice_words_are_salted"),
            models.CheckConstraint(condition=~Q(kind="381") | Q(state__in=["issued", "sent"]), name="invoice_credit_note_is_never_paid"),
        ]
        indexes = [
            models.Index(fields=["state", "-issued_at"], name="invoice_state"),
            models.Index(fields=["-issued_on", "number"], name="invoice_issued_on"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*guard("invoices_invoice", "invoice", "issued"), *kept_for_ever()]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page on the dossier."""
        return reverse("invoices:invoice", args=[self.dossier.reference, self.number])

    @classmethod
    def may(cls) -> dict[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this invoice."""
        return policies.roles_on(user, self)

    @property
    def is_credit_note(self) -> bool:
        """Does it correct another?"""
        return self.kind == InvoiceKind.CREDIT_NOTE

    @property
    def is_open(self) -> bool:
        """Is something still to be paid on it?"""
        return not self.is_credit_note and self.state in OPEN


class InvoiceLine(models.Model):
    """What is charged, or given back, for one line of the quote; without VAT."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=160)
    payee = models.CharField(max_length=80)
    payee_name = models.CharField(max_length=250)
    label_fr = models.CharField(max_length=300)
    label_en = models.CharField(max_length=300)
    net = euros(_("net"))
    vat_category = models.CharField(max_length=2, choices=VatCategory.choices)
    vat_rate = models.DecimalField(_("rate"), max_digits=5, decimal_places=2)
    taxed_on = models.DateField(_("tax point"))

    class Meta:
        ordering = ["invoice", "position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_once_per_place"),
            models.CheckConstraint(condition=Q(net__gt=0), name="invoice_line_is_something"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("invoice_line"), sums_hold("invoice_line")]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.key}"


class InvoiceVat(models.Model):
    """The VAT of one payee, category and rate, worked out on the sum of its lines (EN 16931)."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="vat_groups")
    payee = models.CharField(max_length=80)
    payee_name = models.CharField(max_length=250)
    category = models.CharField(max_length=2, choices=VatCategory.choices)
    rate = models.DecimalField(_("rate"), max_digits=5, decimal_places=2)
    taxable = euros(_("taxable amount"))
    vat = euros(_("VAT"))
    exemption_code = models.CharField(max_length=40, blank=True)
    mention_fr = models.CharField(max_length=300, blank=True)
    mention_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["invoice", "payee", "category", "rate"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "payee", "category", "rate"], name="vat_once_per_group"),
            models.CheckConstraint(condition=Q(taxable__gt=0, vat__gte=0), name="vat_is_not_negative"),
            models.CheckConstraint(condition=Q(category="S") | Q(rate=0, vat=0), name="vat_only_where_taxed"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("invoice_vat"), credit_within(), sums_hold("vat")]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.payee} {self.category} {self.rate}"


class InvoiceSeries(models.Model):
    """The last number given in a series and year: whoever numbers an invoice holds this row until the invoice stands."""

    code = models.CharField(max_length=3)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "year"]
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="invoice_series_once_per_year")]

    def __str__(self) -> str:
        return f"{self.code}-{self.year}: {self.last}"


def paper_path(paper: Any, name: str) -> str:
    """A name that says nothing, so that no address can be guessed."""
    return f"invoices/{secrets.token_hex(16)}.pdf"


class InvoicePaper(models.Model):
    """The file of an invoice (Factur-X: PDF/A-3 with the invoice as data inside), in a language; made once. The French one holds."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="papers")
    language = models.CharField(max_length=2)
    file = models.FileField(upload_to=paper_path, max_length=200)
    sha256 = models.CharField(max_length=64)
    xml_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["invoice", "language"]
        constraints = [models.UniqueConstraint(fields=["invoice", "language"], name="invoice_paper_once_per_language")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("invoice_paper")]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.language}"
