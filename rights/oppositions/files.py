"""Which files of a package its attestations name: filtered, packed after the filter, or without a line of the database.

Each database has its attestation, which names every file of the package: a file that two databases went into is filtered for each. Those
of the first tools, of which none is taken any more, name only what came out of the filter; nothing is compared with them (ADR 18).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from extractions.delivery.models import PackageFile
from rights.oppositions.documents import names_files
from rights.oppositions.models import Attestation

#: Files that are told one by one; the rest are counted.
TOLD = 5
#: Lines of the comparison on the page of a ticket; the page of the package has every file.
SHOWN = 20
#: Characters of a hash that are shown.
SHORT = 12
FILTERED, PACKED, OTHER, UNNAMED = "filtered", "packed", "other", "unnamed"
WORDS = {
    FILTERED: (_("filtered, delivered as it is"), "success"),
    PACKED: (_("filtered, then packed"), "success"),
    OTHER: (_("declared to hold none of its lines"), "info"),
    UNNAMED: (_("not named"), "error"),
}


def files_of(ticket: Any, number: int) -> list[tuple[str, str]]:
    """The name and the hash of each file of a package; none before it is announced."""
    return list(
        PackageFile.objects.filter(package__ticket=ticket, package__number=number).order_by("position").values_list("name", "sha256")
    )


def kinds_of(said: dict[str, Any]) -> dict[str, str]:
    """What an attestation says of each file that it names, by its hash."""
    pairs = zip(said["outputs"], said["delivered"], strict=True)
    return dict.fromkeys(said["others"], OTHER) | {made: FILTERED if made == output else PACKED for output, made in pairs}


def unnamed(name: str, said: dict[str, Any], files: list[tuple[str, str]]) -> Iterator[Any]:
    """A sentence for each file of a package that the attestation of a database does not name."""
    if not names_files(said):
        return
    known = kinds_of(said)
    lacking = [one for one in files if one[1] not in known]
    for file, sha256 in lacking[:TOLD]:
        yield _(
            "Nothing attests that the oppositions to %(name)s were applied to the file %(file)s (SHA-256 %(hash)s…): the attestation does"
            " not name it. Attest it as filtered, as packed, or as holding no line of this database."
        ) % {"name": name, "file": file, "hash": sha256[:SHORT]}
    if rest := len(lacking[TOLD:]):
        yield ngettext("So it is for %(count)s more file.", "So it is for %(count)s more files.", rest) % {"count": rest}


def counted(one: Attestation) -> list[dict[str, Any]] | None:
    """How many files an attestation names in each way; None where it is one of the first, which name none."""
    if not names_files(one.said):
        return None
    kinds = list(kinds_of(one.said).values())
    return [{"count": kinds.count(kind), "word": WORDS[kind][0]} for kind in (FILTERED, PACKED, OTHER) if kind in kinds]


def compared(attested: Iterable[Attestation], files: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Each file of a package beside what the attestation of each database says of it."""
    known = [(one.version.database.acronym, kinds_of(one.said)) for one in attested if names_files(one.said)]
    if not known:
        return []
    return [
        {"name": name, "hash": sha256[:SHORT], "said": [(acronym, *WORDS[kinds.get(sha256, UNNAMED)]) for acronym, kinds in known]}
        for name, sha256 in files
    ]
