"""Each step of a declaration, behind its row's lock: begun, written, sent, sent back, published, changed, refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from registry.editing import notifications
from registry.editing.answers import said_of
from registry.editing.checking import require_editor
from registry.editing.models import Check, Declaration, Passage, Stage
from registry.lint import Remark, errors, lint
from registry.models import Fiche, Origin
from registry.public_core import Said, columns_of
from registry.publication import write
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState

LAW = "CSP, art. L1461-3"
#: Nobody can fill somebody else's mailbox, nor our lists, from our form.
MOST_OPEN_PER_ADDRESS = 10
MOST_UNVERIFIED_PER_HOUR = 200
#: Signs of a person are signs only: what they name may be a body, and its declarer says so.
MAY_BE_CONFIRMED = frozenset({"person_as_controller", "person_named", "address_of_a_body", "personal_mailbox", "telephone"})
#: A change of what is public, and not the first publication.
DECLARED, CHANGED = "declaration", "declaration_changed"


@transaction.atomic
def begin(*, kind: str, email: str, language: str, account: Any = None, at: datetime) -> Declaration | None:
    """Begin a draft and send its link to the address; None when too many of the address wait already, which the page does not tell.

    The address of an account is verified; any other is once somebody writes through the link that was sent there. Raises RuleBroken when
    too many drafts were begun by everybody in the last hour: somebody who means it must know that nothing was sent.
    """
    address = email.strip().lower()
    if account is None:
        unverified = Declaration.objects.unverified()
        if unverified.filter(begun_at__gt=at - timedelta(hours=1)).count() >= MOST_UNVERIFIED_PER_HOUR:
            raise RuleBroken(_("Too many declarations were begun in the last hour. Nothing was sent: come back in an hour."))
        if unverified.of_address(address).count() >= MOST_OPEN_PER_ADDRESS:
            return None
    begun = Declaration.objects.create(
        kind=kind, email=address, language=language, account=account, begun_at=at, verified_at=at if account else None
    )
    notifications.begun(begun)
    return begun


@transaction.atomic
def save(declaration: Declaration, answers: Mapping[str, Any], *, at: datetime) -> Declaration:
    """Save what one section says; whoever does so through the link has proved to read the mailbox. Raises WrongState.

    To write in what is public begins a change: the fiche stays as it is until the secretariat has read the change.
    """
    held = _locked(declaration)
    if not held.is_written:
        raise WrongState(_("The declaration is with the secretariat: it can be written in again once it was answered."))
    held.answers = held.answers | dict(answers)
    held.verified_at, held.saved_at = held.verified_at or at, at
    if held.stage == Stage.PUBLISHED and held.answers != held.published:
        held.stage = Stage.DRAFT
    held.save(update_fields=["answers", "verified_at", "saved_at", "stage"])
    return held


@transaction.atomic
def send(declaration: Declaration, *, confirmed: bool, at: datetime) -> Declaration:
    """Send the declaration to the secretariat; from here it waits. `confirmed`: what looks like a person is none, says the declarer.

    Raises WrongState, and RuleBroken with everything that must be mended first.
    """
    held = _locked(declaration)
    if held.stage not in (Stage.DRAFT, Stage.RETURNED):
        raise WrongState(_("This declaration was sent already."))
    if held.is_change and held.answers == held.published:
        raise RuleBroken(_("Nothing differs from what is published."))
    found = faults_of(held, at)
    if left := [one for one in found if not (confirmed and one.code in MAY_BE_CONFIRMED)]:
        raise RuleBroken(*(Broken(f"{one.label}{_(': ')}{one.sentence}", where=one.where) for one in left))
    held.stage, held.sent_at = Stage.SENT, at
    held.first_sent_at, held.verified_at = held.first_sent_at or at, held.verified_at or at
    held.save(update_fields=["stage", "sent_at", "first_sent_at", "verified_at"])
    Passage.objects.create(declaration=held, what=Passage.What.SENT, at=at)
    notifications.sent(held, at)
    return held


@transaction.atomic
def drop_change(declaration: Declaration, *, at: datetime) -> Declaration:
    """Give a change up: what is published stands. Raises WrongState."""
    held = _locked(declaration)
    if not held.is_change or held.stage not in (Stage.DRAFT, Stage.RETURNED):
        raise WrongState(_("There is no change to give up."))
    held.answers, held.stage = held.published, Stage.PUBLISHED
    held.save(update_fields=["answers", "stage"])
    Passage.objects.create(declaration=held, what=Passage.What.DROPPED, at=at)
    return held


@transaction.atomic
def send_back(declaration: Declaration, words: str, *, by: Any, at: datetime) -> Declaration:
    """Send the declaration back with what must be mended. Raises NotAllowed, WrongState, RuleBroken."""
    held = _waiting(declaration, by)
    _require_words(words)
    return _answer(held, Stage.RETURNED, Passage.What.RETURNED, words, by=by, at=at)


@transaction.atomic
def refuse(declaration: Declaration, words: str, *, by: Any, at: datetime) -> Declaration:
    """Do not take the declaration up: it is none, or stands in the registry already. Raises NotAllowed, WrongState, RuleBroken."""
    held = _waiting(declaration, by)
    if held.is_change:
        raise RuleBroken(_("The fiche is public: send the change back, or withdraw the fiche."))
    _require_words(words)
    return _answer(held, Stage.REFUSED, Passage.What.REFUSED, words, by=by, at=at)


@transaction.atomic
def publish(declaration: Declaration, *, reason: str = "", by: Any, at: datetime) -> Fiche:
    """Publish the declaration, or the change that it makes; the version is thereby read over. Raises NotAllowed, WrongState.

    `reason` are words for the public, of a change.
    """
    held = _waiting(declaration, by)
    held.answers = _with_results_day(held, at)
    fiche = _fiche_of(held)
    because = CHANGED if held.is_change else DECLARED
    fiche = write(fiche, columns_of(said_now(held) | fiche.added), at=at, because=because, reason=reason.strip())
    held.fiche, held.published = fiche, held.answers
    held.save(update_fields=["answers"])
    Check.objects.get_or_create(fiche=fiche, version=fiche.version, defaults={"by": by, "at": at})
    _answer(held, Stage.PUBLISHED, Passage.What.PUBLISHED, "", by=by, at=at)
    return fiche


def said_now(declaration: Declaration, at: datetime | None = None) -> Said:
    """What the fiche would say; `at` stands for the day of a sending that has not taken place yet."""
    sent = declaration.first_sent_at or at
    return said_of(declaration.answers, declaration.kind, paris_day(sent) if sent else None)


def remarks_on(declaration: Declaration, at: datetime) -> list[Remark]:
    """What the lint says of the declaration as it stands."""
    return lint(said_now(declaration, at), paris_day(at))


def faults_of(declaration: Declaration, at: datetime) -> list[Remark]:
    """What must be mended, or confirmed, before it is sent."""
    return errors(remarks_on(declaration, at))


@transaction.atomic
def renew_link(declaration: Declaration, *, by: Any, at: datetime) -> Declaration:
    """Make the former links void and send a new one to the mailbox: somebody else may have read the former. Raises NotAllowed."""
    require_editor(by)
    held = _locked(declaration)
    held.links += 1
    held.save(update_fields=["links"])
    notifications.begun(held)
    return held


def forget_abandoned(*, at: datetime, unverified_days: int, draft_days: int) -> int:
    """Delete drafts whose address nobody proved to read, those left lying, and refused ones of long ago; how many."""
    never_public = Declaration.objects.filter(fiche=None)
    unproved = never_public.filter(verified_at=None, begun_at__lt=at - timedelta(days=unverified_days))
    lying = never_public.filter(stage__in=[Stage.DRAFT, Stage.RETURNED], saved_at__lt=at - timedelta(days=draft_days))
    unwritten = never_public.filter(stage=Stage.DRAFT, saved_at=None, begun_at__lt=at - timedelta(days=draft_days))
    refused = never_public.filter(stage=Stage.REFUSED, sent_at__lt=at - timedelta(days=draft_days))
    gone = [pk for rows in (unproved, lying, unwritten, refused) for pk in rows.values_list("pk", flat=True)]
    Declaration.objects.filter(pk__in=gone).delete()
    return len(set(gone))


# --- what the steps share
def _locked(declaration: Declaration) -> Declaration:
    return Declaration.objects.select_for_update(of=("self",)).get(pk=declaration.pk)


def _waiting(declaration: Declaration, by: Any) -> Declaration:
    """The declaration that an officer answers, locked. Raises NotAllowed, and WrongState when it does not wait for an answer."""
    require_editor(by)
    held = _locked(declaration)
    if held.stage != Stage.SENT:
        raise WrongState(_("This declaration does not wait for an answer any more."))
    return held


def _require_words(words: str) -> None:
    if not words.strip():
        raise RuleBroken(Broken(_("Write to the declarer what is wrong."), where="words"))


def _answer(held: Declaration, stage: str, what: str, words: str, *, by: Any, at: datetime) -> Declaration:
    held.stage = stage
    held.save(update_fields=["stage", "fiche", "published"])
    passage = Passage.objects.create(declaration=held, what=what, at=at, by=by, words=words)
    notifications.answered(passage)
    return held


def _fiche_of(held: Declaration) -> Fiche:
    if held.fiche_id is None:
        return Fiche(origin=Origin.DECLARATION, is_demonstration=settings.DEMO_DATA)
    return Fiche.objects.select_for_update().get(pk=held.fiche_id)


def _with_results_day(held: Declaration, at: datetime) -> dict[str, Any]:
    """Results are published on the day on which the registry first shows them."""
    told = bool(held.answers.get("results") or held.answers.get("publications"))
    day = held.published.get("results_on") or paris_day(at).isoformat()
    return {**held.answers, "results_on": day if told else None}
