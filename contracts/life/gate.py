"""The gate to the data: three lights, authorisation, convention, payment. Tickets, delivery and project spaces read it and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.life.models import PaymentWaiver
from contracts.models import Convention
from contracts.states import OPENING, ConventionState
from fees.invoices.models import Installment, Invoice
from fees.invoices.states import BEFOREHAND, OPEN, InvoiceState, Trigger
from fees.quotes.queries import accepted_quote
from requests_app.models import Dossier
from requests_app.states import AFTER_AUTHORISATION, State
from workflow.periods import paris_day
from workflow.refusals import Broken

AUTHORISATION, CONVENTION, PAYMENT = "authorisation", "convention", "payment"
AUTHORISED_BY = "loi 78-17, art. 66"
ACCESS = "CSP, art. R1461-2"
_NOT_PAID = gettext_lazy("Invoice %(number)s is not paid yet.")
_UNPAID: dict[str, Any] = {
    InvoiceState.CANCELLED: gettext_lazy(
        "Invoice %(number)s was cancelled by a credit note: plan anew what it asked for, and have it paid."
    )
}
#: After these nothing is opened any more.
_OVER = frozenset({State.ENDED, State.DESTROYED, State.CLOSED})


@dataclass(frozen=True)
class Light:
    """One of the three: on, or off with what is missing."""

    code: str
    missing: tuple[Broken, ...]

    @property
    def is_on(self) -> bool:
        """Does this light let the data pass?"""
        return not self.missing


@dataclass(frozen=True)
class Gate:
    """The three lights of a dossier on a day."""

    lights: tuple[Light, ...]

    @property
    def is_open(self) -> bool:
        """Do all three let the data pass?"""
        return all(light.is_on for light in self.lights)

    @property
    def missing(self) -> tuple[Broken, ...]:
        """All that is missing, in the order of the lights."""
        return tuple(broken for light in self.lights for broken in light.missing)

    def light(self, code: str) -> Light:
        """One of the lights."""
        return next(light for light in self.lights if light.code == code)


def gate_of(dossier: Dossier, day: date) -> Gate:
    """The gate of a dossier on a day; eight queries at most, whatever it holds."""
    convention = convention_in_force(dossier, day)
    opening = convention or _latest_opening(dossier)
    return Gate(
        (
            Light(AUTHORISATION, tuple(authorisation_missing(dossier, day))),
            Light(CONVENTION, tuple(_convention_missing(dossier, opening, convention))),
            Light(PAYMENT, tuple(payment_missing(dossier, opening))),
        )
    )


def is_open(dossier: Dossier, day: date) -> bool:
    """May data of this dossier be delivered and read on this day?"""
    return gate_of(dossier, day).is_open


def closed_before_opening(dossier: Dossier) -> Iterable[Broken]:
    """What keeps the data of a dossier from being opened: the gate, once a convention was prepared here."""
    if _latest_opening(dossier) is not None:
        yield from gate_of(dossier, paris_day(timezone.now())).missing


def convention_in_force(dossier: Dossier, day: date) -> Convention | None:
    """The convention under which the data of a dossier are made available on a day."""
    found: Convention | None = (
        Convention.objects.filter(dossier=dossier, state=ConventionState.IN_FORCE, kind__in=sorted(OPENING), effective_from__lte=day)
        .filter(Q(effective_until=None) | Q(effective_until__gte=day))
        .order_by("-effective_from", "-pk")
        .first()
    )
    return found


def _latest_opening(dossier: Dossier) -> Convention | None:
    kinds = sorted(OPENING)
    return Convention.objects.filter(dossier=dossier, kind__in=kinds).exclude(state=ConventionState.ABANDONED).order_by("-pk").first()


def authorisation_missing(dossier: Dossier, day: date) -> Iterable[Broken]:
    """What the authorisation lacks on a day."""
    if dossier.state not in AFTER_AUTHORISATION or dossier.authorised_on is None or dossier.authorised_on > day:
        yield Broken(_("The project is not authorised."), AUTHORISED_BY, AUTHORISATION)
    elif dossier.state in _OVER:
        yield Broken(_("The project has ended: nothing is made available any more."), AUTHORISED_BY, AUTHORISATION)
    if dossier.is_suspended:
        yield Broken(_("The dossier is suspended: the gate to the data is closed."), AUTHORISED_BY, AUTHORISATION)


def _convention_missing(dossier: Dossier, latest: Convention | None, in_force: Convention | None) -> Iterable[Broken]:
    if in_force is not None:
        return
    if dossier.convention_on is not None and not _took_effect(dossier):
        return  # signed on paper, and recorded as such by the secretariat: a draft of another one takes nothing away
    if latest is None:
        yield Broken(_("No convention was prepared yet."), ACCESS, CONVENTION)
        return
    said = {"number": latest.number, "state": latest.get_state_display()}
    yield Broken(_("Convention %(number)s is not in force: %(state)s.") % said, ACCESS, CONVENTION)


def _took_effect(dossier: Dossier) -> bool:
    """Was a convention of this site ever in force for the dossier?"""
    return Convention.objects.filter(dossier=dossier, kind__in=sorted(OPENING), effective_from__isnull=False).exists()


def payment_missing(dossier: Dossier, convention: Convention | None) -> Iterable[Broken]:
    """What is still to be accepted or paid before the data pass."""
    if convention is not None and PaymentWaiver.objects.filter(convention=convention).exists():
        return
    quote = accepted_quote(dossier)
    if quote is None:
        yield Broken(_("No quote is accepted yet."), "règlement (UE) 2025/327, art. 62", PAYMENT)
        return
    if quote.gross:
        yield from _upfront_missing(dossier, quote)


def _upfront_missing(dossier: Dossier, quote: Any) -> Iterable[Broken]:
    """Of a quote that asks for something: what falls due before the data are available."""
    plans = Installment.objects.kept().filter(schedule__quote=quote)
    if not plans.exists():
        yield Broken(_("It is not settled yet when quote %(number)s is paid.") % {"number": quote.number}, "", PAYMENT)
        return
    if plans.open().filter(trigger__in=_due_now(dossier)).exists():
        yield Broken(_("What falls due before the data are available is not invoiced yet."), "", PAYMENT)
    asked = Invoice.objects.invoices().filter(dossier=dossier, installment__trigger__in=sorted(BEFOREHAND))
    paid_since = Invoice.objects.invoices().filter(
        quote=quote, buyer=OuterRef("buyer"), pk__gt=OuterRef("pk"), state=InvoiceState.PAID
    )  # what was asked for anew
    unpaid = Q(state__in=sorted(OPEN)) | Q(state=InvoiceState.CANCELLED, quote=quote) & ~Exists(paid_since)
    for number, state in asked.filter(unpaid).order_by("pk").values_list("number", "state")[:3]:
        yield Broken(_UNPAID.get(state, _NOT_PAID) % {"number": number}, "", PAYMENT)


def _due_now(dossier: Dossier) -> list[str]:
    authorised = dossier.authorised_on is not None
    return sorted(BEFOREHAND if authorised else BEFOREHAND - {Trigger.PERMIT})
