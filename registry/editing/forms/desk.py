"""The forms of the first letter, and of the secretariat's desk: additions to a fiche, the answer to a declaration."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.editing import checking, declaring
from registry.editing.models import Declaration
from registry.frameworks import FicheKind
from registry.models import Fiche
from requests_app.forms.base import MoveForm
from ui.forms import DsfrForm

EMAIL_HELP = _("It receives the link, and is never published. Expected format: name@domain.fr")


class AddressForm(DsfrForm):
    """The address that a link is sent to."""

    email = forms.EmailField(
        label=_("Your e-mail address"), help_text=EMAIL_HELP, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class BeginForm(AddressForm):
    """What is declared, and by whom; somebody who has signed in gives no address."""

    kind = forms.ChoiceField(
        label=_("What do you declare?"), choices=FicheKind.choices, initial=FicheKind.PROJECT, widget=forms.RadioSelect
    )
    field_order = ("kind", "email")

    def __init__(self, sent: Any = None, *, person: Any = None) -> None:
        self.person = person
        super().__init__(sent)
        if person is not None:
            del self.fields["email"]

    def begin(self, *, language: str, at: datetime) -> Declaration | None:
        """Begin the declaration; None when too many wait already, which nobody is told."""
        told = self.cleaned_data
        email = self.person.email if self.person else told["email"]
        return declaring.begin(kind=told["kind"], email=email, language=language, account=self.person, at=at)


class SendForm(MoveForm):
    """Sends a declaration; what looks like a person is confirmed not to be one."""

    def __init__(self, sent: Any = None, *, asks: bool) -> None:
        super().__init__(sent)
        if asks:
            self.fields["confirmed"] = forms.BooleanField(
                label=_("I confirm that nothing here names a person or tells where one lives or is reached."), required=False
            )

    def send(self, declaration: Declaration, *, at: datetime) -> bool:
        """Send it, or say what must be mended first."""
        confirmed = bool(self.cleaned_data.get("confirmed"))
        return self.attempt(lambda: declaring.send(declaration, confirmed=confirmed, at=at))


class AdditionsForm(MoveForm):
    """What the secretariat adds to a fiche, or writes anew; emptied, a text goes back to that of the project."""

    title_en = forms.CharField(label=_("Title in English"), max_length=300, required=False)
    lay_summary_en = forms.CharField(
        label=_("Summary in English"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    dpo_mailbox = forms.EmailField(
        label=_("Mailbox of the data protection officer"),
        required=False,
        help_text=_("If the project gave none that could be published. Expected format: name@domain.fr"),
    )
    title = forms.CharField(label=_("Title, written anew"), max_length=300, required=False, help_text=_("Empty: the project's own stands."))
    lay_summary = forms.CharField(
        label=_("Summary for everyone, written anew"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Empty: the project's own stands."),
    )
    reason = forms.CharField(
        label=_("Reason, for the public"),
        max_length=500,
        required=False,
        help_text=_("Required when a text is written anew; it stands on the page and in its history."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, sent: Any = None, *, fiche: Fiche) -> None:
        self.fiche = fiche
        present = {name: fiche.added.get(name, "") for name in (*checking.ADDED, *checking.REWRITTEN)}
        super().__init__(sent, initial=present | {"seen": fiche.version})

    def write(self, *, by: Any, at: datetime) -> bool:
        """Write the additions, or say what is wrong."""
        told = dict(self.cleaned_data)
        reason, seen = told.pop("reason"), told.pop("seen")
        return self.attempt(lambda: checking.amend(self.fiche, told, reason=reason, seen=seen, by=by, at=at))


class AnswerForm(MoveForm):
    """What the secretariat answers to a declaration."""

    ANSWERS = (
        ("publish", _("Publish it")),
        ("send_back", _("Send it back, to be mended")),
        ("refuse", _("Do not take it up: it is no declaration, or the project stands in the registry already")),
    )
    answer = forms.ChoiceField(label=_("Answer"), choices=ANSWERS, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What you write"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("To the declarer, when it is sent back or not taken up. For a change that is published: its reason, for the public."),
    )

    def __init__(self, sent: Any = None, *, declaration: Declaration) -> None:
        self.declaration = declaration
        super().__init__(sent)
        if declaration.is_change:
            answer: Any = self.fields["answer"]
            answer.choices = [one for one in self.ANSWERS if one[0] != "refuse"]

    def give(self, *, by: Any, at: datetime) -> bool:
        """Give the answer, or say what is wrong."""
        told, one = self.cleaned_data, self.declaration
        if told["answer"] == "publish":
            return self.attempt(lambda: declaring.publish(one, reason=told["words"] if one.is_change else "", by=by, at=at))
        act = declaring.send_back if told["answer"] == "send_back" else declaring.refuse
        return self.attempt(lambda: act(one, told["words"], by=by, at=at))
