"""A move of a convention: confirmed, with a reason where it asks for one, and with the second factor where it commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import Convention, ConventionVersion
from contracts.rules import LONGEST, READ
from requests_app.forms.base import MoveForm
from requests_app.signatures import Signature, as_text, from_text


@dataclass(frozen=True)
class Plain:
    """What the page of a move says: what follows, whether a reason is asked for, and what is said once it is done."""

    follows: Any
    done: Any
    asks_why: bool = False


#: The moves that are made on the plain page.
PLAIN: Mapping[str, Plain] = {
    "send_to_review": Plain(
        _("A legal officer who has not prepared the text reads it. Nobody outside sees it yet."), _("The text is with the legal check.")
    ),
    "send_back": Plain(
        _("Who prepared the text mends it and sends it again. They read your reason."), _("The text is sent back."), asks_why=True
    ),
    "open_negotiation": Plain(
        _("The team of the dossier and those who act for the parties are written to: they read the text and comment on it."),
        _("The negotiation is open; the parties are told by e-mail."),
    ),
    "abandon": Plain(
        _("The convention will not be signed, and this cannot be undone. Those who see it read your reason."),
        _("The convention is abandoned."),
        asks_why=True,
    ),
}


class PlainMoveForm(MoveForm):
    """A move that nothing or a reason goes with."""

    def __init__(self, data: Any = None, *, convention: Convention, move: str) -> None:
        super().__init__(data)
        self.convention, self.move, self.plain = convention, move, PLAIN[move]
        if self.plain.asks_why:
            self.fields["because"] = forms.CharField(label=_("Why"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))

    def save(self, *, by: Any, at: datetime) -> bool:
        """Make the move, and say whether it was done."""
        return self.attempt(lambda: getattr(self.convention, self.move)(by=by, at=at, **self.cleaned_data))


class ApproveForm(MoveForm):
    """Approving the very version that the page shows: nothing is filled in, what was read comes back with the second factor."""

    def __init__(self, data: Any = None, *, version: ConventionVersion, user: Any) -> None:
        super().__init__(data)
        self.version, self.user = version, user

    @property
    def reading(self) -> str:
        """The fingerprint of what this page shows."""
        return as_text({READ: self.version.sha256})

    def save(self, *, by: Any, at: datetime) -> bool:
        """Approve, or say what stands against it."""
        device = by.otp_device.persistent_id if by.is_verified() else ""
        signed = Signature(device, from_text(self.data.get("read", "")))
        return self.attempt(lambda: self.version.convention.approve(by=by, at=at, version=self.version, signed=signed))
