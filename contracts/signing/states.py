"""The words of the signature: where a request is, in which order people sign, by which means, and what happened."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

#: What gives a signature its effect.
LAW = "règlement (UE) 910/2014, art. 25 ; code civil, art. 1367"


class RequestState(models.TextChoices):
    """Where a request for signatures is."""

    DRAFT = "draft", pgettext_lazy("signature request", "Being prepared")
    SENT = "sent", pgettext_lazy("signature request", "Sent")
    PARTIAL = "partial", pgettext_lazy("signature request", "Partly signed")
    COMPLETED = "completed", pgettext_lazy("signature request", "Signed by all")
    REFUSED = "refused", pgettext_lazy("signature request", "Refused")
    EXPIRED = "expired", pgettext_lazy("signature request", "Expired")
    CANCELLED = "cancelled", pgettext_lazy("signature request", "Called back")


#: Signatures are awaited.
AWAITED = frozenset({RequestState.SENT, RequestState.PARTIAL})
#: Whatever was signed is void.
VOID = frozenset({RequestState.REFUSED, RequestState.EXPIRED, RequestState.CANCELLED})


class Mode(models.TextChoices):
    """In which order people sign."""

    SEQUENTIAL = "sequential", pgettext_lazy("signature order", "One after the other")
    PARALLEL = "parallel", pgettext_lazy("signature order", "All at once")
    STAGED = "staged", pgettext_lazy("signature order", "By groups, one group after the other")


class Level(models.TextChoices):
    """Which level is asked for (eIDAS)."""

    SIMPLE = "simple", pgettext_lazy("signature level", "Simple")
    ADVANCED = "advanced", pgettext_lazy("signature level", "Advanced")
    QUALIFIED = "qualified", pgettext_lazy("signature level", "Qualified")


class Method(models.TextChoices):
    """By which means somebody signs."""

    INTERNAL = "internal", pgettext_lazy("signature method", "On this site")
    UPLOADED = "uploaded", pgettext_lazy("signature method", "With a signature tool elsewhere: the signed PDF is sent here")
    WET_INK = "wet_ink", pgettext_lazy("signature method", "By hand, on paper")


#: A field of the document waits for these.
IN_THE_FILE = frozenset({Method.INTERNAL, Method.UPLOADED})


class Stage(models.TextChoices):
    """Where one signatory is."""

    WAITING = "waiting", pgettext_lazy("signatory", "Not their turn yet")
    INVITED = "invited", pgettext_lazy("signatory", "Invited")
    VIEWED = "viewed", pgettext_lazy("signatory", "Has opened the document")
    SIGNED = "signed", pgettext_lazy("signatory", "Has signed")
    REFUSED = "refused", pgettext_lazy("signatory", "Refuses to sign")
    DELEGATED = "delegated", pgettext_lazy("signatory", "Has given the signature to somebody else")
    REVOKED = "revoked", pgettext_lazy("signatory", "The delegation was ended: signs no more")
    LAPSED = "lapsed", pgettext_lazy("signatory", "Awaited no more")


#: It is their turn.
TURN = frozenset({Stage.INVITED, Stage.VIEWED})
#: Somebody else has taken, or taken back, their place.
REPLACED = frozenset({Stage.DELEGATED, Stage.REVOKED})
#: Their signature is still needed.
NEEDED = frozenset({Stage.WAITING, *TURN})


class Happening(models.TextChoices):
    """What the chain of a request tells."""

    SENT = "sent", pgettext_lazy("signature event", "Document sealed and sent")
    INVITED = "invited", pgettext_lazy("signature event", "Invited to sign")
    VIEWED = "viewed", pgettext_lazy("signature event", "Document opened")
    SIGNED = "signed", pgettext_lazy("signature event", "Signed")
    UPLOADED = "uploaded", pgettext_lazy("signature event", "Signed elsewhere: the file was received and checked")
    SCAN_ADDED = "scan_added", pgettext_lazy("signature event", "Scan of a signature by hand recorded")
    SCAN_CHECKED = "scan_checked", pgettext_lazy("signature event", "Scan checked by a second person")
    SCAN_DISCARDED = "scan_discarded", pgettext_lazy("signature event", "Scan discarded")
    DELEGATED = "delegated", pgettext_lazy("signature event", "Signature given to somebody else")
    DELEGATION_ENDED = "delegation_ended", pgettext_lazy("signature event", "Delegation ended: the signature goes back to who gave it")
    REMINDED = "reminded", pgettext_lazy("signature event", "Reminded")
    REFUSED = "refused", pgettext_lazy("signature event", "Signature refused")
    EXPIRED = "expired", pgettext_lazy("signature event", "Time limit passed")
    CANCELLED = "cancelled", pgettext_lazy("signature event", "Called back")
    COMPLETED = "completed", pgettext_lazy("signature event", "Signed by all")
