"""The whole registry, recomputed: every digest, leaf, branch, root and signature, and whether each fiche still says what was published.

What is wrong comes out as sentences for whoever runs the site. Everything is read once, in batches, in the order of the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, QuerySet, Subquery

from registry.models import Fiche, FicheVersion, Kind
from registry.public_core import columns_of
from registry.publication import as_stored, beside_is_told, silent_about_what_is_beside
from registry.trust import checkpoints, merkle
from registry.trust.models import Checkpoint, LogEntry, LogNode

BATCH = 1000
#: What the public reads of a fiche beside `said`, that can be told from it.
SHOWN = (
    *("title", "acronym", "lay_summary", "controller_name", "controller_type", "objectives", "domains", "data_categories", "databases"),
    *("matching", "procedure", "opinion", "suspended"),
    *("authorised_on", "starts_on", "ends_on", "opened_on", "ended_on", "results_on", "results_due_on"),
    "real_number",
)
#: Of these, what fiches of before do not say until the first signature after the site was brought up to date, and its name in `said`.
BESIDE = {"suspended": "suspended", "real_number": "national_number"}


def faults() -> Iterator[str]:
    """Everything that does not hold, as sentences; nothing when the registry is what was published."""
    yield from _log_faults()
    yield from _unlogged()
    yield from _gaps()
    yield from _fiche_faults()


def awaited() -> int:
    """How many fiches of before show a suspension or a national number that the next signature has them say; 0 once it was done."""
    return 0 if beside_is_told() else silent_about_what_is_beside().count()


def _log_faults() -> Iterator[str]:
    """Read the log once: places, digests, leaves and branches; and at the size of each checkpoint its root and signature."""
    tree, waiting = merkle.Tree(), list(Checkpoint.objects.order_by("size", "day"))
    for batch in _batches():
        branches: dict[int, bytes] = {}
        for entry in batch:
            yield from _entry_faults(entry, tree.size)
            branches |= {LogNode.key_of(node): found for node, found in tree.add(bytes(entry.leaf_hash))}
            while waiting and waiting[0].size == tree.size:
                yield from _checkpoint_faults(waiting.pop(0), tree)
        yield from _branch_faults(branches)
    for checkpoint in waiting:
        yield f"checkpoint of {checkpoint.day}: it covers {checkpoint.size} entries, the log holds {tree.size}: some were removed"


def _batches() -> Iterator[list[LogEntry]]:
    start, entries = -1, LogEntry.objects.select_related("version__fiche").order_by("index")
    entries = entries.defer("version__fiche__said", "version__fiche__body")
    while batch := list(entries.filter(index__gt=start)[:BATCH]):
        yield batch
        start = batch[-1].index


def _entry_faults(entry: LogEntry, place: int) -> Iterator[str]:
    version, canonical = entry.version, entry.version.canonical
    where = f"{version.fiche.number}, version {version.number}"
    if entry.index != place:
        yield f"entry {entry.index} ({where}): it stands at place {place} of the log, some were removed or moved"
    if hashlib.sha256(canonical).hexdigest() != version.sha256:
        yield f"{where}: what it says is not what its digest was made from"
    if merkle.leaf_hash(canonical) != bytes(entry.leaf_hash):
        yield f"{where}: what it says is not what entered the log (entry {entry.index})"


def _checkpoint_faults(checkpoint: Checkpoint, tree: merkle.Tree) -> Iterator[str]:
    if tree.root.hex() != checkpoint.root:
        yield f"checkpoint of {checkpoint.day}: the first {checkpoint.size} entries have another root: some were altered, removed or moved"
    if fault := checkpoints.fault_of(checkpoint):
        yield f"checkpoint of {checkpoint.day}: {fault}"


def _branch_faults(branches: dict[int, bytes]) -> Iterator[str]:
    kept = {key: bytes(found) for key, found in LogNode.objects.filter(key__in=branches).order_by("key").values_list("key", "hash")}
    wrong = [key for key, found in branches.items() if kept.get(key) != found]
    if wrong:
        yield f"{len(wrong)} stored hashes of branches are missing or wrong, first: {LogNode(key=wrong[0])}"


def _unlogged() -> Iterator[str]:
    missing = FicheVersion.objects.filter(log_entry=None)
    if count := missing.count():
        yield f"{count} published versions are not in the log, first: {missing.order_by('pk')[0].pk}"


def _gaps() -> Iterator[str]:
    """Versions of a fiche follow each other without a hole, in the log in the order of their numbers."""
    counted = FicheVersion.objects.values("fiche__number").annotate(first=Min("number"), last=Max("number"), found=Count("pk"))
    for one in counted.exclude(last=F("first") + F("found") - 1).order_by("fiche__number").iterator():
        yield f"{one['fiche__number']}: {one['found']} versions between number {one['first']} and {one['last']}: some are missing"
    later = LogEntry.objects.filter(version__fiche=OuterRef("version__fiche"), version__number__lt=OuterRef("version__number"))
    before = Subquery(later.order_by("-index").values("index")[:1])
    for entry in LogEntry.objects.annotate(before=before).filter(before__gt=F("index")).select_related("version__fiche").order_by("index"):
        yield f"{entry.version.fiche.number}, version {entry.version.number}: it entered the log before an older version"


def _fiche_faults() -> Iterator[str]:
    """Each fiche says what its last version said, and its address shows it or not as that version tells."""
    start, told = 0, beside_is_told()
    while batch := list(_fiches().filter(pk__gt=start)[:BATCH]):
        lasts = {(one.fiche_id, one.number): one for one in _lasts(batch)}
        for fiche in batch:
            yield from _one_fiche(fiche, lasts.get((fiche.pk, fiche.newest)), told)
        start = batch[-1].pk


def _fiches() -> QuerySet[Any]:
    newest = FicheVersion.objects.filter(fiche=OuterRef("pk")).order_by("-number").values("number")[:1]
    return Fiche.objects.annotate(newest=Subquery(newest)).defer("body").order_by("pk")


def _lasts(batch: list[Any]) -> QuerySet[FicheVersion]:
    numbers = {fiche.newest for fiche in batch}
    return FicheVersion.objects.filter(fiche__in=batch, number__in=numbers).order_by("pk")


def _one_fiche(fiche: Any, last: FicheVersion | None, beside_told: bool) -> Iterator[str]:
    if last is None:
        yield f"{fiche.number}: no version of it was kept"
        return
    if fiche.version != last.number:
        yield f"{fiche.number}: it counts {fiche.version} versions, the last that was kept is {last.number}"
    if fiche.live != (last.kind != Kind.WITHDRAWN):
        yield f"{fiche.number}: it is {'shown' if fiche.live else 'hidden'} although its last version says otherwise"
    if fiche.live and fiche.said != last.said:
        yield f"{fiche.number}: it says something else than its last version ({', '.join(_unlike(fiche.said, last.said))})"
    if fiche.live and (wrong := _wrong_columns(fiche, beside_told)):
        yield f"{fiche.number}: its columns say something else than what was published ({', '.join(wrong)})"


def _wrong_columns(fiche: Any, beside_told: bool) -> list[str]:
    told = {"real_number": None} | columns_of(fiche.said)
    wrong = [name for name in SHOWN if as_stored(getattr(fiche, name)) != as_stored(told[name])]
    return [name for name in wrong if beside_told or name not in BESIDE or BESIDE[name] in fiche.said]


def _unlike(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
