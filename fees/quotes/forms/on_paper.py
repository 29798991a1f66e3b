"""The acceptance of a payer on paper: recorded with its scan, compared by somebody else, or discarded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.quotes.forms.deciding import SignedForm
from fees.quotes.models import PaperAcceptance, Quote, QuotePayer
from fees.quotes.rules import PAPER, READ
from fees.quotes.services.on_paper import Signed, confirm_paper, discard_paper, record_paper
from requests_app.forms.base import MoveForm
from requests_app.pieces import ACCEPTED
from requests_app.signatures import as_text
from ui.forms import DocumentField


class RecordForm(MoveForm):
    """Which payer signed, who did it for it, on which day, and the scan."""

    marks_optional = False
    places = {"paper": "file"}
    payer = forms.ModelChoiceField(label=_("Payer"), queryset=QuotePayer.objects.none(), empty_label=None, widget=forms.RadioSelect)
    signed_by = forms.CharField(label=_("Name of who signed"), max_length=120)
    function = forms.CharField(label=_("Function"), help_text=_("It must give the right to commit the organisation."), max_length=120)
    signed_on = forms.DateField(label=_("Signed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    file = DocumentField(
        label=_("Scan of the signed quote"),
        help_text=_("The quote itself, signed: its number and its fingerprint must be readable."),
        accepts=tuple(ACCEPTED.values()),
    )

    def __init__(self, *sent: Any, quote: Quote) -> None:
        waiting = quote.payers.filter(accepted_at=None).select_related("organisation")
        first = waiting.first()
        super().__init__(*sent, initial={"payer": first.pk if first else None})
        choice: Any = self.fields["payer"]
        choice.queryset = waiting
        choice.label_from_instance = lambda payer: str(payer.organisation)

    def save(self, *, by: Any, at: datetime) -> bool:
        """Keep the paper, and say whether it was done."""
        given = self.cleaned_data
        told = Signed(given["signed_by"], given["function"], given["signed_on"])
        return self.attempt(lambda: record_paper(given["payer"], told, given["file"], by=by, at=at))


class CheckedForm(SignedForm):
    """That the paper was compared with the quote; what was read comes back with the second factor."""

    compared = forms.BooleanField(
        label=_("I have compared the paper with the quote: number, fingerprint, amount, signature and function are right.")
    )

    def __init__(self, data: Any = None, *, paper: PaperAcceptance, user: Any) -> None:
        super().__init__(data, quote=paper.payer.quote, user=user)
        self.paper = paper

    @property
    def rows(self) -> list[Any]:
        """The one thing to tick."""
        return [self["compared"]]

    @property
    def reading(self) -> str:
        """The fingerprints of what this page shows."""
        return as_text({READ: self.quote.snapshot_sha256, PAPER: self.paper.sha256})

    def save(self, *, by: Any, at: datetime) -> bool:
        """Accept for the payer, or say what stands against it."""
        return self.attempt(lambda: confirm_paper(self.paper, by=by, at=at, signed=self.signature(by)))


class DiscardForm(MoveForm):
    """Why a paper proves nothing."""

    because = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def save(self, paper: PaperAcceptance, *, by: Any, at: datetime) -> bool:
        """Discard the paper, and say whether it was done."""
        return self.attempt(lambda: discard_paper(paper, self.cleaned_data["because"], by=by, at=at))
