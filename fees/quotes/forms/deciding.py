"""What is decided about a quote: issued and accepted with a second factor, declined and cancelled with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.quotes.models import Quote
from fees.quotes.rules import READ
from fees.quotes.services import deciding
from requests_app.forms.base import MoveForm
from requests_app.signatures import Signature, as_text, from_text


class SignedForm(MoveForm):
    """What commits: nothing need be filled in, what was read comes back with the second factor."""

    def __init__(self, data: Any = None, *, quote: Quote, user: Any) -> None:
        super().__init__(data)
        self.quote, self.user = quote, user

    @property
    def lacks_second_factor(self) -> bool:
        """Must the person first give the code of their second factor?"""
        return not self.user.is_verified()

    @property
    def reading(self) -> str:
        """The fingerprint of what this page shows."""
        return as_text({READ: self.quote.snapshot_sha256})

    def signature(self, by: Any) -> Signature:
        """What the person brings."""
        return Signature(by.otp_device.persistent_id if by.is_verified() else "", from_text(self.data.get("read", "")))


class IssueForm(SignedForm):
    """Issuing a draft."""

    def save(self, *, by: Any, at: datetime) -> bool:
        """Issue the quote, or say what stands against it."""
        return self.attempt(lambda: deciding.issue(self.quote, by=by, at=at, signed=self.signature(by)))


class AcceptForm(SignedForm):
    """Accepting for the payers whom the person commits; each may name its order."""

    marks_optional = False

    def __init__(self, data: Any = None, *, quote: Quote, user: Any) -> None:
        super().__init__(data, quote=quote, user=user)
        self.payers = deciding.accepted_by(quote, user)
        for payer in self.payers:
            self.fields[f"order_{payer.pk}"] = forms.CharField(
                label=_("Number of the order of %(payer)s") % {"payer": payer.organisation},
                help_text=_("If your accountant needs one on the invoice."),
                max_length=60,
                required=False,
                initial=payer.order_reference,
            )

    @property
    def rows(self) -> list[Any]:
        """The fields of the orders."""
        return [self[f"order_{payer.pk}"] for payer in self.payers]

    def save(self, *, by: Any, at: datetime) -> bool:
        """Accept, or say what stands against it."""
        orders = {payer.pk: self.cleaned_data[f"order_{payer.pk}"] for payer in self.payers}
        return self.attempt(lambda: deciding.accept(self.quote, by=by, at=at, signed=self.signature(by), orders=orders))


class ReasonForm(MoveForm):
    """Why a quote is declined or cancelled."""

    because = forms.CharField(label=_("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any = None, *, quote: Quote) -> None:
        super().__init__(data)
        self.quote = quote

    def decline(self, *, by: Any, at: datetime) -> bool:
        """Decline, and say whether it was done."""
        return self.attempt(lambda: deciding.decline(self.quote, self.cleaned_data["because"], by=by, at=at))

    def cancel(self, *, by: Any, at: datetime) -> bool:
        """Cancel, and say whether it was done."""
        return self.attempt(lambda: deciding.cancel(self.quote, self.cleaned_data["because"], by=by, at=at))
