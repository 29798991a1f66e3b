"""How a fiche comes to the public and follows its dossier: reactions to the moves, which never refuse them.

Both reactions do the same thing, so that one that failed and is tried again later finds the right order by itself.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from registry.models import NUMBER_IS_UNIQUE, Fiche
from registry.public_core import columns_of, said_by
from requests_app.models import Dossier
from workflow.models import JournalLine
from workflow.periods import PARIS


def publish(dossier: Dossier, line: JournalLine) -> None:
    """The dossier is authorised: its public core enters the registry (CSP, art. L1461-3)."""
    bring_up_to_date(dossier, at=line.at)


def refresh(dossier: Dossier, line: JournalLine) -> None:
    """Something happened to the dossier: its fiche follows."""
    bring_up_to_date(dossier, at=line.at)


@transaction.atomic
def bring_up_to_date(dossier: Dossier, *, at: datetime) -> Fiche | None:
    """Publish the dossier, or rewrite its fiche if it would now say something else; None before the authorisation.

    The dossier of an amendment has no fiche: when it is authorised, the fiche of the dossier that it amends changes.
    """
    if dossier.authorised_on is None or dossier.amends_id is not None:
        return None  # an amendment has no fiche of its own: it changes that of the dossier which it amends
    columns = columns_of(said_by(dossier)) | {
        "suspended": dossier.suspensions.filter(lifted_at=None).exists(),
        "is_demonstration": dossier.is_demonstration,
    }
    fiche: Fiche | None = Fiche.objects.select_for_update().filter(dossier=dossier).first()
    if fiche is None:
        return _insert(Fiche(dossier=dossier, published_at=at, updated_at=at, **columns))
    if all(_as_stored(getattr(fiche, name)) == _as_stored(value) for name, value in columns.items()):
        return fiche
    for name, value in columns.items():
        setattr(fiche, name, value)
    fiche.version += 1
    fiche.updated_at = max(at, fiche.updated_at)
    fiche.save(update_fields=[*columns, "version", "updated_at"])
    next_version()
    return fiche


def _as_stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _insert(fiche: Fiche) -> Fiche:
    """Number the fiche by the second of its publication in Paris; when that second is taken, by the next one that is free."""
    second = fiche.published_at.astimezone(PARIS)
    prefix = "DEMO-F" if fiche.is_demonstration else "F"
    while True:
        fiche.number = f"{prefix}{second:%Y%m%d%H%M%S}"
        try:
            with transaction.atomic():
                fiche.save(force_insert=True)
            next_version()
            return fiche
        except IntegrityError as clash:
            if getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "") != NUMBER_IS_UNIQUE:
                raise
            second += timedelta(seconds=1)


def give_real_number(dossier: Dossier, number: str) -> None:
    """Note the number (F… or T…) under which the national register published this project; its address then leads here too.

    Raises Fiche.DoesNotExist for a dossier that is not published, IntegrityError for a number that is none or is taken.
    """
    fiche = Fiche.objects.get(dossier=dossier)
    fiche.real_number = number.strip().upper()
    fiche.save(update_fields=["real_number"])
    next_version()


def next_version() -> None:
    """Give the registry a new version number, never used before; publications queue for it until their commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_registrystate (id, version) VALUES (1, nextval('registry_version')) "
            "ON CONFLICT (id) DO UPDATE SET version = nextval('registry_version')"
        )
