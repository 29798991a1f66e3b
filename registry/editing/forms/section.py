"""What the sections of a declaration share: choices by code, answers as JSON, the remarks that belong to their fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Term
from registry.editing import declaring
from registry.editing.models import Declaration
from registry.lint import Remark
from ui.forms import DsfrForm, WordsField

#: The field in which a datum of the fiche is written, where both have different names.
FIELD_OF: dict[str, str] = {
    "controller": "controller_name",
    "controller_place": "controller_country",
    "sources": "databases",
    "information_how": "information_how",
}


class CodeField(forms.ChoiceField):
    """One term of a vocabulary by its code, or none."""

    def __init__(self, vocabulary: str, **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        super().__init__(required=False, **kwargs)

    def offer(self, terms: Iterable[Term]) -> None:
        """Say which terms may be chosen."""
        offered = list(terms)
        blank = [] if isinstance(self.widget, forms.RadioSelect) else [("", _("Choose"))]
        self.choice_hints = {term.code: term.description for term in offered}
        self.choices = [*blank, *((term.code, term.label) for term in offered)]


class CodesField(forms.MultipleChoiceField):
    """Several terms of a vocabulary by their codes."""

    def __init__(self, vocabulary: str, **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **kwargs)

    def offer(self, terms: Iterable[Term]) -> None:
        """Say which terms may be chosen."""
        offered = list(terms)
        self.choice_hints = {term.code: term.description for term in offered}
        self.choices = [(term.code, term.label) for term in offered]


def choice(choices: Iterable[tuple[Any, Any]], label: Any, help_text: Any = "") -> forms.ChoiceField:
    """One of a few, all in sight; none in a draft."""
    return forms.ChoiceField(label=label, help_text=help_text, choices=list(choices), required=False, widget=forms.RadioSelect)


def yes_no(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    """Yes, no, or nothing yet."""
    answers = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
    return forms.TypedChoiceField(
        label=label, help_text=help_text, choices=answers, required=False, widget=forms.RadioSelect, coerce=_is_yes, empty_value=None
    )


def _is_yes(answer: str) -> bool:
    return answer == "yes"


def line(label: Any, help_text: Any = "", *, longest: int = 250) -> forms.CharField:
    """One line."""
    return forms.CharField(label=label, help_text=help_text, max_length=longest, required=False)


def text(label: Any, help_text: Any = "", *, max_words: int = 500, rows: int = 5) -> WordsField:
    """A text of several lines."""
    return WordsField(label=label, help_text=help_text, max_words=max_words, rows=rows, max_length=20_000, required=False)


class SectionForm(DsfrForm):
    """One section of a declaration: nothing is required in a draft, what is missing is said beside."""

    marks_optional = False
    code: ClassVar[str]
    heading: ClassVar[Any]
    #: Field → with which answer of which other field it concerns, for the script that hides it: “matching=yes”.
    shown_when: ClassVar[Mapping[str, str]] = {}

    def __init__(self, sent: Any = None, *, declaration: Declaration) -> None:
        self.declaration = declaration
        super().__init__(sent, initial={name: _shown(value) for name, value in declaration.answers.items()})
        self._offer_terms()
        self.furnish()

    def _offer_terms(self) -> None:
        asking: list[Any] = [field for field in self.fields.values() if isinstance(field, CodeField | CodesField)]
        if not asking:
            return
        terms = list(Term.objects.active().filter(vocabulary__in={field.vocabulary for field in asking}).order_by("position", "pk"))
        for field in asking:
            field.offer([term for term in terms if term.vocabulary == field.vocabulary])

    def furnish(self) -> None:
        """Complete the fields with what depends on the declaration."""

    def answers(self) -> dict[str, Any]:
        """What the section says, as JSON."""
        return {name: _stored(value) for name, value in self.cleaned_data.items()}

    def save(self, *, at: datetime) -> Declaration:
        """Save the section. Raises WrongState."""
        return declaring.save(self.declaration, self.answers(), at=at)

    @property
    def asked(self) -> list[tuple[forms.BoundField, str]]:
        """Each field, with when it concerns."""
        return [(bound, self.shown_when.get(bound.name, "")) for bound in self]

    @classmethod
    def holds(cls, remark: Remark) -> bool:
        """Is the remark on a field of this section?"""
        return field_of(remark.where) in cls.base_fields


def field_of(where: str) -> str:
    """The field in which a datum of the fiche is written."""
    return FIELD_OF.get(where, where)


def _shown(value: Any) -> Any:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
