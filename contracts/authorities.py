"""Which authority seals and signs here, as the settings say: that of the body, or the demonstration of KEYS_DIR."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contracts.pades.authority import Authority, NoAuthority, anchors_in, configured, demonstration, identity_in
from contracts.pades.certificates import Person
from workflow.keys import folder_of
from workflow.refusals import Refusal

FOLDER = "conventions"


class CannotSign(Refusal):
    """The keys of this site were never made, or cannot be read: nothing is wrong with what was to be signed."""

    status = 503
    title = _("Nothing can be signed on this site for the moment")


def is_demonstration() -> bool:
    """Does the demonstration authority seal and sign here? Its documents say so."""
    return not settings.SIGNATURE_SEAL


def authority() -> Authority:
    """The authority of this site. Raises CannotSign."""
    try:
        return _demonstration() if is_demonstration() else _configured()
    except NoAuthority as missing:
        raise CannotSign(_("The keys of the signatures are missing: tell the administrator of the site.")) from missing


def anchors() -> tuple[Any, ...]:
    """The root certificates that a check believes, those of signatures made elsewhere among them. Raises CannotSign."""
    return _anchors(folder_of(FOLDER) / "anchors", *map(Path, settings.SIGNATURE_ANCHORS), *map(Path, settings.SIGNATURE_UPLOAD_ANCHORS))


def upload_anchors() -> tuple[Any, ...]:
    """The roots believed for a signature that was made elsewhere; the demonstration's own only while it signs here. Raises CannotSign."""
    own = [folder_of(FOLDER) / "anchors"] if is_demonstration() else []
    return _anchors(*own, *map(Path, settings.SIGNATURE_UPLOAD_ANCHORS))


def _anchors(*paths: Path) -> tuple[Any, ...]:
    try:
        return anchors_in(*paths)
    except NoAuthority as missing:
        raise CannotSign(_("The keys of the signatures are missing: tell the administrator of the site.")) from missing


def sealed(pdf: bytes, fields: Mapping[str, str], at: datetime) -> bytes:
    """A document with its seal and its fields to be signed ({name: label}). Raises CannotSign, also where nobody stamps the time."""
    from contracts.pades.sealing import seal

    try:
        return seal(pdf, fields, authority(), at)
    except NoAuthority as silent:
        raise CannotSign(_("The time-stamp authority does not answer: try again later.")) from silent


def signed(pdf: bytes, field: str, person: Person, at: datetime, reason: str) -> bytes:
    """A document with one more signature. Raises CannotSign, also where nobody stamps the time."""
    from contracts.pades.sealing import sign

    try:
        return sign(pdf, field, person, authority(), at, reason)
    except NoAuthority as silent:
        raise CannotSign(_("The time-stamp authority does not answer: try again later.")) from silent


def _demonstration() -> Authority:
    made = demonstration(folder_of(FOLDER))
    return replace(made, stamps_url=settings.SIGNATURE_TIME_STAMPS) if settings.SIGNATURE_TIME_STAMPS else made


def _configured() -> Authority:
    def password(name: str) -> Path | None:
        """The file of a password."""
        return Path(name) if name else None

    seal = identity_in(Path(settings.SIGNATURE_SEAL), password(settings.SIGNATURE_SEAL_PASSWORD_FILE))
    issuer = None
    if settings.SIGNATURE_ISSUER:
        issuer = identity_in(Path(settings.SIGNATURE_ISSUER), password(settings.SIGNATURE_ISSUER_PASSWORD_FILE))
    return configured(seal, anchors(), issuer=issuer, stamps_url=settings.SIGNATURE_TIME_STAMPS)
