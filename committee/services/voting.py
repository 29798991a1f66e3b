"""The vote on one dossier: who may vote now, and one round, counted and kept with every member's ballot."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from committee.counting import Tally, Voice, Voter, entitled, roll, standings, tally
from committee.models import Ballot, Decision, Deliberation, Item, Member, Recommendation, Recusal
from committee.opinion_rules import VOTE_LAW, broken_text, casting_agrees, lines_of
from committee.reference import rules_on
from committee.rules import QUORUM_LAW, RollCall, require_quorum
from committee.services.declared_in_session import note_declared, undeclared_among
from committee.services.deliberating import hold
from committee.services.interests import LAW as INTEREST_LAW
from committee.services.interests import pending_doubts, recuse_conflicted
from committee.states import Ending, Office, Position, Presence, Standing
from requests_app.content import Content
from requests_app.models import DossierUserObjectPermission
from requests_app.policies import RECUSED, TEAM_ROLES
from requests_app.transitions.committee import PERIODS
from workflow import clocks
from workflow.engine import record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken
from workflow.seals import text_digest

#: Who leads a vote when who is in the chair withdrew or left, in this order.
LEADING = (Office.PRESIDENT, Office.VICE_PRESIDENT, Office.DELEGATE)


@dataclass(frozen=True)
class Poll:
    """What was said in the room: member → position or `OUT`, the casting vote, who declared no interest there; and what the page showed."""

    said: Mapping[int, str]
    casting: str = ""
    #: The revision of the text that was put to the vote.
    revision: int = 0
    #: The fingerprint of who stood where.
    seen: str = field(default="")
    #: Members in the room who declared there that they have no interest in the dossier.
    declared: frozenset[int] = frozenset()
    #: Which round the page showed: a sending that is repeated takes no second one.
    round: int = 1


def voters_of(item: Item, at: datetime) -> list[Voter]:
    """Every member in mandate that day, where they are, and whether they withdrew from the dossier; three queries.

    Who stands on the applicant's side has no part in the dossier, and votes no more than who withdrew.
    """
    dossier = item.examination.dossier_id
    rows = Member.objects.sitting(paris_day(at)).annotate(aside=_is_shut_out(dossier)).order_by("pk").values_list("pk", "aside")
    sitting = dict(rows)
    there = {row.member_id: row for row in item.session.attendances.order_by("pk")}
    gone = set(Recusal.objects.filter(dossier=dossier, lifted_at=None).values_list("member", flat=True))
    gone |= {pk for pk, aside in sitting.items() if aside}
    return [
        Voter(pk, there[pk].presence, there[pk].represented_by_id, pk in gone)
        if pk in there
        else Voter(pk, Presence.EXPECTED, None, pk in gone)
        for pk in sitting
    ]


def _is_shut_out(dossier: int) -> Any:
    """`requests_app.policies.is_shut_out` for every member at once."""
    given = DossierUserObjectPermission.objects.filter(content_object=dossier, user=OuterRef("user"))
    sides = Content.objects.filter(dossier=dossier).exclude(controller__is_operator=True)
    bodies = Q(organisation__in=sides.values("controller")) | Q(organisation__in=sides.values("body_in_charge"))
    return Exists(given.filter(permission__codename__in=sorted(TEAM_ROLES | {RECUSED}))) | Exists(
        Membership.objects.verified().filter(bodies, user=OuterRef("user"))
    )


def voices_of(item: Item, at: datetime) -> tuple[Voice, ...]:
    """How every member stands on this dossier before anybody votes."""
    return voices_among(voters_of(item, at), at)


def voices_among(voters: Iterable[Voter], at: datetime) -> tuple[Voice, ...]:
    """How each of these members stands before anybody votes, under the rules of that day."""
    return standings(voters, rules_on(paris_day(at)))


def roll_before(voters: Iterable[Voter], voices: Iterable[Voice], at: datetime) -> RollCall:
    """The quorum for one dossier before anybody leaves, under the rules of that day."""
    return roll(voters, voices, rules_on(paris_day(at)))


def next_round(item: Item) -> int:
    """The number of the round that a vote taken now would have."""
    rounds: int = item.decisions.count()
    return rounds + 1


def fingerprint_of(voices: Iterable[Voice]) -> str:
    """Who stands where, as a page carries it: a vote is taken on what the page showed."""
    text = ";".join(f"{one.member}:{one.standing}:{one.cast_by or ''}" for one in sorted(voices, key=lambda voice: voice.member))
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def take_vote(item: Item, poll: Poll, *, by: User, at: datetime) -> Decision:
    """Take one round of the vote on the proposed opinion; carried, it ends the item and its recommendations become rows.

    First whoever has an interest by now withdraws, which stays even if the vote is refused. Raises NotAllowed, WrongState, and
    RuleBroken: without quorum, on an even vote without the casting one, on a member who takes part without having declared on the
    dossier, on a link that the president has not decided on, on a text or a roll that changed, or a round that was recorded, since
    the page was opened.
    """
    _withdraw_conflicted(item, at)
    return _take(item, poll, by=by, at=at)


@transaction.atomic
def _withdraw_conflicted(item: Item, at: datetime) -> None:
    recuse_conflicted(hold(item).examination.dossier, at)


@transaction.atomic
def _take(item: Item, poll: Poll, *, by: User, at: datetime) -> Decision:
    held = hold(item)
    clocks.require_not_over(held.examination.dossier, *PERIODS, at=at)
    text = Deliberation.objects.select_for_update().filter(item=held).first() or Deliberation(item=held)
    counted = _counted(held, poll, text, at)
    casting = casting_vote(held, counted, poll.casting, at)
    note_declared(held.examination, _declaring(held, counted, poll), by=by, at=at)
    return _keep(held, text, counted, casting, by=by, at=at)


def _counted(item: Item, poll: Poll, text: Deliberation, at: datetime) -> Tally:
    found = broken_text(text.opinion, text.reasons, text.recommendations)
    if text.revision != poll.revision:
        found = [Broken(_("The text of the opinion has changed since you opened this page: read it again, then take the vote."), VOTE_LAW)]
    if fingerprint_of(voices_of(item, at)) != poll.seen:
        found.append(
            Broken(_("Who may vote has changed since you opened this page: look at the list again, then take the vote."), VOTE_LAW)
        )
    if next_round(item) != poll.round:
        sentence = _("A vote was recorded on this dossier since you opened this page: read what came of it before you take another one.")
        found.append(Broken(sentence, VOTE_LAW))
    if unknown := {position for position in poll.said.values() if position} - set(Position.values):
        raise ValueError(f"no such position: {sorted(unknown)}")
    if found:
        raise RuleBroken(*found)
    try:
        counted = tally(voters_of(item, at), poll.said, rules_on(paris_day(at)))
    except LookupError as missing:
        raise RuleBroken(
            Broken(_("Say how this member votes, or that they left the room."), VOTE_LAW, f"member_{missing.args[0]}")
        ) from None
    if unclear := [*_undecided(item, counted), *_silent(item, counted, poll)]:
        raise RuleBroken(*unclear)
    require_quorum(counted.call)
    return counted


def _undecided(item: Item, counted: Tally) -> list[Broken]:
    """Who would vote with a declared link on which the president has not decided; who left the room may have one."""
    sentence = _("Has declared a link on which the president has not decided: have it decided, or note that they left the room.")
    found = pending_doubts(item.examination).filter(member__in=entitled(counted.voices)).order_by("member")
    return [Broken(sentence, INTEREST_LAW, f"member_{one.member_id}") for one in found]


def _declaring(item: Item, counted: Tally, poll: Poll) -> list[Member]:
    """Who takes part, had declared nothing yet, and declares now, in the room: nobody does it for who is represented."""
    there = {voice.member for voice in counted.voices if voice.standing == Standing.PRESENT}
    return undeclared_among(item.examination, there & poll.declared)


def _silent(item: Item, counted: Tally, poll: Poll) -> list[Broken]:
    """Who would take part without having declared on the dossier, in advance or in session."""
    sentence = _("Has declared nothing on this dossier: note what they declare in session, or that they left the room.")
    declaring = {one.pk for one in _declaring(item, counted, poll)}
    found = [one for one in undeclared_among(item.examination, entitled(counted.voices)) if one.pk not in declaring]
    return [Broken(sentence, INTEREST_LAW, f"member_{one.pk}") for one in found]


def casting_holder(item: Item, counted: Tally, at: datetime) -> Member | None:
    """Whose vote is decisive when the votes are even: who is in the chair, else whoever stands in among those who vote in person."""
    there = {voice.member for voice in counted.voices if voice.standing == Standing.PRESENT}
    chair: Member | None = item.session.chair
    if chair is not None and chair.pk in there:
        return chair
    held = Q(offices__since__lte=at) & (Q(offices__ended_at=None) | Q(offices__ended_at__gt=at))
    for office in LEADING:
        found: Member | None = Member.objects.filter(held, offices__office=office, pk__in=there).order_by("offices__since", "pk").first()
        if found is not None:
            return found
    return None


def casting_vote(item: Item, counted: Tally, casting: str, at: datetime) -> str:
    """The casting vote, which is asked for only when the votes are even; empty when nobody holds it, and then nothing is carried."""
    holder = casting_holder(item, counted, at) if counted.is_tied else None
    if holder is None:
        return ""
    if not casting:
        sentence = _("The votes are even, %(votes)d each: the vote of %(name)s is decisive.")
        told = {"votes": counted.votes_for, "name": holder}
        raise RuleBroken(Broken(sentence % told, QUORUM_LAW, "casting"))
    if not casting_agrees(counted.position_of(holder.pk), casting):
        raise RuleBroken(
            Broken(_("The casting vote says what its holder has voted; only who abstained may choose."), QUORUM_LAW, "casting")
        )
    return casting


def _keep(item: Item, text: Deliberation, counted: Tally, casting: str, *, by: User, at: datetime) -> Decision:
    carried, advised = counted.is_carried(casting), lines_of(text.recommendations)
    decision: Decision = Decision.objects.create(
        item=item,
        round=next_round(item),
        opinion=text.opinion,
        reasons=text.reasons.strip(),
        salt=secrets.token_hex(16),
        seats=counted.call.seats,
        quorum=counted.call.quorum,
        counted=counted.call.counted,
        votes_for=counted.votes_for,
        votes_against=counted.votes_against,
        abstentions=counted.abstentions,
        casting=casting,
        carried=carried,
        voted_at=at,
        recorded_by=by,
    )
    ballots = [
        Ballot(decision=decision, member_id=one.member, standing=one.standing, position=one.position, cast_by_id=one.cast_by)
        for one in counted.voices
    ]
    Ballot.objects.bulk_create(ballots)
    if carried:
        Recommendation.objects.bulk_create(
            Recommendation(decision=decision, position=place, words=words) for place, words in enumerate(advised, 1)
        )
        item.ending, item.ended_at = Ending.OPINION, at
        item.save(update_fields=["ending", "ended_at"])
    _journal(item, decision, advised, by=by, at=at)
    return decision


def _journal(item: Item, decision: Decision, advised: list[str], *, by: User, at: datetime) -> None:
    """The dossier's line, which its team reads, says that a vote was taken; the count and the words' salted hash are the session's."""
    facts = {"session": item.session_id, "decision": decision.pk, "round": decision.round}
    record(item.examination.dossier, "vote_opinion", by=by, at=at, law=VOTE_LAW, facts=facts)
    digest = text_digest(decision.salt, "\n".join([decision.reasons, *advised]))
    votes = {"for": decision.votes_for, "against": decision.votes_against, "abstentions": decision.abstentions, "casting": decision.casting}
    there = {"seats": decision.seats, "quorum": decision.quorum, "counted": decision.counted}
    told = {"examination": item.examination_id, "decision": decision.pk, "round": decision.round, "outcome": decision.opinion}
    told |= votes | there | {"carried": decision.carried, "text_sha256": digest}
    record(item.session, "take_vote", by=by, at=at, law=VOTE_LAW, facts=told)
