"""How a vote is counted: who may vote, who stands where, whether the quorum is there, what comes of it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from committee.reference import Rules
from committee.rules import RollCall, quorum_of
from committee.states import Position, Presence, Standing

#: What is said of somebody who left the room before the vote.
OUT = ""


@dataclass(frozen=True)
class Voter:
    """A member in mandate on the day of the vote: where they are, who speaks for them, and whether they withdrew from the dossier."""

    member: int
    presence: str
    represented_by: int | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Voice:
    """How one member stands in one vote, what they voted, and who voted in their name."""

    member: int
    standing: str
    position: str = ""
    cast_by: int | None = None


@dataclass(frozen=True)
class Tally:
    """What was counted: every member in mandate once, the quorum, and the votes."""

    voices: tuple[Voice, ...]
    call: RollCall
    votes_for: int
    votes_against: int
    abstentions: int

    @property
    def is_tied(self) -> bool:
        """Are there as many votes for as against?"""
        return self.votes_for == self.votes_against

    def is_carried(self, casting: str = "") -> bool:
        """Has the proposal the majority, or, when the votes are even, the casting vote?"""
        return casting == Position.FOR if self.is_tied else self.votes_for > self.votes_against

    def position_of(self, member: int) -> str:
        """What a member voted; empty for nothing."""
        return next((voice.position for voice in self.voices if voice.member == member), "")


def as_expected(voters: Iterable[Voter]) -> tuple[Voter, ...]:
    """The same members as if everybody who is expected came."""
    return tuple(replace(one, presence=Presence.PRESENT) if one.presence == Presence.EXPECTED else one for one in voters)


def standings(voters: Iterable[Voter], figures: Rules, *, out: Collection[int] = ()) -> tuple[Voice, ...]:
    """How each member stands before anybody votes; `out` are those who left the room.

    A proxy is worth its holder: nobody votes in another's name who withdrew, left, or holds more proxies than the rules allow.
    """
    known = sorted(voters, key=lambda voter: voter.member)
    there = {one.member for one in known if one.presence == Presence.PRESENT and not one.withdrawn and one.member not in out}
    spoken_for: Counter[int] = Counter()
    found = []
    for voter in known:
        standing = _standing(voter, there, spoken_for, figures, out)
        if standing == Standing.REPRESENTED and voter.represented_by is not None:
            spoken_for[voter.represented_by] += 1
        found.append(Voice(voter.member, standing, cast_by=voter.represented_by if standing == Standing.REPRESENTED else None))
    return tuple(found)


def _standing(voter: Voter, there: set[int], spoken_for: Counter[int], figures: Rules, out: Collection[int]) -> str:
    if voter.withdrawn:
        return Standing.WITHDRAWN
    if voter.member in there:
        return Standing.PRESENT
    holder = voter.represented_by
    free = holder in there and holder is not None and spoken_for[holder] < figures.proxies_each
    if voter.presence == Presence.REPRESENTED and free and voter.member not in out:
        return Standing.REPRESENTED
    return Standing.OUT


def entitled(voices: Iterable[Voice]) -> frozenset[int]:
    """The members who take part in the vote."""
    return frozenset(voice.member for voice in voices if voice.standing in (Standing.PRESENT, Standing.REPRESENTED))


def roll(voters: Iterable[Voter], voices: Iterable[Voice], figures: Rules) -> RollCall:
    """The quorum for one dossier: half of the members in mandate; who withdrew or left is not there."""
    seats = list(voters)
    counted = sum(_counts(voice, figures) for voice in voices)
    if figures.withdrawn_count_for_quorum:
        counted += sum(one.withdrawn and one.presence == Presence.PRESENT for one in seats)
    return RollCall(len(seats), quorum_of(len(seats), figures), counted)


def _counts(voice: Voice, figures: Rules) -> bool:
    return voice.standing == Standing.PRESENT or (voice.standing == Standing.REPRESENTED and figures.proxies_count_for_quorum)


def tally(voters: Iterable[Voter], said: Mapping[int, str], figures: Rules) -> Tally:
    """Count what was said: member → position, or `OUT`; raises LookupError when somebody who takes part says nothing.

    What is said of somebody who takes no part is not counted.
    """
    known = list(voters)
    voices = standings(known, figures, out=[member for member, position in said.items() if position == OUT])
    missing = entitled(voices) - set(said)
    if missing:
        raise LookupError(min(missing))
    heard = tuple(
        Voice(one.member, one.standing, said[one.member] if one.member in entitled(voices) else "", one.cast_by) for one in voices
    )
    votes = Counter(voice.position for voice in heard)
    return Tally(heard, roll(known, voices, figures), votes[Position.FOR], votes[Position.AGAINST], votes[Position.ABSTENTION])
