"""The clauses and templates that are shipped, read from `contracts/data`: values only."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.clauses.checklists import DATA
from contracts.text.clauses import ClauseText, Parameter, Text, condition_from
from contracts.text.document import Negotiable
from contracts.text.values import Type


@dataclass(frozen=True)
class TemplateSeed:
    """A template as it is shipped: its clauses by code, in order."""

    code: str
    kind: str
    title: Text
    clauses: tuple[str, ...]
    annexes: tuple[str, ...]
    required: tuple[str, ...]


def seed_clauses() -> list[ClauseText]:
    """Every shipped clause, in the order of the library."""
    files = sorted((DATA / "clauses").glob("*.toml"))
    return [_clause(one) for path in files for one in tomllib.loads(path.read_text(encoding="utf-8"))["clauses"]]


def _clause(said: Mapping[str, Any]) -> ClauseText:
    return ClauseText(
        code=said["code"],
        number=1,
        title=Text(said["title_fr"], said["title_en"]),
        body=Text(said["body_fr"].strip(), said["body_en"].strip()),
        negotiable=Negotiable(said.get("negotiable", "locked")),
        condition=condition_from(said.get("condition")),
        parameters=tuple(_parameter(one) for one in said.get("parameters", ())),
        covers=tuple(said.get("covers", ())),
    )


def _parameter(said: Mapping[str, Any]) -> Parameter:
    bounds = {name: said.get(name, "") for name in ("default", "minimum", "maximum")}
    return Parameter(said["code"], Text(said["label_fr"], said["label_en"]), Type(said["type"]), **bounds)


def seed_templates() -> list[TemplateSeed]:
    """Every shipped template, in the order of the library."""
    read = tomllib.loads((DATA / "templates.toml").read_text(encoding="utf-8"))["templates"]
    return [_template(one) for one in read]


def _template(said: Mapping[str, Any]) -> TemplateSeed:
    title = Text(said["title_fr"], said["title_en"])
    return TemplateSeed(said["code"], said["kind"], title, *(tuple(said[name]) for name in ("clauses", "annexes", "required")))
