"""Two people, or two tabs, in one section: both versions side by side, and a choice for each field that differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from requests_app.forms.section import SectionForm
from requests_app.presentation import label_of, words_of
from requests_app.services import Saved
from requests_app.snapshot_words import Names, source_of_snapshot_in_words


@dataclass(frozen=True)
class Difference:
    """One field in its two versions, in words."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Conflict:
    """What somebody else wrote meanwhile; `revision` is what the person has seen once they have read it."""

    revision: int
    differences: list[Difference]


def conflict_of(form: SectionForm, saved: Saved) -> Conflict | None:
    """The conflict that a save met, if any."""
    if not saved.conflict:
        return None
    mine = form.mine(saved.theirs)
    apart = [name for name, theirs in saved.theirs.items() if name in mine and not _same(mine[name], theirs)]
    return Conflict(saved.revision, [_difference(name, mine[name], saved.theirs[name]) for name in apart])


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return (one or None) == (other or None) if isinstance(one, str) else one == other


def _difference(name: str, mine: Any, theirs: Any) -> Difference:
    if name == "sources":
        return Difference(name, _("Databases"), _databases(mine), _databases(theirs))
    return Difference(name, label_of(name), words_of(name, mine), words_of(name, theirs))


def _databases(snapshots: Iterable[dict[str, Any]]) -> str:
    rows = list(snapshots)
    names = Names({"sources": rows})
    return "\n".join(source_of_snapshot_in_words(row, names) for row in rows)
