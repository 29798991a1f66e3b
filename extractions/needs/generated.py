"""The first need, written from what the dossier says; later, what the dossier alone decides is taken from it anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from accounts.models import Organisation
from extractions.models import Ticket
from extractions.needs.content import Content, DatabaseNeed, Form, Identifier, Named, Origin, Rhythm
from extractions.needs.settings import minimum_cell
from extractions.services.planning import asked_of
from extractions.states import Kind
from requests_app.choices import DataForm
from requests_app.content import DossierSource
from requests_app.models import Dossier


def generated(dossier: Dossier, organisation: Organisation, tickets: Iterable[Ticket]) -> Content:
    """The need that the dossier speaks of, towards one body."""
    said, filed = dossier.content, dossier.versions.order_by("-number").values_list("number", "sha256").first()
    aggregates = said.data_form == DataForm.AGGREGATED
    return Content(
        dossier=dossier.reference,
        organisation=organisation.name,
        origin=Origin(*filed) if filed else Origin(0),
        population=_plain(said.population),
        targeting=_plain(said.targeting),
        databases=tuple(_database(row) for row in _asked_there(dossier, organisation, tickets)),
        form=(Form.AGGREGATES if aggregates else Form.INDIVIDUAL) if said.data_form else None,
        minimum_cell=minimum_cell() if aggregates else None,
        rhythm=None if any(one.kind == Kind.UPDATE for one in tickets) else Rhythm.ONCE,
    )


def _asked_there(dossier: Dossier, organisation: Organisation, tickets: Iterable[Ticket]) -> list[DossierSource]:
    """The databases of the dossier on which the body does the work."""
    there = {one.database for one in asked_of(dossier).sources if one.body == organisation.pk}
    there |= {database.pk for ticket in tickets for database in ticket.databases.all()}
    rows = dossier.content.sources.select_related("database").prefetch_related("components")
    return [row for row in rows if row.database_id in there]


def _database(row: DossierSource) -> DatabaseNeed:
    return DatabaseNeed(
        slug=row.database.slug,
        name=row.database.acronym,
        components=tuple(Named(one.code, one.name_fr) for one in row.components.all()),
        year_from=row.year_from,
        year_to=row.year_to,
        history_years=row.history_years,
        variables_words=_plain(row.variables),
        identifiers=tuple(Identifier(code, _plain(why or "")) for code, why in sorted(row.identifiers.items())),
        professionals=_plain(row.professional_reasons) if row.professional_identifier else "",
        criteria_words=_plain(row.population_criteria),
    )


def _plain(words: str) -> str:
    return "\n".join(words.split("\r\n")).strip()


def brought_up_to_date(content: Content, now: Content) -> Content:
    """A need that goes on, with what the dossier alone decides as it now stands: databases, identifiers, the version it comes from."""
    databases = []
    for fresh in now.databases:
        kept = content.database(fresh.slug)
        databases.append(fresh if kept is None else _refreshed(kept, fresh))
    return replace(content, origin=now.origin, databases=tuple(databases))


def _refreshed(kept: DatabaseNeed, fresh: DatabaseNeed) -> DatabaseNeed:
    known = {one.code for one in fresh.components}
    components = tuple(one for one in kept.components if one.code in known)
    return replace(kept, name=fresh.name, components=components, identifiers=fresh.identifiers, professionals=fresh.professionals)
