"""The moves of a request for signatures, from the seal to the last signature."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.signing.states import AWAITED, LAW, RequestState
from workflow.engine import Subject, move


class RequestMoves(Subject):
    """A request for signatures."""

    subject_type: ClassVar[str] = "signature_request"
    # The facts that moves write; the columns stand in `models.requests`.
    document_sha256: Any
    sent_at: Any
    ended_at: Any

    class Meta:
        abstract = True

    @move(source=[RequestState.DRAFT], target=RequestState.SENT, label=_("Seal and send"), law=LAW)
    def send(self, *, by: Any, at: datetime, document_sha256: str) -> None:
        """The document is sealed: from here not a byte of it changes, and signatures are only added."""
        self.sent_at, self.document_sha256 = at, document_sha256
        self.jot(document_sha256=document_sha256, version=self.version_number())

    @move(source=sorted(AWAITED), target=RequestState.PARTIAL, label=pgettext_lazy("signature request", "Sign"), law=LAW, grave=True)
    def note_signature(self, *, by: Any, at: datetime, signatory: int, document_sha256: str, second_factor: str) -> None:
        """One of those who are asked has signed these very bytes."""
        self.jot(signatory=signatory, document_sha256=document_sha256, second_factor=second_factor)

    @move(source=[RequestState.PARTIAL], target=RequestState.COMPLETED, label=_("Note that all have signed"), law=LAW)
    def complete(self, *, by: Any, at: datetime, document_sha256: str) -> None:
        """Nobody is awaited any more."""
        self.ended_at = at
        self.jot(document_sha256=document_sha256)

    @move(source=sorted(AWAITED), target=RequestState.REFUSED, label=_("Refuse to sign"), grave=True)
    def refuse(self, *, by: Any, at: datetime, signatory: int, text_sha256: str) -> None:
        """Somebody does not sign: every signature of this request is void."""
        self.ended_at = at
        self.jot(signatory=signatory, text_sha256=text_sha256)

    @move(source=sorted(AWAITED), target=RequestState.EXPIRED, label=_("Let the request lapse"))
    def expire(self, *, by: Any, at: datetime) -> None:
        """Its last day has passed without all signatures: those that were given are void."""
        self.ended_at = at

    @move(source=sorted(AWAITED), target=RequestState.CANCELLED, label=_("Call the request back"), grave=True)
    def cancel(self, *, by: Any, at: datetime) -> None:
        """It is called back: the signatures that were given are void."""
        self.ended_at = at

    def version_number(self) -> int:
        """The number of the version that is signed; `models` answers."""
        raise NotImplementedError
