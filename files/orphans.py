"""Files that no row knows: what a process killed between the file and its row left behind, deleted once it is old enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.core.files.storage import Storage, default_storage


def sweep(model: Any, folder: str, *, before: datetime, storage: Storage = default_storage) -> int:
    """Delete the files below a folder that are older than `before` and belong to no row of the model; the answer is how many."""

    def rows(paths: list[str]) -> set[str]:
        return set(model.objects.filter(file__in=paths).values_list("file", flat=True))

    return sweep_unknown(rows, folder, before=before, storage=storage)


def sweep_unknown(known: Callable[[list[str]], set[str]], folder: str, *, before: datetime, storage: Storage = default_storage) -> int:
    """The same, for files that rows know in several ways: `known` answers which of some paths still belong to one."""
    deleted = 0
    for place, names in _folders(storage, folder):
        paths = [f"{place}/{name}" for name in names]
        kept = known(paths)
        for path in paths:
            if path not in kept and storage.get_modified_time(path) < before:
                storage.delete(path)
                deleted += 1
    return deleted


def _folders(storage: Storage, folder: str) -> Iterator[tuple[str, list[str]]]:
    """Every folder below one, with the names of its files."""
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield folder, names
    for name in folders:
        yield from _folders(storage, f"{folder}/{name}")
