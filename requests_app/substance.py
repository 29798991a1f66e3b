"""What a signatory signs in substance: a complement that touches it is signed anew, any other leaves under the first signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from requests_app.content import completed
from requests_app.differences import changed_places, label_of_place
from requests_app.snapshot_words import Names, Snapshot
from workflow.models import JournalLine

#: Fields of the content that commit the controller: who answers for the project, what for, on which law, which data, and to whom
#: they go. They are named by their keys in a snapshot. Whatever else a complement changes (a summary, a method, a calendar, a piece)
#: leaves under the signature already given. Our choice, which a lawyer is to confirm (docs/operations.md).
SIGNED_FIELDS: tuple[str, ...] = (
    # who
    "controller_id",
    "controller_is_in_charge",
    "body_in_charge_id",
    "laboratory_id",
    "sponsor_id",
    # what for, on which law
    "purpose_id",
    "objectives",
    "forbidden_purposes_excluded",
    "legal_basis_6_id",
    "legal_basis_9_id",
    # which data
    "other_sources",
    "data_categories",
    "matching",
    "matching_kind_id",
    "data_form",
    # to whom they go
    "recipients",
    "transfers_outside_eu",
    "transfers_detail",
)
#: What is asked of each database; why it is asked may be argued better without a new signature.
SIGNED_PARTS: tuple[str, ...] = (
    "components",
    "years",
    "history_years",
    "population_criteria",
    "variables",
    "identifiers",
    "professional_identifier",
)
#: The moves that are a signature, and that were one before the second factor was noted.
SIGNING_MOVES = ("submit", "revise")


def changed_since_signed(dossier: Any) -> list[str]:
    """The places of the substance that say something else than the version that was signed last; none for a dossier never signed."""
    signed = signed_snapshot(dossier)
    return changes_of_substance(completed(signed), dossier.content.snapshot()) if signed else []


def changes_of_substance(before: Snapshot, after: Snapshot) -> list[str]:
    """The places of the substance in which two contents differ, in the order of the form."""
    return changed_places(_substance(before), _substance(after))


def signed_snapshot(dossier: Any) -> dict[str, Any] | None:
    """The content as it was signed last, read from the journal: a complement that needed no signature does not count."""
    lines = JournalLine.objects.filter(subject_type=dossier.subject_type, subject_id=dossier.pk, facts__has_key="version")
    for action, facts in lines.order_by("-seq").values_list("action", "facts"):
        if action in SIGNING_MOVES or facts.get("second_factor"):
            found: dict[str, Any] | None = dossier.versions.filter(number=facts["version"]).values_list("snapshot", flat=True).first()
            return found
    return None


def labels_of(dossier: Any, places: list[str]) -> list[str]:
    """These places as a reader knows them: the field's name, the database."""
    names = Names(dossier.content.snapshot(), completed(signed_snapshot(dossier) or dossier.content.snapshot()))
    return [label_of_place(place, names) for place in places]


def sentence_on(dossier: Any, places: list[str]) -> str:
    """What forces a new signature, in one sentence."""
    named = ", ".join(f"“{label}”" for label in labels_of(dossier, places))
    return _("The signatory must sign this answer: what was signed has changed in substance (%(points)s).") % {"points": named}


def _substance(snapshot: Snapshot) -> dict[str, Any]:
    """The part of a snapshot that is signed in substance; spaces and line breaks do not count."""
    kept = {name: _plain(snapshot.get(name)) for name in SIGNED_FIELDS}
    return kept | {"sources": [_asked(row) for row in snapshot["sources"]]}


def _asked(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked of a database; of its identifiers, which, not why."""
    asked = {part: _plain(row.get(part)) for part in SIGNED_PARTS}
    return asked | {"database": row["database"], "identifiers": sorted(row.get("identifiers") or ())}


def _plain(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value
