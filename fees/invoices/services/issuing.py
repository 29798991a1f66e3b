"""A ready installment becomes invoices: one for each payer, and one apart for what is out of the scope of VAT, as EN 16931 wants it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from fees.invoices import rules
from fees.invoices.models import (
    HolderBill,
    Installment,
    InstallmentLine,
    Invoice,
    InvoiceLine,
    InvoiceVat,
    PayeeTransfer,
)
from fees.invoices.policies import may_on_dossier
from fees.invoices.seller import Seller, own_codes, seller
from fees.invoices.services.numbering import next_number
from fees.invoices.services.scheduling import require_owed
from fees.invoices.splitting import total
from fees.invoices.states import BEFOREHAND, SERIES, InvoiceKind
from fees.queries import vat_table
from fees.quotes.models import Quote, QuotePayer
from fees.quotes.queries import payee_names
from fees.tariff.money import HUNDRED, cents
from fees.tariff.vat import Taxed, Taxes
from fees.tariff.vocabulary import TaxPoint, VatCategory
from requests_app.models import Dossier
from workflow import clocks
from workflow.engine import begin, require_role
from workflow.models import ClockRule
from workflow.periods import due_on, paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

TO_PAY = "K-FAC"
NEXT_ID = "SELECT nextval(pg_get_serial_sequence('invoices_invoice', 'id'))"


@dataclass(frozen=True)
class Charge:
    """One line of a document, with its VAT."""

    key: str
    payee: str
    label_fr: str
    label_en: str
    net: Decimal
    taxed: Taxed
    taxed_on: date

    @property
    def group(self) -> tuple[str, str, Decimal]:
        """The group of VAT that it belongs to."""
        return self.payee, self.taxed.category.value, self.taxed.rate


@dataclass(frozen=True)
class Group:
    """The VAT of a group."""

    taxable: Decimal
    vat: Decimal
    exemption_code: str = ""
    mention_fr: str = ""
    mention_en: str = ""


@dataclass
class Drawn:
    """A document before it has its number: everything is known of it."""

    kind: InvoiceKind
    quote: Quote
    buyer: Organisation
    parties: dict[str, Any]
    charges: list[Charge]
    groups: dict[tuple[str, str, Decimal], Group]
    names: dict[str, str]
    own: frozenset[str]
    due_on: date | None = None
    installment: Installment | None = None
    corrects: Invoice | None = None
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ready:
    """A document of which only the number is missing: its row, the role under which it is issued, and the rule of its clock."""

    drawn: Drawn
    invoice: Invoice
    action: str
    role: str
    rule: ClockRule | None


@transaction.atomic
def issue(installment: Installment, *, by: Any, at: datetime) -> list[Invoice]:
    """Issue the invoices of a ready installment; what a holder invoices itself is noted. Raises NotAllowed, WrongState, RuleBroken."""
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=installment.schedule.quote.dossier_id)
    if not may_on_dossier(by, "issue", dossier):
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    installment = Installment.objects.select_for_update(of=("self",)).select_related("schedule").get(pk=installment.pk)
    if installment.invoiced_at is not None or installment.dropped_at is not None:
        raise WrongState(_("This installment is invoiced already, or another plan has taken its place."))
    if installment.pauses.filter(resumed_at=None).exists():
        raise WrongState(_("This installment is suspended: resume it first."))
    quote = Quote.objects.for_reading().get(pk=installment.schedule.quote_id)
    require_owed(quote)
    rules.require_ready(installment, ready=Installment.objects.ready(paris_day(at)).filter(pk=installment.pk).exists())
    drawn = documents_of(installment, quote, dossier, at)
    installment.invoiced_at = at
    installment.save(update_fields=["invoiced_at"])
    ready = [prepared(one, by=by, at=at) for one in drawn]
    return [put_down(one, by=by, at=at) for one in ready]  # last: this takes the lock on the numbers


def documents_of(installment: Installment, quote: Quote, dossier: Dossier, at: datetime) -> list[Drawn]:
    """What is issued for an installment: by payer, and what is out of the scope of VAT apart (EN 16931, BR-O-11)."""
    rows = list(installment.lines.select_related("payer__organisation").order_by("position"))
    names, own = names_of(quote, rows), own_codes()
    _note_holder_bills(installment, [row for row in rows if row.billed_by_holder], names)
    charges = _charges(installment, quote, dossier, [row for row in rows if not row.billed_by_holder], paris_day(at))
    found: dict[tuple[int, bool], tuple[QuotePayer, list[Charge]]] = {}
    for payer, charge in charges:
        apart = charge.taxed.category is VatCategory.OUT_OF_SCOPE
        found.setdefault((payer.pk, apart), (payer, []))[1].append(charge)
    kind = kind_of(installment)
    return [_drawn(kind, installment, quote, payer, own_charges, names, own, at) for payer, own_charges in found.values()]


def kind_of(installment: Installment) -> InvoiceKind:
    """What is asked for before the service, while other installments follow, is a prepayment."""
    last = not installment.schedule.installments.filter(position__gt=installment.position).exists()
    return InvoiceKind.PREPAYMENT if installment.trigger in BEFOREHAND and not last else InvoiceKind.INVOICE


def names_of(quote: Quote, rows: Iterable[InstallmentLine]) -> dict[str, str]:
    """The names of the payees: of the grids, and of the holders on this site."""
    names = payee_names(quote.kept)
    unknown = {row.payee for row in rows} - set(names)
    keys = [code.removeprefix("organisation-") for code in unknown if code.startswith("organisation-")]
    by_key = {f"organisation-{one.pk}": one.name for one in Organisation.objects.filter(pk__in=keys)} if keys else {}
    by_siren = {str(one.siren): one.name for one in Organisation.objects.filter(siren__in=unknown)} if unknown else {}
    return names | by_key | by_siren


def _charges(
    installment: Installment, quote: Quote, dossier: Dossier, rows: list[InstallmentLine], today: date
) -> list[tuple[QuotePayer, Charge]]:
    taxes = Taxes(vat_table(), quote.kept.inputs.facts)
    found = []
    for row in rows:
        day = tax_day(row.tax_point, installment, dossier, today)
        taxed = taxes.of(row.vat_profile, day)
        if taxed is None:
            raise RuleBroken(Broken(_("The VAT of a line is not laid down for its day: have it approved first.")))
        found.append((row.payer, Charge(row.key, row.payee, row.label_fr, row.label_en, row.net, taxed, day)))
    return found


def tax_day(tax_point: str, installment: Installment, dossier: Dossier, today: date) -> date:
    """The day whose VAT holds for a line; what has not come yet is taxed as on the day of the invoice."""
    days = {
        TaxPoint.DECISION.value: dossier.authorised_on,
        TaxPoint.DELIVERY.value: dossier.data_opened_on,
        TaxPoint.PERIOD_END.value: installment.period_to,
    }
    return days.get(tax_point) or today


def _drawn(
    kind: InvoiceKind,
    installment: Installment,
    quote: Quote,
    payer: QuotePayer,
    charges: list[Charge],
    names: dict[str, str],
    own: frozenset[str],
    at: datetime,
) -> Drawn:
    issuer, groups = seller(), groups_of(charges)
    rules.require_seller(issuer, taxed=any(group.vat for group in groups.values()))
    reverse = any(charge.taxed.category is VatCategory.REVERSE_CHARGE for charge in charges)
    rules.require_buyer_vat_number(payer.vat_number, reverse_charge=reverse)
    rule = clocks.rule_in_force(TO_PAY, paris_day(at))
    more: dict[str, Any] = {"order_reference": payer.order_reference, "service_code": payer.service_code}
    more |= {"period_from": installment.planned_on if installment.period_to else None, "period_to": installment.period_to}
    return Drawn(
        kind,
        quote,
        payer.organisation,
        parties_of(issuer, payer.organisation, payer.vat_number, payer.billing_address),
        charges,
        groups,
        names,
        own,
        due_on=due_on(paris_day(at), rule.length, rule.unit, rolls=rule.rolls),
        installment=installment,
        more=more,
    )


def parties_of(issuer: Seller, buyer: Organisation, vat_number: str, address: str = "") -> dict[str, Any]:
    """Seller and buyer as the document keeps them."""
    told = {"name": buyer.name, "siren": buyer.siren or "", "siret": buyer.siret or "", "city": buyer.city, "country": buyer.country}
    return {"seller": issuer.as_kept(), "buyer": told | {"vat_number": vat_number, "address": address}}


def groups_of(charges: Iterable[Charge]) -> dict[tuple[str, str, Decimal], Group]:
    """The VAT of each payee, category and rate, worked out on the sum of its lines (EN 16931)."""
    found: dict[tuple[str, str, Decimal], list[Charge]] = {}
    for charge in charges:
        found.setdefault(charge.group, []).append(charge)
    groups = {}
    for key, members in found.items():
        taxable, taxed = total(one.net for one in members), members[0].taxed
        vat = cents(taxable * key[2] / HUNDRED)
        groups[key] = Group(taxable, vat, taxed.exemption_code, taxed.mention.fr, taxed.mention.en or taxed.mention.fr)
    return groups


def _note_holder_bills(installment: Installment, rows: list[InstallmentLine], names: dict[str, str]) -> None:
    sums: dict[tuple[int, str], Decimal] = {}
    for row in rows:
        key = (row.payer.organisation_id, row.payee)
        sums[key] = sums.get(key, Decimal(0)) + row.net
    HolderBill.objects.bulk_create(
        HolderBill(installment=installment, buyer_id=buyer, payee=payee, payee_name=names.get(payee, payee), net=net)
        for (buyer, payee), net in sums.items()
    )


def prepared(drawn: Drawn, *, by: Any, at: datetime) -> Ready:
    """Write all of a document that needs no number, under the id that it will have; its row is awaited when the transaction ends."""
    net, vat = total(one.net for one in drawn.charges), total(group.vat for group in drawn.groups.values())
    invoice = Invoice(
        pk=_next_id(),
        kind=drawn.kind,
        dossier=drawn.quote.dossier,
        quote=drawn.quote,
        installment=drawn.installment,
        buyer=drawn.buyer,
        corrects=drawn.corrects,
        issued_by=by,
        due_on=drawn.due_on,
        tax_point=max(one.taxed_on for one in drawn.charges),
        net=net,
        vat=vat,
        gross=net + vat,
        parties=drawn.parties,
        illustrative=drawn.quote.is_illustrative,
        **drawn.more,
    )
    action = "credit" if drawn.corrects else "issue"
    role = require_role(invoice, action, by)
    rule = None if drawn.corrects else clocks.rule_in_force(TO_PAY, paris_day(at))
    _put_rows(invoice, drawn)
    return Ready(drawn, invoice, action, role, rule)


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_ID)
        return int(cursor.fetchone()[0])


def put_down(ready: Ready, *, by: Any, at: datetime) -> Invoice:
    """Number a prepared document and write its row, its journal line, its VAT and, of an invoice, the clock of its payment."""
    drawn, invoice = ready.drawn, ready.invoice
    numbered = next_number(SERIES[drawn.kind], at)
    invoice.series, invoice.year, invoice.sequence, invoice.number = numbered.series, numbered.year, numbered.sequence, numbered.number
    invoice.issued_at, invoice.issued_on = numbered.issued_at, paris_day(numbered.issued_at)
    facts = {"number": invoice.number, "quote": drawn.quote.pk, "corrects": drawn.corrects.pk if drawn.corrects else None}
    line = begin(invoice, ready.action, by=by, role=ready.role, at=numbered.issued_at, law=rules.NUMBERING, facts=facts)
    _put_groups(invoice, drawn)  # after the row: the trigger holds a credit note against what it corrects
    if ready.rule is not None:
        clocks.start_under(ready.rule, invoice, numbered.issued_at, line)
    return invoice


def _put_rows(invoice: Invoice, drawn: Drawn) -> None:
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            position=position,
            key=one.key,
            payee=one.payee,
            payee_name=drawn.names.get(one.payee, one.payee),
            label_fr=one.label_fr,
            label_en=one.label_en,
            net=one.net,
            vat_category=one.taxed.category.value,
            vat_rate=one.taxed.rate,
            taxed_on=one.taxed_on,
        )
        for position, one in enumerate(drawn.charges, 1)
    )
    _put_transfers(invoice, drawn)


def _put_groups(invoice: Invoice, drawn: Drawn) -> None:
    InvoiceVat.objects.bulk_create(
        InvoiceVat(
            invoice=invoice,
            payee=payee,
            payee_name=drawn.names.get(payee, payee),
            category=category,
            rate=rate,
            taxable=group.taxable,
            vat=group.vat,
            exemption_code=group.exemption_code,
            mention_fr=group.mention_fr,
            mention_en=group.mention_en,
        )
        for (payee, category, rate), group in sorted(drawn.groups.items())
    )


def _put_transfers(invoice: Invoice, drawn: Drawn) -> None:
    """The part of each payee that is not the operator."""
    PayeeTransfer.objects.bulk_create(
        PayeeTransfer(
            invoice=invoice,
            payee=payee,
            payee_name=drawn.names.get(payee, payee),
            net=total(group.taxable for key, group in drawn.groups.items() if key[0] == payee),
            vat=total(group.vat for key, group in drawn.groups.items() if key[0] == payee),
        )
        for payee in sorted({key[0] for key in drawn.groups} - drawn.own)
    )
