"""The other forms of the applicant: beginning a dossier, adding a piece, filing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.base import MoveForm
from requests_app.models import Attachment, Dossier
from requests_app.pieces import ACCEPTED, attach
from requests_app.procedures import EXPLANATIONS
from requests_app.states import Procedure, State
from requests_app.transitions.base import Recorded
from ui.forms import DocumentField


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


class PieceForm(MoveForm):
    """One file and what it is."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=Attachment.Kind.choices, initial=Attachment.Kind.PROTOCOL)
    file = DocumentField(
        label=_("File"),
        accepts=tuple(ACCEPTED.values()),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
            "missing": _("Choose a file."),
            "max_length": _("The name of this file is too long."),
        },
    )

    def attach_to(self, dossier: Dossier, *, by: Any, at: datetime) -> bool:
        """Keep the file, or say why not; a refused file has to be chosen again, the rest stays."""
        told = self.cleaned_data
        return self.attempt(lambda: attach(dossier, told["file"], told["kind"], by=by, at=at))


class FilingForm(MoveForm):
    """The last look before the dossier leaves: an attestation the first time, an accompanying word afterwards."""

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

    def __init__(self, data: Any = None, *, dossier: Dossier) -> None:
        super().__init__(data)
        self.dossier = dossier
        del self.fields["text" if self.move == "submit" else "delegation_attested"]

    @property
    def move(self) -> str:
        """The move that files, in the present state."""
        return {State.INCOMPLETE: "resubmit", State.OPINION_GIVEN: "revise"}.get(State(self.dossier.state), "submit")

    @property
    def label(self) -> Any:
        """What the button says."""
        return {
            "submit": _("File the dossier"),
            "resubmit": _("Send the completed dossier"),
            "revise": _("File a revised version"),
        }[self.move]

    def file_dossier(self, *, by: Any, at: datetime) -> bool:
        """Make the move, or say everything that is still missing."""
        told: dict[str, Any] = {"act": Recorded(text=self.cleaned_data.get("text", ""))}
        if self.move == "submit":
            told = {"delegation_attested": self.cleaned_data["delegation_attested"]}
        move: Callable[..., Any] = getattr(self.dossier, self.move)
        return self.attempt(lambda: move(by=by, at=at, **told))
