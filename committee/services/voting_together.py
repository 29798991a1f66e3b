"""One roll for several dossiers that are examined without a debate: each has its own vote, with the same ballots.

A dossier on which not everybody who takes part may vote is left out, and named: it is voted on by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.counting import Voice, Voter, entitled, tally
from committee.models import Decision, Deliberation, Item, Member
from committee.opinion_rules import VOTE_LAW, broken_text
from committee.reference import rules_on
from committee.rules import require_quorum
from committee.services.declared_in_session import undeclared_among
from committee.services.interests import pending_doubts
from committee.services.voting import Poll, casting_vote, fingerprint_of, next_round, take_vote, voices_among, voices_of, voters_of
from committee.states import Debate
from requests_app.states import State
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState


@dataclass(frozen=True)
class Ready:
    """A dossier on which everybody who takes part may vote, and the text that is put to it."""

    item: Item
    text: Deliberation
    round: int


@dataclass(frozen=True)
class LeftOut:
    """A dossier that is voted on by itself, and why."""

    item: Item
    reasons: tuple[Any, ...]


@dataclass(frozen=True)
class Roll:
    """What was said once for all these dossiers: member → position or `OUT`, and the casting vote; and what the page showed."""

    said: Mapping[int, str]
    casting: str
    #: The revision of each dossier's text, by the key of its line on the agenda.
    revisions: Mapping[int, int]
    #: The fingerprint of who takes part.
    seen: str
    #: The round that each dossier's vote would be, by the same key.
    rounds: Mapping[int, int]


def common_voters(item: Item, at: datetime) -> list[Voter]:
    """The members in mandate and where they are, as if nobody had withdrawn from anything."""
    return [replace(one, withdrawn=False) for one in voters_of(item, at)]


def sorted_out(items: Iterable[Item], at: datetime) -> tuple[list[Ready], list[LeftOut]]:
    """Of the dossiers of one session without a debate: those that one roll can decide, and the others with the reasons."""
    ready, left_out = [], []
    for item in items:
        text = Deliberation.objects.filter(item=item).first() or Deliberation(item=item)
        reasons = tuple(_obstacles(item, text, at))
        if reasons:
            left_out.append(LeftOut(item, reasons))
        else:
            ready.append(Ready(item, text, next_round(item)))
    return ready, left_out


def _obstacles(item: Item, text: Deliberation, at: datetime) -> Iterable[Any]:
    if item.examination.dossier.state != State.WITH_COMMITTEE:
        yield _("The dossier is no longer before the committee.")
        return
    yield from (one.sentence for one in broken_text(text.opinion, text.reasons, text.recommendations))
    taking_part = entitled(voices_among(common_voters(item, at), at))
    gone = taking_part - entitled(voices_of(item, at))
    if gone:
        yield _("Takes no part in it: %(names)s.") % {"names": _names(_named(gone))}
    if silent := undeclared_among(item.examination, taking_part - gone):
        yield _("Has declared nothing on it: %(names)s.") % {"names": _names(silent)}
    doubts = pending_doubts(item.examination).filter(member__in=taking_part - gone).order_by("member")
    yield from (_("The president has not decided on a link that %(name)s has declared.") % {"name": one.member} for one in doubts)


def _named(members: Iterable[int]) -> list[Member]:
    found = Member.objects.filter(pk__in=list(members)).select_related("user")
    return list(found.order_by("user__last_name", "user__first_name", "pk"))


def _names(members: Iterable[Member]) -> str:
    return ", ".join(str(one) for one in members)


def seen_of(voices: Iterable[Voice]) -> str:
    """Who takes part, and for whom, as the page carries it."""
    among = list(voices)
    part = entitled(among)
    return fingerprint_of(one for one in among if one.member in part)


def take_votes(items: Iterable[Item], roll: Roll, *, by: User, at: datetime) -> tuple[list[Decision], list[LeftOut]]:
    """Take one vote on each of these dossiers, with the same ballots; what cannot be voted on so is left out, and the others stand.

    Raises NotAllowed, and RuleBroken when the roll itself does not hold: nobody ticked, somebody missing, no quorum, an even vote
    without the casting one, a list that changed since the page was opened. Then nothing is voted on.
    """
    chosen = list(items)
    _require_roll(chosen, roll, at)
    ready, left_out = sorted_out(chosen, at)
    taken: list[Decision] = []
    for one in ready:
        seen, key = fingerprint_of(voices_of(one.item, at)), one.item.pk
        poll = Poll(roll.said, roll.casting, roll.revisions.get(key, 0), seen, round=roll.rounds.get(key, 0))
        try:
            taken.append(take_vote(one.item, poll, by=by, at=at))
        except RuleBroken as refusal:
            left_out.append(LeftOut(one.item, tuple(_naming(broken) for broken in refusal.broken)))
        except WrongState as refusal:
            left_out.append(LeftOut(one.item, (str(refusal),)))
    return taken, left_out


def _naming(broken: Broken) -> Any:
    """The sentence of a refusal; one that stands beside a member's line begins with the name, as there is no line here."""
    key = broken.where.removeprefix("member_")
    names = _named([int(key)]) if key.isdecimal() else []
    return _("%(name)s: %(sentence)s") % {"name": names[0], "sentence": broken.sentence} if names else broken.sentence


def _require_roll(items: list[Item], roll: Roll, at: datetime) -> None:
    if not items or any(one.debate == Debate.DEBATE for one in items):
        raise RuleBroken(Broken(_("Tick at least one dossier that is examined without a debate."), VOTE_LAW, "items"))
    voters = common_voters(items[0], at)
    if seen_of(voices_among(voters, at)) != roll.seen:
        raise RuleBroken(
            Broken(_("Who may vote has changed since you opened this page: look at the list again, then take the vote."), VOTE_LAW)
        )
    try:
        counted = tally(voters, roll.said, rules_on(paris_day(at)))
    except LookupError as missing:
        sentence = _("Say how this member votes, or that they left the room.")
        raise RuleBroken(Broken(sentence, VOTE_LAW, f"member_{missing.args[0]}")) from None
    require_quorum(counted.call)
    casting_vote(items[0], counted, roll.casting, at)
