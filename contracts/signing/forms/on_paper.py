"""A signature by hand: its scan recorded by one person, compared with the document by another, or discarded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.rules import READ
from contracts.signing.forms.committing import CommittingForm
from contracts.signing.models import Signatory, SignedScan
from contracts.signing.services.on_paper import SCAN, Page, add_scan, check_scan, discard_scan
from files.kinds import ACCEPTED, PDF
from requests_app.forms.base import MoveForm
from requests_app.signatures import as_text
from ui.forms import DocumentField


class AddScanForm(MoveForm):
    """Who signed, in which function, on which day, and the scan."""

    signed_by = forms.CharField(label=_("Name of who signed"), max_length=200)
    function = forms.CharField(label=_("Function"), help_text=_("It must give the right to commit the body."), max_length=200)
    signed_on = forms.DateField(label=_("Signed on"))
    file = DocumentField(
        label=_("Scan of the whole signed document"), help_text=_("Its number and its code must be readable."), accepts=(ACCEPTED[PDF],)
    )

    def __init__(self, *sent: Any, signatory: Signatory) -> None:
        super().__init__(*sent, initial={"signed_by": signatory.name, "function": signatory.function})
        self.signatory = signatory

    def save(self, *, by: Any, at: datetime) -> bool:
        """Keep the scan, and say whether it was done."""
        given = self.cleaned_data
        page = Page(given["signed_by"], given["function"], given["signed_on"])
        return self.attempt(lambda: add_scan(self.signatory, page, given["file"], by=by, at=at))


class CheckScanForm(CommittingForm):
    """That the scan was compared with the document."""

    compared = forms.BooleanField(
        label=_("I have compared the scan with the sealed document: number, every page, signature and function are right.")
    )

    def __init__(self, *sent: Any, scan: SignedScan, user: Any) -> None:
        super().__init__(*sent, asked=scan.signatory.request, user=user)
        self.scan = scan

    @property
    def reading(self) -> str:
        """The fingerprints of what this page shows."""
        return as_text({READ: self.asked.document_sha256, SCAN: self.scan.sha256})

    @property
    def rows(self) -> list[Any]:
        """The one thing to tick."""
        return [self["compared"]]

    def save(self, *, by: Any, at: datetime) -> bool:
        """Note the signature, or say what stands against it."""
        return self.attempt(lambda: check_scan(self.scan, by=by, at=at, signed=self.signature(by)))


class DiscardForm(MoveForm):
    """Why a scan proves nothing."""

    because = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def save(self, scan: SignedScan, *, by: Any, at: datetime) -> bool:
        """Discard the scan, and say whether it was done."""
        return self.attempt(lambda: discard_scan(scan, self.cleaned_data["because"], by=by, at=at))
