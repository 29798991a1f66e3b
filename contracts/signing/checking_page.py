"""The public check: what a code says of its convention, and what is said of a file. Never an annex, never a word of the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.check_codes import shown_code
from contracts.models import Convention
from contracts.pades.verdict import State
from contracts.pades.words import HEADINGS, NAMES, sentence
from contracts.queries import joined_parties
from contracts.rules import is_over
from contracts.signing.forms.checking import FileForm
from contracts.signing.judging import Judged
from contracts.signing.models import Signatory
from contracts.signing.queries import current_of
from contracts.signing.states import Stage
from contracts.standing_words import TONES as STATE_TONES
from contracts.states import ConventionState
from fees.simulator.slots import may_go_on
from workflow.periods import paris_day
from workflow.refusals import Refusal

#: Checks of one visitor in so many seconds.
MOST_CHECKS, WHILE = 30, 60
#: Before these nobody outside knows that a convention exists.
KNOWN = frozenset(ConventionState) - {
    *(ConventionState.DRAFT, ConventionState.REVIEW, ConventionState.NEGOTIATION),
    *(ConventionState.APPROVED, ConventionState.ABANDONED),
}
TONES = {State.WHOLE: "success", State.ALTERED: "error", State.UNKNOWN: "warning", State.UNREAD: "info"}


class TooMany(Refusal):
    """A visitor checks more than a person does."""

    status = 429
    title: Any = _("Too many checks in a short while")


@dataclass(frozen=True)
class Shown:
    """What the public reads of a convention."""

    convention: Convention
    code: str
    parties: list[str]
    signatures: list[Signatory]
    awaited: int
    is_demonstration: bool
    is_in_force: bool
    tone: str


def brake(request: HttpRequest) -> None:
    """Raise TooMany for who asks too often."""
    if not may_go_on(request, "conventions", MOST_CHECKS, WHILE):
        raise TooMany(_("Wait a minute, then ask again."))


def known_by(code: str) -> Convention | None:
    """The convention of this code, once it was sent for signature."""
    found: Convention | None = Convention.objects.prefetch_related("parties").filter(check_code=code, state__in=sorted(KNOWN)).first()
    return found


def shown(convention: Convention | None) -> Shown | None:
    """What is said of a convention."""
    if convention is None or convention.state not in KNOWN:
        return None
    asked = current_of(convention)
    people = [] if asked is None else [one for one in asked.signatories_read() if one.stage == Stage.SIGNED]
    return Shown(
        convention,
        shown_code(convention.check_code),
        [party.name for party in (*convention.parties_read(), *joined_parties(convention))],
        people,
        0 if asked is None else len(asked.awaited()),
        asked is not None and asked.is_demonstration,
        _is_in_force(convention),
        STATE_TONES.get(convention.state, ""),
    )


def _is_in_force(convention: Convention) -> bool:
    """Is it in force today, whenever the calendar of the site was last looked at?"""
    today, since = paris_day(timezone.now()), convention.effective_from
    return bool(convention.state == ConventionState.IN_FORCE and since and since <= today and not is_over(convention, today))


def answer(form: FileForm, at: datetime) -> dict[str, Any]:
    """What is said of a file that somebody has sent."""
    judged = form.judged(at)
    return {"answer": said(judged), "found": shown(judged.request.convention if judged.request else None)}


def status_of(told: dict[str, Any]) -> int:
    """A file that was not read says so to machines too: try again later."""
    return 503 if told["answer"]["state"] == State.UNREAD else 200


def said(judged: Judged) -> dict[str, Any]:
    """A judgement in words."""
    verdict = judged.verdict
    return {
        "state": verdict.state.value,
        "name": NAMES[verdict.state],
        "tone": TONES[verdict.state],
        "heading": HEADINGS[verdict.state],
        "reasons": [sentence(one) for one in verdict.reasons],
        "signatures": verdict.signatures,
        "sha256": judged.sha256,
    }
