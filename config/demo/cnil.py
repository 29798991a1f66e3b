"""What passes with the CNIL in the demonstration: slips and files of the dossiers before it, obligations of an authorised one: made up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from config.demo.dossiers import replaying
from requests_app.cnil.models import PaperKind, Transmission
from requests_app.cnil.packing import pack
from requests_app.cnil.services import add_obligation, meet_obligation, next_number
from requests_app.models import Dossier
from requests_app.states import State
from workflow.models import JournalLine
from workflow.periods import paris_day

#: What an imagined decision asks for, and how many days from now it is due.
ASKED_FOR = (
    ("Publier la notice d’information sur le site de l’établissement avant le début du traitement.", -12),
    ("Transmettre à la CNIL l’analyse d’impact mise à jour après le premier appariement.", 21),
    ("Détruire la table de correspondance dès la validation de l’appariement.", 180),
)


def furnish(people: dict[str, User], now: datetime) -> None:
    """Give the dossiers before the CNIL their files, and one authorised dossier its obligations; running it again changes nothing."""
    with replaying():
        for dossier in Dossier.objects.filter(is_demonstration=True, state=State.WITH_CNIL).order_by("pk"):
            _transmit(dossier, now)
        first = Dossier.objects.filter(is_demonstration=True, state=State.AUTHORISED, amends=None, obligations=None).order_by("pk").first()
        if first is not None and not Dossier.objects.filter(is_demonstration=True, obligations__isnull=False).exists():
            _oblige(first, people["officier"], now)


@transaction.atomic
def _transmit(dossier: Dossier, now: datetime) -> None:
    line = JournalLine.objects.filter(subject_type="dossier", subject_id=dossier.pk, action="seize_cnil").order_by("-seq").first()
    if line is None or Transmission.objects.filter(line=line).exists():
        return
    told = {"kind": Transmission.Kind.FIRST, "asked_at": line.recorded_at, "received_on": dossier.cnil_received_on or paris_day(line.at)}
    made = Transmission.objects.create(dossier=dossier, line=line, number=next_number(PaperKind.SLIP, line.at), **told)
    pack(made, at=now)


def _oblige(dossier: Dossier, officer: User, now: datetime) -> None:
    today = paris_day(now)
    rows = [add_obligation(dossier, words=words, due_on=today + timedelta(days=days), by=officer, at=now) for words, days in ASKED_FOR]
    told = "Notice publiée et affichée dans les services concernés."
    meet_obligation(rows[0], words=told, on=today - timedelta(days=15), by=officer, at=now)
