"""By which means a signature comes into the document: each provider prepares, sends somewhere, completes and verifies.

Two are real: this site itself, and a PDF that was signed elsewhere and is sent back. A remote service is a third: it registers here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from contracts.authorities import anchors, signed, upload_anchors
from contracts.pades import bounded
from contracts.pades.certificates import Person
from contracts.pades.elsewhere import REVOKED, SILENT, Elsewhere
from contracts.pades.names import is_named
from contracts.pades.verdict import Reason, Signed, Verdict, Why, judged
from contracts.signing import revocation
from contracts.signing.states import Method

#: The lower level that the setting may allow: a signature without a time stamp.
WITHOUT_STAMP = "B-B"
WITH_STAMP = "B-T"


@dataclass(frozen=True)
class Brought:
    """What the signatory brings: the reason that the signature states, or the file that was signed elsewhere."""

    reason: str = ""
    pdf: bytes = b""


class Provider(ABC):
    """A means of signing: four verbs, called in this order."""

    @abstractmethod
    def prepare(self, signatory: Any, pdf: bytes) -> bytes:
        """What is handed to the signatory to be signed."""

    @abstractmethod
    def redirect(self, signatory: Any) -> str:
        """Where the signatory goes to sign."""

    @abstractmethod
    def complete(self, signatory: Any, pdf: bytes, brought: Brought, at: datetime) -> bytes:
        """The document with the signature. Raises CannotSign."""

    @abstractmethod
    def verify(self, signatory: Any, pdf: bytes, before: bytes, at: datetime) -> Verdict:
        """The verdict on what `complete` gave: whole, begun with the bytes before, and signed in this person's field."""

    def is_open(self) -> bool:
        """Is it offered on this site? Raises CannotSign."""
        return True


class Internal(Provider):
    """On this site, with a certificate that is made for this one signature."""

    def prepare(self, signatory: Any, pdf: bytes) -> bytes:
        """The document as it is."""
        return pdf

    def redirect(self, signatory: Any) -> str:
        """The page of the signatory, who reads and signs there."""
        return reverse("signing:sign", args=[signatory.request.convention.number])

    def complete(self, signatory: Any, pdf: bytes, brought: Brought, at: datetime) -> bytes:
        """Sign the document here. Raises CannotSign."""
        return signed(pdf, signatory.field, Person(signatory.name, signatory.party.name), at, brought.reason)

    def verify(self, signatory: Any, pdf: bytes, before: bytes, at: datetime) -> Verdict:
        """As a stranger's file is judged, without a process of its own: these bytes are ours."""
        from contracts.pades import verifying

        return verifying.check(pdf, anchors(), at, sent=before, expected=[*signatory.request.signed_fields(), signatory.field])


class Uploaded(Provider):
    """With any tool elsewhere: the file comes back, and must begin with the very bytes that were sent.

    The signature is that of the person who is named, by a certificate of an authority that the settings name for this, with a time stamp.
    """

    def prepare(self, signatory: Any, pdf: bytes) -> bytes:
        """The document as it is: the field that waits for this signature stands in it."""
        return pdf

    def redirect(self, signatory: Any) -> str:
        """Where the signed file is handed in: by the signatory, or by the operator for who has no account."""
        number = signatory.request.convention.number
        return reverse("signing:sign", args=[number]) if signatory.person_id else reverse("signing:upload", args=[number, signatory.pk])

    def complete(self, signatory: Any, pdf: bytes, brought: Brought, at: datetime) -> bytes:
        """The file as it came: `verify` says whether it adds this signature to the document and nothing else."""
        return brought.pdf

    def verify(self, signatory: Any, pdf: bytes, before: bytes, at: datetime) -> Verdict:
        """Whole, begun with what was sent, signed in this person's own field and in no other, by this person, well enough."""
        fields = [*signatory.request.signed_fields(), signatory.field]
        elsewhere = Elsewhere(signatory.field, upload_anchors())
        verdict = bounded.check(pdf, anchors(), at, sent=before, expected=fields, elsewhere=elsewhere)
        one = _own(verdict, signatory)
        if one is not None and one.asks and revocation.is_asked():
            elsewhere = replace(elsewhere, answers=revocation.answers_to(one.asks))
            verdict = bounded.check(pdf, anchors(), at, sent=before, expected=fields, elsewhere=elsewhere)
        told = [_checked(found) if found.field == signatory.field else found for found in verdict.signatures]
        return judged((*verdict.reasons, *_wrong(verdict, signatory, fields)), tuple(told), verdict.waiting)

    def is_open(self) -> bool:
        """Only where the settings name an authority whose signatures are believed. Raises CannotSign."""
        return bool(upload_anchors())


def needs_stamp() -> bool:
    """Is a time stamp asked of a signature made elsewhere? So it is for every word of the setting but `B-B`."""
    return bool(settings.SIGNATURE_UPLOAD_LEVEL != WITHOUT_STAMP)


def _own(verdict: Verdict, signatory: Any) -> Signed | None:
    """The signature in this person's field."""
    return next((one for one in verdict.people if one.field == signatory.field), None)


def _checked(one: Signed) -> Signed:
    """With what was learnt about revocation, or why nothing was."""
    said = one.revocation or (revocation.NOBODY if revocation.is_asked() else revocation.OFF)
    return replace(one, revocation=said)


def _wrong(verdict: Verdict, signatory: Any, fields: list[str]) -> Iterator[Reason]:
    """What speaks against a file that may be whole in itself."""
    yield from (Reason(Why.WRITTEN_AFTER, one.field, one.field) for one in verdict.people if one.field not in fields)
    one = _own(verdict, signatory)
    if one is None:
        yield from [Reason(Why.CUT, told=signatory.field)] if verdict.is_whole else []
        return
    if one.is_intact:
        yield from _wrong_signer(one, signatory)


def _wrong_signer(one: Signed, signatory: Any) -> Iterator[Reason]:
    email = signatory.person.email.casefold() if signatory.person_id else ""
    if not any(is_named(signatory.name, said) for said in one.names) and email not in {said.casefold() for said in one.emails}:
        yield Reason(Why.NOT_NAMED, one.field, one.who, signatory.name)
    level = WITH_STAMP if needs_stamp() else WITHOUT_STAMP
    if one.level not in {WITH_STAMP, level}:
        yield Reason(Why.LOW_LEVEL, one.field, one.who, level)
    if one.revocation == REVOKED:
        yield Reason(Why.REVOKED, one.field, one.who)
    elif one.revocation == SILENT and revocation.is_needed():
        yield Reason(Why.SILENT, one.field, one.who)


#: Means → provider. A signature on paper has none: two people see to it.
PROVIDERS: dict[str, Provider] = {Method.INTERNAL: Internal(), Method.UPLOADED: Uploaded()}


def is_open(method: str) -> bool:
    """May somebody be asked to sign by this means on this site? Raises CannotSign."""
    provider = PROVIDERS.get(method)
    return method == Method.WET_INK if provider is None else provider.is_open()
