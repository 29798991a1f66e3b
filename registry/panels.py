"""What the registry adds to the pages of lower floors: the projects that use a database, the tab of a dossier, a living figure."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from catalogue.models import Database
from registry.models import Fiche

SHOWN = 5


def projects_of(request: HttpRequest, database: Database) -> dict[str, Any] | None:
    """The latest projects that draw on a database, and the address of them all; None when there is none."""
    fiches = Fiche.objects.live().drawing_on(database.slug)
    total = fiches.count()
    if not total:
        return None
    return {
        "fiches": fiches.defer("said", "body")[:SHOWN],
        "total": total,
        "all_url": f"{reverse('registry:index')}?database={database.slug}",
    }


def is_published(request: HttpRequest, dossier: Any) -> bool:
    """Has the dossier a fiche?"""
    return bool(Fiche.objects.filter(dossier=dossier.pk).exists())


def projects_published() -> int | None:
    """How many projects the registry holds; None while it is empty."""
    return Fiche.objects.live().count() or None
