"""What a database is made of, as a table of variables for the record and as a small file that anybody may download.

The file is the record's sample: real bytes without any person's data. It says what the catalogue knows and nothing more.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS

from catalogue.models import Database, Term
from registry.harvest.describing import Described
from registry.harvest.facts import Facts, Table
from registry.harvest.namespaces import CSVW
from requests_app.desks.sheets import disarmed

HEADINGS = ("kind", "table", "name", "type", "label_fr", "label_en", "description_fr", "description_en")


def variables(graph: Graph, address: str, facts: Facts, structure_url: str) -> URIRef | None:
    """The tables that are described, as CSV on the Web; None when none is."""
    if not facts.table:
        return None
    group = Described(graph, address, CSVW.TableGroup).text(DCTERMS.title, "Tables et variables décrites", "Tables and variables described")
    for table in facts.table:
        group.link(CSVW.table, _table(graph, f"{address}-{table.name}", table, structure_url))
    return group.address


def _table(graph: Graph, address: str, table: Table, structure_url: str) -> URIRef:
    described = Described(graph, address, CSVW.Table).text(DCTERMS.title, table.fr, table.en).link(CSVW.url, structure_url)
    described.text(DCTERMS.description, table.source).value(CSVW.name, table.name)
    for column in table.columns:
        one = Described(graph, f"{address}-{column.name}", CSVW.Column).value(CSVW.name, column.name)
        # the specification of CSV on the Web says `titles`, the European profile `title`
        one.text(CSVW.title, column.fr, column.en).text(CSVW.titles, column.fr, column.en)
        one.text(DCTERMS.description, column.fr, column.en).value(CSVW.datatype, column.type)
        described.link(CSVW.column, one.address)
    return described.address


def structure_file(database: Database, facts: Facts) -> bytes:
    """The structure as CSV in UTF-8: components, data categories, tables and variables."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(HEADINGS)
    rows.writerows([disarmed(cell) for cell in row] for row in _rows(database, facts))
    return written.getvalue().encode()


def _rows(database: Database, facts: Facts) -> Iterator[tuple[str, ...]]:
    for part in database.components.all():
        yield "component", "", part.code, "", part.name_fr, part.name_en, part.description_fr, part.description_en
    for term in categories(database):
        yield "data_category", "", term.code, "", term.label_fr, term.label_en, "", ""
    for table in facts.table:
        yield "table", table.name, table.name, "", table.fr, table.en, table.source, ""
        for column in table.columns:
            yield "variable", table.name, column.name, column.type, column.fr, column.en, "", ""


def categories(database: Database) -> list[Term]:
    """The data categories of a database and of its components, each once, in the order of the vocabulary."""
    mappings = [*database.category_mappings.all(), *(one for part in database.components.all() for one in part.category_mappings.all())]
    found = {mapping.category.pk: mapping.category for mapping in mappings}
    return sorted(found.values(), key=lambda term: (term.position, term.pk))
