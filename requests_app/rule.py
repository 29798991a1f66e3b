"""What a rule is: a statement about a dossier, the sentence that says what to mend, and the text of law behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workflow.refusals import Broken, RuleBroken

Check = Callable[[Any], bool]


def always(_dossier: Any) -> bool:
    """The rule is asked of every dossier."""
    return True


class Rule:
    """A statement that is true or not; one that does not apply to a dossier holds for it."""

    def __init__(self, check: Check, sentence: Any, law: str, where: str, applies: Check = always) -> None:
        self.check, self.sentence, self.law, self.where, self.applies = check, sentence, law, where, applies
        self.__name__, self.__doc__ = check.__name__, check.__doc__

    def __call__(self, dossier: Any) -> bool:
        return not self.applies(dossier) or bool(self.check(dossier))


def rule(sentence: Any, *, law: str = "", where: str = "", when: Check = always) -> Callable[[Check], Rule]:
    """Declare a rule; `where` is the field or the section in which a person can mend it, `when` which dossiers it is asked of."""

    def declare(check: Check) -> Rule:
        return Rule(check, sentence, law, where, when)

    return declare


def broken(dossier: Any, *rules: Rule) -> list[Broken]:
    """The rules that do not hold, in their order."""
    return [Broken(one.sentence, one.law, one.where) for one in rules if not one(dossier)]


def require(dossier: Any, *rules: Rule) -> None:
    """Raise RuleBroken with every rule that does not hold."""
    found = broken(dossier, *rules)
    if found:
        raise RuleBroken(*found)
