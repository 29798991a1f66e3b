"""The forms of the room: beginning, qualifying question by question, contesting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.second_factor import address_for
from requests_app.amendments import services
from requests_app.amendments.models import Amendment, Kind
from requests_app.amendments.rules import parts_to_sign
from requests_app.amendments.signs import signs_of
from requests_app.amendments.table import INFORM, NO, YES, Question, table_on
from requests_app.forms.base import MoveForm
from requests_app.models import Dossier
from requests_app.signatures import Signature, as_text, from_text
from workflow.periods import paris_day

YES_OR_NO = [(YES, _("Yes")), (NO, _("No"))]


class BeginForm(MoveForm):
    """Modification or renewal?"""

    kind = forms.ChoiceField(label=_("What do you ask for?"), choices=Kind.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dossier = dossier
        self.begun: Amendment | None = None
        self.fields["kind"].choice_hints = {  # type: ignore[attr-defined]
            Kind.MODIFICATION.value: _("Something changes: the controller, the data, the recipients, the purpose, a contact…"),
            Kind.RENEWAL.value: _("The project, the access to the data or their retention lasts longer; other things may change with it."),
        }

    def begin(self, *, by: Any, at: datetime) -> bool:
        """Begin the amendment."""
        return self.attempt(lambda: self._begin(by, at))

    def _begin(self, by: Any, at: datetime) -> None:
        self.begun = services.begin_amendment(self.dossier, kind=self.cleaned_data["kind"], by=by, at=at)


class QualifyForm(MoveForm):
    """The questions that the change raises, each with the answer that the change suggests."""

    summary = forms.CharField(
        label=_("In a few words: what changes, and why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The secretariat reads this first."),
    )

    def __init__(self, *args: Any, amendment: Amendment, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.amendment = amendment
        self.table = table_on(paris_day(now))
        proposed = amendment.proposed()
        self.asked = self.table.asked(amendment.before, proposed)
        signs = signs_of(amendment.before, proposed)
        self.initial["summary"] = amendment.summary
        for question in self.asked:
            self._ask(question, signs)

    def _ask(self, question: Question, signs: frozenset[str]) -> None:
        given, presumed = self.amendment.answers.get(question.code, {}), question.presumed(signs)
        hint = question.help if not presumed else _("%(help)s What you changed suggests “yes”.") % {"help": question.help}
        self.fields[question.code] = forms.ChoiceField(
            label=question.text,
            choices=YES_OR_NO,
            widget=forms.RadioSelect,
            help_text=hint,
            initial=given.get("answer") or presumed or None,
        )
        label = _("Details for the secretariat") if question.effect == INFORM else _("If not, say why")
        self.fields[f"{question.code}_why"] = forms.CharField(
            label=label, max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}), initial=given.get("why", "")
        )

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        """What was answered, by question."""
        said = self.cleaned_data
        return {one.code: {"answer": said[one.code], "why": said[f"{one.code}_why"].strip()} for one in self.asked}

    def qualify(self, *, by: Any, at: datetime) -> bool:
        """Keep the answers; they decide the road."""
        return self.attempt(lambda: services.qualify(self.amendment, self.answers, summary=self.cleaned_data["summary"], by=by, at=at))


class RegisterForm(MoveForm):
    """Nothing to fill in: a signature, and what may stand against it."""

    def __init__(self, data: Any = None, *, amendment: Amendment, user: Any) -> None:
        super().__init__(data)
        self.amendment, self.user = amendment, user

    @property
    def lacks_second_factor(self) -> bool:
        """Must the person first give the code of their second factor?"""
        return not self.user.is_verified()

    @property
    def second_factor_url(self) -> str:
        """Where the code is given, or a second factor set up; it leads back here."""
        return address_for(self.user, reverse("amendments:register", args=[str(self.amendment.draft)]))

    @property
    def reading(self) -> str:
        """The fingerprints of what this page shows: they come back with the signature."""
        return as_text(parts_to_sign(self.amendment))

    def register(self, *, by: Any, at: datetime) -> bool:
        """Sign and register the amendment, or say everything that stands against it."""
        signed = Signature(by.otp_device.persistent_id if by.is_verified() else "", from_text(self.data.get("read", "")))
        return self.attempt(lambda: services.register(self.amendment, by=by, at=at, signed=signed))


class ContestForm(MoveForm):
    """Why a registered change needs an authorisation."""

    reason = forms.CharField(
        label=_("Why is this change substantial?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The applicant receives these words."),
    )

    def contest(self, amendment: Amendment, *, by: Any, at: datetime) -> bool:
        """Set the amendment aside and open the road of authorisation."""
        return self.attempt(lambda: services.contest(amendment, reason=self.cleaned_data["reason"], by=by, at=at))
