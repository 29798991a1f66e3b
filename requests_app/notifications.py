"""Who is told what, and when: every letter is queued with ids only and written when it is delivered."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from guardian.shortcuts import get_users_with_perms

from accounts.models import User
from requests_app.journal_words import happened, outcome_in_words
from requests_app.models import Dossier
from requests_app.policies import roles_on
from requests_app.running import rule_name
from workflow import clocks, mail
from workflow.models import Clock, JournalLine, OutboxMessage
from workflow.outbox import handler, queue, still_there

#: Moves of which the team of the dossier is told, each with its letter.
LETTERS = {
    "submit": "received",
    "ask_for_complement": "complement",
    "resubmit": "received",
    "revise": "received",
    "remind": "reminder",
    "abandon": "abandoned",
    "declare_complete": "complete",
    "send_to_committee": "step",
    "extend_committee": "step",
    "record_opinion": "opinion",
    "deem_favourable": "opinion",
    "seize_cnil": "step",
    "cnil_finds_incomplete": "complement",
    "cnil_extends": "step",
    "authorise": "authorised",
    "confirm_tacit_authorisation": "authorised",
    "verify_commitment": "authorised",
    "refuse": "decision",
    "close_without_action": "decision",
    "begin_contracting": "step",
    "enter_convention": "step",
    "open_data": "step",
    "suspend": "decision",
    "lift_suspension": "step",
    "register_amendment": "step",
    "contest_amendment": "decision",
    "amendment_applied": "step",
}


def tell_team(dossier: Dossier, line: JournalLine) -> None:
    """Write to everyone on the dossier's team about what has just happened."""
    if line.action in LETTERS:
        queue("tell_team", f"tell_team:{line.pk}", dossier=dossier.pk, line=line.pk)


@handler("tell_team")
def write_to_team(message: OutboxMessage) -> None:
    """Queue one letter for each person who writes or signs on the dossier's team."""
    dossier = still_there(Dossier.objects.all(), pk=message.payload["dossier"])
    line = JournalLine.objects.get(pk=message.payload["line"])
    for person in team_of(dossier):
        mail.write_to(person.pk, f"mail/dossier_{LETTERS[line.action]}", f"line:{line.pk}", dossier=dossier.pk, line=line.pk)


def team_of(dossier: Dossier) -> Any:
    """The persons of the team who are written to: those who write or sign; who only reads is not."""
    return get_users_with_perms(dossier, only_with_perms_in=["owner", "editor", "signatory"], with_group_users=False)


def tell_officer(dossier: Dossier, line: JournalLine) -> None:
    """Write to the officer in charge that the applicant has acted."""
    if dossier.officer_id:
        mail.write_to(dossier.officer_id, "mail/dossier_for_officer", f"line:{line.pk}", dossier=dossier.pk, line=line.pk)


def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """What a letter about a dossier shows: the dossier, what happened, the words of the act, and the address of the page."""
    dossier = still_there(Dossier.objects.select_related("content"), pk=payload["dossier"])
    line = JournalLine.objects.filter(pk=payload.get("line") or 0).first()
    act = dossier.acts.filter(pk=line.facts.get("act")).first() if line else None
    return {
        "dossier": dossier,
        "line": line,
        "act": act,
        "event": happened(line.action) if line else "",
        "outcome": outcome_in_words(line.action, act.outcome) if line and act and act.outcome else "",
        "period": _period(dossier, payload.get("clock", "")),
        "due_on": Clock.objects.filter(start_line=line).values_list("due_on", flat=True).first() if line else None,
        "address": settings.SITE_URL.rstrip("/") + reverse("dossiers:page", args=[dossier.reference]),
    }


def _period(dossier: Dossier, code: str) -> str:
    """The name of the period of that code that this dossier had last, in the reader's language."""
    clock = clocks.of(dossier).filter(code=code).last() if code else None
    return rule_name(clock.rule) if clock else ""


for _letter in sorted({*LETTERS.values(), "for_officer", "clock"}):
    mail.context(f"mail/dossier_{_letter}")(_shown)


@handler("clock_lapsed")
def tell_lapsed(message: OutboxMessage) -> None:
    """Alert the officer in charge, or the whole secretariat, that a period has passed."""
    clock = Clock.objects.get(pk=message.payload["clock"])
    dossier = Dossier.objects.filter(pk=clock.subject_id).first()
    if clock.subject_type != Dossier.subject_type or dossier is None:
        return
    for reader in [dossier.officer_id] if dossier.officer_id else officers_for(dossier):
        mail.write_to(reader, "mail/dossier_clock", f"clock:{clock.pk}", dossier=dossier.pk, clock=clock.code)


def officers_for(dossier: Dossier) -> list[int]:
    """The officers who may see this dossier: one of its own organisation is not told of it."""
    granted = User.objects.filter(is_active=True, role_grants__role="officer", role_grants__ended_at=None)
    return [one.pk for one in granted.order_by("pk").distinct() if "officer" in roles_on(one, dossier)]
