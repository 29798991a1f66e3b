"""What the documents need of the database: the catalogue's databases with all that hangs on them, and projects page by page."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from catalogue.models import CategoryMapping, Component, Database, Term, Vocabulary
from registry.models import Fiche

#: How many projects a page holds, and how many a database's own record names.
PER_PAGE = 500
NAMED = 50
#: What is said of a project.
SHOWN = (
    *(
        "number",
        "real_number",
        "pos",
        "live",
        "version",
        "published_at",
        "updated_at",
        "title",
        "acronym",
        "lay_summary",
        "controller_name",
    ),
    *("is_demonstration", "databases", "starts_on", "ends_on", "opened_on", "ended_on", "authorised_on"),
)


def databases() -> QuerySet[Database]:
    """The databases that the public sees, with their components, categories and holder: as many queries for one as for all."""
    mappings = Prefetch("category_mappings", CategoryMapping.objects.select_related("category"))
    components = Prefetch("components", Component.objects.filter(active=True).prefetch_related(mappings).order_by("position", "pk"))
    return Database.objects.active().alphabetical().select_related("holder").prefetch_related(mappings, components)


def purposes() -> list[Term]:
    """The purposes for which data may be asked for."""
    return list(Term.objects.of(Vocabulary.PURPOSE).active())


def projects(after: int = -1, database: str = "") -> list[Fiche]:
    """A page of the published projects in the order of their first publication, from beyond a place; one more tells that others follow."""
    found = Fiche.objects.live().filter(pos__gt=after)
    if database:
        found = found.drawing_on(database)
    return list(found.only(*SHOWN).order_by("pos")[: PER_PAGE + 1])


def numbers_of_projects(database: str) -> list[str]:
    """The numbers of the latest projects that use a database."""
    return list(Fiche.objects.live().drawing_on(database).order_by("-pos").values_list("number", flat=True)[:NAMED])
