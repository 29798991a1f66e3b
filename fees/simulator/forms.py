"""The form of the simulator, made of what a version asks; from valid answers it makes a simulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fees.simulator.fields import DecidedField, NumberField, field_for
from fees.simulator.limits import MOST_REPEATED, MOST_UNCERTAIN
from fees.simulator.questions import Asked, is_uncertain
from fees.simulator.simulation import DAY, DECISION, EACH_OF, GRID, HIGH, LOW, OPTION, VALUE_OF, Simulation
from fees.tariff import dto
from fees.tariff.facts import FACTS, parsed
from fees.words import number, said
from ui.forms import DayInput, DsfrForm

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
#: What the empty form proposes: the ordinary case, in sight, to be changed where it is not so.
PROPOSED = {
    "requester.vat_zone": "fr",
    "requester.is_holder": "false",
    "requester.thesis": "false",
    "requester.statutory_exempt": "false",
    "requester.asks_reduction": "false",
    "primo.active": "false",
    "project.emergency": "false",
    "project.paused_months": "0",
    "data.refreshes": "0",
}


@dataclass(frozen=True)
class Question:
    """A question of the form; with the fields of its bounds when the effort is uncertain."""

    answer: BoundField
    low: BoundField | None = None
    high: BoundField | None = None


@dataclass(frozen=True)
class Part:
    """A part of the form."""

    code: str
    title: Any
    questions: tuple[Question, ...]


class SimulationForm(DsfrForm):
    """Facts, bounds, lines on request, and the day; bound to the address when it holds answers."""

    marks_optional = False

    def __init__(self, asked: Asked, sent: Any = None, *, day: date, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(sent, initial={DAY: day, **PROPOSED, **(initial or {})}, use_required_attribute=False)
        self.asked, self.day = asked, day
        for key in asked.keys:
            self._ask(key)
        for name in asked.dimensions:
            self.fields[EACH_OF + name] = NumberField(most=Decimal(MOST_REPEATED), whole=True, label=_named(name), initial="1")
        self._ask_for_lines()
        self._ask_for_decisions()
        self.fields[DAY] = forms.DateField(
            required=False,
            widget=DayInput(),
            label=_("Day of the calculation"),
            help_text=_("It decides the rate of VAT. Today unless you say otherwise."),
        )

    def _ask(self, key: str) -> None:
        kind = FACTS[key]
        self.fields[key] = field_for(kind)
        if is_uncertain(kind):
            for ending, label in ((LOW, _("At least")), (HIGH, _("At most"))):
                self.fields[key + ending] = field_for(kind._replace(label=dto.Text(label, label)))
                self.fields[key + ending].help_text = ""

    def _ask_for_lines(self) -> None:
        options = self.asked.options
        if options:
            wrong = {"invalid_choice": gettext_lazy("Choose among the services offered.")}
            self.fields[OPTION] = forms.MultipleChoiceField(
                choices=list(options.items()),
                widget=forms.CheckboxSelectMultiple,
                required=False,
                label=_("Services on request"),
                error_messages=wrong,
            )

    def _ask_for_decisions(self) -> None:
        """What only the staff decide can be tried out: a box, or a number within its bounds."""
        boxes = {}
        for key, one in self.asked.decisions.items():
            if one.minimum is None or one.maximum is None:
                boxes[key] = said(one.label)
                continue
            told = {"label": said(one.label), "least": number(one.minimum), "most": number(one.maximum)}
            label = _("%(label)s: a value from %(least)s to %(most)s") % told
            self.fields[VALUE_OF + key] = DecidedField(one.minimum, one.maximum, label=label[:1].upper() + label[1:])
        if boxes:
            wrong = {"invalid_choice": gettext_lazy("Choose among the decisions offered.")}
            box: Any = {"widget": forms.CheckboxSelectMultiple, "required": False, "error_messages": wrong}
            self.fields[DECISION] = forms.MultipleChoiceField(choices=list(boxes.items()), label=_("Decisions of the staff"), **box)

    # For the page

    def parts(self) -> Iterator[Part]:
        """The form part by part."""
        for code, title, keys in self.asked.parts():
            more = [EACH_OF + name for name in self.asked.dimensions] if code == "data" else []
            more += [DAY] if code == "vat" else []
            yield Part(code, title, tuple(self._question(name) for name in (*keys, *more)))
        loose = [OPTION] if OPTION in self.fields else []
        loose += [] if any(part[0] == "vat" for part in self.asked.parts()) else [DAY]
        decided = [name for name in self.fields if name == DECISION or name.startswith(VALUE_OF)]
        if decided:
            yield Part("decided", _("What only the staff decide, to be tried out"), tuple(self._question(name) for name in decided))
        if loose:
            yield Part("more", _("And also"), tuple(self._question(name) for name in loose))

    def _question(self, name: str) -> Question:
        bounds = (self[name + LOW], self[name + HIGH]) if name + LOW in self.fields else ()
        return Question(self[name], *bounds)

    # What it says

    def clean_jour(self) -> date:
        """The day, today when none is given."""
        day: date = self.cleaned_data.get(DAY) or self.day
        if not FIRST_DAY <= day < LAST_DAY:
            raise forms.ValidationError(_("Choose a day of this century."), code="day")
        return day

    def clean(self) -> dict[str, Any]:
        """Bounds stand on both sides of the likely value, and few facts are uncertain."""
        told = super().clean() or {}
        uncertain = [key for key in self.asked.keys if self._bounds(key) != (None, None)]
        for key in uncertain:
            self._check_bounds(key)
        if len(uncertain) > MOST_UNCERTAIN:
            words = _("Give bounds to %(most)s answers at most: a range of ranges says nothing any more.")
            self.add_error(None, words % {"most": MOST_UNCERTAIN})
        return told

    def _bounds(self, key: str) -> tuple[Decimal | None, Decimal | None]:
        return self.cleaned_data.get(key + LOW), self.cleaned_data.get(key + HIGH)

    def _check_bounds(self, key: str) -> None:
        (low, high), likely = self._bounds(key), self.cleaned_data.get(key)
        if likely is None:
            if key not in self.errors:
                self.add_error(key, _("Give the likely number too, between the bounds."))
            return
        if low is not None and low > likely:
            self.add_error(key + LOW, _("This bound must not be above the likely number."))
        if high is not None and high < likely:
            self.add_error(key + HIGH, _("This bound must not be below the likely number."))

    def simulation(self, version: dto.GridVersion) -> Simulation:
        """What the valid answers make."""
        told = self.cleaned_data
        repeated = {name: int(told.get(EACH_OF + name) or 0) for name in self.asked.dimensions}
        return Simulation(
            version=version,
            on=told[DAY],
            facts={key: self._fact(key) for key in self.asked.keys if told.get(key) not in (None, "")},
            options=frozenset(told.get(OPTION, ())),
            repeated=repeated,
            decided=self._decided(),
            more=self.asked.versions[1:],
        )

    def _decided(self) -> dict[str, Decimal | None]:
        boxes = dict.fromkeys(self.cleaned_data.get(DECISION, ()))
        valued = {key: self.cleaned_data.get(VALUE_OF + key) for key in self.asked.decisions}
        return {**boxes, **{key: value for key, value in valued.items() if value is not None}}

    def _fact(self, key: str) -> dto.Fact:
        value = self.cleaned_data[key]
        low, high = self._bounds(key)
        return dto.Fact(parsed(key, value) if isinstance(value, str) else value, dto.Source.DECLARED, low, high)


def _named(dimension: str) -> str:
    words = {"holder": _("Number of data holders"), "source": _("Number of databases")}
    return words.get(dimension, dimension)


def answers_in(sent: Any, asked: Asked) -> bool:
    """Does the address hold at least one answer?"""
    return any(key in sent for key in (*asked.keys, OPTION))


__all__ = ["GRID", "Part", "Question", "SimulationForm", "answers_in"]
