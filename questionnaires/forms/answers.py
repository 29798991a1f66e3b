"""The fields in which questions are answered: one form field for each kind, and the way from a field's value to the stored answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from questionnaires.answering import Answers, answers_that_count, errors_in
from questionnaires.definitions import Definition, in_language, label_of, name_of, questions_of
from questionnaires.kinds import DECIMALS, GREATEST, LONGEST_TEXT, SHORT_LENGTH, Kind, Question, Unfit, fit
from ui.forms import DsfrForm, WordsField

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def field_for(question: Question) -> forms.Field:
    """The field of a question; nothing is required of a draft."""
    said: dict[str, Any] = {"label": label_of(question), "help_text": in_language(question["help"]), "required": False}
    kind = question["kind"]
    if kind == Kind.LONG:
        return WordsField(max_words=question.get("max_words") or LONGEST_TEXT, rows=6, **said)
    if kind in _PLAIN:
        field_class, options = _PLAIN[kind]
        return field_class(**options, **said)
    choices = YES_NO if kind == Kind.YES_NO else [(choice["code"], in_language(choice)) for choice in question["choices"]]
    if kind == Kind.SEVERAL:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **said)
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **said)


_PLAIN: dict[str, tuple[type[forms.Field], dict[str, Any]]] = {
    Kind.SHORT: (forms.CharField, {"max_length": SHORT_LENGTH}),
    Kind.WHOLE: (forms.IntegerField, {"min_value": 1 - GREATEST, "max_value": GREATEST - 1}),
    Kind.DECIMAL: (forms.DecimalField, {"max_digits": 18, "decimal_places": DECIMALS}),
    Kind.DATE: (forms.DateField, {}),
    Kind.EMAIL: (forms.EmailField, {"max_length": SHORT_LENGTH}),
}


def fields_for(questions: Iterable[Question]) -> dict[str, forms.Field]:
    """The fields of some questions, by their names."""
    return {name_of(question["code"]): field_for(question) for question in questions}


def shown_value(question: Question, answer: Any) -> Any:
    """A stored answer as its field shows it."""
    return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else answer


def stored_value(question: Question, value: Any) -> Any:
    """What a field has understood, as the answer is stored; None for no answer."""
    if isinstance(value, Decimal):
        value = float(value)
    elif isinstance(value, date):
        value = value.isoformat()
    elif question["kind"] == Kind.YES_NO:
        value = {"yes": True, "no": False}.get(value)
    try:
        return fit(question, value)
    except Unfit:  # the fields refuse before; what they let pass and a question does not take is no answer
        return None


class TrialForm(DsfrForm):
    """A questionnaire as an applicant would meet it; its answers are checked and not kept."""

    marks_optional = False

    def __init__(self, data: Any = None, *, definition: Definition) -> None:
        super().__init__(data)
        self.definition = definition
        self.fields.update(fields_for(questions_of(definition)))

    def clean(self) -> dict[str, Any]:
        """Say what would be missing or wrong."""
        cleaned: dict[str, Any] = super().clean() or {}
        for code, sentence in errors_in(self.definition, self.answers(cleaned)).items():
            if not self.has_error(name_of(code)):
                self.add_error(name_of(code), sentence)
        return cleaned

    def answers(self, cleaned: Mapping[str, Any]) -> Answers:
        """The answers that were understood."""
        given = {
            question["code"]: stored_value(question, cleaned.get(name_of(question["code"]))) for question in questions_of(self.definition)
        }
        return answers_that_count(self.definition, given)
