"""What is deliberated on one dossier in session: the notes and the proposed opinion, saved as they are written; and putting it off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee import policies
from committee.models import Deliberation, Item, Session
from committee.rules import RULES_OF_PROCEDURE
from committee.services.agenda import put_on_agenda
from committee.states import TO_COME, Ending, SessionState
from requests_app import policies as dossier_policies
from requests_app.models import Dossier
from requests_app.services import Saved
from requests_app.states import Opinion, State
from ui.words import day_in_words
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

#: What is written in session; once a dossier has been dealt with, only its notes go on.
FIELDS = ("notes", "opinion", "reasons", "recommendations")
NOTES = ("notes",)
#: While a working paper may be written: from the convocation until the minutes are approved.
WRITABLE = frozenset({SessionState.CONVENED, SessionState.OPEN, SessionState.HELD})


def may_lead(user: Any, item: Item) -> bool:
    """May the person keep the pen on this dossier: lead the session, and not have withdrawn from it?"""
    return policies.may(user, "deliberate", item.session) and dossier_policies.may(user, "vote_opinion", item.examination.dossier)


def writable(item: Item) -> tuple[str, ...]:
    """The fields of the working paper that may still change."""
    if item.session.state not in WRITABLE:
        return ()
    return NOTES if item.ending or item.session.state == SessionState.HELD else FIELDS


@transaction.atomic
def save_deliberation(item: Item, said: Mapping[str, str], *, by: User, at: datetime, revision: int, page: str = "") -> Saved:
    """Save what is written, if nobody has saved since `revision`; else change nothing and show theirs.

    `page` names the open page: it never conflicts with its own last save. Raises NotAllowed, WrongState.
    """
    found = Item.objects.select_related("session", "examination__dossier").get(pk=item.pk)
    if not may_lead(by, found):
        raise NotAllowed(_("The notes are kept by who leads the session, and by the secretariat."))
    Deliberation.objects.get_or_create(item=found)
    kept = Deliberation.objects.select_for_update().get(item=found)
    found = Item.objects.select_related("session").get(pk=item.pk)  # a vote may have been taken while the lock was waited for
    values = {name: value for name, value in said.items() if name in writable(found)}
    if not values:
        raise WrongState(_("This working paper can no longer be changed: the dossier was dealt with."))
    if revision != kept.revision and not (page and page == kept.saved_page):
        return Saved(kept.revision, conflict=True, theirs={name: getattr(kept, name) for name in values})
    for name, value in values.items():
        setattr(kept, name, value)
    kept.revision, kept.saved_at, kept.saved_page = kept.revision + 1, at, page
    kept.save(update_fields=[*values, "revision", "saved_at", "saved_page"])
    return Saved(kept.revision, saved_at=at)


def hold(item: Item, *others: Session) -> Item:
    """The item with its session and its dossier, locked in this order; raises WrongState unless it can be decided now.

    Sessions come before dossiers everywhere, and `others` that the act touches among them, by their keys.
    """
    session = Session.objects.get(pk=item.session_id)
    for one in sorted((session, *others), key=lambda one: one.pk):
        lock_and_reread(one)
    found: Item = Item.objects.select_related("examination__dossier").get(pk=item.pk)
    found.session = session
    lock_and_reread(found.examination.dossier)
    require_with_committee(found.examination.dossier)
    if session.state != SessionState.OPEN:
        raise WrongState(_("The session is not open: nothing can be decided."))
    if found.ending:
        raise WrongState(_("This dossier was dealt with already in this session."))
    return found


def require_with_committee(dossier: Dossier) -> None:
    """Raise WrongState, with the reason, when the committee can no longer give an opinion on the dossier."""
    if dossier.state == State.WITH_COMMITTEE:
        return
    if dossier.opinion == Opinion.TACIT and dossier.opinion_at is not None:
        told = {"day": day_in_words(dossier.opinion_at)}
        sentence = _("The committee’s period has expired: its opinion is deemed favourable since %(day)s, and a later one does not count.")
        raise WrongState(Broken(sentence % told, "décret 2019-536, art. 90"))
    raise WrongState(_("This dossier is no longer before the committee."))


@transaction.atomic
def defer(item: Item, *, by: User, at: datetime, because: str, to: Session | None = None) -> Item:
    """Put a dossier off, for a reason, to a later session if one is named; its period goes on.

    Raises NotAllowed, RuleBroken, WrongState.
    """
    held = hold(item, *([to] if to is not None else []))
    if not because.strip():
        raise RuleBroken(Broken(_("Say why the dossier is put off: the minutes repeat it."), RULES_OF_PROCEDURE, "because"))
    if to is not None and (to.state not in TO_COME or to.starts_at <= held.session.starts_at):
        raise RuleBroken(Broken(_("Choose a session that is yet to come."), where="to"))
    dossier = held.examination.dossier
    record(dossier, "defer", by=by, at=at, law=RULES_OF_PROCEDURE, facts={"session": held.session_id, "to": to.pk if to else None})
    held.ending, held.ended_at, held.ending_reason = Ending.DEFERRED, at, because.strip()
    held.save(update_fields=["ending", "ended_at", "ending_reason"])
    if to is not None:
        put_on_agenda(to, [held.examination], by=by, at=at)
    return held
