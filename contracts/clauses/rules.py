"""Whether a version of a clause or a template may go on: sound words, somebody else's approval, one template in force at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.policies import has_second_factor
from contracts.states import TextState
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken

LONGEST = 4000


def said(words: str, otherwise: Any) -> str:
    """The reason, trimmed. Raises RuleBroken when there is none, or when it is a treatise."""
    told = words.strip()
    if not told:
        raise RuleBroken(Broken(otherwise, where="because"))
    if len(told) > LONGEST:
        raise RuleBroken(Broken(_("This text is too long: the most is %(most)s characters.") % {"most": LONGEST}, where="because"))
    return told


def require_sound(version: Any) -> None:
    """Raise RuleBroken with everything that is wrong with the words."""
    broken = [Broken(found.sentence, where=found.where) for found in version.findings() if found.blocks]
    if broken:
        raise RuleBroken(*broken)


def require_change_said(version: Any) -> None:
    """Raise RuleBroken when a version that follows another does not say what it changes."""
    if version.number > 1 and not version.note.strip():
        raise RuleBroken(Broken(_("Say what this version changes: who approves it reads that first."), where="note"))


def require_second_factor(by: Any) -> None:
    """Raise RuleBroken for somebody without a second factor: what is approved commits the parties of conventions."""
    if not has_second_factor(by):
        raise RuleBroken(Broken(_("Approving a text asks for a second factor: set it up in your account first.")))


def require_room(version: Any, *, by: Any, at: datetime) -> None:
    """End the template in force on the day on which this one begins; the journal of both says so. Raises RuleBroken for an overlap."""
    type(version.template)._base_manager.select_for_update().get(pk=version.template_id)
    for other in version.template.versions.filter(state=TextState.APPROVED).exclude(pk=version.pk).order_by("pk"):
        if other.until is not None and other.until <= version.since:
            continue
        if other.until is not None or other.since >= version.since:
            sentence = _("Version %(number)s is in force in this period: give this one a later first day.")
            raise RuleBroken(Broken(sentence % {"number": other.number}, where="since"))
        _end(other, version, by=by, at=at)


def _end(other: Any, version: Any, *, by: Any, at: datetime) -> None:
    lock_and_reread(other)
    if version.since < paris_day(at):
        raise RuleBroken(Broken(_("The version in force cannot end on a day gone by: give this one a later first day."), where="since"))
    record(other, "give_way", by=by, at=at, facts={"until": version.since, "to": version.pk})
    other.valid = type(other.valid)(other.since, version.since)
    other.save(update_fields=["valid"])
