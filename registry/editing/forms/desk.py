"""The forms of the first letter, and of the secretariat's desk: additions to a fiche, the answer to a declaration."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.editing import checking, declaring, notifications
from registry.editing.models import Declaration
from registry.frameworks import FicheKind
from registry.models import Fiche
from registry.trust import floods
from requests_app.forms.base import MoveForm

EMAIL_HELP = _("It receives the link, and is never published. Expected format: name@domain.fr")


#: Sendings an hour of each of these forms from one visitor: a department may stand behind one address.
MOST_LINKS = 20
TOO_MANY = _("Many requests came from your address in the last hour. Wait a little, then send yours again.")


class AddressForm(MoveForm):
    """The address that a link is sent to."""

    email = forms.EmailField(
        label=_("Your e-mail address"), help_text=EMAIL_HELP, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def write_links(self, request: HttpRequest, *, at: datetime) -> bool:
        """Send every link of the address again, if it has any, unless too many were asked for from here in the last hour."""
        if not floods.let_through(request, "links", MOST_LINKS):
            self.add_error(None, TOO_MANY)
            return False
        latest = Declaration.objects.of_address(self.cleaned_data["email"]).first()
        if latest:
            notifications.links_again(latest, at)
        return True


class BeginForm(AddressForm):
    """What is declared, and by whom; somebody who has signed in gives no address."""

    kind = forms.ChoiceField(label=_("What do you declare?"), choices=FicheKind.choices, widget=forms.RadioSelect)
    field_order = ("kind", "email")
    HINTS: ClassVar[dict[str, Any]] = {
        FicheKind.PROJECT.value: _("A study under MR-004, MR-005 or MR-006, a simplified access, an authorisation obtained elsewhere."),
        FicheKind.WAREHOUSE.value: _("Health data that one body keeps for several later uses."),
        FicheKind.PERMANENT_ACCESS.value: _("An access that a decree gives to a body for its missions."),
    }

    def __init__(self, sent: Any = None, *, person: Any = None, kind: str = "") -> None:
        self.person = person
        self.begun: Declaration | None = None
        super().__init__(sent, initial={"kind": kind if kind in FicheKind.values else FicheKind.PROJECT})
        asked: Any = self.fields["kind"]
        asked.choice_hints = self.HINTS
        if person is not None:
            del self.fields["email"]

    def begin(self, request: HttpRequest, *, at: datetime) -> bool:
        """Begin the declaration, kept in `begun`; not when too many came from here in the last hour.

        `begun` stays empty when too many of the address wait already, which nobody is told.
        """
        if self.person is None and not floods.let_through(request, "declaration", MOST_LINKS):
            self.add_error(None, TOO_MANY)
            return False
        told, language = self.cleaned_data, (get_language() or "fr")[:2]
        email = self.person.email if self.person else told["email"]

        def begin() -> None:
            self.begun = declaring.begin(kind=told["kind"], email=email, language=language, account=self.person, at=at)

        return self.attempt(begin)


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

    def clean(self) -> dict[str, Any]:
        """Words that nobody would read are not taken: a first publication carries none."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("answer") == "publish" and told.get("words") and not self.declaration.is_change:
            self.add_error("words", _("Nobody would read these words: a first publication carries none. Empty the field, or send it back."))
        return told

    def give(self, *, by: Any, at: datetime) -> bool:
        """Give the answer, or say what is wrong."""
        told, one = self.cleaned_data, self.declaration
        if told["answer"] == "publish":
            return self.attempt(lambda: declaring.publish(one, reason=told["words"] if one.is_change else "", by=by, at=at))
        act = declaring.send_back if told["answer"] == "send_back" else declaring.refuse
        return self.attempt(lambda: act(one, told["words"], by=by, at=at))
