"""What must stand before data leave: the oppositions of every database of the delivery, young enough, and applied by who delivers.

The guard speaks for a database only once a set of it was published or an opposition to it was accepted. Then, on the day of the delivery:
a set is in force and knows the oppositions up to at most the allowed age before; the delivery has an attestation for that database; it was
made with the newest version that was in force the days of grace before, or a later one; and it names every file of the package (`files`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalogue.models import Database
from extractions.delivery.models import Package
from registry.models import Fiche
from rights.oppositions.files import files_of, unnamed
from rights.oppositions.models import Attestation, Commitment, OppositionSet
from rights.oppositions.services.commitments import is_opposed
from rights.oppositions.terms import Terms, terms_on
from workflow.periods import paris_day
from workflow.refusals import Broken


class Cause(StrEnum):
    """Why the data of a database are kept back: what its controller, or who delivers, must do first."""

    UNPUBLISHED = "set_not_published"
    OLD_SET = "set_too_old"
    UNATTESTED = "not_attested"
    OLD_VERSION = "version_not_applied"
    OLD_PACKAGE = "package_too_old"
    UNNAMED = "file_not_named"


@dataclass(frozen=True)
class Lack:
    """One thing that keeps the data of a database back, in a code and in words."""

    cause: Cause
    database: Database
    sentence: Any
    law: str


#: What is wrong with a set or a package, before it is said of which database.
Wrong = Iterator[tuple[Cause, Any]]


def missing(ticket: Any, day: date) -> Iterable[Broken]:
    """Everything that keeps a delivery under this ticket back on a day."""
    return (Broken(one.sentence, one.law, where="oppositions") for one in lacking(ticket, day))


def lacking(ticket: Any, day: date) -> Iterator[Lack]:
    """The same, each with its database."""
    databases = concerned(ticket)
    if not databases:
        return
    terms, number = terms_on(day), number_due(ticket)
    versions = versions_of(databases)
    made = {one.version.database_id: one for one in attested(ticket, number)}
    files = files_of(ticket, number)
    for database in databases:
        for cause, sentence in _wrong(database.acronym, versions.get(database.pk, []), made.get(database.pk), terms, day):
            yield Lack(cause, database, sentence, terms.law)
        if database.pk in made:
            for sentence in unnamed(database.acronym, made[database.pk].said, files):
                yield Lack(Cause.UNNAMED, database, sentence, terms.law)


def concerned(ticket: Any) -> list[Database]:
    """The databases of a ticket, or of its dossier where it names none, for which there are oppositions to obey."""
    named = list(ticket.databases.all()) or list(Database.objects.filter(pk__in=ticket.dossier.content.sources.values("database")))
    ids = [one.pk for one in named]
    held = set(OppositionSet.objects.filter(database__in=ids).values_list("database", flat=True)) | is_opposed(ids)
    return [one for one in named if one.pk in held]


def number_due(ticket: Any) -> int:
    """The number of the package that is being announced, or of the next one."""
    last = Package.objects.filter(ticket=ticket).order_by("-number").first()
    if last is None:
        return 1
    return int(last.number if last.is_undecided else last.number + 1)


def attested(ticket: Any, number: int) -> list[Attestation]:
    """What stands attested of a package, of each database once."""
    rows = Attestation.objects.filter(ticket=ticket, number=number, replaced_at=None)
    return list(rows.select_related("version__database", "recheck").order_by("pk"))


def awaits_attestation(ticket: Any, databases: list[Database], made: list[Attestation], day: date) -> bool:
    """Is an attestation what lacks, of a database of which one may be sent by now?"""
    versions, terms, held = versions_of(databases), terms_on(day), {one.version.database_id: one for one in made}
    told = [(one.acronym, versions.get(one.pk, []), held.get(one.pk)) for one in databases]
    return any(
        not any(wrong_set(name, known, terms, day)) and any(wrong_package(name, known, one, terms, day)) for name, known, one in told
    )


def outdated(databases: list[Database], day: date) -> list[Database]:
    """Those of the databases of which a newer version is to be published first."""
    versions, terms = versions_of(databases), terms_on(day)
    return [one for one in databases if any(wrong_set(one.acronym, versions.get(one.pk, []), terms, day))]


def study_of(ticket: Any) -> str:
    """The number of the fiche of the project; an amendment has none of its own. Empty where nothing is published of it."""
    dossiers = [ticket.dossier_id, ticket.dossier.amends_id]
    return Fiche.objects.filter(dossier__in=dossiers).values_list("number", flat=True).first() or ""


def is_opposed_to(study: str, version: OppositionSet) -> bool:
    """Does a version hold an opposition to this one study?"""
    return bool(study) and Commitment.objects.standing_in(version).filter(routing__study=study).exists()


def study_asked(ticket: Any, databases: list[Database]) -> str:
    """The study with whose number the filter has to run, because somebody objects to it alone; empty where nobody does."""
    study, versions = study_of(ticket), versions_of(databases)
    return study if any(is_opposed_to(study, held[0]) for held in versions.values()) else ""


def age_on(version: OppositionSet, day: date) -> int:
    """How many days before a day the oppositions of a version were known."""
    return (day - paris_day(version.cutoff_at)).days


def due_on(versions: list[OppositionSet], terms: Terms, day: date) -> OppositionSet | None:
    """The version that a delivery of this day must have applied at least: the newest in force before the days of grace."""
    before = day - timedelta(days=terms.grace_days)
    return next((one for one in versions if paris_day(one.effective_at) <= before), None)


def versions_of(databases: list[Database]) -> dict[int, list[OppositionSet]]:
    """Every version of these databases, the newest first."""
    found: dict[int, list[OppositionSet]] = {}
    for one in OppositionSet.objects.filter(database__in=databases).order_by("database", "-version"):
        found.setdefault(one.database_id, []).append(one)
    return found


def _wrong(name: str, versions: list[OppositionSet], made: Attestation | None, terms: Terms, day: date) -> Wrong:
    """What keeps the data of one database back."""
    held_back = list(wrong_set(name, versions, terms, day))
    yield from held_back or wrong_package(name, versions, made, terms, day)


def wrong_set(name: str, versions: list[OppositionSet], terms: Terms, day: date) -> Wrong:
    """What its controller must do first: nobody could attest anything."""
    told: dict[str, Any] = {"name": name, "days": terms.max_age_days}
    newest = next((one for one in versions if paris_day(one.effective_at) <= day), None)
    if newest is None:
        yield Cause.UNPUBLISHED, _("Oppositions to %(name)s were accepted: its controller publishes them before data leave.") % told
    elif age_on(newest, day) > terms.max_age_days:
        told |= {"age": age_on(newest, day)}
        sentence = _(
            "The oppositions to %(name)s were last published as known %(age)s days ago; at most %(days)s days are allowed: its controller"
            " publishes a newer version first."
        )
        yield Cause.OLD_SET, sentence % told


def wrong_package(name: str, versions: list[OppositionSet], made: Attestation | None, terms: Terms, day: date) -> Wrong:
    """What who delivers must do first: filter, and attest."""
    told: dict[str, Any] = {"name": name, "days": terms.max_age_days}
    if made is None:
        sentence = _(
            "Nothing attests that the oppositions to %(name)s were applied to this package: filter it, and send the attestation first."
        )
        yield Cause.UNATTESTED, sentence % told
        return
    due = due_on(versions, terms, day)
    if due is not None and made.version.version < due.version:
        told |= {"applied": made.version.version, "due": due.version}
        sentence = _(
            "The package was made with version %(applied)s of the oppositions to %(name)s; version %(due)s is to be applied: filter it"
            " again, and send its attestation."
        )
        yield Cause.OLD_VERSION, sentence % told
    elif age_on(made.version, day) > terms.max_age_days:
        told |= {"age": age_on(made.version, day)}
        sentence = _(
            "The package was made with oppositions to %(name)s as known %(age)s days ago; at most %(days)s days are allowed: filter it"
            " again with a newer version, and send its attestation."
        )
        yield Cause.OLD_PACKAGE, sentence % told
