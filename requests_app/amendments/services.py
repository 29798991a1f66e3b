"""What is done to amendments: begun, qualified, registered, contested, brought up to date; and what an authorisation applies."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from requests_app import policies
from requests_app.amendments import drafts
from requests_app.amendments.merging import clashes, merge, undo
from requests_app.amendments.models import Amendment, Kind
from requests_app.amendments.rules import require_applicable, require_change, require_signed_as_read
from requests_app.amendments.table import require_answers, table_on
from requests_app.content import Content, completed
from requests_app.differences import label_of_place
from requests_app.models import Dossier
from requests_app.pieces import deleted_on_failure
from requests_app.services import throw_away
from requests_app.signatures import Signature
from requests_app.snapshot_words import Names
from requests_app.states import State
from requests_app.versions import write_snapshot
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState
from workflow.seals import text_digest

#: The project lives: what is authorised can still change. Once it has ended, there is nothing left to do under a new authorisation.
AMENDABLE = (State.AUTHORISED, State.CONTRACTING, State.IN_PREPARATION, State.RUNNING)


def begin_amendment(dossier: Dossier, *, kind: str, by: Any, at: datetime) -> Amendment:
    """Begin a modification or a renewal in a draft of its own, from what is authorised today. One is prepared at a time.

    Others may be under examination meanwhile: that takes months, and a new mailbox cannot wait for it. Raises NotAllowed,
    WrongState, RuleBroken.
    """
    with deleted_on_failure([]) as kept, transaction.atomic():
        lock_and_reread(dossier)
        if dossier.amends_id or dossier.state not in AMENDABLE:
            raise WrongState(_("Only an authorised project that has not ended can be amended."))
        if kind not in Kind.values:
            raise RuleBroken(Broken(_("Choose what you ask for."), where="kind"))
        if dossier.amendments.in_preparation().exists():
            raise WrongState(_("An amendment of this project is in preparation already: finish it, or delete its draft."))
        number = drafts.next_number(dossier)
        record(dossier, "begin_amendment", by=by, at=at, facts={"number": number, "kind": kind})
        current = dossier.content.snapshot()
        draft = drafts.draft_for(dossier, number, current, kept=kept, by=by, at=at)
        return Amendment.objects.create(dossier=dossier, number=number, kind=kind, begun_at=at, begun_by=by, draft=draft, before=current)


def locked(amendment: Amendment) -> tuple[Amendment, Dossier]:
    """The amendment and what it changes, read anew behind their locks: first the authorised dossier, then the draft while it is written.

    A dossier under examination is locked the other way round (its decision is applied), so only a draft is waited for here.
    """
    dossier = Dossier.objects.select_related("content").get(pk=amendment.dossier_id)
    lock_and_reread(dossier)
    list(Dossier.objects.select_for_update(of=("self",)).filter(amendment=amendment.pk, state=State.DRAFT).order_by("pk"))
    return Amendment.objects.select_related("draft", "draft__content").get(pk=amendment.pk), dossier


def require_preparing(amendment: Amendment, by: Any, action: str = "edit") -> Dossier:
    """The draft of an amendment that is still being written, if the person may do that to it. Raises NotAllowed, WrongState."""
    draft = amendment.draft
    if draft is None or draft.state != State.DRAFT or amendment.applied_at:
        raise WrongState(_("This amendment is no longer in preparation."))
    if not policies.may(by, action, draft):
        raise NotAllowed(_("You may read this amendment but not change it."))
    return draft


@transaction.atomic
def qualify(amendment: Amendment, answers: Mapping[str, Mapping[str, str]], *, summary: str, by: Any, at: datetime) -> Amendment:
    """Answer the table of qualification for the change as it reads now; the answers say whether it is substantial."""
    amendment, _dossier = locked(amendment)
    draft = require_preparing(amendment, by)
    require_change(amendment)
    if amendment.replaces_id:
        raise WrongState(_("The secretariat asked for this amendment to be authorised: its qualification is settled."))
    table, proposed = table_on(paris_day(at)), amendment.proposed()
    if not summary.strip():
        raise RuleBroken(Broken(_("Say in a few words what changes, and why."), where="summary"))
    require_answers(table.asked(amendment.before, proposed), answers)
    amendment.summary, amendment.answers, amendment.table_version = summary.strip(), dict(answers), table.version
    amendment.substantial = table.is_substantial(answers)
    amendment.qualified_at, amendment.qualified_by = at, by
    amendment.qualified_digest = Content.digest(draft.content.snapshot())
    amendment.save()
    return amendment


@transaction.atomic
def bring_up_to_date(amendment: Amendment, *, by: Any, at: datetime) -> list[str]:
    """Begin anew from what is authorised today: the draft keeps its own changes; the answer names the places that both had changed."""
    amendment, dossier = locked(amendment)
    draft = require_preparing(amendment, by)
    current = dossier.content.snapshot()
    merged = merge(amendment.before, draft.content.snapshot(), current)
    write_snapshot(Content.objects.get(pk=draft.pk), merged.snapshot, at=at)
    amendment.before = current
    amendment.save(update_fields=["before"])
    return merged.clashes


@transaction.atomic
def register(amendment: Amendment, *, by: Any, at: datetime, signed: Signature | None = None) -> Amendment:
    """The signatory signs a change that is not substantial and so registers it: it applies at once, and its draft, never filed, goes.

    What is authorised from then on binds the controller, as a filing does. Its pieces move to the dossier that it changes. Raises
    NotAllowed, WrongState, RuleBroken.
    """
    amendment, dossier = locked(amendment)
    draft = require_preparing(amendment, by, "register_amendment")
    if dossier.state not in AMENDABLE:
        raise WrongState(_("Only an authorised project that has not ended can be amended."))
    require_applicable(amendment)
    device = require_signed_as_read(amendment, by, signed).device
    proposed, current = amendment.proposed(), dossier.content.snapshot()
    if found := clashes(amendment.before, proposed, current):
        raise RuleBroken(*[Broken(_clash(place, proposed, current)) for place in found])
    write_snapshot(dossier.content, merge(amendment.before, proposed, current).snapshot, at=at)
    amendment.registered_at, amendment.registered_by, amendment.applied_at, amendment.after = at, by, at, proposed
    pieces = drafts.hand_pieces_over(draft, dossier, at=at)  # before the version, which lists them
    amendment.applied_version, amendment.draft = dossier.file_version(by=by, at=at), None
    amendment.save()
    throw_away(draft)
    _write_act(dossier, "register_amendment", amendment, amendment.summary, by=by, at=at, pieces=pieces, second_factor=device)
    return amendment


def _clash(place: str, *snapshots: Mapping[str, Any]) -> str:
    words = {"place": label_of_place(place, Names(*snapshots))}
    return str(_("“%(place)s” was changed by another amendment meanwhile: bring this one up to date first.") % words)


@transaction.atomic
def apply_authorised(draft: Dossier, *, by: Any, at: datetime) -> Amendment:
    """Write what was authorised, as it was last filed, into the dossier that it amends, and close the amendment's own dossier.

    Where another amendment changed the same place meanwhile, the authority's decision prevails, and the place is noted.
    """
    amendment, dossier = locked(Amendment.objects.get(draft=draft))
    filed = draft.versions.order_by("-number").first()
    if amendment.applied_at or filed is None:
        return amendment
    wanted = completed(filed.snapshot)
    merged = merge(amendment.before, wanted, dossier.content.snapshot())
    write_snapshot(dossier.content, merged.snapshot, at=at)
    at = max(at, dossier.moved_at or at)
    amendment.after, amendment.overridden, amendment.applied_at = wanted, merged.clashes, at
    amendment.applied_version = dossier.file_version(by=by, at=at)
    amendment.save()
    facts = {"amendment": amendment.number, "dossier": draft.pk, "version": amendment.applied_version, "overridden": len(merged.clashes)}
    record(dossier, "amendment_applied", by=by, at=at, facts=facts)
    draft.conclude_amendment(by=by, at=max(at, draft.moved_at or at))
    return amendment


def contest(amendment: Amendment, *, reason: str, by: Any, at: datetime) -> Amendment:
    """The secretariat finds a registered change substantial: it is set aside, and opens again as a draft to be filed for authorisation.

    Raises NotAllowed, WrongState, RuleBroken. The answer is the amendment that replaces it.
    """
    with deleted_on_failure([]) as kept, transaction.atomic():
        amendment, dossier = locked(amendment)
        if not reason.strip():
            raise RuleBroken(Broken(_("Say why the change is substantial."), where="reason"))
        if amendment.registered_at is None or amendment.applied_version is None or amendment.contested_at is not None:
            raise WrongState(_("Only a registered amendment that is in force can be contested."))
        wanted = dossier.content.snapshot()
        applied, former = (_version(dossier, number) for number in (amendment.applied_version, amendment.applied_version - 1))
        write_snapshot(dossier.content, undo(former, applied, wanted), at=at)
        amendment.contested_at, amendment.contested_by, amendment.contest_reason = at, by, reason.strip()
        amendment.reverted_version = dossier.file_version(by=by, at=at)
        amendment.save()
        _write_act(dossier, "contest_amendment", amendment, reason.strip(), by=by, at=at)
        return drafts.replacement_of(amendment, dossier, wanted, kept=kept, by=by, at=at)


def _version(dossier: Dossier, number: int) -> dict[str, Any]:
    """What a filed version says, with the fields that the form has gained since."""
    return completed(dossier.versions.get(number=number).snapshot)


def _write_act(dossier: Dossier, action: str, amendment: Amendment, text: str, *, by: Any, at: datetime, **facts: Any) -> None:
    """Keep the words in an act and journal the rest."""
    salt = secrets.token_hex(16)
    act = dossier.acts.create(action=action, at=at, text=text, salt=salt, recorded_by=by)
    version = amendment.reverted_version or amendment.applied_version
    told = {"amendment": amendment.number, "act": act.pk, "version": version, "text_sha256": text_digest(salt, text)}
    record(dossier, action, by=by, at=at, facts=told | facts)
