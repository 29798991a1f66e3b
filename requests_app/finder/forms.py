"""One question as a form; the answers before it travel in the address, so that a page can be kept, sent or gone back from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.finder.finding import Question
from ui.forms import DsfrForm


class QuestionForm(DsfrForm):
    """The question that waits for an answer."""

    def __init__(self, question: Question, sent: Any = None) -> None:
        super().__init__(sent)
        field = forms.ChoiceField(
            label=question.label,
            help_text=question.help,
            choices=question.choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose an answer to go on."), "invalid_choice": _("Choose one of these answers.")},
        )
        field.choice_hints = question.hints  # type: ignore[attr-defined]
        self.fields[question.code] = field

    @property
    def bound(self) -> forms.BoundField:
        """The only field."""
        return next(iter(self))
