"""What a person may ask for on a day: each database with its rights as they were declared and approved, and the choice the form makes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from catalogue.models import Database
from registry.models import Fiche
from rights import rules
from rights.entitlements.models import Entitlement
from rights.entitlements.states import Available
from rights.services.opening import Choice
from rights.states import OFFERED, Level, Right
from workflow.refusals import Broken, RuleBroken

#: The rights as the easy-to-read pages call them.
EASY = {
    Right.ACCESS: _("You can ask to see your data."),
    Right.RECTIFICATION: _("You can ask to have your data put right."),
    Right.OPPOSITION: _("You can say no to research."),
    Right.ERASURE: _("You can ask to have your data deleted."),
    Right.LIMITATION: _("You can ask to put your data on hold."),
}


@dataclass(frozen=True)
class Granted:
    """One right on one database; without a statement nobody has declared anything."""

    right: Right
    statement: Entitlement | None = None

    @property
    def available(self) -> Available:
        """Yes, yes with limits, no, or not declared."""
        return Available(self.statement.available) if self.statement else Available.UNDECLARED

    @property
    def organisation(self) -> Organisation | None:
        """Who answers."""
        return self.statement.addressee if self.statement else None

    @property
    def can_be_asked(self) -> bool:
        """Does it apply, and is there somebody who answers?"""
        return self.statement is not None and self.statement.is_exercised and self.organisation is not None

    @property
    def easy_label(self) -> str:
        """The right in words that everybody knows."""
        return str(EASY[self.right])

    @property
    def levels(self) -> list[Level]:
        """How far an opposition may go here; nothing for another right."""
        return [level for level in Level if self.statement and level in self.statement.levels]


@dataclass(frozen=True)
class Offered:
    """A database with each of the five rights, in the order of the form."""

    database: Database
    rights: tuple[Granted, ...]

    @property
    def asked(self) -> list[Granted]:
        """The rights that can be exercised."""
        return [one for one in self.rights if one.can_be_asked]

    @property
    def is_declared(self) -> bool:
        """Has anything been declared of it?"""
        return any(one.available != Available.UNDECLARED for one in self.rights)

    @property
    def organisation(self) -> Organisation | None:
        """Who answers for the database as a whole."""
        return self.database.holder or next((one.organisation for one in self.asked), None)

    def of(self, right: str) -> Granted | None:
        """What was said of one right; None for a word that is no right of the form."""
        return next((one for one in self.rights if one.right == right), None)


def every(day: date) -> list[Offered]:
    """Every database of the catalogue with what holds on a day, declared or not; two queries."""
    return list(_joined(Database.objects.active().select_related("holder").alphabetical(), day))


def offer(day: date) -> list[Offered]:
    """The databases on which something can be asked for on a day; two queries."""
    return [one for one in every(day) if one.asked]


def rights_of(database: Database, day: date) -> Offered:
    """One database with what holds on a day."""
    return next(_joined([database], day))


def choice_for(database: Database, right: str, level: str, study: str, day: date) -> Choice:
    """What a person asks of the controller of a database. Raises RuleBroken when it does not apply there, or nobody was named to answer."""
    granted = rights_of(database, day).of(right)
    if granted is None or granted.statement is None or not granted.statement.is_exercised:
        raise RuleBroken(_not_offered(database, granted))
    if granted.organisation is None:
        sentence = _("%(database)s: the controller has not said yet who answers requests there.") % {"database": database.acronym}
        raise RuleBroken(Broken(sentence, where="databases"))
    rules.require_level(right, level, study)
    _require_offered_level(database, granted, level, study)
    return Choice(database, granted.organisation, granted.right, level=level, study=study, evidence=granted.statement.evidence)


def _not_offered(database: Database, granted: Granted | None) -> Broken:
    if granted is not None and granted.available == Available.NO:
        law = granted.statement.legal_basis if granted.statement else ""
        return Broken(_("%(database)s: this right does not apply to this database.") % {"database": database.acronym}, law, where="right")
    return Broken(_("%(database)s: the controller has not declared this right yet.") % {"database": database.acronym}, where="right")


def _require_offered_level(database: Database, granted: Granted, level: str, study: str) -> None:
    """Raise RuleBroken for an opposition that does not go so far here, or to a study that does not use this database."""
    if level and level not in granted.levels:
        raise RuleBroken(Broken(_("%(database)s: an opposition does not go so far here.") % {"database": database.acronym}, where="level"))
    if study and not Fiche.objects.live().filter(number=study).drawing_on(database.slug).exists():
        raise RuleBroken(
            Broken(_("%(database)s: no published study of this number uses it.") % {"database": database.acronym}, where="study")
        )


def _joined(databases: Iterable[Database], day: date) -> Iterator[Offered]:
    """Each database beside its statements; what holds is read once for all of them."""
    shown = list(databases)
    held: dict[int, dict[str, Entitlement]] = defaultdict(dict)
    rows = Entitlement.objects.in_force(day).filter(database__in=shown).select_related("organisation").order_by("pk")
    for row in rows:
        held[row.database_id][row.right] = row
    for database in shown:
        for row in held[database.pk].values():
            row.database = database
        yield Offered(database, tuple(Granted(right, held[database.pk].get(right)) for right in OFFERED))
