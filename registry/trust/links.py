"""Links that prove that somebody reads the mailbox they gave: signed, expiring, and saying nothing about the person."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from registry.trust.models import Correction

SALT = "registry.trust.correction"
#: How long the link that confirms an address is good; without it, the address is forgotten then.
CONFIRMATION = timedelta(days=7)


def confirmation_token(correction: Correction) -> str:
    """What proves that somebody reads the mailbox; it says nothing of the person."""
    return signing.dumps([correction.pk, _fingerprint(correction)], salt=SALT, compress=False)


def of_token(token: str) -> Correction | None:
    """The request whose address this token confirms; None for one that is forged, past or void."""
    try:
        pk, fingerprint = signing.loads(token, salt=SALT, max_age=CONFIRMATION)
    except signing.BadSignature:
        return None
    found = Correction.objects.exclude(email="").filter(pk=pk).select_related("fiche").first()
    return found if found and constant_time_compare(fingerprint, _fingerprint(found)) else None


def _fingerprint(correction: Correction) -> str:
    return salted_hmac(SALT, correction.email).hexdigest()[:20]
