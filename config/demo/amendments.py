"""Two amendments of the demonstration, made up: a mailbox that was registered, and a renewal that was authorised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from config.demo.dossiers import replaying, signature_of
from requests_app.amendments import services
from requests_app.amendments.models import Amendment, Kind
from requests_app.amendments.rules import parts_to_sign
from requests_app.amendments.table import NO, YES, table_on
from requests_app.models import Content, Dossier
from requests_app.services import assign, state_wish
from requests_app.states import Opinion
from requests_app.transitions.base import Recorded
from workflow.periods import paris_day

SENTENCE = "Les modifications du projet après son autorisation ont été inventées pour la démonstration."
MAILBOX = "protection-des-donnees@exemple-demonstration.fr"
#: The road of the renewal: the move, who makes it, and how many days after the one before.
ROAD = (
    ("submit", "signataire", 12),
    ("declare_complete", "officier", 6),
    ("send_to_committee", "officier", 3),
    ("record_opinion", "presidente", 24),
    ("seize_cnil", "officier", 8),
    ("authorise", "cnil", 50),
)


def furnish(people: dict[str, User], now: datetime) -> None:
    """Amend two running projects that nobody has amended yet."""
    with replaying():
        for acronym, amend in (("HYDRO", _register), ("BACTHUB", _renew)):
            dossier = _dossier(acronym)
            if dossier and not dossier.amendments.exists():
                with transaction.atomic():
                    amend(dossier, people, now)


def _dossier(acronym: str) -> Dossier | None:
    theirs = Dossier.objects.filter(is_demonstration=True, amends=None, content__acronym=acronym)
    found: Dossier | None = theirs.select_related("content").order_by("pk").first()
    return found


def _say_so(dossier: Dossier, *names: str) -> None:
    """Mark what is made up, on the dossier and on its fiche."""
    known, data = list(dossier.generated), list(dossier.generated_data)
    Dossier.objects.filter(pk=dossier.pk).update(
        generated=[*known, SENTENCE], generated_data=[*data, *(name for name in ("amended_on", *names) if name not in data)]
    )


def _begin(dossier: Dossier, kind: str, at: datetime, **values: Any) -> Amendment:
    _say_so(dossier, *values)
    amendment = services.begin_amendment(dossier, kind=kind, by=dossier.created_by, at=at)
    Dossier.objects.filter(amendment=amendment).update(generated=[SENTENCE])
    content = Content.objects.get(dossier__amendment=amendment)
    for name, value in values.items():
        setattr(content, name, value)
    content.saved_at = at
    content.save()
    return Amendment.objects.select_related("draft__content").get(pk=amendment.pk)


def _qualify(amendment: Amendment, summary: str, at: datetime, *yes: str) -> Amendment:
    asked = table_on(paris_day(at)).asked(amendment.before, amendment.proposed())
    answers = {one.code: {"answer": YES if one.code in yes else NO, "why": "" if one.code in yes else "Rien de tel."} for one in asked}
    return services.qualify(amendment, answers, summary=summary, by=amendment.begun_by, at=at)


def _register(dossier: Dossier, people: dict[str, User], now: datetime) -> None:
    """The data protection officer has a new mailbox: the persons are told, nothing is to be authorised."""
    at = now - timedelta(days=75)
    amendment = _begin(dossier, Kind.MODIFICATION, at, dpo_contact=MAILBOX)
    at += timedelta(hours=1)
    amendment = _qualify(amendment, "Nouvelle adresse du délégué à la protection des données.", at, "information")
    signatory = people["signataire"]
    signed = replace(signature_of(Dossier.objects.get(amendment=amendment), signatory), read=parts_to_sign(amendment))
    services.register(amendment, by=signatory, at=at, signed=signed)


def _renew(dossier: Dossier, people: dict[str, User], now: datetime) -> None:
    """The project asks for two more years, and is authorised to take them."""
    at = now - timedelta(days=130)
    ends_on = dossier.content.ends_on or paris_day(now)
    amendment = _begin(dossier, Kind.RENEWAL, at, ends_on=date(ends_on.year + 2, ends_on.month, ends_on.day))
    at += timedelta(days=1)
    amendment = _qualify(amendment, "Prolongation de deux ans, pour achever les analyses.", at, "duration")
    for move, who, days in ROAD:
        at += timedelta(days=days)
        draft = Dossier.objects.select_related("content").get(amendment=amendment)
        _make(draft, move, people[who], people, at)


def _make(draft: Dossier, move: str, actor: User, people: dict[str, User], at: datetime) -> None:
    """Make one move of the renewal's road."""
    told: dict[str, Any] = {"act": Recorded(on=paris_day(at), reference=f"DÉMO-{draft.reference[-10:]}")}
    if move == "submit":
        told = {"delegation_attested": True, "signed": signature_of(draft, actor)}
    elif move == "record_opinion":
        told["opinion"] = Opinion.FAVOURABLE
    elif move == "declare_complete":
        assign(draft, officer=people["officier"], by=people["cheffe"], at=at)
    elif move == "seize_cnil":
        state_wish(draft, by=draft.created_by, at=at)
    getattr(draft, move)(by=actor, at=at, **told)
