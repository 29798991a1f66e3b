"""The checklist of recommendations that the applicant answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _

from committee.models import Recommendation
from committee.services.answering import answer_recommendations
from committee.states import Reply
from requests_app.forms.base import MoveForm


class AnswersForm(MoveForm):
    """Each recommendation with its answer; one that is left open can be answered later."""

    marks_optional = False  # what is needed depends on the answer

    def __init__(self, *args: Any, dossier: Any, recommendations: list[Recommendation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dossier, self.recommendations = dossier, recommendations
        for one in recommendations:
            self.fields[f"reply_{one.position}"] = forms.ChoiceField(
                label=_("What you do about it"), choices=Reply.choices, required=False, widget=forms.RadioSelect, initial=one.reply
            )
            self.fields[f"words_{one.position}"] = forms.CharField(
                label=_("How, or why not"),
                help_text=_("A few words; needed unless the recommendation is wholly followed."),
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000}),
                initial=one.reply_words,
            )

    def rows(self) -> list[tuple[Recommendation, Any, Any]]:
        """Each recommendation with its two fields."""
        return [(one, self[f"reply_{one.position}"], self[f"words_{one.position}"]) for one in self.recommendations]

    def save(self, *, by: Any, at: datetime) -> bool:
        """Keep the answers; what the domain refuses stands beside its field."""
        given = {one.position: self._answer(one.position) for one in self.recommendations}
        return self.attempt(lambda: answer_recommendations(self.dossier, given, by=by, at=at))

    @property
    def told(self) -> tuple[int, str]:
        """What the person is told once it is saved: level of the message, and words."""
        if any(reply or words for reply, words in (self._answer(one.position) for one in self.recommendations)):
            return messages.SUCCESS, _("Your answers are kept.")
        return messages.WARNING, _("Nothing is answered yet: say what you do with each recommendation.")

    def _answer(self, position: int) -> tuple[str, str]:
        return self.cleaned_data[f"reply_{position}"], self.cleaned_data[f"words_{position}"]
