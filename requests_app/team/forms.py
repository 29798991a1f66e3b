"""What is typed about a team: whom to invite, which role, an attestation, a word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import EMAIL_ATTRS
from requests_app.forms.base import MoveForm
from requests_app.models import Dossier
from requests_app.policies import SIGNATORY
from requests_app.team import services, signing
from requests_app.team.models import Invitation
from requests_app.team.roles import COMMITTING, HINTS, LABELS, RANKS, rank_of


class InvitationForm(MoveForm):
    """An address and a role."""

    email = forms.EmailField(
        label=_("E-mail address of the person"),
        help_text=_("It serves this invitation only, and is forgotten once it is answered or has expired."),
        widget=forms.EmailInput(attrs=EMAIL_ATTRS | {"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=list(LABELS.items()), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choice_hints = HINTS  # type: ignore[attr-defined]

    def invite_to(self, dossier: Dossier, *, by: Any, at: datetime) -> bool:
        """Send the invitation, or say why not."""
        return self.attempt(lambda: services.invite(dossier, **self.cleaned_data, by=by, at=at))


class RoleForm(MoveForm):
    """What a member may do, and whether they sign."""

    rank = forms.ChoiceField(label=_("Role"), choices=[(rank, LABELS[rank]) for rank in RANKS], widget=forms.RadioSelect)
    signs = forms.BooleanField(
        label=_("Also signatory"), required=False, help_text=_("The person commits the controller, and signs with a second factor.")
    )

    def __init__(self, data: Any = None, *, roles: frozenset[str]) -> None:
        super().__init__(data, initial={"rank": rank_of(roles), "signs": SIGNATORY in roles})
        self.fields["rank"].choice_hints = HINTS  # type: ignore[attr-defined]

    def change(self, dossier: Dossier, person: Any, *, by: Any, at: datetime) -> bool:
        """Change the role, or say why not."""
        return self.attempt(lambda: services.change_role(dossier, person=person, **self.cleaned_data, by=by, at=at))


class AnswerForm(MoveForm):
    """Accept or decline; with another account than the one invited, a box to tick."""

    other_address_confirmed = forms.BooleanField(
        label=_("This invitation was sent to me at another address: I join with this account, and its owner is told."), required=False
    )

    def __init__(self, data: Any = None, *, invitation: Invitation, user: Any) -> None:
        super().__init__(data)
        self.invitation, self.is_other = invitation, not invitation.is_for(user)
        self.is_barred = self.is_other and invitation.role in COMMITTING
        if not self.is_other or self.is_barred:
            del self.fields["other_address_confirmed"]

    def answer(self, *, by: Any, at: datetime) -> bool:
        """Join or decline, or say why not."""
        if "decline" in self.data:
            return self.attempt(lambda: services.decline(self.invitation, by=by, at=at))
        confirmed = self.cleaned_data.get("other_address_confirmed", False)
        return self.attempt(lambda: services.accept(self.invitation, by=by, at=at, other_address_confirmed=confirmed))


class PlainForm(MoveForm):
    """A button that may be refused by a rule."""


class EntitledForm(MoveForm):
    """The attestation of an owner who may commit the controller."""

    delegation_attested = forms.BooleanField(
        label=_("I attest that the controller has entrusted me with signing this dossier in its name."),
        required=False,
        help_text=_("The attestation is noted in the journal. You then sign with your second factor."),
    )

    def declare(self, dossier: Dossier, *, by: Any, at: datetime) -> bool:
        """Become signatory, or say why not."""
        return self.attempt(lambda: services.declare_entitled(dossier, **self.cleaned_data, by=by, at=at))


class RefusalForm(MoveForm):
    """Why the signatory does not sign."""

    word = forms.CharField(
        label=_("Why you do not sign"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("The owner reads it as it is.")
    )

    def refuse(self, dossier: Dossier, *, by: Any, at: datetime) -> bool:
        """Refuse the signature, or say why not."""
        return self.attempt(lambda: signing.refuse(dossier, **self.cleaned_data, by=by, at=at))
