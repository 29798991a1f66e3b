"""What the fee manager enters while a quote is a draft: what it is for, what is decided beside the facts, who pays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from fees.quotes.models import Quote
from fees.quotes.services import drawing_up
from fees.quotes.services.drawing_up import Payer
from fees.quotes.states import QuotePurpose
from fees.tariff import dto
from fees.words import money, said
from requests_app.forms.base import MoveForm
from requests_app.models import Dossier

#: So many payers can be entered at once.
MOST_PAYERS = 4
PLACES = range(1, MOST_PAYERS + 1)
MEANINGS = {
    QuotePurpose.SIMULATION: _("A first idea, from what is declared; the pieces that a reduction asks for are taken as given."),
    QuotePurpose.ESTIMATE: _("From the estimates of the holders, between the amounts that they name. It commits nobody."),
    QuotePurpose.FIRM: _("It commits: once accepted, the amounts are owed as it says."),
    QuotePurpose.AMENDMENT: _("In the place of the accepted quote, at the prices that its grids lay down for amendments."),
    QuotePurpose.WITHDRAWAL: _("Only what is chargeable on a withdrawal, for the work that was already done."),
}


class NewForm(MoveForm):
    """What a quote is for."""

    purpose = forms.ChoiceField(label=_("What the quote is for"), choices=[], widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, dossier: Dossier) -> None:
        possible = drawing_up.purposes_possible(dossier)
        super().__init__(data, initial={"purpose": possible[0] if len(possible) == 1 else None})
        self.dossier, self.made = dossier, None
        choice: Any = self.fields["purpose"]
        choice.choices = [(one, f"{QuotePurpose(one).label} – {MEANINGS[QuotePurpose(one)]}") for one in possible]

    made: Quote | None

    def save(self, *, by: Any, at: datetime) -> bool:
        """Begin the quote, and say whether it was done."""

        def begin() -> None:
            self.made = drawing_up.draw_up(self.dossier, self.cleaned_data["purpose"], by=by, at=at)

        return self.attempt(begin)


class DecisionsForm(MoveForm):
    """What the grids leave to a decision: lines asked for, amounts within bounds, formalities of reductions and surcharges."""

    marks_optional = False

    def __init__(self, data: Any = None, *, quote: Quote, versions: Iterable[dto.GridVersion]) -> None:
        self.quote = quote
        self.options: list[tuple[str, dto.Line]] = []
        self.ranges: list[tuple[str, dto.Line]] = []
        self.grants: list[tuple[str, dto.Modifier]] = []
        for version in versions:
            code = version.grid.code
            self.options += [(f"{code}/{line.code}", line) for line in version.content.lines if line.optional]
            self.ranges += [(f"{code}/{line.code}", line) for line in version.content.lines if line.mode is dto.Mode.RANGE]
            self.grants += [(f"{code}/{one.code}", one) for one in version.content.modifiers if asks_for_something(one)]
        super().__init__(data, initial=self._initial())
        self._add_fields()

    @property
    def is_empty(self) -> bool:
        """Do the grids leave nothing to decide?"""
        return not (self.options or self.ranges or self.grants)

    def _initial(self) -> dict[str, Any]:
        held = self.quote.choices
        found: dict[str, Any] = {"options": list(held.get("options", ()))}
        for key, one in held.get("choices", {}).items():
            found |= {f"amount:{key}": one["amount"], f"reason:{key}": one["reason"]}
        for key, one in held.get("grants", {}).items():
            found |= {
                f"{name}:{key}": one.get(name) for name in ("decided", "justification", "evidence", "value", "notified_on", "work_began_on")
            }
        return found

    def _add_fields(self) -> None:
        if self.options:
            choices = [(key, said(line.label)) for key, line in self.options]
            widget = forms.CheckboxSelectMultiple
            self.fields["options"] = forms.MultipleChoiceField(label=_("Lines asked for"), choices=choices, widget=widget, required=False)
        for key, line in self.ranges:
            self._add_range(key, line)
        for key, one in self.grants:
            self._add_grant(key, one)

    def _add_range(self, key: str, line: dto.Line) -> None:
        bounds = {"line": said(line.label), "low": money(line.range_min or Decimal(0)), "high": money(line.range_max or Decimal(0))}
        label = _("%(line)s: amount, between %(low)s and %(high)s") % bounds
        self.fields[f"amount:{key}"] = amount(label, line.range_min or Decimal(0), line.range_max)
        self.fields[f"reason:{key}"] = words(_("Reason for this amount"))

    def _add_grant(self, key: str, one: dto.Modifier) -> None:
        label = capfirst(said(one.label))
        if one.on_decision:
            self.fields[f"decided:{key}"] = forms.BooleanField(label=_("Apply: %(label)s") % {"label": label}, required=False)
        if one.evidence:
            self.fields[f"evidence:{key}"] = words(_("%(label)s: reference of the evidence") % {"label": label})
        if one.requires_justification:
            self.fields[f"justification:{key}"] = words(_("%(label)s: reason") % {"label": label})
        if one.requires_prior_notice:
            self.fields[f"notified_on:{key}"] = forms.DateField(label=_("%(label)s: announced on") % {"label": label}, required=False)
            self.fields[f"work_began_on:{key}"] = forms.DateField(label=_("%(label)s: work began on") % {"label": label}, required=False)
        if one.minimum is not None or one.maximum is not None:
            text = _("%(label)s: another value within its bounds") % {"label": label}
            self.fields[f"value:{key}"] = amount(text, one.minimum, one.maximum)

    def clean(self) -> dict[str, Any]:
        """An amount chosen within bounds comes with its reason."""
        given = super().clean() or {}
        for key, _line in self.ranges:
            if given.get(f"amount:{key}") is not None and not given.get(f"reason:{key}"):
                self.add_error(f"reason:{key}", _("Say why this amount: the applicant reads it."))
        return given

    def choices(self) -> dict[str, Any]:
        """What was decided, as a quote keeps it."""
        given = self.cleaned_data
        chosen = {
            key: {"amount": str(given[f"amount:{key}"]), "reason": given[f"reason:{key}"]}
            for key, _line in self.ranges
            if given.get(f"amount:{key}") is not None
        }
        grants = {key: self._granted(key) for key, _one in self.grants}
        return {"options": sorted(given.get("options", [])), "choices": chosen, "grants": {key: one for key, one in grants.items() if one}}

    def _granted(self, key: str) -> dict[str, Any]:
        names = ("decided", "justification", "evidence", "value", "notified_on", "work_began_on")
        found = {name: self.cleaned_data.get(f"{name}:{key}") for name in names}
        return {name: _plain(value) for name, value in found.items() if value not in (None, "", False)}

    def save(self, *, by: Any, at: datetime) -> bool:
        """Keep what was decided, and say whether it was done."""
        return self.attempt(lambda: drawing_up.decide(self.quote, self.choices(), by=by, at=at))


def asks_for_something(one: dto.Modifier) -> bool:
    """Does a reduction or a surcharge ask for a decision, a piece or a formality?"""
    formal = one.on_decision or one.requires_justification or one.requires_prior_notice or bool(one.evidence)
    return formal or one.minimum is not None or one.maximum is not None


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def amount(label: Any, low: Decimal | None, high: Decimal | None) -> forms.DecimalField:
    """A number within bounds."""
    bounds: dict[str, Any] = {"min_value": low, "max_value": high}
    return forms.DecimalField(label=label, max_digits=14, decimal_places=4, localize=True, required=False, **bounds)


def words(label: Any) -> forms.CharField:
    """A short text."""
    return forms.CharField(label=label, max_length=500, required=False)


class PayersForm(MoveForm):
    """Who pays: for each the SIREN, then a share of the whole or the lines that it pays."""

    marks_optional = False

    def __init__(self, data: Any = None, *, quote: Quote) -> None:
        self.quote = quote
        self.line_choices = line_choices(quote)
        super().__init__(data, initial=self._initial())
        for place in PLACES:
            self._add_payer(place)

    def _initial(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for place, payer in enumerate(self.quote.payers_read(), 1):
            found |= {
                f"siren_{place}": payer.organisation.siren or payer.organisation.name,
                f"share_{place}": payer.share_in_per_cent,
                f"lines_{place}": payer.lines,
                f"vat_{place}": payer.vat_number,
                f"order_{place}": payer.order_reference,
                f"service_{place}": payer.service_code,
                f"address_{place}": payer.billing_address,
            }
        return found

    def _add_payer(self, place: int) -> None:
        fields = self.fields
        help_text = _("Its SIREN, or its exact name for an organisation that has none. It must be known on this site.")
        fields[f"siren_{place}"] = forms.CharField(label=_("Organisation"), help_text=help_text, max_length=250, required=False)
        share = _("In per cent of all lines that nobody is named for; empty when it pays named lines only.")
        bounds: dict[str, Any] = {"min_value": Decimal(0), "max_value": Decimal(100)}
        fields[f"share_{place}"] = forms.DecimalField(
            label=_("Share"), help_text=share, max_digits=9, decimal_places=6, localize=True, required=False, **bounds
        )
        if self.line_choices:
            fields[f"lines_{place}"] = forms.MultipleChoiceField(
                label=_("Lines that it pays whole"), choices=self.line_choices, widget=forms.CheckboxSelectMultiple, required=False
            )
        fields[f"vat_{place}"] = forms.CharField(label=_("VAT number"), max_length=20, required=False)
        fields[f"order_{place}"] = forms.CharField(label=_("Number of the order"), max_length=60, required=False)
        fields[f"service_{place}"] = forms.CharField(label=_("Service code (Chorus Pro)"), max_length=60, required=False)
        help_text = _("Street, postcode and town, as the invoice bears them.")
        fields[f"address_{place}"] = forms.CharField(label=_("Address for invoices"), help_text=help_text, max_length=300, required=False)

    @property
    def rows(self) -> list[tuple[int, list[Any], bool]]:
        """The fields of each payer, and whether there is anything to see in them: the first, and those that are entered."""
        names = ("siren", "share", "lines", "vat", "order", "service", "address")
        return [
            (place, [self[f"{name}_{place}"] for name in names if f"{name}_{place}" in self.fields], self._is_open(place))
            for place in PLACES
        ]

    def _is_open(self, place: int) -> bool:
        held: Any = self.initial
        return place == 1 or bool(self[f"siren_{place}"].value() or held.get(f"siren_{place}"))

    def clean(self) -> dict[str, Any]:
        """Each organisation is known, and pays something; a VAT number has its form."""
        given = super().clean() or {}
        for place in PLACES:
            self._clean_payer(place, given)
        return given

    def _clean_payer(self, place: int, given: dict[str, Any]) -> None:
        named = (given.get(f"siren_{place}") or "").strip()
        if not named:
            return
        found = organisation_named(named)
        given[f"organisation_{place}"] = found
        if found is None:
            self.add_error(f"siren_{place}", _("No organisation of this site bears this SIREN or this name."))
        if not given.get(f"share_{place}") and not given.get(f"lines_{place}"):
            self.add_error(f"share_{place}", _("Say which share it pays, or which lines."))
        vat = (given.get(f"vat_{place}") or "").replace(" ", "").upper()
        if vat and not is_vat_number(vat):
            self.add_error(f"vat_{place}", _("This is no VAT number of the European Union. A French one looks like this: FR66130003783."))
        given[f"vat_{place}"] = vat

    def payers(self) -> list[Payer]:
        """Who pays, as it was entered."""
        places = [place for place in PLACES if self.cleaned_data.get(f"organisation_{place}")]
        return [self._payer(place) for place in places]

    def _payer(self, place: int) -> Payer:
        given = self.cleaned_data
        share = given.get(f"share_{place}")
        told = [given.get(f"{name}_{place}") or "" for name in ("vat", "order", "service", "address")]
        lines = tuple(given.get(f"lines_{place}") or ())
        return Payer(given[f"organisation_{place}"], share / 100 if share else None, lines, *told)

    def save(self, *, by: Any, at: datetime) -> bool:
        """Keep who pays, and say whether it was done."""
        return self.attempt(lambda: drawing_up.set_payers(self.quote, self.payers(), by=by, at=at))


def line_choices(quote: Quote) -> list[tuple[str, str]]:
    """The lines of a quote that a payer can be named for."""
    if not quote.snapshot:
        return []
    found = {f"{line.key.grid}/{line.key.line}": said(line.label) for line in quote.kept.result.lines}
    return list(found.items())


def organisation_named(named: str) -> Organisation | None:
    """The organisation of this SIREN, or else of this very name."""
    digits = named.replace(" ", "")
    by_siren: Organisation | None = Organisation.objects.filter(siren=digits).first()
    return by_siren or Organisation.objects.filter(name__iexact=named).order_by("pk").first()


def is_vat_number(text: str) -> bool:
    """Has it the form and the key of a VAT number of the European Union?"""
    from stdnum.eu import vat

    return bool(vat.is_valid(text))
