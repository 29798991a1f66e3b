"""What happened to a session or to a member, from the journal: for who prepares and keeps them, and for who has to prove it later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from committee.models import Member, Session
from committee.states import MandateKind, Office, Quality
from ui.words import day_in_words
from workflow.engine import Subject
from workflow.models import JournalLine

#: What each action on a session was, once it is done.
HAPPENED: dict[str, Any] = {
    "plan": _("Session planned"),
    "publish": _("Published in the calendar"),
    "reschedule": _("Day, hours or place changed"),
    "set_agenda": _("Agenda changed"),
    "convene": _("Members convened"),
    "announce_absence": _("Presence or absence announced"),
    "note_presence": _("Presence noted"),
    "open_session": _("Session opened"),
    "deliberate": _("Deliberation noted"),
    "take_vote": _("Vote taken"),
    "close_session": _("Session closed"),
    "make_papers": _("Paper made"),
    "approve_minutes": _("Minutes approved"),
    "cancel": _("Session cancelled"),
}
#: What each change of the committee's list was.
CHANGED: dict[str, Any] = {
    "enter_member": _("Entered in the list"),
    "change_member": _("Entry changed"),
    "record_mandate": _("Mandate recorded"),
    "end_mandate": _("Mandate ended early"),
    "name_to_office": _("Named to an office"),
    "end_office": _("Office ended"),
    "record_declaration": _("Declaration of interests recorded"),
    "settle_access": _("Access to the site changed"),
}
#: What codes among the facts are called.
NAMED: dict[str, Mapping[str, Any]] = {
    "quality": dict(Quality.choices),
    "office": dict(Office.choices),
    "kind": dict(MandateKind.choices),
}
#: The parts of an entry, as the form calls them.
PARTS: dict[str, Any] = {
    "quality": _("sits as"),
    "institution": _("proposed by"),
    "profession": _("profession and titles"),
    "keywords": _("other expertise"),
    "domains": _("medical domains"),
    "active": _("on the list"),
}


@dataclass(frozen=True)
class Event:
    """One line of the history."""

    words: Any
    at: datetime
    by: str
    detail: str = ""


def history_of(session: Session, most: int = 100) -> list[Event]:
    """The last events of a session, newest first; two queries."""
    return _events(session, HAPPENED, most)


def history_of_member(member: Member, most: int = 200) -> list[Event]:
    """Who changed what of a member or an expert and when, newest first; two queries."""
    return _events(member, CHANGED, most)


def _events(subject: Subject, words: Mapping[str, Any], most: int) -> list[Event]:
    lines = list(JournalLine.objects.filter(subject_type=subject.subject_type, subject_id=subject.pk).order_by("-seq")[:most])
    people = User.objects.in_bulk({line.actor_id for line in lines})
    return [
        Event(words.get(line.action, line.action), line.at, str(people.get(line.actor_id, "")), detail_of(line.facts)) for line in lines
    ]


def detail_of(facts: Mapping[str, Any]) -> str:
    """What the facts of a line say, in words: codes by their names, days in full, ids left out."""
    said = [str(names[facts[name]]) for name, names in NAMED.items() if facts.get(name) in names]
    said += _days(facts)
    said += [str(words) for part, words in PARTS.items() if part in facts.get("changed", ()) and part not in facts]
    if "active" in facts:
        said.append(str(_("on the list") if facts["active"] else _("no longer on the list")))
    said += [str(_("%(role)s given") % {"role": Role(role).label}) for role in facts.get("given", ())]
    said += [str(_("%(role)s taken back") % {"role": Role(role).label}) for role in facts.get("taken", ())]
    return ", ".join(said)


def _days(facts: Mapping[str, Any]) -> list[str]:
    words = {"starts_on": _("from %(day)s"), "ends_on": _("no longer sits from %(day)s"), "made_on": _("made on %(day)s")}
    return [str(said % {"day": day_in_words(date.fromisoformat(facts[name]))}) for name, said in words.items() if name in facts]
