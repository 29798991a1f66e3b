"""The sentences of a verdict: what was found, and why."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.pades.verdict import Reason, State, Why

HEADINGS: dict[State, Any] = {
    State.WHOLE: _("This document is whole: not a byte of it has changed since it was signed."),
    State.ALTERED: _("This document has been altered."),
    State.UNKNOWN: _("Nobody can vouch for this document."),
    State.UNREAD: _("This document could not be read in time: nothing is said of it."),
}
NAMES: dict[State, Any] = {State.WHOLE: _("whole"), State.ALTERED: _("altered"), State.UNKNOWN: _("unknown"), State.UNREAD: _("not read")}
BECAUSE: dict[Why, Any] = {
    Why.NOT_PDF: _("This file is not a PDF, or its end is missing."),
    Why.TOO_LARGE: _("This file is too large to be checked here."),
    Why.TOO_LONG: _(
        "Reading this file took more time or memory than a convention needs: the check was stopped before its end. "
        "Try again in some minutes."
    ),
    Why.BUSY: _("Too many documents are being checked at the moment: try again in some minutes."),
    Why.ENCRYPTED: _("This file is protected by a password: what it holds cannot be checked."),
    Why.NO_SIGNATURE: _("This file carries no signature at all."),
    Why.BROKEN: _("This file was signed, but its structure is damaged: bytes were changed or cut off."),
    Why.BYTES_CHANGED: _(
        "The signature of %(who)s does not match these bytes: at least one byte was changed after it, "
        "or the signature was taken from another document."
    ),
    Why.WRITTEN_AFTER: _(
        "Something other than a signature was written into the file after the signature of %(who)s: "
        "a page, an attachment or a content was added or replaced."
    ),
    Why.PARTLY_COVERED: _("The signature of %(who)s covers only a part of the file."),
    Why.CUT: _(
        "The signature expected in the field %(told)s is missing: this is an earlier state of the document, or its end was cut off."
    ),
    Why.NOT_SENT: _("This file does not begin with the document that was sent for signature: it is another document."),
    Why.NO_SEAL: _("This file does not carry the seal that is put on each convention before its first signature."),
    Why.UNKNOWN_AUTHORITY: _("The certificate of %(who)s was issued by an authority that is not recognised here: %(told)s."),
    Why.EXPIRED: _("The certificate of %(who)s had expired: it was valid until %(told)s."),
    Why.NOT_YET_VALID: _("The certificate of %(who)s was not valid yet: it holds from %(told)s."),
    Why.UNSURE_TIME: _("The time stamp of the signature of %(who)s cannot be trusted."),
    Why.NOT_NAMED: _(
        "The certificate is that of %(who)s, not of %(told)s who is asked to sign. If somebody else signs, call the request back and name "
        "them; if the certificate bears another name, ask for a signature by hand: two people see to it."
    ),
    Why.LOW_LEVEL: _("The signature of %(who)s is not of the PAdES level that is asked for (%(told)s): sign again, with a time stamp."),
    Why.REVOKED: _("The certificate of %(who)s was revoked by its authority."),
    Why.SILENT: _("Whether the certificate of %(who)s was revoked could not be learnt from its authority: try again later."),
    Why.NOT_KEPT: _("The signatures hold, but this is not one of the conventions kept here."),
    Why.NEWER_KEPT: _("This is an earlier state of a document that has since received other signatures."),
    Why.VOID: _("The signatures of this document are void: one was refused, the request was called back, or its time was over."),
}


def sentence(reason: Reason) -> str:
    """One reason in words."""
    return str(BECAUSE[reason.why] % {"who": reason.who or reason.field, "told": reason.told})
