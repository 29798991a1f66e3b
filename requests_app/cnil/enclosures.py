"""What upper floors add to the file for the CNIL: the committee registers its signed opinion, or the attestation of a tacit one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from requests_app.exports.archive import Enclosed
from ui.registries import Registry

__all__ = ["ENCLOSURES", "Enclosed", "Enclosures", "enclosed_with"]


@dataclass(frozen=True)
class Enclosures:
    """What one floor encloses with a dossier: file names without a folder, and their bytes."""

    key: str
    order: int
    of: Callable[[Any], Iterable[Enclosed]]


ENCLOSURES: Registry[Enclosures] = Registry()


def enclosed_with(dossier: Any) -> list[Enclosed]:
    """What the upper floors enclose with this dossier, in their order."""
    return [one for floor in ENCLOSURES for one in floor.of(dossier)]
