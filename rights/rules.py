"""Whether a move of a request exists: one function, one sentence, one article."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from rights.states import GIVEN_UP, Complement, Level, Prolonging, Reason, Right
from workflow.refusals import Broken, RuleBroken

ANSWER_IN_TIME = "RGPD, art. 12, 3"
REFUSAL = "RGPD, art. 12, 4"
IDENTITY = "décret 2019-536, art. 77 ; RGPD, art. 12, 6"
LIFTING = "RGPD, art. 7, 3 et 21"
#: Reason of a refusal → the text it rests on.
LAW_OF: dict[str, str] = {
    Reason.CONSTITUTION: "CSP, art. R1461-9, II, 1°",
    Reason.PERMANENT_ACCESS: "CSP, art. R1461-9, II, 2°",
    Reason.EXCLUDED: "RGPD, art. 23",
    Reason.IDENTITY: "RGPD, art. 11, 2 et 12, 2",
    Reason.NOT_FOUND: "RGPD, art. 11, 2",
    Reason.EXCESSIVE: "RGPD, art. 12, 5",
    Reason.OTHERS: "RGPD, art. 15, 4",
    Reason.RESEARCH: "RGPD, art. 17, 3, d et 21, 6",
    Reason.WRONG_CONTROLLER: "RGPD, art. 4, 7",
    Reason.DONE: "RGPD, art. 12, 5",
}
#: Reasons that mean something for these rights only; every other one serves any right.
REASONS_OF: dict[str, frozenset[str]] = {
    Reason.CONSTITUTION: frozenset({Right.OPPOSITION}),
    Reason.PERMANENT_ACCESS: frozenset({Right.OPPOSITION}),
    Reason.OTHERS: frozenset({Right.ACCESS}),
    Reason.RESEARCH: frozenset({Right.OPPOSITION, Right.ERASURE}),
}


def reasons_for(right: str) -> list[str]:
    """The reasons for which a request of this kind may be refused, in the order of the list."""
    return [code for code in Reason.values if right in REASONS_OF.get(code, frozenset({right}))]


def require_reason(right: str, code: str) -> str:
    """A reason of the closed list that fits the right. Raises RuleBroken."""
    if code not in reasons_for(right):
        raise RuleBroken(Broken(_("Choose a reason of the list that fits this right."), REFUSAL, where="reason"))
    return code


def require_complement(code: str) -> str:
    """What is asked for, out of the closed list. Raises RuleBroken."""
    if code not in Complement.values:
        raise RuleBroken(Broken(_("Choose what you ask for."), IDENTITY, where="complement"))
    return code


def require_prolonging(code: str) -> str:
    """Why more time is needed, out of the closed list. Raises RuleBroken."""
    if code not in Prolonging.values:
        raise RuleBroken(Broken(_("Choose why more time is needed."), ANSWER_IN_TIME, where="reason"))
    return code


def require_level(right: str, level: str, study: str) -> None:
    """Only an opposition has a level, and only that to one study names it. Raises RuleBroken."""
    if (right == Right.OPPOSITION) != bool(level) or (level and level not in Level.values):
        raise RuleBroken(Broken(_("Choose how far the opposition goes."), where="level"))
    if (level == Level.STUDY) != bool(study):
        raise RuleBroken(Broken(_("Name the study."), where="study"))


def not_extended(routing: Any) -> bool:
    """The month is extended once."""
    return routing.extended_at is None


not_extended.sentence = _("The time limit was extended once already.")  # type: ignore[attr-defined]


def may_be_lifted(routing: Any) -> bool:
    """An opposition that took effect, and whose end nobody has asked for; one that was given up or lapsed may be asked for again."""
    return routing.right == Right.OPPOSITION and routing.is_granted and not routing.lifted_by.exclude(state__in=sorted(GIVEN_UP)).exists()


may_be_lifted.sentence = _("Only an opposition that was accepted can be ended, and only once.")  # type: ignore[attr-defined]


def is_not_a_lifting(routing: Any) -> bool:
    """The end of an opposition is the person's own choice: it is carried out, never refused."""
    return routing.right != Right.LIFTING


is_not_a_lifting.sentence = _("The end of an opposition is carried out: it cannot be refused.")  # type: ignore[attr-defined]
