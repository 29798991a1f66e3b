"""A dossier as JSON that another machine can read: codes and names in place of row numbers, field by field, from the model itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import Organisation
from catalogue.models import Term
from questionnaires.models import Version
from requests_app.content import NOT_FILED, Content
from requests_app.exports.document import pieces_of
from requests_app.models import Attachment, Dossier

FORMAT, FORMAT_VERSION = "guichet-dossier", 1
#: What the content holds for the project itself, and neither a filed version nor an import takes.
AFTERWARDS = ("results", "publications")


def fields() -> Iterator[Any]:
    """The fields of the content that travel, in the order of the model."""
    for field in [*Content._meta.concrete_fields, *Content._meta.many_to_many]:
        if field.name not in NOT_FILED and field.name != "databases":
            yield field


def portable(dossier: Dossier, at: datetime) -> dict[str, Any]:
    """The whole dossier: what it says, its sources and pieces, its filed versions; needs `for_page`."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "exported_at": at.isoformat(),
        "reference": dossier.reference,
        "procedure": dossier.procedure,
        "state": dossier.state,
        "amends": dossier.amends.reference if dossier.amends else None,
        "facts": _facts(dossier),
        "content": said_by(dossier.content),
        "pieces": [_piece(piece) for piece in pieces_of(dossier)],
        "versions": [
            {"number": one.number, "filed_at": one.filed_at.isoformat(), "sha256": one.sha256}
            for one in dossier.versions.order_by("number")
        ],
    }


def said_by(content: Content) -> dict[str, Any]:
    """What the content says, with codes and names."""
    said = {field.name: _told(content, field) for field in fields()}
    return said | {"sources": [source.snapshot() for source in content.sources_used()]}


def _told(content: Content, field: Any) -> Any:
    if field.many_to_many:
        return sorted(term.code for term in content.chosen(field.name))
    value = getattr(content, field.name)
    if isinstance(value, Organisation):
        return {"name": value.name, "siren": value.siren or None}
    if isinstance(value, Term):
        return value.code
    if isinstance(value, Version):
        return {"questionnaire": value.questionnaire.code, "version": value.number}
    return value.isoformat() if isinstance(field, models.DateField) and value else value


def _facts(dossier: Dossier) -> dict[str, Any]:
    days = ("authorised_on", "convention_on", "data_opened_on", "ended_on", "destroyed_on", "results_on", "cnil_received_on")
    instants = ("submitted_at", "completed_at", "sent_to_committee_at", "opinion_at")
    words = ("opinion", "basis", "authorisation_number", "convention_reference")
    dated = {name: (value.isoformat() if (value := getattr(dossier, name)) else None) for name in (*instants, *days)}
    return dated | {name: getattr(dossier, name) or None for name in words}


def _piece(piece: Attachment) -> dict[str, Any]:
    return {"name": piece.name, "kind": piece.kind, "content_type": piece.content_type, "size": piece.size, "sha256": piece.sha256}


# --- the schema, drawn from the model -------------------------------------------------------------
TEXT = {"type": "string"}


def schema() -> dict[str, Any]:
    """The JSON Schema of an exported dossier; an import needs `format`, `format_version`, `procedure` and `content` alone."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Guichet: a dossier of access to health data",
        "type": "object",
        "required": ["format", "format_version", "procedure", "content"],
        "properties": {
            "format": {"const": FORMAT},
            "format_version": {"const": FORMAT_VERSION},
            "exported_at": TEXT,
            "reference": TEXT,
            "procedure": TEXT,
            "state": TEXT,
            "amends": {"type": ["string", "null"]},
            "facts": {"type": "object"},
            "content": {"type": "object", "properties": {field.name: _shape(field) for field in fields()} | {"sources": _list(SOURCE)}},
            "pieces": _list({"type": "object", "required": ["name", "sha256"]}),
            "versions": _list({"type": "object", "required": ["number", "sha256"]}),
        },
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_YEAR = {"type": ["integer", "null"], "minimum": 0, "maximum": 9999}
SOURCE: dict[str, Any] = {
    "type": "object",
    "required": ["database"],
    "properties": {
        "database": {"type": "string", "description": "slug of the database in the catalogue"},
        "components": _list(TEXT),
        "years": {"type": "array", "items": _YEAR, "minItems": 2, "maxItems": 2},
        "justification": TEXT,
        "history_years": {"type": ["integer", "null"], "minimum": 0, "maximum": 32767},
        "population_criteria": TEXT,
        "variables": TEXT,
        "identifiers": {"type": "object", "additionalProperties": TEXT},
        "professional_identifier": {"type": ["boolean", "null"]},
        "professional_reasons": TEXT,
    },
}


def _shape(field: Any) -> dict[str, Any]:
    """The shape of one field, with its name in words."""
    return {"description": str(field.verbose_name)} | _kind(field)


def _kind(field: Any) -> dict[str, Any]:
    if field.many_to_many:
        return _list({"type": "string"})
    if field.is_relation:
        shape = {Organisation: "organisation", Version: "questionnaire"}.get(field.related_model)
        return {"type": ["object", "null"]} if shape else {"type": ["string", "null"]}
    if isinstance(field, models.DateField):
        return {"type": ["string", "null"], "format": "date"}
    if isinstance(field, models.BooleanField):
        return {"type": ["boolean", "null"] if field.null else "boolean"}
    if isinstance(field, models.PositiveIntegerField | models.PositiveSmallIntegerField):
        return {"type": ["integer", "null"], "minimum": 0}
    if isinstance(field, models.JSONField):
        return {"type": "array"} if field.default is list else {"type": "object"}
    choices = [code for code, _label in field.choices or []]
    return {"enum": ["", *choices]} if choices else {"type": "string", "maxLength": field.max_length} if field.max_length else dict(TEXT)
