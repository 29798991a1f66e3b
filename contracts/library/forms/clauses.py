"""What is filled in about a clause: its code once, then its words in the tiny language, its condition and its parameters."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.clauses.checklists import items
from contracts.clauses.findings import LONGEST_BODY, Finding, findings_of_clause
from contracts.library.forms.conditions import ConditionRows
from contracts.library.forms.parameters import ParameterRows
from contracts.library.services import drafts
from contracts.models import ClauseVersion
from contracts.models.library import CLAUSE_CODE
from contracts.states import Negotiable
from contracts.text import document
from contracts.text.clauses import ClauseText, Text
from requests_app.forms.base import MoveForm


class NewClauseForm(MoveForm):
    """A clause is entered under its code."""

    code = forms.RegexField(
        CLAUSE_CODE,
        label=_("Code"),
        max_length=36,
        help_text=_("For example no_reidentification: it names the clause in files and never changes."),
        error_messages={"invalid": _("A code has small letters, digits and underscores, and begins with a letter.")},
    )
    begun: ClauseVersion | None = None

    def begin(self, *, by: Any, at: datetime) -> bool:
        """Enter the clause and begin its first version."""
        return self.attempt(lambda: self._begin(by, at))

    def _begin(self, by: Any, at: datetime) -> None:
        clause = drafts.begin_clause(self.cleaned_data["code"], by=by, at=at)
        self.begun = drafts.draw_up_clause(clause, by=by, at=at)


def _body(label: Any, rows: int, **said: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "true"})
    return forms.CharField(label=label, widget=widget, max_length=LONGEST_BODY, **said)


class ClauseForm(MoveForm):
    """The words of a draft. A placeholder that nobody knows is refused here, at once, with the one that may have been meant."""

    title_fr = forms.CharField(label=_("Title, in French"), max_length=200)
    body_fr = _body(
        _("Text, in French"),
        14,
        help_text=_("A blank line begins a paragraph, “- ” an item of a list, “1. ” a numbered one. [[code]] stands for a fact."),
    )
    title_en = forms.CharField(label=_("Title, in English"), max_length=200, required=False)
    body_en = _body(_("Text, in English"), 10, required=False)
    negotiable = forms.ChoiceField(label=_("What may be negotiated?"), choices=Negotiable.choices)
    covers = forms.MultipleChoiceField(
        label=_("What the law wants to be said, and this clause says"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("What changes"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Asked of every version that follows another."),
    )

    def __init__(self, *args: Any, version: ClauseVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version, self.text = version, version.text
        offered: Any = self.fields["covers"]
        offered.choices = [(one.code, f"{one.said} ({one.law})") for one in items().values()]
        text = self.text
        self.initial.update({"title_fr": text.title.fr, "title_en": text.title.en, "body_fr": text.body.fr, "body_en": text.body.en})
        self.initial.update({"negotiable": text.negotiable.value, "covers": list(text.covers), "note": version.note})
        self.condition = ConditionRows(self, text.condition)
        self.parameters = ParameterRows(self, text.parameters)

    def clean(self) -> dict[str, Any]:
        """Read the clause, and say everything that is wrong with it, each fault in its place."""
        told: dict[str, Any] = super().clean() or {}
        self.read = self._read(told)
        for found in findings_of_clause(self.read):
            if found.blocks:
                self._say(found)
        return told

    def _say(self, found: Finding) -> None:
        place = found.where if found.where in self.fields else None
        if place not in self.errors:
            self.add_error(place, found.sentence)

    def _read(self, told: dict[str, Any]) -> ClauseText:
        words = {name: _plain_ends(told.get(name) or "") for name in ("title_fr", "title_en", "body_fr", "body_en")}
        return replace(
            self.text,
            title=Text(words["title_fr"], words["title_en"]),
            body=Text(words["body_fr"], words["body_en"]),
            negotiable=document.Negotiable(told.get("negotiable") or Negotiable.LOCKED),
            condition=self.condition.read(),
            parameters=self.parameters.read(),
            covers=tuple(told.get("covers") or ()),
        )

    def keep(self, *, by: Any, at: datetime) -> bool:
        """Write it into the draft."""
        return self.attempt(lambda: drafts.change_clause(self.version, self.read, self.cleaned_data["note"], by=by, at=at))


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
