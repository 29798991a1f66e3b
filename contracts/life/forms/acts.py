"""One form for each act: what it needs, and nothing more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.life.services.amending import begin_amendment
from contracts.life.services.ending import certify_destruction, waive_payment
from contracts.life.services.force import enter_force
from contracts.models import Convention
from contracts.rules import LONGEST
from contracts.states import AmendmentKind
from requests_app.forms.base import MoveForm
from requests_app.pieces import ACCEPTED
from ui.forms import DocumentField


def day(label: Any, help_text: Any = "") -> forms.DateField:
    """A day, as browsers ask for it."""
    return forms.DateField(label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def reason(label: Any, help_text: Any = "") -> forms.CharField:
    """A reason in words."""
    return forms.CharField(label=label, help_text=help_text, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))


class ActForm(MoveForm):
    """A form about one convention."""

    marks_optional = False

    def __init__(self, *sent: Any, convention: Convention) -> None:
        super().__init__(*sent)
        self.convention = convention

    def save(self, *, by: Any, at: datetime) -> bool:
        """Make the act, and say whether it was done."""
        raise NotImplementedError


class EnterForceForm(ActForm):
    """Nothing is typed: the text says from when and until when."""

    def save(self, *, by: Any, at: datetime) -> bool:
        """Bring into force, or say what is missing."""
        return self.attempt(lambda: enter_force(self.convention, by=by, at=at))


class SuspendForm(ActForm):
    """Why its effects stop."""

    because = reason(_("Why"), _("The parties read it."))

    def save(self, *, by: Any, at: datetime) -> bool:
        """Suspend, and say whether it was done."""
        return self.attempt(lambda: self.convention.suspend(by=by, at=at, because=self.cleaned_data["because"]))


class ResumeForm(ActForm):
    """Nothing is typed."""

    def save(self, *, by: Any, at: datetime) -> bool:
        """Resume, or say what is missing."""
        return self.attempt(lambda: self.convention.resume(by=by, at=at))


class TerminateForm(ActForm):
    """From which day it ends, and why."""

    on = day(_("Ends on"), _("The day that the notice gives; not later than today."))
    because = reason(_("Why"), _("The parties read it."))

    def save(self, *, by: Any, at: datetime) -> bool:
        """Terminate, and say whether it was done."""
        return self.attempt(lambda: self.convention.terminate(by=by, at=at, **self.cleaned_data))


class RenewForm(ActForm):
    """Until when it holds now."""

    until = day(_("In force until"), _("The new last day, as the parties agreed."))
    places = {"effective_until": "until"}

    def save(self, *, by: Any, at: datetime) -> bool:
        """Renew, and say whether it was done."""
        return self.attempt(lambda: self.convention.renew(by=by, at=at, until=self.cleaned_data["until"]))


class AmendForm(ActForm):
    """What the amendment changes."""

    changes = forms.MultipleChoiceField(
        label=_("What changes"),
        help_text=_("Only the clauses of what you tick can be written anew."),
        choices=AmendmentKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    begun: Convention | None = None

    def save(self, *, by: Any, at: datetime) -> bool:
        """Begin the amendment, and say whether it was done."""

        def act() -> None:
            self.begun = begin_amendment(self.convention, self.cleaned_data["changes"], by=by, at=at)

        return self.attempt(act)


class WaiveForm(ActForm):
    """Why nothing is to be paid."""

    because = reason(_("Why nothing is to be paid"), _("The ground in the grid or in a decision. It is kept, and cannot be changed."))

    def save(self, *, by: Any, at: datetime) -> bool:
        """Note it, and say whether it was done."""
        return self.attempt(lambda: waive_payment(self.convention, self.cleaned_data["because"], by=by, at=at))


class DestructionForm(ActForm):
    """On which day the data were destroyed, and the paper that certifies it."""

    destroyed_on = day(_("Destroyed on"))
    file = DocumentField(label=_("Certificate of destruction"), accepts=tuple(ACCEPTED.values()))

    def save(self, *, by: Any, at: datetime) -> bool:
        """Keep the certificate, and say whether it was done."""
        given = self.cleaned_data
        return self.attempt(lambda: certify_destruction(self.convention, given["destroyed_on"], given["file"], by=by, at=at))
