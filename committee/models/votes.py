"""What is deliberated: notes, the text of the opinion, the vote of each member, and the recommendations that follow."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from committee.models.members import Member
from committee.models.sessions import Item
from committee.states import Position, Reply
from committee.states import Standing as Standing
from requests_app.states import EXPRESS_OPINIONS

OPINIONS = [(one.value, one.label) for one in EXPRESS_OPINIONS]


class Deliberation(models.Model):
    """The working paper of one dossier in session: notes, and the opinion as it is being written."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="deliberation")
    notes = models.TextField(_("what was discussed"), blank=True)
    opinion = models.CharField(_("opinion proposed"), max_length=20, choices=OPINIONS, blank=True)
    reasons = models.TextField(_("reasons"), blank=True)
    #: One recommendation a line, until the vote makes rows of them.
    recommendations = models.TextField(_("recommendations, one a line"), blank=True)
    revision = models.PositiveIntegerField(default=0)
    #: The open page that saved last: it never conflicts with its own last save.
    saved_page = models.CharField(max_length=40, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["item"]

    def __str__(self) -> str:
        return f"deliberation {self.item_id}"


class Decision(models.Model):
    """One vote: what was put to it, who could vote, and whether it was carried. Taken once, never changed."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    opinion = models.CharField(max_length=20, choices=OPINIONS)
    reasons = models.TextField(blank=True)
    salt = models.CharField(max_length=32)
    seats = models.PositiveSmallIntegerField()  # members in mandate
    quorum = models.PositiveSmallIntegerField()  # how many had to be there
    counted = models.PositiveSmallIntegerField()  # how many were, for the quorum
    votes_for = models.PositiveSmallIntegerField()
    votes_against = models.PositiveSmallIntegerField()
    abstentions = models.PositiveSmallIntegerField()
    #: What the president's casting vote said, when the votes were even.
    casting = models.CharField(max_length=12, choices=Position.choices, blank=True)
    carried = models.BooleanField()
    voted_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    #: In whose name: the president, or the delegate whom the president named.
    signed_as = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering = ["item", "round"]
        constraints = [
            models.UniqueConstraint(fields=["item", "round"], name="decision_round_once_per_item"),
            models.UniqueConstraint(fields=["item"], condition=Q(carried=True), name="decision_one_carried_per_item"),
            models.CheckConstraint(condition=Q(counted__gte=F("quorum")), name="decision_has_its_quorum"),
            models.CheckConstraint(
                condition=Q(carried=True, votes_for__gt=F("votes_against"), casting="")
                | Q(carried=False, votes_for__lt=F("votes_against"), casting="")
                | Q(carried=True, votes_for=F("votes_against"), casting="for")
                | (Q(carried=False, votes_for=F("votes_against")) & ~Q(casting="for")),
                name="decision_carried_by_its_votes",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None) | Q(signed_at__isnull=False, signed_by__isnull=False, carried=True),
                name="decision_signed_once_carried",
            ),
            models.CheckConstraint(
                condition=Q(carried=False) | Q(opinion="favourable") | ~Q(reasons=""), name="decision_not_plainly_favourable_has_reasons"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="decision_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    *("item", "round", "opinion", "reasons", "seats", "quorum", "counted", "votes_for", "votes_against"),
                    *("abstentions", "casting", "carried", "voted_at", "recorded_by"),
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} round {self.round}"


_COUNTS_A_CONFLICTED_VOTE = """
IF NEW.position <> '' AND EXISTS (
  SELECT 1 FROM committee_recusal r
  JOIN committee_examination e ON e.dossier_id = r.dossier_id
  JOIN committee_item i ON i.examination_id = e.id
  JOIN committee_decision d ON d.item_id = i.id
  WHERE d.id = NEW.decision_id AND r.lifted_at IS NULL AND r.member_id IN (NEW.member_id, NEW.cast_by_id)
) THEN RAISE EXCEPTION 'committee_ballot: who withdrew from a dossier does not vote on it'; END IF; RETURN NEW;
"""


class Ballot(models.Model):
    """How one member in mandate stood in one vote, and what they voted."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="ballots")
    member = models.ForeignKey(Member, models.PROTECT, related_name="ballots")
    standing = models.CharField(max_length=12, choices=Standing.choices)
    position = models.CharField(max_length=12, choices=Position.choices, blank=True)
    #: Who voted in the name of a represented member.
    cast_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["decision", "member"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "member"], name="ballot_once_per_member"),
            models.CheckConstraint(
                condition=(Q(standing__in=["present", "represented"]) & ~Q(position=""))
                | Q(standing__in=["withdrawn", "out"], position=""),
                name="ballot_only_of_who_takes_part",
            ),
            models.CheckConstraint(
                condition=Q(standing="represented", cast_by__isnull=False) | (~Q(standing="represented") & Q(cast_by=None)),
                name="ballot_represented_by_somebody",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="ballot_is_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="ballot_is_free_of_conflict", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_COUNTS_A_CONFLICTED_VOTE
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.member_id} {self.position or self.standing}"


class Recommendation(models.Model):
    """One recommendation of an opinion, and what the applicant answers."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="recommendations")
    position = models.PositiveSmallIntegerField()
    words = models.TextField(_("recommendation"))
    reply = models.CharField(_("what is done about it"), max_length=14, choices=Reply.choices, blank=True)
    reply_words = models.TextField(_("how, or why not"), blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["decision", "position"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["decision", "position"], name="recommendation_one_place_each"),
            models.CheckConstraint(condition=~Q(words=""), name="recommendation_says_something"),
            models.CheckConstraint(
                condition=Q(reply="", replied_at=None, replied_by=None)
                | (~Q(reply="") & Q(replied_at__isnull=False, replied_by__isnull=False)),
                name="recommendation_answered_by_somebody",
            ),
            models.CheckConstraint(condition=Q(reply__in=["", "followed"]) | ~Q(reply_words=""), name="recommendation_refused_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} n° {self.position}"
