"""What officers and the CNIL's liaison record beside the moves: the day of receipt, obligations, commitments of controllers."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.roles import Role
from requests_app.cnil.models import Commitment, CommitmentUse, Methodology, Obligation, PaperKind, Series, Transmission
from requests_app.cnil.rules import Condition
from requests_app.models import Act, Attachment, Dossier
from requests_app.pieces import deleted_on_failure, store
from requests_app.policies import may, may_on_site
from requests_app.recording import Written, instant_of, perform
from requests_app.states import AFTER_AUTHORISATION, State
from workflow import clocks
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.outbox import queue
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState
from workflow.seals import text_digest

LAW = "décret 2019-536, art. 91"
PREFIX = {PaperKind.SLIP: "BT", PaperKind.ATTESTATION: "ATA"}


def next_number(kind: PaperKind, at: datetime) -> str:
    """The next number of a kind of paper in its year; the series is held until the end of the transaction, so that none is skipped."""
    year = paris_day(at).year
    Series.objects.get_or_create(kind=kind, year=year)
    series = Series.objects.select_for_update().get(kind=kind, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{PREFIX[kind]}-{year}-{series.last:04d}"


# --- transmissions --------------------------------------------------------------------------------
@transaction.atomic
def note_receipt(dossier: Dossier, *, on: date, because: str = "", by: Any, at: datetime) -> None:
    """Record the day on which the CNIL received the complete file: its period is counted from there.

    Once for each transmission; after that an officer corrects it either way, with a reason. Never once the period is over: silence has
    spoken. Raises WrongState, NotAllowed, RuleBroken.
    """
    lock_and_reread(dossier)
    if dossier.state != State.WITH_CNIL:
        raise WrongState(_("The day of receipt is recorded while the CNIL examines the dossier."))
    if on > paris_day(at):
        raise RuleBroken(Broken(_("This date is in the future."), where="on"))
    sent = dossier.transmissions.order_by("-asked_at", "-pk").first()
    sent_on = paris_day(sent.line.at if sent else dossier.state_since or at)
    if on < sent_on:
        raise RuleBroken(Broken(_("The CNIL cannot have received the file before it was transmitted."), LAW, "on"))
    clocks.require_not_over(dossier, "K-CNIL", at=at)
    facts: dict[str, Any] = {"on": on, "transmission": sent.pk if sent else None}
    first = first_receipt(dossier, sent)
    if first is not None:
        facts |= _corrected(dossier, on, because, by=by, at=at)
    line = record(dossier, "note_cnil_receipt", by=by, at=at, facts=facts)
    clocks.count_from(dossier, "K-CNIL", instant_of(on, dossier, at), line)
    dossier.cnil_received_on = on
    dossier.save(update_fields=["cnil_received_on"])
    if sent:
        sent.received_on, sent.receipt_noted_at, sent.receipt_noted_by = on, at, by
        sent.save(update_fields=["received_on", "receipt_noted_at", "receipt_noted_by"])


def first_receipt(dossier: Dossier, sent: Transmission | None) -> date | None:
    """The day of receipt that was recorded first for a transmission, or since the CNIL has the dossier; None when none was."""
    lines = JournalLine.objects.filter(subject_type=dossier.subject_type, subject_id=dossier.pk, action="note_cnil_receipt")
    since = sent.line.seq if sent else 0
    told = lines.filter(seq__gt=since).order_by("seq").values_list("facts", flat=True).first()
    return date.fromisoformat(told["on"]) if told else None


def may_correct_receipt(user: Any, dossier: Dossier) -> bool:
    """May this person correct a day of receipt that is recorded already? Officers may, the CNIL's liaison may not."""
    return Role.OFFICER.value in dossier.roles_of(user)


def _corrected(dossier: Dossier, on: date, because: str, *, by: Any, at: datetime) -> dict[str, Any]:
    """Keep the reason of a correction as an act; the answer is what the journal says of it."""
    if not may_correct_receipt(by, dossier):
        raise NotAllowed(_("The day of receipt is recorded already: an officer corrects it."))
    if not because.strip():
        raise RuleBroken(Broken(_("Say why the day of receipt is corrected."), where="because"))
    salt, text = secrets.token_hex(16), because.strip()
    act = dossier.acts.create(action="note_cnil_receipt", at=at, on=on, text=text, salt=salt, recorded_by=by)
    return {"act": act.pk, "text_sha256": text_digest(salt, text)}


@transaction.atomic
def ask_package(transmission: Transmission, *, by: Any, at: datetime) -> None:
    """Have the file of a transmission made again, when it failed or pieces were left out. Raises NotAllowed, WrongState."""
    if not may(by, "pack_for_cnil", transmission.dossier):
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    lock_and_reread(transmission.dossier)  # the dossier before what hangs from it, as everywhere
    held = Transmission.objects.select_for_update(of=("self",)).get(pk=transmission.pk)
    if held.is_under_way:
        return
    if not held.failed_because and not held.left_out:
        raise WrongState(_("This file is whole: it is kept as it was transmitted."))
    held.asked_at, held.packed_at, held.failed_because = at, None, ""
    held.save(update_fields=["asked_at", "packed_at", "failed_because"])
    queue("cnil_package", f"cnil_package:{held.pk}:{at.isoformat()}", transmission=held.pk)


# --- obligations ----------------------------------------------------------------------------------
def lay_down(dossier: Dossier, conditions: Iterable[Condition], *, act: Act | None, by: Any, at: datetime) -> list[Obligation]:
    """Write conditions as obligations of a dossier, numbered after those that it has; the caller holds the lock."""
    last = dossier.obligations.aggregate(last=Max("number"))["last"] or 0
    rows = [
        Obligation(dossier=dossier, number=number, words=one.words, due_on=one.due_on, act=act, added_at=at, added_by=by)
        for number, one in enumerate(conditions, start=last + 1)
    ]
    return list(Obligation.objects.bulk_create(rows))


@transaction.atomic
def add_obligation(dossier: Dossier, *, words: str, due_on: date | None, by: Any, at: datetime) -> Obligation:
    """Add an obligation that was not read from the decision. Raises NotAllowed, WrongState, RuleBroken."""
    lock_and_reread(dossier)
    if dossier.state not in AFTER_AUTHORISATION:
        raise WrongState(_("Obligations come with an authorisation."))
    if not words.strip():
        raise RuleBroken(Broken(_("Say what the CNIL asks for."), where="words"))
    made = lay_down(dossier, [Condition(words.strip(), due_on)], act=None, by=by, at=at)[0]
    record(dossier, "add_obligation", by=by, at=at, facts={"obligation": made.number, "until": due_on})
    return made


def meet_obligation(obligation: Obligation, *, words: str, on: date, upload: Any = None, by: Any, at: datetime) -> None:
    """Record that an obligation was met, when and how, with a piece if there is one. Raises NotAllowed, WrongState, RuleBroken."""
    with deleted_on_failure([]) as kept, transaction.atomic():
        dossier, held = _held(obligation, "meet_obligation", by)
        if not words.strip():
            raise RuleBroken(Broken(_("Say how the obligation was met."), where="words"))
        if on > paris_day(at):
            raise RuleBroken(Broken(_("This date is in the future."), where="on"))
        if upload:
            kept.append(store(dossier, upload, Attachment.Kind.DECISION, by=by, at=at))
        salt, paper = secrets.token_hex(16), kept[0] if kept else None
        facts = {"obligation": held.number, "on": on, "text_sha256": text_digest(salt, words), "document": paper.pk if paper else None}
        held.met_on, held.met_at, held.met_by, held.met_words, held.salt, held.evidence = on, at, by, words.strip(), salt, paper
        held.save()
        record(dossier, "meet_obligation", by=by, at=at, facts=facts)


@transaction.atomic
def withdraw_obligation(obligation: Obligation, *, because: str, by: Any, at: datetime) -> None:
    """Take back an obligation that was written by mistake, or that the CNIL lifted. Raises NotAllowed, WrongState, RuleBroken."""
    dossier, held = _held(obligation, "withdraw_obligation", by)
    if not because.strip():
        raise RuleBroken(Broken(_("Say why the obligation is withdrawn."), where="because"))
    held.withdrawn_at, held.withdrawn_by, held.withdrawn_because, held.salt = at, by, because.strip(), secrets.token_hex(16)
    held.save()
    facts = {"obligation": held.number, "text_sha256": text_digest(held.salt, held.withdrawn_because)}
    record(dossier, "withdraw_obligation", by=by, at=at, facts=facts)


def _held(obligation: Obligation, action: str, by: Any) -> tuple[Dossier, Obligation]:
    """The dossier, locked, and the obligation as it is now, still open."""
    dossier = Dossier.objects.select_related("content").get(pk=obligation.dossier_id)
    lock_and_reread(dossier)
    if not may(by, action, dossier):
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    held = Obligation.objects.get(pk=obligation.pk)
    if not held.is_open:
        raise WrongState(_("This obligation was met or withdrawn already."))
    return dossier, held


# --- commitments of controllers -------------------------------------------------------------------
def in_force(organisation: Any, methodology: str) -> Commitment | None:
    """The commitment of a controller to a methodology that its projects may rest on now."""
    return Commitment.objects.filter(organisation=organisation, methodology=methodology, ended_on=None).first()


@transaction.atomic
def commit(organisation: Organisation, methodology: str, *, number: str, committed_on: date, by: Any, at: datetime) -> Commitment:
    """Record the commitment of a controller, in place of the one that it had. Raises NotAllowed, RuleBroken."""
    if not may_on_site(by, "keep_commitments"):
        raise NotAllowed(_("None of your roles allows you to record commitments."))
    if not number.strip():
        raise RuleBroken(Broken(_("Give the number of the commitment."), where="number"))
    if committed_on > paris_day(at):
        raise RuleBroken(Broken(_("This date is in the future."), where="committed_on"))
    return keep_commitment(organisation, methodology, number=number.strip(), committed_on=committed_on, by=by, at=at)


def keep_commitment(organisation: Organisation, methodology: str, *, number: str, committed_on: date, by: Any, at: datetime) -> Commitment:
    """The commitment of that number, kept if it was not; another one of the same controller ends. Raises RuleBroken."""
    known = _known(organisation, methodology, number)
    if known:
        return known
    Commitment.objects.filter(organisation=organisation, methodology=methodology, ended_on=None).update(ended_on=paris_day(at), ended_by=by)
    told = {"number": number, "committed_on": committed_on, "verified_at": at, "verified_by": by}
    return Commitment.objects.create(organisation=organisation, methodology=methodology, **told)


def first_commitment(organisation: Organisation, methodology: str, *, number: str, committed_on: date, by: Any, at: datetime) -> Commitment:
    """The commitment of that number, kept if the controller had none; it never ends another one. Raises RuleBroken."""
    _require_own_number(organisation, methodology, number)
    return keep_commitment(organisation, methodology, number=number, committed_on=committed_on, by=by, at=at)


def _known(organisation: Organisation, methodology: str, number: str) -> Commitment | None:
    """The controller's commitment of that number, in force; the controller is held. Raises RuleBroken when it is not its own, or ended."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    known = Commitment.objects.filter(methodology=methodology, number=number).first()
    if known and known.organisation_id != organisation.pk:
        raise RuleBroken(Broken(_("This number is that of another controller's commitment."), where="number"))
    if known and known.ended_on is not None:
        raise RuleBroken(Broken(_("The commitment of this number has ended."), where="number"))
    return known


def _require_own_number(organisation: Organisation, methodology: str, number: str) -> None:
    held = None if _known(organisation, methodology, number) else in_force(organisation, methodology)
    if held:
        words = {"number": held.number}
        raise RuleBroken(
            Broken(_("The controller's commitment in force is %(number)s: record the one that replaces it first.") % words, where="number")
        )


def before_a_move(sender: Any, instance: Dossier, name: str, method_kwargs: dict[str, Any], **_more: Any) -> None:
    """Before `verify_commitment`, whoever makes it and from where: the number is that of this controller's commitment. Raises RuleBroken.

    A controller without any commitment yet may give its first one with the move; one that replaces another is recorded before it.
    """
    controller = instance.content.controller if name == "verify_commitment" else None
    number = method_kwargs["act"].reference.strip() if controller else ""
    if controller and number and instance.procedure in Methodology.values:
        _require_own_number(controller, instance.procedure, number)


@transaction.atomic
def verify(dossier: Dossier, opening: Any, written: Written, *, committed_on: date | None, by: Any, at: datetime) -> None:
    """Keep a new commitment of the controller, if one is dated, then make the move that rests the project on it. Raises RuleBroken.

    The dossier is locked before the controller, as in the move itself.
    """
    lock_and_reread(dossier)
    if committed_on is not None and dossier.content.controller is not None:
        number = written.reference.strip()
        commit(dossier.content.controller, dossier.procedure, number=number, committed_on=committed_on, by=by, at=at)
    perform(dossier, opening, written, by=by, now=at, said={})


def rest_on(dossier: Dossier, commitment: Commitment) -> None:
    """Note that a project rests on a commitment of its controller."""
    CommitmentUse.objects.update_or_create(dossier=dossier, defaults={"commitment": commitment})
