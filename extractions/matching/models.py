"""What came of a matching, in counts alone, and what a person decided on it. Both are written once."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from extractions.models import Ticket
from extractions.models.tickets import person
from extractions.triggers import written_once

_ADDS_UP = (
    "IF jsonb_typeof(NEW.passes) <> 'array' OR jsonb_array_length(NEW.passes) = 0 OR NEW.found <>"
    " (SELECT sum((one->>'found')::bigint) FROM jsonb_array_elements(NEW.passes) AS one) OR EXISTS"
    " (SELECT FROM jsonb_array_elements(NEW.passes) AS one WHERE (one->>'found')::bigint < 0) THEN"
    " RAISE EXCEPTION 'matching_matchingresult: the passes add up to what was found'; END IF; RETURN NEW;"
)


class MatchingResult(models.Model):
    """How many persons of the applicant's source were looked for in one round of matching, and how many each pass has found."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="matching_results")
    number = models.PositiveSmallIntegerField()
    #: The first matching of the ticket, the second after a decision not to go on…
    round = models.PositiveSmallIntegerField()
    submitted = models.PositiveBigIntegerField(_("persons looked for"))
    found = models.PositiveBigIntegerField(_("persons found"))
    #: [{"order": 1, "criteria": "…", "found": 900}, …]: names of criteria, never a value of one.
    passes = models.JSONField(_("passes"))
    threshold = models.DecimalField(_("threshold, in percent"), max_digits=5, decimal_places=2)
    recorded_at = models.DateTimeField()
    recorded_by = person()

    class Meta:
        ordering = ["ticket", "number"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "number"], name="matching_result_has_its_number"),
            models.CheckConstraint(condition=Q(number__gte=1, round__gte=1), name="matching_result_is_counted_from_one"),
            models.CheckConstraint(condition=Q(submitted__gte=1), name="matching_result_looked_for_somebody"),
            models.CheckConstraint(
                condition=Q(found__gte=0, found__lte=F("submitted")), name="matching_result_found_no_more_than_submitted"
            ),
            models.CheckConstraint(condition=Q(threshold__gt=0, threshold__lte=100), name="matching_result_threshold_is_a_percentage"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *written_once("matching_result"),
            pgtrigger.Trigger(name="matching_result_adds_up", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_ADDS_UP),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.number}"

    @property
    def rate(self) -> Decimal:
        """The part that was found, in percent with one decimal, rounded down: 89.99 is not 90."""
        return (Decimal(self.found) * 100 / Decimal(self.submitted)).quantize(Decimal("0.1"), rounding=ROUND_DOWN)

    @property
    def decided(self) -> MatchingDecision | None:
        """What a person decided on it; None while nobody has."""
        return getattr(self, "decision", None)

    @property
    def reaches(self) -> bool:
        """Was the threshold reached, on exact counts?"""
        return Decimal(self.found) * 100 >= self.threshold * self.submitted


class MatchingDecision(models.Model):
    """That a person goes on with a result, or does not, and why."""

    result = models.OneToOneField(MatchingResult, models.PROTECT, related_name="decision")
    goes_on = models.BooleanField()
    because = models.TextField(_("why"))
    #: That of the move's line in the journal, which holds the salted hash of these words.
    salt = models.CharField(max_length=32)
    at = models.DateTimeField()
    by = person()

    class Meta:
        ordering = ["result"]
        constraints = [models.CheckConstraint(condition=~Q(because="") & ~Q(salt=""), name="matching_decision_says_why")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("matching_decision")

    def __str__(self) -> str:
        return str(self.result_id)

    @property
    def by_who_recorded(self) -> bool:
        """Was it decided by the person who recorded the result? Allowed, and shown."""
        return bool(self.by_id == self.result.recorded_by_id)


def results_of(ticket: Any) -> list[MatchingResult]:
    """Every result of a ticket with what was decided on it, the last first."""
    return list(MatchingResult.objects.filter(ticket=ticket).select_related("recorded_by", "decision__by").order_by("-number"))
