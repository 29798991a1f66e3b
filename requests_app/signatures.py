"""The signature of a filing: the second factor of the person who signs, and the fingerprints of what that person read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from requests_app.sections import SECTIONS
from workflow.refusals import Broken, RuleBroken

REST, PIECES = "rest", "pieces"
LAW = "décret 2019-536, art. 88"


@dataclass(frozen=True)
class Signature:
    """What a person who signs brings: the device that verified the session, and the fingerprint of each part that was read."""

    device: str
    read: Mapping[str, str] = field(default_factory=dict)


def parts_of(dossier: Any) -> dict[str, str]:
    """The fingerprint of each section of the content, of what no section holds, and of the pieces."""
    left = dossier.content.snapshot()
    left["sources"] = sorted(left["sources"], key=lambda source: str(source["database"]))
    parts = {}
    for section in SECTIONS:
        names = [name if name in left else f"{name}_id" for name in section.fields]
        names += ["sources"] if section.code == "sources" else []
        parts[section.code] = _fingerprint({name: left.pop(name) for name in names if name in left})
    parts[REST] = _fingerprint(left)
    parts[PIECES] = _fingerprint(sorted(dossier.attachments.filter(removed_at=None).values_list("sha256", flat=True)))
    return parts


def changed_parts(before: Mapping[str, str], now: Mapping[str, str]) -> list[Any]:
    """The names of the parts that are not the same any more, in the order of the form."""
    titles = {section.code: section.title for section in SECTIONS} | {REST: _("Other information"), PIECES: _("Pieces")}
    return [title for code, title in titles.items() if before.get(code) != now.get(code)]


def as_text(parts: Mapping[str, str]) -> str:
    """The fingerprints as a form carries them."""
    return ",".join(f"{code}:{digest}" for code, digest in parts.items())


def from_text(text: str) -> dict[str, str]:
    """The fingerprints that a form brought back; what is no fingerprint is left out."""
    return {code: digest for code, colon, digest in (part.partition(":") for part in text.split(",")) if colon}


def require_signed(dossier: Any, by: Any, signed: Signature | None) -> Signature:
    """Raise RuleBroken unless the person's own second factor stands behind the signature and what was read is what is filed."""
    if signed is None or not is_second_factor_of(by, signed.device):
        raise RuleBroken(Broken(_("A filing is signed with a second factor: give its code, then sign."), LAW, "signature"))
    changed = changed_parts(signed.read, parts_of(dossier))
    if changed:
        named = ", ".join(f"“{title}”" for title in changed)
        sentence = _("The dossier has changed since you read it: %(parts)s. Read it again, then sign.") % {"parts": named}
        raise RuleBroken(Broken(sentence, where="signature"))
    return signed


def is_second_factor_of(person: Any, device: str) -> bool:
    """Is this a confirmed device of that very person?"""
    found = Device.from_persistent_id(device)
    return found is not None and found.user_id == person.pk and found.confirmed


def _fingerprint(said: Any) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:20]
