"""What was delivered with which oppositions: read for the public fiche, and for the person whose opposition it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from extractions.delivery.choices import Outcome
from extractions.delivery.models import Package
from extractions.models import Ticket
from rights.oppositions.models import OppositionSet
from rights.oppositions.terms import terms_on
from workflow.periods import paris_day

_NAMED = Ticket.databases.through


@dataclass(frozen=True)
class Delivery:
    """One database of one package: when it left, and the version that was applied; None when nothing attests it, or what did was wrong."""

    package: int
    announced_at: datetime
    dossier: int
    authorised_on: date | None
    database: int | None
    version: int | None
    known_on: date | None
    is_rechecked: bool
    attestation: int | None
    fiche: str | None
    #: It was attested, and a second look found somebody all the same.
    is_disproved: bool = False

    @property
    def day(self) -> date:
        """The day on which it left."""
        return paris_day(self.announced_at)

    @property
    def age(self) -> int | None:
        """How many days before it left its oppositions were known."""
        return (self.day - self.known_on).days if self.known_on is not None else None

    @property
    def is_late(self) -> bool:
        """Is it to be shown in red: nothing attests it, or its oppositions were older than the rule of its day allows?"""
        return self.age is None or self.age > terms_on(self.day).max_age_days


def of_dossier(dossier: int) -> list[Delivery]:
    """What was delivered to a project and its amendments out of databases with oppositions; one query."""
    mine = Q(ticket__dossier=dossier) | Q(ticket__dossier__amends=dossier)
    published = OppositionSet.objects.filter(
        database__in=_NAMED.objects.filter(ticket=OuterRef(OuterRef("ticket"))).values("database"),
        published_at__lte=OuterRef("announced_at"),
    )
    return _read(_packages().filter(mine).annotate(has_sets=Exists(published)).filter(Q(has_sets=True) | Q(attestations__isnull=False)))


def of_databases(databases: Iterable[int], since: Any) -> dict[int, list[Delivery]]:
    """What was delivered out of each of these databases from a moment on; one query."""
    wanted = set(databases)
    mine = Q(ticket__databases__in=wanted) | Q(attestations__version__database__in=wanted)
    rows = _packages().filter(mine, announced_at__gte=since).values_list(*_COLUMNS, "ticket__databases").distinct()
    held: dict[tuple[int, int], Delivery] = {}
    for *columns, named in rows:
        delivery = _delivery(columns)
        if delivery.database in wanted:
            held[delivery.database, delivery.package] = delivery
        if named in wanted and named != delivery.database:
            held.setdefault((named, delivery.package), _unattested(delivery, named))
    found: dict[int, list[Delivery]] = {one: [] for one in wanted}
    for (database, _package), delivery in sorted(held.items(), key=lambda one: one[0]):
        found[database].append(delivery)
    return found


def _packages() -> Any:
    """Packages that left, whatever the recipient said of them; those that fell away with their ticket did not serve."""
    fiche = Coalesce("ticket__dossier__fiche__number", "ticket__dossier__amends__fiche__number")  # an amendment has none of its own
    return Package.objects.exclude(outcome=Outcome.DROPPED).annotate(fiche=fiche).order_by("pk")


_COLUMNS = (
    *("pk", "announced_at", "ticket__dossier", "ticket__dossier__authorised_on", "attestations__version__database"),
    *("attestations__version__version", "attestations__version__cutoff_at", "attestations__recheck", "attestations"),
    "attestations__disproved_at",
    "fiche",
)


def _read(packages: Any) -> list[Delivery]:
    return [_delivery(row) for row in packages.values_list(*_COLUMNS)]


def _delivery(row: Any) -> Delivery:
    pk, announced_at, dossier, authorised_on, database, version, cutoff_at, recheck, attestation, disproved_at, fiche = row
    if disproved_at is not None:
        return Delivery(pk, announced_at, dossier, authorised_on, database, None, None, False, None, fiche, is_disproved=True)
    known_on = paris_day(cutoff_at) if cutoff_at is not None else None
    return Delivery(pk, announced_at, dossier, authorised_on, database, version, known_on, recheck is not None, attestation, fiche)


def _unattested(one: Delivery, database: int) -> Delivery:
    return Delivery(one.package, one.announced_at, one.dossier, one.authorised_on, database, None, None, False, None, one.fiche)
