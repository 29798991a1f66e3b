"""The agenda of a session: which dossiers, in which order, for how long, and which of them without a debate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import Examination, Item, Session
from committee.rules import RULES_OF_PROCEDURE
from committee.states import TO_COME, Debate, Ending, SessionState
from requests_app.models import Dossier
from requests_app.states import State
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, RuleBroken, WrongState

NO_DEBATE_LAW = "décret 2019-536, art. 92 et 93"
LONGEST_ITEM = 240  # minutes


@transaction.atomic
def put_on_agenda(session: Session, examinations: Iterable[Examination], *, by: User, at: datetime) -> list[Item]:
    """Put dossiers at the end of the agenda, in this order. Raises NotAllowed, RuleBroken, WrongState."""
    wanted = list(examinations)
    _lock_agenda(session)
    record(session, "set_agenda", by=by, at=at, facts={"added": [one.pk for one in wanted]})
    return [_put(session, Examination.objects.select_related("dossier").get(pk=one.pk), by=by, at=at) for one in wanted]


def _lock_agenda(session: Session) -> None:
    lock_and_reread(session)
    if session.state not in TO_COME:
        raise WrongState(_("The agenda changes until the session begins; after that a dossier is put off."))


def _put(session: Session, examination: Examination, *, by: User, at: datetime) -> Item:
    dossier = examination.dossier
    lock_and_reread(dossier)
    if examination.closed_at is not None or dossier.state != State.WITH_COMMITTEE:
        raise RuleBroken(Broken(_("%(dossier)s is no longer before the committee.") % {"dossier": dossier.reference}, where="examination"))
    other = Item.objects.pending().filter(examination=examination).select_related("session").first()
    if other is not None:
        told = {"dossier": dossier.reference, "session": other.session.reference}
        raise RuleBroken(Broken(_("%(dossier)s stands on the agenda of %(session)s already.") % told, where="examination"))
    record(dossier, "put_on_agenda", by=by, at=at, law=RULES_OF_PROCEDURE, facts={"session": session.pk})
    last = session.items.order_by("-position").values_list("position", flat=True).first() or 0
    fresh = {"position": last + 1, "added_at": at, "added_by": by, "ending": "", "ended_at": None, "ending_reason": ""}
    item: Item = Item.objects.update_or_create(session=session, examination=examination, defaults=fresh)[0]
    return item


@transaction.atomic
def take_off_agenda(item: Item, *, by: User, at: datetime, because: str = "") -> None:
    """Take a dossier off the agenda; once the members are convened it stays there, struck out, with its reason.

    Raises NotAllowed, RuleBroken, WrongState.
    """
    session = Session.objects.get(pk=item.session_id)
    _lock_agenda(session)
    held = Item.objects.select_related("examination__dossier").get(pk=item.pk)
    if held.ending:
        raise WrongState(_("This dossier has left the agenda already."))
    convened = session.state == SessionState.CONVENED
    if convened and not because.strip():
        raise RuleBroken(Broken(_("The members have the agenda: say why the dossier leaves it."), where="because"))
    facts = {"session": session.pk}
    record(session, "set_agenda", by=by, at=at, facts={"removed": [held.examination_id]})
    record(held.examination.dossier, "take_off_agenda", by=by, at=at, facts=facts)
    if convened:
        Item.objects.filter(pk=held.pk).update(ending=Ending.STRUCK, ended_at=at, ending_reason=because.strip())
    else:
        held.delete()
        _number(session, list(session.items.order_by("position", "pk")))


@transaction.atomic
def arrange(session: Session, order: Sequence[int], minutes: Mapping[int, int], *, by: User, at: datetime) -> None:
    """Give the dossiers of the agenda their order and their time; one that is not named stays, after the others.

    `order` and `minutes` go by the item's id. Raises NotAllowed, RuleBroken, WrongState.
    """
    _lock_agenda(session)
    wrong = [pk for pk, length in minutes.items() if not 1 <= length <= LONGEST_ITEM]
    if wrong:
        sentence = _("A dossier takes between 1 and %(most)d minutes.") % {"most": LONGEST_ITEM}
        raise RuleBroken(*(Broken(sentence, where=f"minutes_{pk}") for pk in wrong))
    rank = {pk: place for place, pk in enumerate(order)}
    items = sorted(session.items.order_by("position", "pk"), key=lambda item: (rank.get(item.pk, len(rank)), item.position))
    record(session, "set_agenda", by=by, at=at, facts={"order": [item.examination_id for item in items]})
    for item in items:
        item.minutes = minutes.get(item.pk, item.minutes)
    _number(session, items)


def _number(session: Session, items: Sequence[Item]) -> None:
    """Give every item its place, from 1; the constraint on places is looked at when all are given."""
    for place, item in enumerate(items, 1):
        item.position = place
    Item.objects.bulk_update(items, ["position", "minutes"])


@transaction.atomic
def settle_debate(item: Item, debate: str, *, by: User, at: datetime, ground: str = "", similar: Dossier | None = None) -> None:
    """Say whether a dossier is debated, and if not, on which legal ground. Raises NotAllowed, RuleBroken, WrongState."""
    session = Session.objects.get(pk=item.session_id)
    _lock_agenda(session)
    held = Item.objects.pending().select_related("examination__dossier__content").get(pk=item.pk)
    if debate not in Debate.values:
        raise RuleBroken(Broken(_("Say how the dossier is examined."), where="debate"))
    if debate != Debate.DEBATE and not ground.strip():
        raise RuleBroken(Broken(_("Say why no debate is needed: the minutes repeat it."), NO_DEBATE_LAW, "ground"))
    if debate == Debate.SIMILAR:
        _require_similar(held.examination.dossier, similar)
    kept = similar if debate == Debate.SIMILAR else None
    facts = {"examination": held.examination_id, "debate": debate, "similar_to": kept.pk if kept else None}
    record(session, "set_agenda", by=by, at=at, law=NO_DEBATE_LAW if debate != Debate.DEBATE else "", facts=facts)
    said: dict[str, Any] = {"debate": debate, "ground": ground.strip() if debate != Debate.DEBATE else "", "similar_to": kept}
    Item.objects.filter(pk=held.pk).update(**said)


def _require_similar(dossier: Dossier, similar: Dossier | None) -> None:
    """Raise RuleBroken unless the other processing was examined, for the same purpose and on the same databases."""
    if similar is None or similar.pk == dossier.pk or not similar.opinion:
        raise RuleBroken(Broken(_("Name a dossier on which the committee has already given its opinion."), NO_DEBATE_LAW, "similar"))
    broken = []
    if similar.content.purpose_id != dossier.content.purpose_id:
        broken.append(Broken(_("%(reference)s has another purpose.") % {"reference": similar.reference}, NO_DEBATE_LAW, "similar"))
    if _databases(similar) != _databases(dossier):
        broken.append(Broken(_("%(reference)s uses other databases.") % {"reference": similar.reference}, NO_DEBATE_LAW, "similar"))
    if broken:
        raise RuleBroken(*broken)


def _databases(dossier: Dossier) -> set[int]:
    return set(dossier.content.sources.values_list("database", flat=True))
