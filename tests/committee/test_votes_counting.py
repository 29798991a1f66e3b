"""The counting of votes, with nothing but rows of members: whatever is said, quorum and withdrawals hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.counting import OUT, Voter, entitled, standings, tally
from committee.reference import Rules, rules_on
from committee.states import Position, Presence, Standing
from tests.accounts.factories import LONG_AGO

FIGURES = rules_on(LONG_AGO.date())
POSITIONS = st.sampled_from([OUT, *(one.value for one in Position)])


def present(member: int) -> Voter:
    return Voter(member, Presence.PRESENT)


def by_proxy(member: int, holder: int) -> Voter:
    return Voter(member, Presence.REPRESENTED, holder)


@st.composite
def rooms(draw: st.DrawFn) -> tuple[list[Voter], dict[int, str], Rules]:
    """Members in mandate anyhow, positions anyhow (of strangers too), and figures anyhow."""
    size = draw(st.integers(1, 15))
    voters = [
        Voter(
            pk,
            presence := draw(st.sampled_from([one.value for one in Presence])),
            draw(st.integers(1, size)) if presence == Presence.REPRESENTED else None,
            draw(st.booleans()),
        )
        for pk in range(1, size + 1)
    ]
    said = draw(st.dictionaries(st.integers(1, size + 2), POSITIONS)) | {pk: draw(POSITIONS) for pk in range(1, size + 1)}
    figures = replace(
        FIGURES,
        proxies_each=draw(st.integers(0, 3)),
        proxies_count_for_quorum=draw(st.booleans()),
        withdrawn_count_for_quorum=draw(st.booleans()),
    )
    return voters, said, figures


@given(rooms())
def test_nobody_who_withdrew_is_counted_in_person_or_through_another(room: tuple[list[Voter], dict[int, str], Rules]) -> None:
    voters, said, figures = room
    withdrawn = {one.member for one in voters if one.withdrawn}
    counted = tally(voters, said, figures)
    assert [voice.member for voice in counted.voices] == [one.member for one in voters]
    for voice in counted.voices:
        if voice.member in withdrawn:
            assert (voice.standing, voice.position, voice.cast_by) == (Standing.WITHDRAWN, "", None)
        assert voice.cast_by not in withdrawn
        assert bool(voice.position) == (voice.standing in (Standing.PRESENT, Standing.REPRESENTED))


@given(rooms())
def test_the_votes_are_those_of_the_members_who_take_part_one_each(room: tuple[list[Voter], dict[int, str], Rules]) -> None:
    voters, said, figures = room
    counted = tally(voters, said, figures)
    positions = [voice.position for voice in counted.voices if voice.position]
    assert counted.votes_for + counted.votes_against + counted.abstentions == len(positions) == len(entitled(counted.voices))
    assert all(said[voice.member] == voice.position for voice in counted.voices if voice.position)


@given(rooms())
def test_a_proxy_is_held_in_the_room_and_never_beyond_the_limit(room: tuple[list[Voter], dict[int, str], Rules]) -> None:
    voters, said, figures = room
    voices = tally(voters, said, figures).voices
    there = {voice.member for voice in voices if voice.standing == Standing.PRESENT}
    holders = [voice.cast_by for voice in voices if voice.standing == Standing.REPRESENTED]
    assert set(holders) <= there
    assert all(holders.count(one) <= figures.proxies_each for one in holders)
    assert all(one.cast_by != one.member for one in voices)


@given(rooms())
def test_the_quorum_is_half_of_the_seats_and_counts_who_is_there(room: tuple[list[Voter], dict[int, str], Rules]) -> None:
    voters, said, figures = room
    counted = tally(voters, said, figures)
    there = sum(voice.standing == Standing.PRESENT for voice in counted.voices)
    proxies = sum(voice.standing == Standing.REPRESENTED for voice in counted.voices)
    gone = sum(one.withdrawn and one.presence == Presence.PRESENT for one in voters)
    expected = there + proxies * figures.proxies_count_for_quorum + gone * figures.withdrawn_count_for_quorum
    assert (counted.call.seats, counted.call.counted) == (len(voters), expected)
    assert counted.call.is_met == (2 * counted.call.counted >= len(voters) and counted.call.counted > 0)


@given(rooms(), st.sampled_from(["", *(one.value for one in Position)]))
def test_a_proposal_is_carried_by_more_votes_for_or_by_the_casting_one(
    room: tuple[list[Voter], dict[int, str], Rules], casting: str
) -> None:
    voters, said, figures = room
    counted = tally(voters, said, figures)
    more = counted.votes_for - counted.votes_against
    assert counted.is_carried(casting) == (more > 0 or (more == 0 and casting == "for"))


@pytest.mark.parametrize(
    ("seats", "there", "met"), [(15, 8, True), (15, 7, False), (14, 7, True), (14, 6, False), (1, 1, True), (2, 1, True)]
)
def test_the_edges_of_the_quorum(seats: int, there: int, met: bool) -> None:
    voters = [present(pk) if pk <= there else Voter(pk, Presence.EXCUSED) for pk in range(1, seats + 1)]
    assert tally(voters, dict.fromkeys(range(1, there + 1), "for"), FIGURES).call.is_met is met


def test_nobody_in_mandate_is_no_quorum() -> None:
    assert not tally([], {}, FIGURES).call.is_met


def test_who_leaves_the_room_takes_the_proxy_along() -> None:
    voters = [present(1), present(2), by_proxy(3, 2)]
    assert {voice.member for voice in standings(voters, FIGURES) if voice.standing == Standing.REPRESENTED} == {3}
    counted = tally(voters, {1: "for", 2: OUT, 3: "for"}, FIGURES)
    assert [voice.standing for voice in counted.voices] == ["present", "out", "out"]
    assert (counted.votes_for, counted.call.counted) == (1, 1)


def test_a_proxy_given_to_somebody_who_withdrew_is_worth_nothing() -> None:
    voters = [present(1), Voter(2, Presence.PRESENT, withdrawn=True), by_proxy(3, 2)]
    assert [voice.standing for voice in standings(voters, FIGURES)] == ["present", "withdrawn", "out"]


def test_a_second_proxy_in_the_same_hands_is_not_counted() -> None:
    assert FIGURES.proxies_each == 1
    assert [voice.standing for voice in standings([present(1), by_proxy(2, 1), by_proxy(3, 1)], FIGURES)] == [
        "present",
        "represented",
        "out",
    ]


def test_a_member_in_the_room_who_says_nothing_is_asked() -> None:
    with pytest.raises(LookupError, match="2"):
        tally([present(1), present(2)], {1: "for"}, FIGURES)
