"""What the committee hangs on other pages, and what its own rooms hang on its tab of a dossier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from committee.models import Examination
from committee.services.examining import examination_of
from requests_app.policies import MAY
from requests_app.reading import roles_for
from ui.registries import Registry


@dataclass(frozen=True)
class Part:
    """One room's part of the committee's tab: its template, and what it shows (None: nothing for this reader)."""

    key: str
    order: int
    template: str
    of: Callable[[HttpRequest, Examination], dict[str, Any] | None]


PARTS: Registry[Part] = Registry()


def has_committee(request: HttpRequest, dossier: Any) -> bool:
    """Has the committee received the dossier, and may the reader see its work?"""
    return bool(dossier.sent_to_committee_at and roles_for(request, dossier) & MAY["see_committee_work"])


def parts_of(request: HttpRequest, dossier: Any) -> list[dict[str, Any]]:
    """The parts of the tab that have something for this reader, in their order."""
    examination = examination_of(dossier)
    if examination is None:
        return []
    shown = [(part, part.of(request, examination)) for part in PARTS]
    return [{"key": part.key, "template": part.template, **said} for part, said in shown if said is not None]
