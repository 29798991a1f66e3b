"""Who says when (RFC 3161): the authority of the settings, else the demonstration's own; and what its token says when it is checked."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts import authorities
from contracts.pades.apart import apart
from contracts.pades.authority import Authority, NoAuthority

SECONDS_TO_STAMP = 10


@dataclass(frozen=True)
class Said:
    """A token, the instant that it says, and whether the demonstration has said it."""

    token: bytes
    at: datetime
    is_demonstration: bool


def is_at_hand() -> bool:
    """Is the authority in this house: does a stamp cost no call over the network? Raises CannotSign."""
    authority = authorities.authority()
    return authority.stamps is not None and not authority.stamps_url


def stamped(statement: bytes, at: datetime) -> Said:
    """The word of the authority on a statement; the house's own stamps the instant of the act. Raises NoAuthority, CannotSign."""
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError

    authority = authorities.authority()
    asked = _authority(authority, at)
    try:
        token = _awaited(asked.async_timestamp(hashlib.sha256(statement).digest(), "sha256"))
    except (TimestampRequestError, OSError) as error:
        raise NoAuthority("time stamps") from error
    return Said(token.dump(), _told(token)["gen_time"].native, authority.is_demonstration and not authority.stamps_url)


def checked(token: bytes, statement: bytes) -> datetime | None:
    """The instant of a token that is about this statement, and whose signature holds under an authority that is believed; else None."""
    from asn1crypto import cms

    try:
        content = cms.ContentInfo.load(token)
        at: datetime = _told(content)["gen_time"].native
        status = _awaited(_validated(content["content"], statement, at))
    except Exception:  # nobody has signed these bytes: hostile ones make a reader fail in every way there is
        return None
    return at if status["valid"] and status["intact"] and status["trust_problem_indic"] is None else None


async def _validated(signed: Any, statement: bytes, at: datetime) -> Any:
    from asn1crypto import x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
    from pyhanko_certvalidator import ValidationContext

    roots = [x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in authorities.anchors()]
    believed = ValidationContext(trust_roots=roots, moment=at, allow_fetching=False)
    return await validate_tst_signed_data(signed, believed, lambda algorithm: hashlib.new(algorithm, statement).digest())


def _awaited(act: Coroutine[Any, Any, Any]) -> Any:
    return apart(lambda: asyncio.run(act))


def _authority(authority: Authority, at: datetime) -> Any:
    from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

    from contracts.pades.stamping import HouseStamps

    if authority.stamps_url:
        asked: Any = RequestsHTTPTimeStamper
        return asked(authority.stamps_url, timeout=SECONDS_TO_STAMP)
    if authority.stamps is None:
        raise NoAuthority("time stamps")
    return HouseStamps(authority.stamps, at)


def _told(token: Any) -> Any:
    """What a token says (TSTInfo)."""
    return token["content"]["encap_content_info"]["content"].parsed
