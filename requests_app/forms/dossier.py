"""The other forms of the applicant: beginning a dossier, filing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.second_factor import address_for
from questionnaires.rebasing import Report
from requests_app.forms.base import MoveForm
from requests_app.models import Dossier
from requests_app.policies import may
from requests_app.procedures import EXPLANATIONS
from requests_app.services import change_procedure
from requests_app.signatures import Signature, as_text, from_text, parts_of
from requests_app.states import Procedure, State
from requests_app.substance import labels_of
from requests_app.transitions.base import Recorded
from ui.navigation import address_of


class NewDossierForm(MoveForm):
    """Which procedure the project follows."""

    procedure = forms.ChoiceField(
        label=_("Procedure"),
        choices=Procedure.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a procedure.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procedure"].choice_hints = {one.code: one.in_brief for one in EXPLANATIONS}  # type: ignore[attr-defined]


class ProcedureForm(NewDossierForm):
    """Another procedure for a draft."""

    report: Report | None = None

    def change(self, dossier: Dossier, *, by: Any, at: datetime) -> bool:
        """Change it and keep what became of the answers to the questions, or say why not."""

        def act() -> None:
            self.report = change_procedure(dossier, self.cleaned_data["procedure"], by=by, at=at)

        return self.attempt(act)


class FilingForm(MoveForm):
    """The last look before the dossier leaves: an attestation the first time, an accompanying word afterwards, signed where it must be."""

    delegation_attested = forms.BooleanField(
        label=_("I attest that the controller has entrusted me with filing this dossier in its name."),
        required=False,
        help_text=_("Once filed, the content can no longer be changed while it is being examined."),
    )
    text = forms.CharField(
        label=_("Message to the secretariat"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What you changed and where, point by point: it speeds the check up."),
    )

    def __init__(self, data: Any = None, *, dossier: Dossier, user: Any) -> None:
        super().__init__(data)
        self.dossier, self.user = dossier, user
        del self.fields["text" if self.move == "submit" else "delegation_attested"]

    @property
    def move(self) -> str:
        """The move that files, in the present state."""
        return {State.INCOMPLETE: "resubmit", State.OPINION_GIVEN: "revise"}.get(State(self.dossier.state), "submit")

    @property
    def is_signed(self) -> bool:
        """Is this filing a signature, which a complement that leaves the substance alone is not?"""
        return self.move != "resubmit" or bool(self.dossier.signed_points_changed)

    @cached_property
    def forced_by(self) -> list[str]:
        """The points that a complement changed in substance, and so call for a new signature."""
        return labels_of(self.dossier, list(self.dossier.signed_points_changed)) if self.dossier.signed_points_changed else []

    @property
    def may_file(self) -> bool:
        """May the person send it: sign it where it is signed?"""
        return may(self.user, "submit" if self.is_signed else self.move, self.dossier)

    @property
    def lacks_second_factor(self) -> bool:
        """Must the person first give the code of their second factor?"""
        return self.is_signed and not self.user.is_verified()

    @property
    def second_factor_url(self) -> str:
        """Where the code is given, or a second factor set up; it leads back here."""
        return address_for(self.user, reverse("dossiers:file", args=[self.dossier.reference]))

    @property
    def signing_url(self) -> str:
        """Where the signature is asked for; empty when no room serves that page."""
        return address_of("team:signature", reference=self.dossier.reference)

    @property
    def label(self) -> Any:
        """What the button says."""
        return {
            "submit": _("Sign and file the dossier"),
            "resubmit": _("Sign and send the completed dossier") if self.is_signed else _("Send the completed dossier"),
            "revise": _("Sign and file the revised version"),
        }[self.move]

    @property
    def reading(self) -> str:
        """The fingerprints of what this page shows: they come back with the signature."""
        return as_text(parts_of(self.dossier)) if self.is_signed else ""

    def file_dossier(self, *, by: Any, at: datetime) -> bool:
        """Make the move, or say everything that is still missing."""
        told: dict[str, Any] = {"act": Recorded(text=self.cleaned_data.get("text", ""))}
        if self.move == "submit":
            told = {"delegation_attested": self.cleaned_data["delegation_attested"]}
        if self.is_signed:
            device = by.otp_device.persistent_id if by.is_verified() else ""
            told["signed"] = Signature(device, from_text(self.data.get("read", "")))
        move: Callable[..., Any] = getattr(self.dossier, self.move)
        return self.attempt(lambda: move(by=by, at=at, **told))
