"""What follows a move before the CNIL: a numbered slip and its file, the obligations of an authorisation, a commitment kept."""

from __future__ import annotations

from typing import Any

from requests_app.cnil.models import Methodology, PaperKind, Transmission
from requests_app.cnil.rules import conditions_in
from requests_app.cnil.services import first_commitment, lay_down, next_number, rest_on
from requests_app.models import Act, Dossier
from workflow.models import JournalLine
from workflow.outbox import is_muted, queue
from workflow.periods import paris_day

KINDS = {"seize_cnil": Transmission.Kind.FIRST, "complete_for_cnil": Transmission.Kind.COMPLEMENTS}


def begin_transmission(dossier: Dossier, line: JournalLine) -> None:
    """Reaction to `seize_cnil` and `complete_for_cnil`: number the slip, and have the file made in the background."""
    if is_muted():
        return
    told: dict[str, Any] = {"kind": KINDS[line.action], "asked_at": line.recorded_at, "received_on": paris_day(line.at)}
    if Transmission.objects.filter(line=line).exists():
        return
    made = Transmission.objects.create(dossier=dossier, line=line, number=next_number(PaperKind.SLIP, line.at), **told)
    queue("cnil_package", f"cnil_package:{made.pk}", transmission=made.pk)


def open_obligations(dossier: Dossier, line: JournalLine) -> None:
    """Reaction to `authorise`: each condition of the decision becomes an obligation, with its day."""
    act = _act(dossier, line)
    if act and not dossier.obligations.filter(act=act).exists():
        lay_down(dossier, conditions_in(act.text), act=act, by=line.actor, at=line.recorded_at)


def attest_silence(dossier: Dossier, line: JournalLine) -> None:
    """Reaction to `confirm_tacit_authorisation`: have the attestation made."""
    queue("cnil_attestation", f"cnil_attestation:{line.pk}", dossier=dossier.pk, line=line.pk)


def note_commitment(dossier: Dossier, line: JournalLine) -> None:
    """Reaction to `verify_commitment`: the commitment of a controller to MR-004, 005 or 006 serves its next projects too.

    Whose number it is was asked before the move (`services.require_own_number`); nothing ends here.
    """
    act, controller = _act(dossier, line), dossier.content.controller
    if act is None or controller is None or dossier.procedure not in Methodology.values:
        return
    told: dict[str, Any] = {
        "number": act.reference.strip(),
        "committed_on": act.on or paris_day(line.at),
        "by": line.actor,
        "at": line.recorded_at,
    }
    rest_on(dossier, first_commitment(controller, dossier.procedure, **told))


def _act(dossier: Dossier, line: JournalLine) -> Act | None:
    return dossier.acts.filter(pk=line.facts.get("act")).first()
