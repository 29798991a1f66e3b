"""Fiches for tests that came through the one door, with their versions: what `factories.a_fiche` writes has none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from registry.models import Fiche, FicheVersion, Origin
from registry.public_core import columns_of
from registry.publication import write
from tests.registry.said import a_said
from tests.requests_app.factories import PARIS

BEGUN = datetime(2026, 1, 5, 9, 30, tzinfo=PARIS)


def a_published(*, at: datetime = BEGUN, **said: Any) -> Fiche:
    """A published fiche that has no dossier, with its first version."""
    return write(Fiche(origin=Origin.IMPORT), columns_of(a_said(**said)), at=at, because="publish")


@transaction.atomic
def changed(fiche: Fiche, *, because: str = "brought_up_to_date", at: datetime | None = None, **said: Any) -> FicheVersion:
    """The next version of a fiche, which says this instead."""
    locked = Fiche.objects.select_for_update().get(pk=fiche.pk)
    at = at or locked.updated_at + timedelta(days=1)
    write(locked, columns_of(locked.said | said), at=at, because=because)
    return version_of(locked)


def version_of(fiche: Fiche, number: int | None = None) -> FicheVersion:
    """A version of a fiche, the last unless a number is given."""
    return FicheVersion.objects.get(fiche=fiche, number=number or Fiche.objects.get(pk=fiche.pk).version)
