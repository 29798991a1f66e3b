"""What a rule and a remark are, and how all the rules are asked.

Pure functions over `said` and a day. A remark names the datum to mend; nobody is refused anything here: the secretariat reads a fiche
with its remarks, and a declaration with an ERROR is not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.labels import LABELS
from registry.public_core import Said, whole


class Severity(models.TextChoices):
    """How much a remark weighs."""

    ERROR = "error", _("To be mended")
    WARNING = "warning", _("To be checked")
    ADVICE = "advice", _("Could be better")


#: What a rule answers for each fault: the datum, and what its sentence tells.
Found = tuple[str, Mapping[str, Any]]
Check = Callable[[Said, date], Iterator[Found]]
ORDER = {severity: place for place, severity in enumerate(Severity)}
#: The modules of rules, in the order in which their remarks are read.
SUBJECTS = ("mandatory", "texts", "people", "law", "dates")
#: For a sentence that tells nothing more.
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Rule:
    """One fault: its stable code, its weight, its sentence, and the function that finds it."""

    code: str
    severity: Severity
    sentence: Any
    check: Check


@dataclass(frozen=True)
class Remark:
    """One fault found on a fiche."""

    code: str
    severity: Severity
    where: str
    template: Any
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The remark in the reader's language."""
        return str(self.template) % self.facts if self.facts else str(self.template)

    @property
    def label(self) -> str:
        """The datum that the remark is about, in the reader's language."""
        return str(LABELS.get(self.where, self.where))

    @property
    def subject(self) -> str:
        """The module of its rule: mandatory, dates, people, law or texts."""
        return RULES[self.code].check.__module__.rpartition(".")[2]

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        return {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(self.severity, "info")


RULES: dict[str, Rule] = {}


def rule(code: str, severity: Severity, sentence: Any) -> Callable[[Check], Check]:
    """Register a rule; a code is given once, for ever."""

    def register(check: Check) -> Check:
        if code in RULES:
            raise ValueError(f"{code!r} is already a rule")
        RULES[code] = Rule(code, severity, sentence, check)
        return check

    return register


def lint(said: Mapping[str, Any], on: date) -> list[Remark]:
    """Every remark on what a fiche says, on a day: the heaviest first, then by subject."""
    told = whole(said)
    found = [
        Remark(one.code, one.severity, where, one.sentence, facts)
        for one in RULES.values()
        for where, facts in one.check(told, on)
        if where not in told["generated"]  # what was generated for a demonstration is nobody's fault
    ]
    return sorted(found, key=lambda remark: (ORDER[remark.severity], SUBJECTS.index(remark.subject)))


def errors(remarks: Iterable[Remark]) -> list[Remark]:
    """Those that must be mended."""
    return [remark for remark in remarks if remark.severity == Severity.ERROR]


def day_of(iso: Any) -> date | None:
    """A day that the fiche holds; None for anything else."""
    if isinstance(iso, date):
        return iso
    try:
        return date.fromisoformat(iso) if isinstance(iso, str) else None
    except ValueError:
        return None


def code_of(term: Mapping[str, Any] | None) -> str:
    """The code of a frozen term, empty for none."""
    return str(term["code"]) if term else ""
