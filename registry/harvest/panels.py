"""What the pages of the site say of their documents for harvesters: links in the head for machines, a line of text for people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from catalogue.models import Database
from registry.harvest.addresses import document
from registry.harvest.facts import known
from registry.harvest.serving import FORMATS
from registry.models import Fiche


def links_of(name: str, *args: Any) -> list[dict[str, str]]:
    """The addresses of a document in each format, with their media types."""
    return [{"url": document(name, *args, one.ending), "media_type": one.media_type, "label": one.label} for one in FORMATS.values()]


def links_of_database(request: HttpRequest, database: Database) -> dict[str, Any] | None:
    """The links for the head of a database's page; None while its record waits, or for a database that is hidden."""
    if not database.active or known().of(database.slug).lacks:
        return None
    return {"links": links_of("database", database.slug)}


def record_of_database(request: HttpRequest, database: Database) -> dict[str, Any] | None:
    """What a reader is told of the European record of a database."""
    if not database.active:
        return None
    return {"links": [] if known().of(database.slug).lacks else links_of("database", database.slug)}


def links_of_fiche(request: HttpRequest, fiche: Fiche) -> list[dict[str, str]]:
    """The links for the head of a fiche's page."""
    return links_of("fiche", fiche.number)
