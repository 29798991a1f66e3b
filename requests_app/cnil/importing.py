"""A list of decisions against the dossiers: matched by request number, rehearsed, then recorded through the real moves, each by itself."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.cnil.models import DecisionList
from requests_app.cnil.papers import facts_of, keep_paper, require_paper
from requests_app.cnil.reading import Line, read, rows_in
from requests_app.cnil.rules import request_key
from requests_app.journal_words import happened
from requests_app.models import Dossier
from requests_app.pieces import deleted_on_failure
from requests_app.policies import may_on_site
from requests_app.recording import instant_of
from requests_app.transitions.base import Recorded
from workflow.engine import lock_and_reread
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, Refusal, RuleBroken

log = logging.getLogger("guichet.cnil")
#: In the place of the digest of a paper that is asked for only when the list is recorded; a rehearsal keeps nothing of it.
REHEARSED = "-"


@dataclass(frozen=True)
class Match:
    """One line of a list beside what it would do: the dossier that it means, or why it means none."""

    line: Line
    dossier: Any = None
    why_not: tuple[str, ...] = ()
    done: bool = False

    @property
    def sentence(self) -> Any:
        """What the line would record, in words."""
        return happened(self.line.move)

    @property
    def is_ready(self) -> bool:
        """Would it be recorded?"""
        return self.dossier is not None and not self.why_not and not self.done


@dataclass(frozen=True)
class _Run:
    """One passage over a list: its dossiers by request number, its report so far, the paper for the journal, who and when."""

    known: Mapping[str, list[Any]]
    report: dict[str, Any]
    kept_in: Mapping[str, Any]
    by: Any
    at: datetime


class _Undone(Exception):
    """Ends a rehearsal: what was done is taken back."""


@transaction.atomic
def keep_list(sent: bytes, name: str, *, by: Any, at: datetime) -> tuple[DecisionList, bool]:
    """Read a file and keep its lines; the same file of the same person is kept once. Raises NotAllowed, RuleBroken."""
    if not may_on_site(by, "see_cnil_desk"):
        raise NotAllowed(_("None of your roles allows you to record decisions of the CNIL."))
    rows = rows_in(sent)
    if not rows:
        raise RuleBroken(Broken(_("This file holds no line below its head."), where="file"))
    told = {"name": name[-200:], "sent_at": at, "lines": rows}
    return DecisionList.objects.get_or_create(sent_by=by, sha256=hashlib.sha256(sent).hexdigest(), defaults=told)


def matches(decisions: DecisionList, *, by: Any, at: datetime) -> list[Match]:
    """Each line with the dossier that it means for this person, as recording it now would go; nothing is kept of the rehearsal."""
    lines = read(decisions.lines)
    run = _Run(_dossiers_of(lines, by), decisions.report, facts_of(decisions) | {"paper_sha256": REHEARSED}, by, at)
    return [_match(line, run) for line in lines]


def _dossiers_of(lines: Iterable[Line], by: Any) -> dict[str, list[Any]]:
    """The dossiers that the person may see, by their request number as it is compared, its dress taken off; two queries."""
    keys = {line.key for line in lines if line.key}
    numbered = Dossier.objects.visible_to(by).order_by().exclude(cnil_request="").values_list("pk", "cnil_request")
    meant = {pk: key for pk, number in numbered.iterator() if (key := request_key(number)) in keys}
    found: dict[str, list[Any]] = {}
    for dossier in Dossier.objects.visible_to(by).for_frame().select_related("content__body_in_charge").filter(pk__in=meant):
        found.setdefault(meant[dossier.pk], []).append(dossier)
    return found


def _match(line: Line, run: _Run) -> Match:
    found = run.known.get(line.key, [])
    dossier = found[0] if len(found) == 1 else None
    told = run.report.get(str(line.number), {})
    if told.get("done"):
        return Match(line, dossier, done=True)
    if line.faults:
        return Match(line, dossier, line.faults)
    if not found:
        return Match(line, None, (_("No dossier that you may see bears this request number."),))
    if dossier is None:
        return Match(line, None, (_("Several dossiers bear this request number: record the decision on the right one."),))
    refusal = _tried(line, dossier, run, rehearse=True)
    return Match(line, dossier, _sentences(refusal) if refusal else ())


def _sentences(refusal: Refusal) -> tuple[str, ...]:
    return tuple(str(one.sentence) for one in refusal.broken) or (str(refusal),)


def _tried(line: Line, dossier: Any, run: _Run, *, rehearse: bool = False) -> Refusal | None:
    """Make the move of a line, and take it back if this is a rehearsal; the answer is what refused it."""
    try:
        with transaction.atomic():
            lock_and_reread(dossier)
            _make(line, dossier, run)
            if rehearse:
                raise _Undone
    except _Undone:
        _read_again(dossier)
    except Refusal as refusal:
        _read_again(dossier)
        return refusal
    return None


def _read_again(dossier: Any) -> None:
    """Read the dossier anew after what was taken back."""
    fresh = Dossier.objects.get(pk=dossier.pk)
    for column in dossier._meta.concrete_fields:
        dossier.__dict__[column.attname] = fresh.__dict__[column.attname]


def _make(line: Line, dossier: Any, run: _Run) -> None:
    assert line.on is not None
    if line.on > paris_day(run.at):
        raise RuleBroken(Broken(_("This date is in the future.")))
    act = Recorded(line.on, line.reference[:60], line.text, kept_in=run.kept_in)
    more = {"reason": line.closing} if line.move == "close_without_action" else {}
    getattr(dossier, line.move)(by=run.by, at=instant_of(line.on, dossier, run.at), act=act, **more)


def preview(decisions: DecisionList, *, by: Any, at: datetime) -> dict[str, list[Match]]:
    """The lines of a list by what may become of them: recorded now, recorded already, not to be recorded."""
    found = matches(decisions, by=by, at=at)
    return {
        "ready": [one for one in found if one.is_ready],
        "done": [one for one in found if one.done],
        "not_matched": [one for one in found if not one.is_ready and not one.done],
    }


def chosen_in(sent: Iterable[str]) -> list[int]:
    """The lines that a page sends back; what makes no sense is left out."""
    return [int(one) for one in sent if one.isascii() and one.isdigit() and len(one) < 6]


@dataclass(frozen=True)
class Applied:
    """How many lines were recorded, and how many were refused."""

    recorded: int
    refused: int

    @property
    def sentence(self) -> str:
        """What became of the lines, in words."""
        said = ngettext("%(count)d decision is recorded.", "%(count)d decisions are recorded.", self.recorded) % {"count": self.recorded}
        if not self.refused:
            return said
        left = ngettext("%(count)d line was refused.", "%(count)d lines were refused.", self.refused) % {"count": self.refused}
        return f"{said} {left}"


def apply(decisions: DecisionList, chosen: Iterable[int], *, paper: Any = None, by: Any, at: datetime) -> Applied:
    """Record the chosen lines, each through its real move; what was recorded already is left, what is refused is told in the report.

    Whoever transcribes decisions sends the `paper` that says them, once for the list. Raises RuleBroken without it, or for a paper that
    is none, WrongState when another one stands there: then nothing is recorded.
    """
    with deleted_on_failure([]) as kept, transaction.atomic():
        held = DecisionList.objects.select_for_update(of=("self",)).get(pk=decisions.pk)
        wanted = set(chosen)
        lines = [line for line in read(held.lines) if line.number in wanted]
        if paper:
            kept.append(keep_paper(held, paper, by=by, at=at))
        require_paper(held, lines, by=by)
        return _recorded(held, lines, by, at)


def _recorded(held: DecisionList, lines: list[Line], by: Any, at: datetime) -> Applied:
    """Record these lines of a list that is held.

    Dossiers are locked in the order of their keys, so that two lists cannot wait for each other; a line that fails loses itself alone.
    """
    run = _Run(_dossiers_of(lines, by), held.report, facts_of(held), by, at)
    lines.sort(key=lambda line: (min((one.pk for one in run.known.get(line.key, ())), default=0), line.number))
    outcomes = [one for line in lines if (one := _applied_alone(line, run)) is not None]
    held.applied_at = at if outcomes else held.applied_at
    held.save(update_fields=["report", "applied_at"])
    return Applied(sum(outcomes), len(outcomes) - sum(outcomes))


def _applied_alone(line: Line, run: _Run) -> bool | None:
    """Record one line in a savepoint: whatever befalls it is told in its report, and keeps none of the others."""
    try:
        with transaction.atomic():
            return _applied(line, run)
    except Exception:
        log.exception("line_of_decisions_failed")
        why = [_("This line could not be recorded: nothing was kept of it. Record the decision on the dossier's own page.")]
        run.report[str(line.number)] = {"at": run.at.isoformat(), "by": run.by.pk, "refused": why}
        return False


def _applied(line: Line, run: _Run) -> bool | None:
    """Record one line and write its report; the answer is whether it was recorded now, None when it was before."""
    match = _match(line, run)
    if match.done:
        return None
    refusal = _tried(line, match.dossier, run) if match.is_ready else None
    why = match.why_not or (_sentences(refusal) if refusal else ())
    entry: dict[str, Any] = {"at": run.at.isoformat(), "by": run.by.pk} | ({"refused": list(why)} if why else {"done": True})
    run.report[str(line.number)] = entry | ({"dossier": match.dossier.pk} if match.dossier else {})
    return not why
