"""Signing, refusing, delegating, calling back: each says what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_otp import match_token

from contracts.signing.forms.committing import CommittingForm
from contracts.signing.models import Signatory, SignatureRequest
from contracts.signing.providers import needs_stamp
from contracts.signing.services import ending, signing
from contracts.signing.services.delegating import Deed, delegate, may_receive
from contracts.signing.states import Method
from requests_app.forms.base import MoveForm
from requests_app.pieces import ACCEPTED
from requests_app.signatures import Signature
from ui.forms import DocumentField

FILE_HELP = _(
    "It must be the document downloaded here, with your signature added in its own field and nothing else changed. "
    "The certificate bears the name of who signs, and the signature a time stamp (PAdES B-T)."
)
FILE_HELP_WITHOUT_STAMP = _(
    "It must be the document downloaded here, with your signature added in its own field and nothing else changed. "
    "The certificate bears the name of who signs."
)
CODE_HELP = _("The six figures that it shows now; not those with which you signed in.")


class SignForm(CommittingForm):
    """The consent and a fresh code; for a signature made elsewhere the signed file."""

    consent = forms.BooleanField()

    def __init__(self, *sent: Any, signatory: Signatory, user: Any, network: str = "") -> None:
        super().__init__(*sent, asked=signatory.request, user=user)
        self.signatory, self.network = signatory, network
        self.fields["consent"].label = signing.CONSENTS[signing.CONSENT] % {"party": signatory.party.name}
        self.fields["consent"].error_messages["required"] = _("Tick this box to sign.")
        if signatory.method == Method.UPLOADED:
            self.fields["file"] = DocumentField(
                label=_("The PDF that you have signed"),
                help_text=FILE_HELP if needs_stamp() else FILE_HELP_WITHOUT_STAMP,
                accepts=(".pdf",),
            )
            self.order_fields(["file", "consent"])
        else:
            self.fields["code"] = forms.CharField(label=_("Code of your authentication application"), help_text=CODE_HELP, max_length=16)
            self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric"}
        self.device = ""

    def clean_code(self) -> str:
        """The code is of this very moment: that of the sign-in is not enough, and no code serves twice."""
        found = match_token(self.user, self.cleaned_data["code"].replace(" ", ""))
        if found is None:
            raise forms.ValidationError(_("This code is not right, or it was used already: wait for the next one."))
        self.device = found.persistent_id
        return str(self.cleaned_data["code"])

    def signature(self, by: Any) -> Signature:
        """What the person brings: the device whose code was just given."""
        return replace(super().signature(by), device=self.device) if "code" in self.fields else super().signature(by)

    @property
    def rows(self) -> list[Any]:
        """The fields, in their order."""
        return [self[name] for name in self.fields]

    def save(self, *, by: Any, at: datetime) -> bool:
        """Sign, or say what stands against it."""
        file = self.cleaned_data.get("file")
        ceremony = signing.Ceremony(self.signature(by), self.network, file.read() if file else b"")
        return self.attempt(lambda: signing.sign(self.signatory, ceremony, by=by, at=at))


class ReasonForm(MoveForm):
    """Why somebody does not sign, or why a request is called back."""

    because = forms.CharField(label=_("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))

    def refuse(self, signatory: Signatory, *, by: Any, at: datetime) -> bool:
        """Refuse, and say whether it was done."""
        return self.attempt(lambda: signing.refuse(signatory, self.cleaned_data["because"], by=by, at=at))

    def cancel(self, asked: SignatureRequest, *, by: Any, at: datetime) -> bool:
        """Call back, and say whether it was done."""
        return self.attempt(lambda: ending.cancel(asked, self.cleaned_data["because"], by=by, at=at))


class DelegateForm(MoveForm):
    """To whom, between which days, and the deed."""

    to = forms.ChoiceField(label=_("To whom"), help_text=_("A verified member of the same body."))
    since = forms.DateField(label=_("The delegation holds from"))
    until = forms.DateField(label=_("until"))
    file = DocumentField(label=_("The deed of delegation"), accepts=tuple(ACCEPTED.values()))

    def __init__(self, *sent: Any, signatory: Signatory) -> None:
        super().__init__(*sent)
        self.signatory, self.people = signatory, {str(one.pk): one for one in may_receive(signatory)}
        chosen: Any = self.fields["to"]
        chosen.choices = [(pk, one.full_name) for pk, one in self.people.items()]

    def save(self, *, by: Any, at: datetime) -> bool:
        """Give the signature to somebody else, or say what stands against it."""
        given = self.cleaned_data
        deed = Deed(self.people[given["to"]], given["since"], given["until"], given["file"])
        return self.attempt(lambda: delegate(self.signatory, deed, by=by, at=at))
