"""A line of a draft, as it is filled in: what is counted, at which price, when, to whom, with which VAT."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.contents import content_of
from fees.drafting import line_named, with_line
from fees.forms.conditions import ConditionRows
from fees.forms.fields import ExactField, choices_of, one_of
from fees.forms.quantities import FactorRows, TierRows
from fees.models import GridVersion
from fees.services.drafts import change_content
from fees.tariff.dto import EACH, ZERO, Charged, CostBasis, Group, Line, Mode, TaxPoint, Text, Unit
from fees.words import COSTS, GROUPS, MODES, PERIODS, TAX_POINTS, UNITS
from requests_app.forms.base import MoveForm

CODE_HELP = _("Capitals, digits and underscores: quotes name the line by it for ever.")
TIERED = frozenset({Mode.GRADUATED, Mode.VOLUME, Mode.BAND})


def code_field(**kwargs: Any) -> forms.RegexField:
    """The code of a line or a modifier."""
    wrong = {"invalid": _("A code has capitals, digits, hyphens and underscores, and begins with a capital.")}
    return forms.RegexField(r"^[A-Z][A-Z0-9_-]{0,39}$", label=_("Code"), help_text=CODE_HELP, error_messages=wrong, **kwargs)


class LineForm(MoveForm):
    """One line; the rows of its quantity, its tiers and its condition are groups of fields of their own."""

    code = code_field()
    label_fr = forms.CharField(label=_("Label, in French"), max_length=200)
    label_en = forms.CharField(label=_("Label, in English"), max_length=200, required=False)
    group = one_of(choices_of(GROUPS), label=_("Group"))
    cost_basis = one_of(choices_of(COSTS), label=_("Cost that it covers"))
    payee = one_of([], label=_("Owed to"), required=False)
    each = one_of(
        [("", _("no")), ("holder", _("for each holder")), ("source", _("for each source"))], label=_("Is it repeated?"), required=False
    )
    mode = one_of(choices_of(MODES), label=_("How it is worked out"))
    unit = one_of(choices_of(UNITS), label=_("Unit"))
    unit_amount = ExactField(label=_("Fixed amount or price of a unit"), required=False)
    range_min = ExactField(label=_("Lower bound"), required=False)
    range_max = ExactField(label=_("Upper bound"), required=False)
    min_amount = ExactField(label=_("Never less than"), required=False)
    max_amount = ExactField(label=_("Never more than"), required=False)
    no_cliff = forms.BooleanField(label=_("Never dearer than the first unit of a higher tier"), required=False)
    accepts_cliff = forms.BooleanField(label=_("The falls of price between tiers were seen and are wanted"), required=False)
    vat_profile = one_of([], label=_("VAT"))
    tax_point = one_of(choices_of(TAX_POINTS), label=_("Day whose VAT rate holds"))
    charged = one_of(choices_of(PERIODS), label=_("How often it is charged"))
    optional = forms.BooleanField(label=_("Only if it is asked for"), required=False)
    chargeable_on_withdrawal = forms.BooleanField(label=_("What was already done is due even if the request is withdrawn"), required=False)
    article = forms.CharField(label=_("Article of the text"), max_length=100, required=False)
    help_fr = forms.CharField(label=_("Explanation, in French"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    help_en = forms.CharField(label=_("Explanation, in English"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, version: GridVersion, line: Line | None, profiles: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version, self.line, self.content = version, line, content_of(version)
        self._offer(profiles)
        if line is not None:
            self.initial.update(_initial(line))
        self.quantity = FactorRows(self, line)
        self.tiers = TierRows(self, line)
        self.condition = ConditionRows(self, line.condition if line else None)

    def _offer(self, profiles: Mapping[str, str]) -> None:
        """The payees of this grid, and the profiles of VAT; one that is no longer there stays offered to the line that bears it."""
        chosen: Any = self.fields["payee"]
        named = [(payee.code, payee.name) for payee in self.content.payees]
        chosen.choices = [("", self.version.grid.owner_name), *named, (EACH, _("the one for which it is repeated"))]
        vat: Any = self.fields["vat_profile"]
        known = [(code, f"{code} – {name}") for code, name in profiles.items()]
        borne = self.line.vat_profile if self.line else ""
        vat.choices = known if not borne or borne in profiles else [*known, (borne, borne)]

    def clean_code(self) -> str:
        """No two lines bear the same code."""
        code: str = self.cleaned_data["code"]
        if code != (self.line.code if self.line else "") and line_named(self.content, code):
            raise forms.ValidationError(_("Another line bears this code."))
        return code

    def clean(self) -> dict[str, Any]:
        """Read the rows once the fields are."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        told["rows"] = (self.quantity.read(), self.tiers.read(), self.condition.read())
        return told

    def keep(self, *, by: Any, at: datetime) -> bool:
        """Write the line into the draft."""
        old, line = self.line.code if self.line else "", self.read()
        return self.attempt(lambda: change_content(self.version, lambda now: with_line(now, line, old), line.code, by=by, at=at))

    def read(self) -> Line:
        """The line that was filled in."""
        told = self.cleaned_data
        mode = Mode(told["mode"])
        quantity, tiers, condition = told["rows"]
        plain = ("code", "payee", "each", "vat_profile", "no_cliff", "accepts_cliff", "optional", "chargeable_on_withdrawal", "article")
        return Line(
            **{name: told[name] for name in plain},
            **{name: told[name] for name in ("min_amount", "max_amount")},
            label=Text(told["label_fr"], told["label_en"]),
            help=Text(told["help_fr"], told["help_en"]),
            group=Group(told["group"]),
            cost_basis=CostBasis(told["cost_basis"]),
            mode=mode,
            unit=Unit(told["unit"]),
            charged=Charged(told["charged"]),
            tax_point=TaxPoint(told["tax_point"]),
            quantity=quantity,
            condition=condition,
            **_prices(mode, told, tiers),
        )


def _prices(mode: Mode, told: Mapping[str, Any], tiers: Any) -> dict[str, Any]:
    """What the mode uses of what was filled in; the rest is left out."""
    if mode is Mode.RANGE:
        return {"range_min": told["range_min"], "range_max": told["range_max"]}
    if mode in TIERED:
        return {"tiers": tiers}
    return {"unit_amount": told["unit_amount"] or ZERO}


def _initial(line: Line) -> dict[str, Any]:
    same = ("code", "payee", "each", "vat_profile", "no_cliff", "accepts_cliff", "optional", "chargeable_on_withdrawal", "article")
    amounts = ("range_min", "range_max", "min_amount", "max_amount")
    codes = ("group", "cost_basis", "mode", "unit", "charged", "tax_point")
    return {
        **{name: getattr(line, name) for name in (*same, *amounts)},
        **{name: getattr(line, name).value for name in codes},
        "unit_amount": None if line.mode in TIERED or line.mode is Mode.RANGE else line.unit_amount,
        "label_fr": line.label.fr,
        "label_en": line.label.en,
        "help_fr": line.help.fr,
        "help_en": line.help.en,
    }
