"""A quote: what was worked out as one canonical text beside its hash, who pays, and the file that is given."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from accounts.models import Organisation
from fees.quotes import policies
from fees.quotes.states import BINDING, INDICATIVE, QuotePurpose, QuoteState
from fees.quotes.transitions import QuoteMoves
from fees.quotes.triggers import kept_once_issued, payers_kept, written_once
from fees.tariff.canonical import Snapshot, read_snapshot
from requests_app.models import Dossier
from workflow.engine import guard

HASH_OF_SNAPSHOT = Func(
    F("snapshot"), template="encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')", output_field=models.CharField()
)


def amount(label: Any) -> Any:
    """An amount in euros and cents, unknown until it is worked out."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, null=True, blank=True)


def person(related: str = "+", **options: Any) -> Any:
    """Somebody who did something to a quote."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name=related, **options)


class QuoteQuerySet(models.QuerySet["Quote"]):
    """Quotes by what is to be done with them."""

    def for_reading(self) -> QuoteQuerySet:
        """With what decides who reads them, and who pays."""
        return self.select_related("dossier__content__controller").prefetch_related("payers__organisation")

    def without_text(self) -> QuoteQuerySet:
        """Without the snapshot, for lists."""
        return self.defer("snapshot", "choices", "words")

    def shown_to(self, roles: frozenset[str]) -> QuoteQuerySet:
        """Those that somebody with these roles reads: drafts are for who draws them up."""
        return self if roles & policies.MAY["see_drafts"] else self.exclude(state=QuoteState.DRAFT).exclude(issued_at=None)


class Quote(QuoteMoves):
    """One price for one dossier: drawn up, issued once and for all, then accepted, declined, expired or replaced."""

    subject_type: ClassVar[str] = "quote"

    number = models.CharField(_("number"), max_length=20, unique=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="quotes")
    purpose = models.CharField(_("what it is for"), max_length=12, choices=QuotePurpose.choices)
    state = FSMField(_("state"), default=QuoteState.DRAFT, choices=QuoteState.choices, protected=True)
    #: What the fee manager decides beside the facts: amounts within bounds, formalities of modifiers, lines asked for.
    choices = models.JSONField(default=dict, blank=True)
    #: Inputs, versions of the grids, VAT table and result, as `fees.tariff.canonical` writes them (RFC 8785).
    snapshot = models.TextField(blank=True)
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    engine_version = models.CharField(max_length=20, blank=True)
    net = amount(_("net"))
    vat = amount(_("VAT"))
    gross = amount(_("gross"))
    #: The accepted quote that an amendment would replace.
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amended_by")
    drawn_up_at = models.DateTimeField()
    drawn_up_by = person()
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = person(null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = person(null=True, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="supersedes")
    #: Why it was declined or cancelled.
    words = models.TextField(_("why"), blank=True)
    salt = models.CharField(max_length=32, blank=True)

    objects: ClassVar[Any] = QuoteQuerySet.as_manager()

    class Meta:
        ordering = ["-drawn_up_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=QuoteState.values), name="quote_state_is_known"),
            models.CheckConstraint(condition=Q(purpose__in=QuotePurpose.values), name="quote_purpose_is_known"),
            models.CheckConstraint(condition=Q(number__regex=r"^DEV-[0-9]{4}-[0-9]{5,}$"), name="quote_number_has_its_form"),
            models.CheckConstraint(
                condition=Q(snapshot="", snapshot_sha256="") | Q(snapshot_sha256=HASH_OF_SNAPSHOT),
                name="quote_hash_is_that_of_its_snapshot",
            ),
            models.CheckConstraint(
                condition=Q(snapshot="", net=None, vat=None, gross=None)
                | ~Q(snapshot="") & Q(net__isnull=False, vat__isnull=False, gross=F("net") + F("vat")),
                name="quote_net_and_vat_make_gross",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "accepted", "declined", "expired", "superseded"])
                | ~Q(snapshot="") & Q(issued_at__isnull=False, issued_by__isnull=False, valid_until__isnull=False),
                name="quote_issued_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_at__isnull=False, accepted_by__isnull=False), name="quote_accepted_says_by_whom"
            ),
            models.CheckConstraint(condition=~Q(state__in=["declined", "cancelled"]) | ~Q(words=""), name="quote_ended_says_why"),
            models.CheckConstraint(condition=Q(words="") | ~Q(salt=""), name="quote_words_are_salted"),
            models.CheckConstraint(condition=~Q(purpose="amendment") | Q(previous__isnull=False), name="quote_amendment_amends_another"),
            models.CheckConstraint(condition=Q(net=None) | Q(net__gte=0, vat__gte=0), name="quote_is_not_negative"),
            models.UniqueConstraint(fields=["dossier"], condition=Q(state="issued"), name="quote_one_issued_per_dossier"),
            models.UniqueConstraint(fields=["dossier"], condition=Q(state="accepted"), name="quote_one_accepted_per_dossier"),
        ]
        indexes = [models.Index(fields=["state", "-drawn_up_at"], name="quote_state")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*guard("quotes_quote", "quote", "draft"), *kept_once_issued()]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page on the dossier."""
        return reverse("quotes:quote", args=[self.dossier.reference, self.number])

    @classmethod
    def may(cls) -> dict[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this quote."""
        return policies.roles_on(user, self)

    def payers_read(self) -> list[QuotePayer]:
        """Who pays, in their order."""
        return list(self.payers.all())

    @cached_property
    def kept(self) -> Snapshot:
        """What the snapshot holds: inputs, versions, VAT table and result, as they were calculated then."""
        return read_snapshot(self.snapshot)

    def line_keys(self) -> frozenset[str]:
        """The lines that it charges, as payers name them: `GRID/LINE`."""
        return frozenset(f"{line.key.grid}/{line.key.line}" for line in self.kept.result.lines) if self.snapshot else frozenset()

    @property
    def is_draft(self) -> bool:
        """May it still be changed?"""
        return bool(self.state == QuoteState.DRAFT)

    @property
    def commits(self) -> bool:
        """Is it a quote that one accepts or declines?"""
        return self.purpose in BINDING

    @property
    def is_owed_as_issued(self) -> bool:
        """Is it owed as soon as it is issued: what was done before a withdrawal?"""
        return bool(self.purpose == QuotePurpose.WITHDRAWAL)

    @property
    def is_indicative(self) -> bool:
        """Is it worked out from what is likely?"""
        return self.purpose in INDICATIVE

    @property
    def is_illustrative(self) -> bool:
        """Does one of its grids serve as an example only?"""
        return bool(self.snapshot) and any(version.grid.illustrative for version in self.kept.versions)


class QuotePayer(models.Model):
    """Who pays a part of a quote: lines that are named, or a share of all others."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="payers")
    position = models.PositiveSmallIntegerField(default=1)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("payer"))
    #: Of the lines that nobody is named for; 1 is the whole.
    share = models.DecimalField(_("share"), max_digits=9, decimal_places=8, null=True, blank=True)
    #: `GRID/LINE` of those that this payer pays whole.
    lines = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    order_reference = models.CharField(_("number of the order"), max_length=60, blank=True)
    service_code = models.CharField(_("service code (Chorus Pro)"), max_length=60, blank=True)
    #: As the invoice bears it; empty: the town that the site knows.
    billing_address = models.CharField(_("address for invoices"), max_length=300, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = person(null=True, blank=True)

    class Meta:
        ordering = ["quote", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "organisation"], name="payer_once_per_quote"),
            models.CheckConstraint(condition=Q(share=None) | Q(share__gt=0, share__lte=1), name="payer_share_is_a_part"),
            models.CheckConstraint(condition=Q(share__isnull=False) | Q(lines__len__gt=0), name="payer_pays_something"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None) | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="payer_accepted_by_somebody",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = payers_kept()

    def __str__(self) -> str:
        return f"{self.quote_id} {self.organisation_id}"

    @property
    def share_in_per_cent(self) -> Decimal | None:
        """The share as it is shown."""
        return None if self.share is None else (self.share * 100).normalize()


class QuoteSeries(models.Model):
    """The last number given in a year: whoever numbers a quote holds this row until the quote stands."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["year"]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


def paper_path(paper: Any, name: str) -> str:
    """A name that says nothing, so that no address can be guessed."""
    return f"quotes/{secrets.token_hex(16)}.pdf"


class QuotePaper(models.Model):
    """The file of an issued quote (PDF/A-3, with its snapshot attached), in a language; made once."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="papers")
    language = models.CharField(max_length=2)
    file = models.FileField(upload_to=paper_path, max_length=200)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["quote", "language"]
        constraints = [models.UniqueConstraint(fields=["quote", "language"], name="quote_paper_once_per_language")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("quote_paper")

    def __str__(self) -> str:
        return f"{self.quote_id} {self.language}"
