"""A proposal changes one clause of one version; a comment says something about it. Both stand as they were written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models import Convention, ConventionVersion
from contracts.negotiating.models.received import ReceivedText
from contracts.negotiating.states import Beyond, ProposalKind, Status
from contracts.negotiating.triggers import answered_once
from contracts.text.bodies import blocks_of
from contracts.text.document import Article, Negotiable
from contracts.triggers import written_once

#: The longest code of an article: that of a clause, or `added_` and a number.
CODE = 40


def _person(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **options)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Proposals by what is to be done with them."""

    def awaiting(self) -> ProposalQuerySet:
        """Those without an answer."""
        return self.filter(status=Status.PROPOSED)

    def for_reading(self) -> ProposalQuerySet:
        """With who made and answered them, in the order of time; their versions are read apart, each once."""
        return self.select_related("by", "party", "decided_by").order_by("at", "pk")


class Proposal(models.Model):
    """What somebody would change of one clause: the clause as it would stand, whole, and what became of the proposal."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="proposals")
    #: The version that it was made against: it stands for as long as the clause says the same.
    version = models.ForeignKey(ConventionVersion, models.PROTECT, related_name="+")
    received = models.ForeignKey(ReceivedText, models.PROTECT, null=True, blank=True, related_name="proposals")
    kind = models.CharField(_("what it would change"), max_length=12, choices=ProposalKind.choices)
    article_code = models.CharField(max_length=CODE)
    #: The clause as it would stand; empty where it would be removed. The body is that of `contracts.text.bodies`.
    title = models.TextField(_("title"), blank=True)
    body = models.TextField(_("words"), blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    #: Of a new clause, the code of the one that it would follow; empty: it would be the first.
    after_code = models.CharField(max_length=CODE, blank=True)
    #: How far beyond what may be negotiated it goes: such a change is rejected, and blocks the approval until then.
    beyond = models.CharField(max_length=20, choices=Beyond.choices, blank=True)
    reason = models.TextField(_("why"), blank=True)
    #: For whom it is made; None: for the operator.
    party = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    by = _person()
    at = models.DateTimeField()
    salt = models.CharField(max_length=32)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = _person(null=True, blank=True)
    decided_why = models.TextField(_("why"), blank=True)
    #: Of an accepted one, the version in which it stands first.
    gave = models.ForeignKey(ConventionVersion, models.PROTECT, null=True, blank=True, related_name="agreed")

    objects: ClassVar[Any] = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["convention", "at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ProposalKind.values), name="proposal_kind_is_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="proposal_status_is_known"),
            models.CheckConstraint(condition=Q(beyond="") | Q(beyond__in=Beyond.values), name="proposal_beyond_is_known"),
            models.CheckConstraint(condition=Q(kind="remove") | ~Q(title=""), name="proposal_has_words"),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_at=None, decided_by=None)
                | ~Q(status="proposed") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="proposal_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "rejected"]) | ~Q(decided_by=F("by")), name="proposal_answered_by_another"
            ),
            models.CheckConstraint(condition=~Q(status="withdrawn") | Q(decided_by=F("by")), name="proposal_withdrawn_by_who_made_it"),
            models.CheckConstraint(condition=~Q(status="rejected") | ~Q(decided_why=""), name="proposal_rejected_says_why"),
            models.CheckConstraint(
                condition=Q(status="accepted", gave__isnull=False, beyond="") | ~Q(status="accepted") & Q(gave=None),
                name="proposal_accepted_gave_a_version",
            ),
        ]
        indexes = [models.Index(fields=["convention"], condition=Q(status="proposed"), name="proposal_awaiting")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = answered_once()

    def __str__(self) -> str:
        return f"{self.convention_id}/{self.article_code}/{self.pk}"

    @property
    def is_awaiting(self) -> bool:
        """Is it without an answer?"""
        return self.status == Status.PROPOSED

    @property
    def is_locked(self) -> bool:
        """Does it go beyond what may be negotiated?"""
        return bool(self.beyond)

    @cached_property
    def before(self) -> Article | None:
        """The clause as it stood where the proposal was made; None for a new one."""
        return self.version.document.article(self.article_code)

    @cached_property
    def after(self) -> Article | None:
        """The clause as it would stand; None where it would be removed."""
        if self.kind == ProposalKind.REMOVE:
            return None
        before = self.before or Article(self.article_code, 0, 0, self.title, Negotiable.FREE, ())
        return replace(before, title=self.title, blocks=blocks_of(self.body), parameters=self.parameters)


class Comment(models.Model):
    """What somebody says about a clause, or about a proposal on it; read by all the parties and the operator."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="comments")
    article_code = models.CharField(max_length=CODE)
    #: The version that was read.
    version = models.ForeignKey(ConventionVersion, models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, blank=True, related_name="comments")
    text = models.TextField(_("comment"))
    salt = models.CharField(max_length=32)
    party = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    by = _person()
    at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ["convention", "at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text="") & ~Q(article_code=""), name="comment_says_something")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("comment")

    def __str__(self) -> str:
        return f"{self.convention_id}/{self.article_code}/{self.pk}"
