"""One act from a screen: the paper is kept and the move made in one transaction; a second click learns what the first one did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.journal_words import happened
from requests_app.models import Attachment, Dossier
from requests_app.pieces import store
from requests_app.policies import MAY
from requests_app.possible import is_possible
from requests_app.rules import require_maker
from requests_app.transitions.base import Recorded
from ui.words import moment_in_words
from workflow.engine import lock_and_reread, moves_of
from workflow.models import JournalLine
from workflow.periods import PARIS, paris_day
from workflow.refusals import Broken, NotAllowed, WrongState


@dataclass(frozen=True)
class Written:
    """What a person wrote on the screen; `seen` is the rank of the journal's last line when the screen was opened."""

    on: date | None = None
    reference: str = ""
    text: str = ""
    upload: Any = None
    seen: int | None = None


def instant_of(day: date | None, dossier: Dossier, now: datetime) -> datetime:
    """The instant at which something happened that day: now, or noon in Paris, but not before the day's last event."""
    if day is None or day == paris_day(now):
        return now
    noon = datetime.combine(day, time(12), tzinfo=PARIS)
    last = dossier.moved_at
    return max(noon, last) if last is not None and paris_day(last) == day else noon


def require_open(dossier: Dossier, name: str, roles: frozenset[str], *, by: Any) -> None:
    """Raise WrongState, saying what happened last, or NotAllowed, when this person, with these roles, cannot do this here."""
    require_possible(dossier, name)
    if not roles & MAY["assign" if name == "take" else name]:
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    require_maker(dossier, name, by)


def require_possible(dossier: Dossier, name: str) -> None:
    """Raise WrongState, saying what happened last, when the dossier is elsewhere by now."""
    if not is_possible(dossier, name):
        spec = moves_of(dossier).get(name)
        raise WrongState(
            Broken(
                _("“%(move)s” is not possible at this stage.") % {"move": spec.label if spec else happened(name)}, spec.law if spec else ""
            ),
            *_last_event(dossier),
        )


def perform(dossier: Dossier, opening: Any, written: Written, *, by: Any, now: datetime, said: Mapping[str, Any]) -> None:
    """Do what the screen asked for. Raises WrongState, NotAllowed or RuleBroken, and then nothing is kept, no file either."""
    kept: list[Attachment] = []
    try:
        with transaction.atomic():
            lock_and_reread(dossier)
            require_possible(dossier, opening.name)  # who may do it is asked by the engine
            _require_not_done_already(dossier, opening.name, by, written.seen)
            at = instant_of(written.on, dossier, now)
            if written.upload:
                kept.append(store(dossier, written.upload, Attachment.Kind.DECISION, by=by, at=now))
            _make(dossier, opening, written, kept, by=by, at=at, said=said)
    except BaseException:
        for piece in kept:
            piece.file.delete(save=False)
        raise


def _make(
    dossier: Dossier, opening: Any, written: Written, kept: list[Attachment], *, by: Any, at: datetime, said: Mapping[str, Any]
) -> None:
    if opening.screen.service is not None:
        opening.screen.service(dossier, by=by, at=at, **said)
        return
    act = Recorded(written.on, written.reference.strip(), written.text.strip(), kept[0] if kept else None)
    kept_act = {"act": act} if opening.screen.keeps_act else {}
    getattr(dossier, opening.name)(by=by, at=at, **said, **kept_act)


def _require_not_done_already(dossier: Dossier, name: str, by: Any, seen: int | None) -> None:
    """The same person doing the same thing from the same screen is a double click, even when the state has not changed."""
    if seen is None or dossier.journal_seq == seen:
        return
    last = _last_line(dossier)
    if last and last.action == ("assign" if name == "take" else name) and last.actor_id == by.pk:
        raise WrongState(Broken(_("This was done already.")), *_last_event(dossier))


def _last_line(dossier: Dossier) -> JournalLine | None:
    return JournalLine.objects.filter(subject_type=Dossier.subject_type, subject_id=dossier.pk).order_by("-seq").first()


def _last_event(dossier: Dossier) -> list[Broken]:
    """What happened last, for somebody who comes second."""
    last = _last_line(dossier)
    if last is None:
        return []
    words = {"event": happened(last.action), "moment": moment_in_words(last.recorded_at)}
    return [Broken(_("Last event of the dossier: %(event)s, recorded on %(moment)s.") % words)]
