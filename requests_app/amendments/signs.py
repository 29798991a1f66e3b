"""What two snapshots show about a change: the signs that the table of qualification asks about, and the kinds of change in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.differences import SOURCES, changed_places
from requests_app.snapshot_words import Snapshot

NEW_DATA = ("source_added", "component_added", "identifier_added", "category_added", "professional_identifier_added", "years_wider")
#: The kinds of change that a reader recognises, by the signs that show them, in the order in which they are told.
KINDS: tuple[tuple[Any, frozenset[str]], ...] = (
    (_("Change of controller"), frozenset({"controller_id"})),
    (_("Extension of duration"), frozenset({"lasts_longer", "retained_longer", "accessed_longer"})),
    (_("New data"), frozenset(NEW_DATA)),
    (_("New recipients or new persons with access"), frozenset({"recipients", "people_added", "transfers_begin"})),
    (_("Change of purpose"), frozenset({"purpose_id"})),
    (_("Information of the persons"), frozenset({"information", "information_how", "opt_out_exception", "dpo_contact"})),
)
OTHER_CHANGES = _("Other changes")


def signs_of(before: Snapshot, after: Snapshot) -> frozenset[str]:
    """Every sign: the changed fields by their stored names, `sources` for any database, and what the change amounts to."""
    places = changed_places(before, after)
    signs = {"sources" if place.startswith(SOURCES) else place.partition(".")[0] for place in places}
    if signs:
        signs.add("*")
    return frozenset(signs | set(_of_sources(before, after)) | set(_of_fields(before, after)))


def kinds_in_words(before: Snapshot, after: Snapshot) -> list[Any]:
    """“Extension of duration”, “New data”…: what the change is, in the words of the procedure."""
    signs = signs_of(before, after)
    found = [label for label, shown_by in KINDS if signs & shown_by]
    return found or ([OTHER_CHANGES] if signs else [])


def _of_fields(before: Snapshot, after: Snapshot) -> Iterable[str]:
    longer = {"ends_on": "lasts_longer", "retention_years": "retained_longer", "access_months": "accessed_longer"}
    yield from (sign for name, sign in longer.items() if _is_more(before.get(name), after.get(name)))
    begins = {"transfers_outside_eu": "transfers_begin", "matching": "matching_begins"}
    yield from (sign for name, sign in begins.items() if after.get(name) and not before.get(name))
    if set(after.get("data_categories") or []) - set(before.get("data_categories") or []):
        yield "category_added"
    if any(one not in (before.get("people") or []) for one in after.get("people") or []):
        yield "people_added"


def _is_more(old: Any, new: Any) -> bool:
    """Is the number or the ISO day greater? One that was not said before is no extension."""
    return old is not None and new is not None and new > old


def _of_sources(before: Snapshot, after: Snapshot) -> Iterable[str]:
    old = {row["database"]: row for row in before.get("sources") or []}
    for row in after.get("sources") or []:
        if row["database"] not in old:
            yield "source_added"
        else:
            yield from _of_one_source(old[row["database"]], row)


def _of_one_source(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    if set(new["components"]) - set(old["components"]):
        yield "component_added"
    if set(new.get("identifiers") or {}) - set(old.get("identifiers") or {}):
        yield "identifier_added"
    if new.get("professional_identifier") and not old.get("professional_identifier"):
        yield "professional_identifier_added"
    if _is_wider(old["years"], new["years"]) or _is_more(old.get("history_years"), new.get("history_years")):
        yield "years_wider"


def _is_wider(old: list[Any], new: list[Any]) -> bool:
    """Do the years reach further back, or further on?"""
    return _is_more(new[0], old[0]) or _is_more(old[1], new[1])
