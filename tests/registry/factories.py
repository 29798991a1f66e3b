"""Fiches for tests: published by the real move where it matters, written row by row where only the search is tried."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from registry.models import Fiche
from registry.public_core import fold
from registry.publication import next_version
from requests_app.models import Dossier
from requests_app.services import begin_dossier
from tests.accounts.factories import UserFactory
from tests.requests_app.factories import PARIS

_numbers = itertools.count(20_200_101_000_000)
DAY = date(2026, 6, 15)


def a_dossier_row() -> Dossier:
    """A draft that stands for any dossier: a fiche must have one."""
    return begin_dossier(by=UserFactory(), at=timezone.now() - timedelta(days=30), procedure="aut")


def a_fiche(**changes: Any) -> Fiche:
    """A published fiche with these columns; the search sees it at once."""
    at = changes.pop("published_at", datetime(2026, 1, 5, 9, tzinfo=PARIS))
    columns: dict[str, Any] = {
        "number": f"F{next(_numbers)}",
        "published_at": at,
        "updated_at": at,
        "title": "Étude d'une cohorte",
        "lay_summary": "Ce projet étudie les soins d'une cohorte.",
        "controller_name": "Centre de recherche",
        "authorised_on": at.date(),
        "said": {"generated": []},
    } | changes
    columns.setdefault("sort_key", fold(f"{columns.get('acronym', '')} {columns['title']}"))
    if columns.get("origin", "dossier") == "dossier":
        columns["dossier"] = columns.pop("dossier", None) or a_dossier_row()
    columns |= {"pos": Fiche.objects.count(), "state_version": next_version()}
    return Fiche.objects.create(**columns)
