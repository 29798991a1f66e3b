"""The links of an alert: signed, saying nothing of the person, good for confirming or for leaving."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from registry.following.models import Alert

CONFIRM, LEAVE = "registry.following.confirm", "registry.following.leave"
#: How long the link that confirms an address is good; without it, the alert is forgotten then.
CONFIRMATION = timedelta(days=7)


def token_of(alert: Alert, use: str) -> str:
    """What proves that somebody reads the mailbox of an alert; `use` is CONFIRM or LEAVE."""
    return signing.dumps([alert.pk, _fingerprint(alert, use)], salt=use, compress=False)


def of_token(token: str, use: str) -> Alert | None:
    """The alert of a token; None for one that is forged, past or void. The link to leave never ends."""
    try:
        pk, fingerprint = signing.loads(token, salt=use, max_age=CONFIRMATION if use == CONFIRM else None)
    except signing.BadSignature:
        return None
    found = Alert.objects.filter(pk=pk).first()
    return found if found and constant_time_compare(fingerprint, _fingerprint(found, use)) else None


def _fingerprint(alert: Alert, use: str) -> str:
    return salted_hmac(use, alert.email).hexdigest()[:20]
