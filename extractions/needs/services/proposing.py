"""Proposing a version of a need and agreeing to one: agreed by both sides, it is what the tickets are worked on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from extractions.models import Ticket
from extractions.needs import queries, rules
from extractions.needs.content import sha256
from extractions.needs.generated import generated
from extractions.needs.models import NeedDraft, NeedVersion
from extractions.needs.services.drafting import stand
from extractions.needs.sides import NeedSide, commits
from extractions.states import WITH_NEED, TicketState
from workflow.engine import lock_and_reread, record, require_role
from workflow.models import JournalLine
from workflow.outbox import queue
from workflow.refusals import Broken, RuleBroken, WrongState

KIND = "need_said"
PROPOSED, AWAITED, AGREED = "proposed", "awaited", "agreed"
_AWAITING = frozenset({TicketState.CREATED, TicketState.NEED_TO_SPECIFY, TicketState.NEED_AGREED})


@transaction.atomic
def propose(draft: NeedDraft, seen: str, note: str, because: int | None, *, by: Any, at: datetime) -> NeedVersion:
    """Propose the draft as the next version; who may commit their side agrees to it by that.

    Raises NotAllowed, RuleBroken, WrongState when the draft is not the one that was read.
    """
    dossier, organisation = draft.need.dossier, draft.need.organisation
    tickets, side = stand(dossier, organisation, "propose_need", by)
    found = NeedDraft.objects.select_for_update(of=("self",)).filter(pk=draft.pk, side=side).first()
    if found is None or sha256(found.content) != seen:
        raise WrongState(gettext_lazy("The draft was changed meanwhile: read it again before you propose it."))
    rules.require_proposable(found.said, generated(dossier, organisation, tickets))
    words = note.strip()
    rules.require_no_person([words], "note")
    last = queries.last_version(draft.need)
    if last is not None and last.sha256 == seen:
        raise RuleBroken(Broken(gettext_lazy("Nothing differs from version %(number)s.") % {"number": last.number}))
    version = NeedVersion.objects.create(
        need=draft.need,
        number=1 if last is None else last.number + 1,
        content=found.content,
        sha256=seen,
        note=words,
        side=side,
        drafted_at=at,
        drafted_by=by,
        because=rules.require_reason(queries.agreed_version(dossier.pk, organisation.pk), because),
        **(_agreement(side, by, at) if commits(tickets[-1].roles_of(by)) else {}),
    )
    found.delete()
    _note(version, tickets, "propose_need", by, at)
    told = _turn(version, side, tickets, by, at)
    if not told:  # who is asked to specify the need is written to by that move
        queue(KIND, f"{KIND}:{version.pk}:{PROPOSED}", version=version.pk, about=PROPOSED, by=by.pk)
    return version


@transaction.atomic
def agree(version: NeedVersion, seen: str, *, by: Any, at: datetime) -> bool:
    """Agree to a version for one's side; answers whether both sides have agreed by that. Raises NotAllowed, RuleBroken, WrongState."""
    need = version.need
    tickets, side = stand(need.dossier, need.organisation, "agree_to_need", by)
    found = queries.last_version(need)
    if found is None or found.pk != version.pk or found.sha256 != seen:
        raise WrongState(gettext_lazy("Another version was proposed meanwhile: read that one."))
    if found.agreement_of(side)[0] is not None:
        raise WrongState(gettext_lazy("Your side has agreed to this version already."))
    if by == found.agreement_of(side.other)[1]:
        sentence = gettext_lazy("You have agreed for the other side: somebody else agrees for this one.")
        raise RuleBroken(Broken(sentence))
    for name, value in _agreement(side, by, at).items():
        setattr(found, name, value)
    found.save(update_fields=list(_agreement(side, by, at)))
    _note(found, tickets, "agree_to_need", by, at)
    if found.agreed_at is None:
        if not _turn(found, side, tickets, by, at):
            queue(KIND, f"{KIND}:{found.pk}:{AWAITED}", version=found.pk, about=AWAITED, by=by.pk)
        return False
    for ticket in tickets:
        if ticket.state in _AWAITING:
            ticket.agree_need(by=by, at=at, version=found.number, sha256=found.sha256)
    queue(KIND, f"{KIND}:{found.pk}:{AGREED}", version=found.pk, about=AGREED, by=by.pk)
    return True


@transaction.atomic
def note_agreed(ticket: Ticket, seen: str, *, by: Any, at: datetime) -> None:
    """Note the agreed need on a ticket that came back to its need: the desk, which asked for more, takes that back.

    The applicant does not: what the desk asked for would be undone unread. Raises NotAllowed, RuleBroken, WrongState.
    """
    lock_and_reread(ticket)
    require_role(ticket, "note_need", by)
    if ticket.state == TicketState.NEED_AGREED:
        raise WrongState(gettext_lazy("The agreed need is noted on this ticket already."))
    version = queries.agreed_version(ticket.dossier_id, ticket.organisation_id)
    if version is None or version.sha256 != seen:
        raise WrongState(gettext_lazy("Another version was agreed meanwhile: read that one."))
    ticket.agree_need(by=by, at=at, version=version.number, sha256=version.sha256)


def agree_of_opened(ticket: Ticket, line: JournalLine) -> None:
    """Reaction to a ticket that is opened: a need that both sides have agreed to already is its need."""
    if ticket.kind not in WITH_NEED:
        return
    version = queries.agreed_version(ticket.dossier_id, ticket.organisation_id)
    if version is not None:
        ticket.agree_need(by=User.objects.system(), at=line.at, version=version.number, sha256=version.sha256)


def missing_need(ticket: Ticket) -> Iterable[Broken]:
    """What keeps the agreed need of a ticket from being noted: there is none, or it is not this one."""
    version, facts = queries.agreed_version(ticket.dossier_id, ticket.organisation_id), ticket.__dict__.get("_facts", {})
    if version is None or (version.number, version.sha256) != (facts.get("version"), facts.get("need_sha256")):
        yield Broken(gettext_lazy("Both sides agree to the same version of the need first."))


def changed_need(ticket: Ticket) -> Iterable[Broken]:
    """What keeps work from beginning on a need that an amendment has changed since."""
    version = queries.agreed_version(ticket.dossier_id, ticket.organisation_id)
    if ticket.state == TicketState.NEED_AGREED and version is not None and queries.worked_on(ticket) != version.number:
        yield Broken(gettext_lazy("Another version of the need was agreed since: note it on this ticket first."))


def _agreement(side: NeedSide, by: Any, at: datetime) -> dict[str, Any]:
    return {f"{side}_agreed_at": at, f"{side}_agreed_by": by}


def _awaits(version: NeedVersion) -> str:
    """The side whose word alone a version awaits: on that side time runs, whatever comes before the ticket."""
    if (version.applicant_agreed_at is None) == (version.desk_agreed_at is None):
        return ""
    return str(NeedSide.DESK if version.desk_agreed_at is None else NeedSide.APPLICANT)


def _note(version: NeedVersion, tickets: list[Ticket], action: str, by: Any, at: datetime) -> None:
    facts = {"need": version.need_id, "version": version.number, "need_sha256": version.sha256, "because": version.because_id}
    facts["awaits"] = _awaits(version)
    for ticket in tickets:
        record(ticket, action, by=by, at=at, facts=facts)


def _turn(version: NeedVersion, side: NeedSide, tickets: list[Ticket], by: Any, at: datetime) -> bool:
    """Give the next word to the other side, and with it the time; answers whether somebody was asked by a move."""
    if side is NeedSide.DESK:
        with translation.override(settings.LANGUAGE_CODE):  # it is kept: not in the language of who proposes
            words = _("A version of the need is proposed: agree to it, or answer with your own.")
        asked = [ticket for ticket in tickets if ticket.state == TicketState.CREATED]
        for ticket in asked:
            ticket.ask_need(by=by, at=at, because=words)
        return bool(asked)
    if version.applicant_agreed_at is not None:
        for ticket in tickets:
            if ticket.state == TicketState.NEED_TO_SPECIFY:
                ticket.specify_need(by=by, at=at, version=version.number)
    return False
