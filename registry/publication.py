"""How a fiche comes to the public and changes: one door for every origin, a version for every change.

The reactions to a dossier's moves never refuse them, and all do the same thing, so that one that failed and is tried again later finds
the right order by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from registry.models import NUMBER_IS_UNIQUE, Fiche, FicheQuerySet, FicheVersion, Kind, RegistryState
from registry.public_core import columns_of, said_by
from registry.slots import ON_VERSION
from requests_app.models import Dossier
from workflow.models import JournalLine
from workflow.periods import PARIS

#: Why a fiche says something else when no move of its dossier tells.
BROUGHT_UP_TO_DATE = "brought_up_to_date"
NUMBERED = "numbered"


def publish(dossier: Dossier, line: JournalLine) -> None:
    """The dossier is authorised: its public core enters the registry (CSP, art. L1461-3)."""
    bring_up_to_date(dossier, at=line.at, because=line.action)


def refresh(dossier: Dossier, line: JournalLine) -> None:
    """Something happened to the dossier: its fiche follows."""
    bring_up_to_date(dossier, at=line.at, because=line.action)


@transaction.atomic
def bring_up_to_date(dossier: Dossier, *, at: datetime, because: str = BROUGHT_UP_TO_DATE) -> Fiche | None:
    """Publish the dossier, or rewrite its fiche if it would now say something else; None before the authorisation.

    The dossier of an amendment has no fiche: when it is authorised, the fiche of the dossier that it amends changes.
    """
    if dossier.authorised_on is None or dossier.amends_id is not None:
        return None  # an amendment has no fiche of its own: it changes that of the dossier which it amends
    fiche = Fiche.objects.select_for_update().filter(dossier=dossier).first() or Fiche(dossier=dossier)
    columns = columns_of(said_by(dossier) | fiche.added) | {"is_demonstration": dossier.is_demonstration}
    return write(fiche, columns, at=at, because=because)


@transaction.atomic
def write(fiche: Fiche, columns: Mapping[str, Any], *, at: datetime, because: str, reason: str = "") -> Fiche:
    """Write these columns of a fiche that the caller has locked, or that is new, and keep the version; nothing when nothing changes.

    `because` is a code (its words: `registry.because`), `reason` words for the public. A fiche that stays withdrawn publishes nothing: it
    has no version until it comes back. Every change waits for the registry's own row, which is held until the commit.
    """
    if fiche.pk is not None and all(as_stored(getattr(fiche, name)) == as_stored(value) for name, value in columns.items()):
        return fiche
    was_live = fiche.live
    for name, value in columns.items():
        setattr(fiche, name, value)
    if not (was_live or fiche.live):
        fiche.save(update_fields=list(columns))  # it follows its dossier unseen, for the day on which it comes back
        return fiche
    fiche.state_version = next_version()
    if fiche.pk is None:
        fiche.published_at = fiche.updated_at = at
        _insert(fiche)
        return _keep(fiche, Kind.PUBLISHED, because, reason)
    fiche.version += 1
    fiche.updated_at = max(at, fiche.updated_at)
    fiche.save(update_fields=[*columns, "version", "updated_at", "state_version"])
    kind = Kind.CHANGED if fiche.live == was_live else Kind.RESTORED if fiche.live else Kind.WITHDRAWN
    return _keep(fiche, kind, because, reason)


def _keep(fiche: Fiche, kind: Kind, because: str, reason: str) -> Fiche:
    """Keep what the fiche says now as a version; whoever follows the versions learns of it."""
    version = FicheVersion.objects.create(
        fiche=fiche,
        number=fiche.version,
        kind=kind,
        at=fiche.updated_at,
        because=because,
        reason=reason,
        said={} if kind == Kind.WITHDRAWN else fiche.said,  # what was withdrawn is not said again
        state_version=fiche.state_version,
    )
    for follow in ON_VERSION:
        follow(version)
    return fiche


def as_stored(value: Any) -> Any:
    """A value of a column as it compares with one that comes from `said`: days as their text."""
    return value.isoformat() if isinstance(value, date) else value


def _insert(fiche: Fiche) -> None:
    """Number the fiche by the second of its publication in Paris; when that second is taken, by the next one that is free.

    A fiche that is taken over brings the number under which it is known; IntegrityError when another has it.
    """
    second = fiche.published_at.astimezone(PARIS)
    prefix = "DEMO-F" if fiche.is_demonstration else "F"
    fiche.pos = _next_place()
    if fiche.number:
        fiche.save(force_insert=True)
        return
    while True:
        fiche.number = f"{prefix}{second:%Y%m%d%H%M%S}"
        try:
            with transaction.atomic():
                fiche.save(force_insert=True)
            return
        except IntegrityError as clash:
            if getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "") != NUMBER_IS_UNIQUE:
                raise
            second += timedelta(seconds=1)


def _next_place() -> int:
    """The place after the last one; nobody else takes it, as the registry's own row is held."""
    last: int | None = Fiche.objects.order_by("-pos").values_list("pos", flat=True).first()
    return 0 if last is None else last + 1


@transaction.atomic
def give_real_number(dossier: Dossier, number: str, *, at: datetime) -> Fiche:
    """Note the number (F… or T…) under which the national register published this project; its address then leads here too.

    Raises Fiche.DoesNotExist for a dossier that is not published, IntegrityError for a number that is none or is taken.
    """
    fiche = Fiche.objects.select_for_update().get(dossier=dossier)
    return write(fiche, columns_of(fiche.said | {"national_number": number.strip().upper()}), at=at, because=NUMBERED)


def say_what_is_shown_beside(at: datetime) -> int:
    """Have fiches of before say their suspension and national number too, so that the log covers them; how many did not.

    This is done once: what is written beside the words of a fiche later, past `write`, is not said for whoever wrote it.
    """
    if beside_is_told():
        return 0
    silent = list(silent_about_what_is_beside().order_by("pk").values_list("pk", flat=True))
    for pk in silent:
        _say_beside(pk, at)
    RegistryState.objects.update(beside_told=True)
    return len(silent)


def beside_is_told() -> bool:
    """Did the fiches of before say what they show beside their words?"""
    return RegistryState.objects.filter(beside_told=True).exists()


def silent_about_what_is_beside() -> FicheQuerySet:
    """The fiches that show a suspension or a national number and do not say it."""
    beside = Q(suspended=True) & ~Q(said__has_key="suspended") | Q(real_number__isnull=False) & ~Q(said__has_key="national_number")
    return Fiche.objects.live().filter(beside)


@transaction.atomic
def _say_beside(pk: int, at: datetime) -> None:
    fiche = Fiche.objects.select_for_update().get(pk=pk)
    if fiche.live:
        told: dict[str, Any] = {"suspended": True} if fiche.suspended else {}
        told |= {"national_number": fiche.real_number} if fiche.real_number else {}
        write(fiche, columns_of(fiche.said | told), at=at, because=NUMBERED if fiche.real_number else "suspend")


def next_version() -> int:
    """Give the registry a new version number, never used before; publications queue for it until their commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_registrystate (id, version) VALUES (1, nextval('registry_version')) "
            "ON CONFLICT (id) DO UPDATE SET version = nextval('registry_version') RETURNING version"
        )
        return int(cursor.fetchone()[0])
