"""What a member declares on one dossier, and what the president decides on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from committee.models import Examination, InterestAnswer, Member, Recusal
from committee.services import interests
from committee.states import Answer
from requests_app.forms.base import MoveForm


class AnswerForm(MoveForm):
    """No interest, a link to be judged, or an interest."""

    marks_optional = False  # what is needed depends on the answer

    answer = forms.ChoiceField(label=_("Your interests in this dossier"), choices=Answer.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Which link"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Needed unless you have no interest. Only who decides reads these words: the president, or the delegate for the president."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].choice_hints = HINTS  # type: ignore[attr-defined]

    def declare(self, examination: Examination, member: Member, *, by: Any, at: datetime) -> bool:
        """Declare, or say why not."""
        return self.attempt(lambda: interests.declare(examination, member, by=by, at=at, **self.cleaned_data))


HINTS = {
    Answer.NONE.value: _("Neither you nor anyone close to you has or had an interest in this project."),
    Answer.DOUBT.value: _("You keep your access meanwhile; no report on it can be entrusted to you."),
    Answer.CONFLICT.value: _("Your access to the dossier ends at once, and you take no part in its vote."),
}


class WordsForm(MoveForm):
    """A decision with its reason."""

    words = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}))
    places = {"because": "words"}

    def clear(self, doubt: InterestAnswer, *, by: Any, at: datetime) -> bool:
        """Decide that the person may take part, or say why not."""
        return self.attempt(lambda: interests.clear_doubt(doubt, words=self.cleaned_data["words"], by=by, at=at))

    def invite(self, examination: Examination, member: Member, *, by: Any, at: datetime) -> bool:
        """Ask the person to withdraw, or say why not."""
        return self.attempt(lambda: interests.invite_to_withdraw(examination, member, words=self.cleaned_data["words"], by=by, at=at))

    def let_back(self, recusal: Recusal, *, by: Any, at: datetime) -> bool:
        """Let the person back in, or say why not."""
        return self.attempt(lambda: interests.let_back(recusal, because=self.cleaned_data["words"], by=by, at=at))
