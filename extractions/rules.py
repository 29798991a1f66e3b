"""Whether a ticket may move: one function, one sentence, one article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from extractions.linkage.nir import ALIKE
from extractions.slots import missing_before, missing_before_delivery
from extractions.states import BEFORE_THE_GATE, EXTRACTING, MATCHING_DIRECTLY, MATCHING_KINDS, WITH_NEED, Kind
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken

ACCESS = "CSP, art. R1461-2"
NIR = "décret 2019-341"
LONGEST = 4000
#: What people put between the digits of a number.
_BETWEEN = re.compile(r"(?<=[0-9ABab])[\s.\u00a0\u202f_-]+(?=[0-9ABab])")


def _for(kinds: Iterable[Kind]) -> Callable[[Any], bool]:
    """A rule: the move exists for these kinds of ticket only."""
    wanted = frozenset(kinds)

    def fits(ticket: Any) -> bool:
        return ticket.kind in wanted

    fits.sentence = _("This step does not exist for this kind of ticket.")  # type: ignore[attr-defined]
    return fits


has_need = _for(WITH_NEED)
targets = _for({Kind.TARGETING})
takes_deposits = _for(MATCHING_DIRECTLY)
matches = _for(MATCHING_KINDS)
extracts = _for(EXTRACTING)
works = _for(EXTRACTING | {Kind.TARGETING})
delivers = _for({Kind.DELIVERY})


def require_said(words: str, sentence: Any, where: str = "because") -> str:
    """The words, trimmed; raises RuleBroken without them, when they are too long, or when they hold what looks like a NIR."""
    said = words.strip()
    if not said:
        raise RuleBroken(Broken(sentence, where=where))
    if len(said) > LONGEST:
        raise RuleBroken(Broken(_("This text is too long: the most is %(most)s characters.") % {"most": LONGEST}, where=where))
    if ALIKE.search(said.upper()) or ALIKE.search(_BETWEEN.sub("", said.upper())):
        raise RuleBroken(Broken(_("Write nothing about a person: this looks like a number of registration (NIR)."), where=where))
    return said


def require_free(ticket: Any) -> None:
    """Raise RuleBroken while a question to the applicant is open: its answer comes first."""
    if ticket.waiting_since is not None:
        raise RuleBroken(Broken(_("The applicant has a question to answer: the work goes on after the answer.")))


def require_predecessors(ticket: Any) -> None:
    """Raise RuleBroken while a ticket that comes before this one is not done."""
    awaited = list(ticket.unfinished_before())
    if not awaited:
        return
    own = next((one.number for one in awaited if one.organisation_id == ticket.organisation_id), None)
    if own is None:  # each body sees its own tickets only
        raise RuleBroken(Broken(_("The work of another body comes first, and is not done yet.")))
    raise RuleBroken(Broken(_("Ticket %(number)s comes first, and is not done yet.") % {"number": own}))


def require_gate(ticket: Any, at: datetime) -> None:
    """Raise RuleBroken with every light that is off: authorisation, convention, payment. Targeting does not wait for it."""
    if ticket.kind in BEFORE_THE_GATE:
        return
    missing = ticket.gate_missing(paris_day(at))
    if missing:
        raise RuleBroken(*missing)


def require_rooms(ticket: Any, move: str) -> None:
    """Raise RuleBroken with what the rooms demand before this move."""
    missing = missing_before(ticket, move)
    if missing:
        raise RuleBroken(*missing)


def require_deliverable(ticket: Any, day: date) -> None:
    """Raise RuleBroken with what upper floors demand before data leave."""
    missing = missing_before_delivery(ticket, day)
    if missing:
        raise RuleBroken(*missing)


def require_other_hand(by: Any, other: int | None) -> None:
    """Raise NotAllowed when who delivered would accept: two persons see each delivery."""
    if other is not None and by.pk == other:
        raise NotAllowed(_("You announced this delivery: somebody else of the project accepts it."))
