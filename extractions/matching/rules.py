"""What a result of a matching must be, and what it takes to go on with one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from extractions.matching.identifiers import holds_identity
from extractions.matching.models import MatchingResult
from workflow.refusals import Broken, RuleBroken

MOST_PASSES = 8
LONGEST_CRITERIA = 300
#: Below the threshold a word is no reason.
SHORTEST_REASON = 20


@dataclass(frozen=True)
class Pass:
    """One pass of a matching: by which criteria, and how many it has found that no pass before it had."""

    criteria: str
    found: int


@dataclass(frozen=True)
class Counted:
    """What a round of matching gave."""

    submitted: int
    passes: tuple[Pass, ...]

    @property
    def found(self) -> int:
        """How many were found in all."""
        return sum(one.found for one in self.passes)


def threshold() -> Decimal:
    """From which rate on a matching counts as successful, in percent."""
    return Decimal(settings.MATCHING_THRESHOLD)


def require_counts(told: Counted) -> None:
    """Raise RuleBroken with everything that is wrong with these counts; `where` names the field of the form."""
    broken = list(_wrong_counts(told)) + [one for place, row in enumerate(told.passes, 1) for one in _wrong_pass(row, place)]
    if broken:
        raise RuleBroken(*broken)


def _wrong_counts(told: Counted) -> Iterable[Broken]:
    if told.submitted < 1:
        yield Broken(_("Say how many persons were looked for."), where="submitted")
    if not told.passes:
        yield Broken(_("Enter at least one pass."), where="criteria_1")
    if len(told.passes) > MOST_PASSES:
        yield Broken(_("There are too many passes: the most is %(most)s.") % {"most": MOST_PASSES}, where="criteria_1")
    if told.found > told.submitted:
        yield Broken(_("More persons were found than were looked for: a person is counted in one pass only."), where="submitted")


def _wrong_pass(row: Pass, place: int) -> Iterable[Broken]:
    where = f"criteria_{place}"
    if not row.criteria.strip():
        yield Broken(_("Name the criteria of this pass."), where=where)
    elif len(row.criteria) > LONGEST_CRITERIA:
        yield Broken(_("This text is too long: the most is %(most)s characters.") % {"most": LONGEST_CRITERIA}, where=where)
    elif holds_identity(row.criteria):
        yield Broken(_("Name the criteria only: this looks like a number or a date of a person."), where=where)
    if row.found < 0:
        yield Broken(_("A count is not negative."), where=f"found_{place}")


def require_reason(result: MatchingResult, words: str, goes_on: bool) -> str:
    """The reason of the decision, trimmed; raises RuleBroken where it lacks, says too little below the threshold, or names a person."""
    said = words.strip()
    if goes_on and not said and result.reaches:
        return str(_("The rate reaches the threshold."))
    if not said:
        raise RuleBroken(Broken(_("Say why."), where="because"))
    if goes_on and not result.reaches and len(said) < SHORTEST_REASON:
        sentence = _("The rate is below the threshold: say in a sentence why the work may go on all the same.")
        raise RuleBroken(Broken(sentence, where="because"))
    if holds_identity(said):
        raise RuleBroken(Broken(_("Write nothing about a person: this looks like a number or a date of one."), where="because"))
    return said
