"""A modifier of a draft, as it is filled in: what it does, to which lines, for whom, under which formalities."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.contents import content_of
from fees.drafting import modifier_named, with_modifier
from fees.forms.conditions import ConditionRows
from fees.forms.fields import ExactField, choices_of, one_of
from fees.forms.lines import code_field
from fees.models import GridVersion
from fees.services.drafts import change_content
from fees.tariff.dto import ZERO, Group, Kind, Measure, Modifier, Stage, Text
from fees.words import GROUPS, KINDS, STAGES, said
from requests_app.forms.base import MoveForm

MEASURES = {
    Measure.PERCENT: _("per cent of the amount"),
    Measure.AMOUNT: _("an amount"),
    Measure.PER_UNIT: _("an amount per unit"),
}
_SAME = (
    *("code", "minimum", "maximum", "exclusive", "on_decision", "requires_justification", "requires_prior_notice"),
    *("evidence", "funded_by", "article"),
)


class ModifierForm(MoveForm):
    """One modifier; the rows of its condition are fields of their own."""

    code = code_field()
    label_fr = forms.CharField(label=_("Label, in French"), max_length=200)
    label_en = forms.CharField(label=_("Label, in English"), max_length=200, required=False)
    kind = one_of(choices_of(KINDS), label=_("What it does"))
    value = ExactField(
        label=_("Value"), required=False, help_text=_("A factor (0.5), a percentage or an amount; nothing for an exemption.")
    )
    minimum = ExactField(label=_("Lowest value that may be set"), required=False)
    maximum = ExactField(label=_("Highest value that may be set"), required=False)
    stage = one_of(choices_of(STAGES), label=_("Worked out on"))
    groups = forms.MultipleChoiceField(
        label=_("Groups of lines"), choices=choices_of(GROUPS), widget=forms.CheckboxSelectMultiple, required=False
    )
    lines = forms.MultipleChoiceField(
        label=_("Lines"), widget=forms.CheckboxSelectMultiple, required=False, help_text=_("Neither group nor line: every line.")
    )
    exclusive = forms.SlugField(
        label=_("Reductions that do not add up"),
        max_length=40,
        required=False,
        help_text=_("The same word on several: only the most favourable of them holds."),
    )
    priority = forms.IntegerField(label=_("Order"), min_value=0, max_value=999, required=False, help_text=_("Lower first."))
    on_decision = forms.BooleanField(label=_("Never by itself: somebody decides it"), required=False)
    requires_justification = forms.BooleanField(label=_("A reason is given"), required=False)
    requires_prior_notice = forms.BooleanField(label=_("Only if it was announced before the work began"), required=False)
    evidence = forms.CharField(label=_("Piece that proves the right to it"), max_length=100, required=False)
    measure = one_of(choices_of(MEASURES), label=_("Part paid by a third party, told as"))
    funded_by = forms.CharField(label=_("Identifier of who pays instead"), max_length=60, required=False)
    article = forms.CharField(label=_("Article of the text"), max_length=100, required=False)

    def __init__(self, *args: Any, version: GridVersion, modifier: Modifier | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version, self.modifier, self.content = version, modifier, content_of(version)
        offered: Any = self.fields["lines"]
        offered.choices = [(line.code, f"{said(line.label)} ({line.code})") for line in self.content.lines]
        self.initial.update(_initial(modifier) if modifier else {"measure": Measure.PERCENT.value, "priority": 0})
        self.condition = ConditionRows(self, modifier.condition if modifier else None)

    def clean_code(self) -> str:
        """No two modifiers bear the same code."""
        code: str = self.cleaned_data["code"]
        if code != (self.modifier.code if self.modifier else "") and modifier_named(self.content, code):
            raise forms.ValidationError(_("Another modifier bears this code."))
        return code

    def clean(self) -> dict[str, Any]:
        """Read the rows once the fields are."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        told["condition"] = self.condition.read()
        return told

    def keep(self, *, by: Any, at: datetime) -> bool:
        """Write the modifier into the draft."""
        old, modifier = self.modifier.code if self.modifier else "", self.read()
        return self.attempt(
            lambda: change_content(self.version, lambda now: with_modifier(now, modifier, old), modifier.code, by=by, at=at)
        )

    def read(self) -> Modifier:
        """The modifier that was filled in."""
        told = self.cleaned_data
        return Modifier(
            **{name: told[name] for name in _SAME},
            label=Text(told["label_fr"], told["label_en"]),
            kind=Kind(told["kind"]),
            stage=Stage(told["stage"]),
            value=told["value"] or ZERO,
            lines=tuple(told["lines"]),
            groups=tuple(Group(code) for code in told["groups"]),
            priority=told["priority"] or 0,
            measure=Measure(told["measure"]),
            condition=told["condition"],
        )


def _initial(modifier: Modifier) -> dict[str, Any]:
    return {
        **{name: getattr(modifier, name) for name in (*_SAME, "priority")},
        **{name: getattr(modifier, name).value for name in ("kind", "stage", "measure")},
        "value": modifier.value if modifier.kind is not Kind.EXEMPT else None,
        "lines": list(modifier.lines),
        "groups": [group.value for group in modifier.groups],
        "label_fr": modifier.label.fr,
        "label_en": modifier.label.en,
    }
