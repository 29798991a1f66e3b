"""Who shows a code sees the request: a code that is unknown, expired, mistyped or none at all gives the same answer for the same work."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import OuterRef, Q
from django.http import HttpRequest

from contracts.signing.network import network_of
from rights import codes, secret_keys
from rights.asking import floods
from rights.models import Request, Routing, in_force
from rights.policies import Bearer
from rights.services.opening import bearer_of

log = logging.getLogger("guichet.rights")

#: What is worked on in place of something that cannot be a code: it takes as long, and is nobody's.
NOBODYS = "0" * codes.LENGTH + "0"
#: More than anybody types.
LONGEST = 64
#: Wrong codes in a while from one network, and from everywhere together. A right code passes all the same.
WHILE, MOST_WRONG, MOST_WRONG_IN_ALL = 600, 30, 3000


@dataclass(frozen=True)
class Found:
    """A request, and the code that opened it, which goes on in the body of each page."""

    request: Request
    code: str

    @property
    def bearer(self) -> Bearer:
        """Whoever has shown the code, as an actor."""
        return bearer_of(self.request)

    def routing(self, number: str) -> Routing | None:
        """The part of this request with this number; None when it is not one of its."""
        found: Routing | None = (
            Routing.objects.filter(request=self.request, number=number[:24].replace("\0", ""))
            .select_related("request", "database", "organisation")
            .first()
        )
        return found


def found_by(typed: str, at: datetime) -> Found | None:
    """The request of a code, however it is typed, as long as it is open to the person; always one query and the same work."""
    read = codes.tidy(typed[:LONGEST])
    code = read or NOBODYS
    digest = codes.digest_of(code, secret_keys.pepper())
    still_open = in_force(OuterRef("pk")) | Q(closed_at=None) | Q(closed_at__gt=at - timedelta(days=settings.RIGHTS_CODE_DAYS))
    request = Request.objects.filter(still_open, code_digest=digest).first()
    return Found(request, code) if request is not None and read is not None else None


def too_many(request: HttpRequest, at: datetime) -> bool:
    """Have too many wrong codes come from this network, or from everywhere? Counts this one; it never stops a right code."""
    here = floods.counted(f"wrong code:{network_of(request)}", at, WHILE)
    everywhere = floods.counted("wrong code", at, WHILE)
    if everywhere == MOST_WRONG_IN_ALL + 1:
        log.warning("many_wrong_codes", extra={"count": everywhere})
    return here > MOST_WRONG or everywhere > MOST_WRONG_IN_ALL
