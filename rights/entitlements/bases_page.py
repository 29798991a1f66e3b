"""The databases as citizens read them: who holds them, what they hold, which rights apply, and how many published projects use them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Func

from catalogue.models import Database, Level, Term, Vocabulary
from registry.models import Fiche
from rights.entitlements.services.offering import Granted, Offered, every
from rights.entitlements.states import Available


@dataclass(frozen=True)
class BaseShown:
    """A database with its rights, what it holds and who uses it."""

    offered: Offered
    categories: list[str]
    projects: int

    @property
    def database(self) -> Database:
        """The database itself."""
        return self.offered.database

    @property
    def controller(self) -> str:
        """Who answers for it, by name; nothing when nobody knows."""
        return self.database.controller_name or str(self.offered.organisation or "")

    @property
    def declared(self) -> list[Granted]:
        """The rights of which something is said."""
        return [one for one in self.offered.rights if one.available != Available.UNDECLARED]

    @property
    def undeclared(self) -> list[Granted]:
        """The rights of which nothing is said."""
        return [one for one in self.offered.rights if one.available == Available.UNDECLARED]

    @property
    def slugs(self) -> list[str]:
        """What the form is told of it: itself, when something can be asked for."""
        return [self.database.slug] if self.offered.asked else []


def bases(day: date) -> list[BaseShown]:
    """Every database: the one that holds nearly everybody, then those on which something can be asked for; a constant number of queries."""
    projects, categories = projects_by_database(), categories_by_database()
    shown = [BaseShown(one, categories.get(one.database.pk, []), projects.get(one.database.slug, 0)) for one in every(day)]
    return sorted(shown, key=_place)


def _place(one: BaseShown) -> tuple[bool, bool, bool]:
    return (one.database.level != Level.MAIN, not one.offered.asked, not one.offered.is_declared)


def projects_by_database() -> dict[str, int]:
    """How many published projects use each database, by its public identifier."""
    rows = Fiche.objects.live().order_by().annotate(slug=Func(F("databases"), function="unnest")).values_list("slug").annotate(Count("pk"))
    return dict(rows)


def categories_by_database() -> dict[int, list[str]]:
    """What each database holds, by itself or in one of its components."""
    found: dict[int, list[str]] = {}
    for term in Term.objects.of(Vocabulary.DATA_CATEGORY).prefetch_related("category_mappings__component"):
        for mapping in term.category_mappings.all():
            labels = found.setdefault(mapping.database_id or mapping.component.database_id, [])
            if term.label not in labels:
                labels.append(term.label)
    return found
