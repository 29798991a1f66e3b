"""The sets of columns that a desk may ask for: those of the procedure, or those of a file that the operator keeps."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from extractions.linkage.columns import RECONSTRUCTION, TRIPLET_OR_NIR, BadSet, column_set, with_place_of_birth

_PLACES = (
    {
        **with_place_of_birth(TRIPLET_OR_NIR),
        "code": "triplet_or_nir_place",
        "title": "NIR du bénéficiaire, ou triplet, avec lieu de naissance",
    },
    {**with_place_of_birth(RECONSTRUCTION), "code": "reconstruction_place", "title": "Reconstitution du NIR, avec lieu de naissance"},
)
OURS: tuple[dict[str, Any], ...] = (TRIPLET_OR_NIR, RECONSTRUCTION, *_PLACES)


def written_sets() -> dict[str, dict[str, Any]]:
    """Every set as plain data, by its code; raises BadSet, OSError or TOMLDecodeError for a file that makes no sense."""
    path = settings.LINKAGE_COLUMN_SETS
    rows = tomllib.loads(Path(path).read_text(encoding="utf-8")).get("sets", []) if path else OURS
    if not isinstance(rows, list | tuple) or not rows:
        raise BadSet("no_set")
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        code = column_set(row).code
        if code in found:
            raise BadSet("duplicate_code", code)
        found[code] = dict(row)
    return found


def check_sets(**_options: Any) -> list[CheckMessage]:
    """The check at start: a set that makes no sense is found before a depositor meets it."""
    try:
        written_sets()
    except (BadSet, OSError, tomllib.TOMLDecodeError) as wrong:
        return [Error(f"LINKAGE_COLUMN_SETS: {wrong}", id="deposits.E001")]
    return []
