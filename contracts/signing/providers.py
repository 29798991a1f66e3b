"""By which means a signature comes into the document: each provider prepares, sends somewhere, completes and verifies.

Two are real: this site itself, and a PDF that was signed elsewhere and is sent back. A remote service is a third: it registers here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.urls import reverse

from contracts.authorities import anchors, signed
from contracts.pades.certificates import Person
from contracts.pades.verdict import Reason, Verdict, Why
from contracts.signing.states import Method


@dataclass(frozen=True)
class Brought:
    """What the signatory brings: the reason that the signature states, or the file that was signed elsewhere."""

    reason: str = ""
    pdf: bytes = b""


class Provider(Protocol):
    """What a means of signing does."""

    def prepare(self, signatory: Any, pdf: bytes) -> bytes:
        """What is handed to the signatory to be signed."""

    def redirect(self, signatory: Any) -> str:
        """Where the signatory goes to sign."""

    def complete(self, signatory: Any, pdf: bytes, brought: Brought, at: datetime) -> bytes:
        """The document with the signature. Raises CannotSign."""

    def verify(self, signatory: Any, pdf: bytes, before: bytes, at: datetime) -> Verdict:
        """The verdict on what `complete` gave: whole, begun with the bytes before, and signed in this person's field."""


class _Verifying:
    """What every provider has in common: what it gives is judged as a stranger's file would be."""

    def prepare(self, signatory: Any, pdf: bytes) -> bytes:
        """The document as it is."""
        return pdf

    def redirect(self, signatory: Any) -> str:
        """The page of the signatory."""
        return reverse("signing:sign", args=[signatory.request.convention.number])

    def verify(self, signatory: Any, pdf: bytes, before: bytes, at: datetime) -> Verdict:
        """Whole, begun with what was sent, and signed in this person's own field and in no other."""
        from contracts.pades import bounded

        expected = [*signatory.request.signed_fields(), signatory.field]
        verdict = bounded.check(pdf, anchors(), at, sent=before, expected=expected)
        others = [one.field for one in verdict.people if one.field not in expected]
        missing = verdict.is_whole and signatory.field not in {one.field for one in verdict.people}
        wrong = tuple(Reason(Why.WRITTEN_AFTER, field, field) for field in others) + (
            (Reason(Why.CUT, told=signatory.field),) if missing else ()
        )
        return Verdict(verdict.state, (*verdict.reasons, *wrong), verdict.signatures, verdict.waiting)


class Internal(_Verifying):
    """On this site, with a certificate that is made for this one signature."""

    def complete(self, signatory: Any, pdf: bytes, brought: Brought, at: datetime) -> bytes:
        """Sign the document here. Raises CannotSign."""
        return signed(pdf, signatory.field, Person(signatory.name, signatory.party.name), at, brought.reason)

    def verify(self, signatory: Any, pdf: bytes, before: bytes, at: datetime) -> Verdict:
        """The same judgement, without a process of its own: these bytes are ours."""
        from contracts.pades import verifying

        return verifying.check(pdf, anchors(), at, sent=before, expected=[*signatory.request.signed_fields(), signatory.field])


class Uploaded(_Verifying):
    """With any tool elsewhere: the file comes back, and must begin with the very bytes that were sent."""

    def complete(self, signatory: Any, pdf: bytes, brought: Brought, at: datetime) -> bytes:
        """The file as it came: `verify` says whether it adds this signature to the document and nothing else."""
        return brought.pdf


#: Means → provider. A signature on paper has none: two people see to it.
PROVIDERS: dict[str, Provider] = {Method.INTERNAL: Internal(), Method.UPLOADED: Uploaded()}
