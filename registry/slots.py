"""What the rooms of the registry register with its base: what follows every version, and their parts of a fiche's page.

They fill both from `AppConfig.ready()`; the base never knows who did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from ui.registries import Registry

#: Called with each new version in the transaction that writes it, the registry's state row locked, in the order of this list.
ON_VERSION: list[Callable[[Any], None]] = []


def on_version(follow: Callable[[Any], None]) -> None:
    """Register what follows each version; once, however often an app is made ready."""
    if follow not in ON_VERSION:
        ON_VERSION.append(follow)


@dataclass(frozen=True)
class FichePart:
    """One room's part of the public page of a fiche: a template and the function that fills it, at most one query each.

    `place` is "head" (inside <head>: links, JSON-LD), "top" (below the badges), "main" (after the results, before “About this page”) or
    "foot" (after it). The template finds `fiche`, `page` and, as `part`, what the function answered; None shows nothing. A part of the
    body is a <section aria-labelledby> of its own, with an <h2 class="fr-h4">.
    """

    key: str
    order: int
    template: str
    of: Callable[[HttpRequest, Any], Any]
    place: str = "main"


#: Where a part may stand.
PLACES = ("head", "top", "main", "foot")
FICHE_PARTS: Registry[FichePart] = Registry()


@dataclass(frozen=True)
class ShownPart:
    """A part that has something to say on this fiche."""

    template: str
    part: Any


def parts_of(request: HttpRequest, fiche: Any) -> dict[str, list[ShownPart]]:
    """What the rooms show on the page of a fiche: place → parts, in their order."""
    shown: dict[str, list[ShownPart]] = {place: [] for place in PLACES}
    for room in FICHE_PARTS:
        if (part := room.of(request, fiche)) is not None:
            shown[room.place].append(ShownPart(room.template, part))
    return shown


@dataclass(frozen=True)
class DataLink:
    """A document for programs that the page of the registry's data lists beside the files: a label, and its address by name."""

    key: str
    order: int
    label: Any
    url_name: str
    args: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Its address on this site."""
        return reverse(self.url_name, args=self.args)


DATA_LINKS: Registry[DataLink] = Registry()


@dataclass(frozen=True)
class FicheAct:
    """What the secretariat may do to a fiche on a page of a room: its label, the page (its address takes the number), and the right."""

    key: str
    order: int
    label: Any
    url_name: str
    action: str
    #: On fiches that the public reads, or on those that were withdrawn.
    live: bool = True


FICHE_ACTS: Registry[FicheAct] = Registry()
