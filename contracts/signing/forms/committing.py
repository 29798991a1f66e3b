"""What commits: the code of the second factor stands behind it, and what was read comes back with it."""

from __future__ import annotations

from typing import Any

from contracts.rules import READ
from contracts.signing.models import SignatureRequest
from requests_app.forms.base import MoveForm
from requests_app.signatures import Signature, as_text, from_text


class CommittingForm(MoveForm):
    """A form behind a second factor, about the sealed document of a request."""

    def __init__(self, *sent: Any, asked: SignatureRequest, user: Any, **options: Any) -> None:
        super().__init__(*sent, **options)
        self.asked, self.user = asked, user

    @property
    def reading(self) -> str:
        """The fingerprint of what this page shows."""
        return as_text({READ: self.asked.document_sha256})

    def signature(self, by: Any) -> Signature:
        """What the person brings."""
        return Signature(by.otp_device.persistent_id if by.is_verified() else "", from_text(self.data.get("read", "")))
