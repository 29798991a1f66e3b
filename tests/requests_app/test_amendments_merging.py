"""Merging, place by place: whatever the order, nothing of two changes that do not clash is lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.amendments.merging import clashes, merge, undo
from requests_app.differences import changed_places, places_of
from requests_app.models import Content

TEXTS = ("title", "acronym", "lay_summary", "public_interest", "population", "recipients", "funding", "dpo_contact")
SLUGS = ("snds", "dcir", "pmsi")

text = st.text("abé ", max_size=8)
source = st.fixed_dictionaries(
    {
        "components": st.lists(st.sampled_from("xyz"), unique=True).map(sorted),
        "years": st.tuples(st.none() | st.integers(2006, 2012), st.none() | st.integers(2013, 2024)).map(list),
        "justification": text,
        "identifiers": st.dictionaries(st.sampled_from(["residence", "death_date"]), text, max_size=2),
    }
)
changes = st.dictionaries(
    st.sampled_from([*TEXTS, *(f"sources.{slug}" for slug in SLUGS), "answers.q1", "answers.q2"]), st.none() | text | source, max_size=6
)


def said(places: dict[str, Any]) -> dict[str, Any]:
    """A small snapshot; a value that does not suit its place is left out."""
    snapshot: dict[str, Any] = {name: places.get(name) if isinstance(places.get(name), str) else "" for name in TEXTS}
    rows = {place.removeprefix("sources."): row for place, row in places.items() if place.startswith("sources.")}
    snapshot["sources"] = [{"database": slug} | row for slug, row in rows.items() if isinstance(row, dict)]
    snapshot["answers"] = {
        place.removeprefix("answers."): value for place, value in places.items() if place.startswith("answers.") and isinstance(value, str)
    }
    return snapshot


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return changed_places(one, other) == []


@given(base=changes, mine=changes)
def test_a_change_carried_onto_what_it_began_from_gives_what_was_written(base: dict[str, Any], mine: dict[str, Any]) -> None:
    before, after = said(base), said({**base, **mine})
    merged = merge(before, after, before)
    assert same(merged.snapshot, after) and merged.clashes == []
    assert Content.digest(merged.snapshot) == Content.digest(merge(before, after, after).snapshot)


@given(base=changes, mine=changes, theirs=changes)
def test_two_changes_of_different_places_both_stand_whatever_their_order(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    theirs = {place: value for place, value in theirs.items() if place not in mine}
    before, first, second = said(base), said({**base, **mine}), said({**base, **theirs})
    both = said({**base, **mine, **theirs})
    one, other = merge(before, first, second), merge(before, second, first)
    assert one.clashes == other.clashes == []
    assert same(one.snapshot, both) and same(other.snapshot, both)


@settings(max_examples=60)
@given(base=changes, parts=st.lists(changes, max_size=5))
def test_any_sequence_of_changes_that_do_not_clash_gives_the_last_content(base: dict[str, Any], parts: list[dict[str, Any]]) -> None:
    """Each amendment begins from the first content and applies after the others: the consolidated content holds them all."""
    taken: set[str] = set()
    current, expected = said(base), dict(base)
    for part in parts:
        own = {place: value for place, value in part.items() if place not in taken}
        taken |= set(own)
        expected |= own
        merged = merge(said(base), said({**base, **own}), current)
        assert merged.clashes == []
        current = merged.snapshot
    assert same(current, said(expected))


@given(base=changes, mine=changes, theirs=changes)
def test_a_place_that_both_changed_to_something_else_is_named_and_no_other(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    before, after, current = said(base), said({**base, **mine}), said({**base, **theirs})
    named = set(clashes(before, after, current))
    wanted, there, began = places_of(after), places_of(current), places_of(before)
    for place in {*wanted, *there, *began}:
        both = place in changed_places(before, after) and place in changed_places(before, current)
        assert (place in named) == (both and place in changed_places(after, current))


@given(base=changes, mine=changes, later=changes)
def test_setting_aside_takes_back_the_change_and_nothing_that_came_after(
    base: dict[str, Any], mine: dict[str, Any], later: dict[str, Any]
) -> None:
    later = {place: value for place, value in later.items() if place not in mine}
    before, after, current = said(base), said({**base, **mine}), said({**base, **mine, **later})
    assert same(undo(before, after, current), said({**base, **later}))


def test_an_end_travels_with_its_beginning() -> None:
    before = said({}) | {"starts_on": "2026-01-05", "ends_on": "2029-01-05"}
    mine, theirs = before | {"ends_on": "2027-01-05"}, before | {"starts_on": "2028-01-05"}
    merged = merge(before, mine, theirs)
    assert (merged.snapshot["starts_on"], merged.snapshot["ends_on"]) == ("2026-01-05", "2027-01-05")
    assert merged.clashes == ["starts_on"]
