"""The named users of a dossier: those of the annex of the convention in force; of the dossier where the convention is on paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from contracts.life.gate import convention_in_force
from contracts.models import Convention
from contracts.states import AnnexKind, ConventionState
from requests_app.models import Dossier

LONGEST = 200


@dataclass(frozen=True)
class Named:
    """Somebody whom the convention names for the data."""

    name: str
    organisation: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells two named users apart, in any case."""
        return self.name.lower(), self.organisation.lower()


def named_users(dossier: Dossier, day: date) -> list[Named]:
    """Whom the text in force on a day names, each once."""
    convention = convention_in_force(dossier, day)
    rows = _annexed(convention) if convention is not None else None
    if rows is None:
        rows = [(str(one.get("name", "")), str(one.get("organisation", ""))) for one in dossier.content.people]
    named = [Named(" ".join(name.split())[:LONGEST], " ".join(body.split())[:LONGEST]) for name, body in rows]
    return list({one.key: one for one in named if one.name}.values())


def _annexed(convention: Convention) -> list[tuple[str, str]] | None:
    """The annex of named users as it was signed last: of an amendment in force, else of the convention; None without one."""
    amendments = convention.amendments.filter(state=ConventionState.IN_FORCE).order_by("-sequence")
    for one in [*amendments.select_related("approved_version"), convention]:
        for rows in _tables(one):
            return [(row[0], row[1]) for row in rows if len(row) > 1]
    return None


def _tables(convention: Convention) -> Iterable[tuple[tuple[str, ...], ...]]:
    document = convention.approved_version.document if convention.approved_version else None
    return [annex.rows for annex in document.annexes if annex.code == AnnexKind.USERS and annex.rows] if document else []
