"""The forms of the room: what the public finds wrong, what the secretariat answers, and taking a fiche out of the registry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from registry.models import Fiche
from registry.trust import corrections, floods, services
from registry.trust.history import label_of, told_by
from registry.trust.models import Correction, Ground
from registry.trust.published import versions_shown
from requests_app.forms.base import MoveForm
from ui.forms import DsfrForm, WordsField

ANOTHER = "other"


class CorrectionForm(DsfrForm):
    """What is wrong in a fiche, and where the answer may go."""

    field = forms.ChoiceField(label=gettext_lazy("Which part of the fiche is it about?"))
    wrong = WordsField(
        label=gettext_lazy("What is wrong, and what should stand there?"),
        help_text=gettext_lazy("Say where you know it from, if you can. Write nothing about anybody's health, and no name of a person."),
        max_words=300,
        max_length=3000,
        rows=6,
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy(
            "Only to send you the answer. We first send you a link to confirm it; the address is erased 30 days after the answer."
        ),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, fiche: Fiche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fiche = fiche
        self.made: Correction | None = None
        choice: Any = self.fields["field"]
        choice.choices = [("", _("Choose a part of the page")), *fields_of(fiche), (ANOTHER, _("Something else"))]

    def ask(self, request: HttpRequest, at: datetime) -> bool:
        """Record the request, unless too many came from here in the last hour."""
        email = self.cleaned_data["email"]
        if not floods.let_through(request, "correction") or (email and not floods.let_write_to(email)):
            self.add_error(None, _("Many requests came from your address in the last hour. Wait a little, then send yours again."))
            return False
        language = "en" if (get_language() or "").startswith("en") else "fr"
        self.made = corrections.ask(self.fiche, language=language, at=at, **self.cleaned_data)
        return True


def fields_of(fiche: Fiche) -> list[tuple[str, str]]:
    """What the last version of a fiche says: code and label of each datum."""
    version = versions_shown().filter(fiche=fiche, number=fiche.version).first()
    return [(fact.code, fact.label) for fact in told_by(version).values()] if version else []


def field_in_words(correction: Correction) -> str:
    """What a request is about: the datum as the fiche names it."""
    if correction.field == ANOTHER:
        return _("Something else")
    return dict(fields_of(correction.fiche)).get(correction.field) or label_of(correction.field)


class AnswerForm(MoveForm):
    """The secretariat's answer to a request of correction."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[
            ("accept", gettext_lazy("The remark is right: the fiche will be corrected")),
            ("refuse", gettext_lazy("The fiche stays as it is")),
        ],
        widget=forms.RadioSelect,
    )
    answer = WordsField(
        label=gettext_lazy("Words for whoever asked"),
        help_text=gettext_lazy(
            "Compulsory when the fiche stays as it is. They are sent by e-mail and shown at the private address of the request."
        ),
        max_words=300,
        max_length=3000,
        rows=5,
        required=False,
    )

    def settles(self, pk: int, *, by: Any, at: datetime) -> bool:
        """Accept or refuse."""
        decide = corrections.accept if self.cleaned_data["decision"] == "accept" else corrections.refuse
        return self.attempt(lambda: decide(pk, answer=self.cleaned_data["answer"], by=by, at=at))


class SettleForm(MoveForm):
    """The fiche was corrected."""

    def settles(self, pk: int, *, by: Any, at: datetime) -> bool:
        """Close the request with the latest version of the fiche."""
        return self.attempt(lambda: corrections.settle(pk, by=by, at=at))


class _NumberForm(MoveForm):
    """A form that changes what the public reads: the number of the fiche is typed to confirm it."""

    def __init__(self, *args: Any, fiche: Fiche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fiche = fiche
        self.fields["number"] = forms.CharField(
            label=_("To confirm, type the number of the fiche"),
            help_text=fiche.number,
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        )

    def clean_number(self) -> str:
        """The very number of this fiche."""
        if self.cleaned_data["number"].strip().upper() != self.fiche.number:
            raise forms.ValidationError(_("This is not the number of this fiche."))
        return self.fiche.number


class WithdrawForm(_NumberForm):
    """Take a fiche out of the registry."""

    ground = forms.ChoiceField(label=gettext_lazy("Ground"), choices=Ground.choices, widget=forms.RadioSelect)
    reason = WordsField(
        label=gettext_lazy("Explanation, for the public"),
        help_text=gettext_lazy("It stands at the address of the fiche for ever. Name nobody, and do not repeat what must not be read."),
        max_words=200,
        max_length=2000,
        rows=4,
    )

    def withdraw(self, *, by: Any, at: datetime) -> bool:
        """Do it."""
        told = {name: self.cleaned_data[name] for name in ("ground", "reason")}
        return self.attempt(lambda: services.withdraw(self.fiche.number, by=by, at=at, **told))


class RestoreForm(_NumberForm):
    """Put a fiche back."""

    reason = WordsField(label=gettext_lazy("Explanation, for the public"), max_words=200, max_length=2000, rows=4)
    shows_earlier = forms.BooleanField(
        label=gettext_lazy("Show again what the fiche said before it was withdrawn"),
        help_text=gettext_lazy("Tick it only if nothing that it said was the ground of the withdrawal."),
        required=False,
    )

    def restore(self, *, by: Any, at: datetime) -> bool:
        """Do it."""
        told = {name: self.cleaned_data[name] for name in ("reason", "shows_earlier")}
        return self.attempt(lambda: services.restore(self.fiche.number, by=by, at=at, **told))


class NumberForm(DsfrForm):
    """Which fiche to take out."""

    number = forms.CharField(label=gettext_lazy("Number of the fiche"), max_length=20)

    def clean_number(self) -> Fiche:
        """The fiche of this number, which the public reads."""
        found = Fiche.objects.known_as(self.cleaned_data["number"].strip())
        if found is None or not found.live:
            raise forms.ValidationError(_("No published fiche has this number."))
        return found
