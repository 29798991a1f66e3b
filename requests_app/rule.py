"""What a rule is: a statement about a dossier, the sentence that says what to mend, and the text of law behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings

from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken

Check = Callable[[Any], bool]
Since = Callable[[], date]


def in_depth() -> date:
    """The first day of the form in depth and of the required pieces; what it brought binds no dossier begun before."""
    day: date = settings.IN_DEPTH_SINCE
    return day


def binds(since: Since | None, dossier: Any) -> bool:
    """Was this asked on the day on which the dossier was begun? An amendment is begun on its own day, whatever it copies."""
    return since is None or paris_day(dossier.created_at) >= since()


def always(_dossier: Any) -> bool:
    """The rule is asked of every dossier."""
    return True


class Rule:
    """A statement that is true or not; one that does not apply to a dossier, or not yet when it was begun, holds for it."""

    def __init__(self, check: Check, sentence: Any, law: str, where: str, when: Check = always, since: Since | None = None) -> None:
        self.check, self.sentence, self.law, self.where, self.when, self.since = check, sentence, law, where, when, since
        self.__name__, self.__doc__ = check.__name__, check.__doc__

    def applies(self, dossier: Any) -> bool:
        """Is the rule asked of this dossier?"""
        return binds(self.since, dossier) and self.when(dossier)

    def __call__(self, dossier: Any) -> bool:
        return not self.applies(dossier) or bool(self.check(dossier))


def rule(sentence: Any, *, law: str = "", where: str = "", when: Check = always, since: Since | None = None) -> Callable[[Check], Rule]:
    """Declare a rule; `where` is the field or the section in which a person can mend it.

    `when` says which dossiers it is asked of, `since` the day from which those that are begun must obey it.
    """

    def declare(check: Check) -> Rule:
        return Rule(check, sentence, law, where, when, since)

    return declare


def broken(dossier: Any, *rules: Rule) -> list[Broken]:
    """The rules that do not hold, in their order."""
    return [Broken(one.sentence, one.law, one.where) for one in rules if not one(dossier)]


def require(dossier: Any, *rules: Rule) -> None:
    """Raise RuleBroken with every rule that does not hold."""
    found = broken(dossier, *rules)
    if found:
        raise RuleBroken(*found)
