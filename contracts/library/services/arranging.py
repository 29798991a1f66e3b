"""The clauses of a draft template, one press at a time: added, removed, moved up or down, brought to their newest words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.library.services.drafts import Said, change_template, entries_of, newest
from contracts.models import TemplateVersion
from contracts.text.clauses import TemplateText
from workflow.refusals import Broken, RuleBroken


def arrange(version: TemplateVersion, asked: str, *, by: Any, at: datetime) -> None:
    """Do what a button says (`up:study`, `add:audit`, `newest:`). Raises NotAllowed, WrongState, RuleBroken for what no button says."""
    act, _mark, code = asked.partition(":")
    if act not in _ACTS:
        raise RuleBroken(Broken(_("Choose a clause.")))
    text = _ACTS[act](version.text, code)
    change_template(version, text, Said(version.since, version.note), by=by, at=at)


def _moved(text: TemplateText, code: str, by: int) -> TemplateText:
    entries = list(text.entries)
    place = next((place for place, one in enumerate(entries) if one.code == code), None)
    if place is None or not 0 <= place + by < len(entries):
        return text
    entries[place], entries[place + by] = entries[place + by], entries[place]
    return replace(text, entries=tuple(entries))


def _removed(text: TemplateText, code: str) -> TemplateText:
    return replace(text, entries=tuple(one for one in text.entries if one.code != code))


def _added(text: TemplateText, code: str) -> TemplateText:
    entry = entries_of([code]).get(code)
    if entry is None or any(one.code == code for one in text.entries):
        raise RuleBroken(Broken(_("Choose a clause.")))
    return replace(text, entries=(*text.entries, entry))


_ACTS: dict[str, Callable[[TemplateText, str], TemplateText]] = {
    "up": lambda text, code: _moved(text, code, -1),
    "down": lambda text, code: _moved(text, code, 1),
    "remove": _removed,
    "add": _added,
    "newest": lambda text, _code: newest(text),
}
