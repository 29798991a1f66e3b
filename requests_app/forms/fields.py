"""Fields of the dossier's form: choices in a vocabulary, yes or no, and the organisations that a dossier names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Term


def terms_offered(vocabularies: Iterable[str], kept: Iterable[int]) -> dict[str, list[Term]]:
    """The terms that may be chosen in each vocabulary, with those chosen before they were withdrawn; one query."""
    wanted = list(vocabularies)
    offered: dict[str, list[Term]] = {vocabulary: [] for vocabulary in wanted}
    rows = Term.objects.filter(Q(active=True) | Q(pk__in=list(kept)), vocabulary__in=wanted).order_by("position", "label_fr", "pk")
    for term in rows:
        offered[term.vocabulary].append(term)
    return offered


class WholeField(forms.IntegerField):
    """A whole number as people write it, “400 000” too: a browser's own box for numbers would send nothing in its place."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        """The number, whatever spaces stand between its thousands."""
        return super().to_python(re.sub(r"(?<=\d)\s(?=\d{3})", "", value.strip()) if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A narrow box, and the keyboard of figures on a phone."""
        return {**super().widget_attrs(widget), "inputmode": "numeric", "maxlength": 20}


class TermField(forms.TypedChoiceField):
    """One term of a vocabulary, or none; the form offers the terms once it knows them."""

    def __init__(self, vocabulary: str, **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        self.by_key: dict[str, Term] = {}
        super().__init__(**{"required": False, "empty_value": None, "coerce": self._term, **kwargs})

    def _term(self, key: str) -> Term:
        return self.by_key[key]

    def offer(self, terms: list[Term]) -> None:
        """Say which terms may be chosen."""
        self.by_key = {str(term.pk): term for term in terms}
        self.choice_hints = {key: term.description for key, term in self.by_key.items()}
        blank = [] if isinstance(self.widget, forms.RadioSelect) else [("", _("Choose"))]
        self.choices = [*blank, *((key, term.label) for key, term in self.by_key.items())]
        self.coerce = self._term


class TermsField(forms.TypedMultipleChoiceField):
    """Several terms of a vocabulary."""

    def __init__(self, vocabulary: str, **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        self.by_key: dict[str, Term] = {}
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(**{"required": False, "coerce": self._term, **kwargs})

    def _term(self, key: str) -> Term:
        return self.by_key[key]

    def offer(self, terms: list[Term]) -> None:
        """Say which terms may be chosen."""
        self.by_key = {str(term.pk): term for term in terms}
        self.choice_hints = {key: term.description for key, term in self.by_key.items()}
        self.choices = [(key, term.label) for key, term in self.by_key.items()]
        self.coerce = self._term


class YesNoField(forms.TypedChoiceField):
    """Yes or no, as two buttons; `unanswered` is what an empty answer means."""

    def __init__(self, *, unanswered: bool | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.RadioSelect)
        choices = [("yes", _("Yes")), ("no", _("No"))]
        empty: Any = unanswered
        super().__init__(required=False, choices=choices, coerce=lambda answer: answer == "yes", empty_value=empty, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """True and False as they stand in the page."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
