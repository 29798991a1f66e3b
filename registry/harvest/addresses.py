"""The addresses of the documents: one without an ending that suits the reader, and one for each format."""

from __future__ import annotations

from typing import Any

from registry.harvest.describing import page


def document(name: str, *args: Any) -> str:
    """The address of a document, by its name; the last argument may be a format (`ttl`, `jsonld`): else the one that suits the reader."""
    if args and args[-1] in {"ttl", "jsonld"}:
        return page(f"harvest:{name}_as", *args)
    return page(f"harvest:{name}", *args)


def node(address: str, part: str) -> str:
    """The address of something that a document describes."""
    return f"{address}#{part}"


def structure_url(slug: str) -> str:
    """The file that shows what a database is made of."""
    return page("harvest:structure", slug)


def projects_url(slug: str) -> str:
    """The projects that use a database, as linked data."""
    return document("database_projects", slug)


def fiche_address(number: str) -> str:
    """The address that names a project in the web of data."""
    return node(document("fiche", number), "project")
