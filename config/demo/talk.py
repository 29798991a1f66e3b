"""What applicants and secretariat say to each other in the demonstration, and a few notes of the secretariat: made up, all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from config.demo.dossiers import replaying
from requests_app.models import Dossier
from requests_app.policies import SIGNATORY, roles_on
from requests_app.states import State
from requests_app.talk.models import Note, Thread
from requests_app.talk.services import close_thread, write_message, write_note

OFFICER, OWNER = "officer", "owner"


@dataclass(frozen=True)
class Talk:
    """What is said in the dossiers of one state: who speaks, about what, in which words; then what is noted."""

    state: str
    said: tuple[tuple[str, str, str], ...]
    notes: tuple[tuple[str, str], ...] = ()
    settled: tuple[str, ...] = ()


TALKS = (
    Talk(
        State.SUBMITTED,
        (
            (
                OFFICER,
                "population",
                (
                    "Bonjour, la population est décrite par l’âge et la pathologie, mais la période d’inclusion n’apparaît pas. "
                    "Pouvez-vous préciser entre quelles dates les personnes sont repérées ?"
                ),
            ),
            (
                OWNER,
                "population",
                (
                    "Bonjour, l’inclusion porte sur les séjours terminés entre le 1er janvier 2015 et le 31 décembre 2019. "
                    "Faut-il compléter le protocole, ou cette réponse suffit-elle ?"
                ),
            ),
            (
                OWNER,
                "",
                (
                    "Notre délégué à la protection des données change au 1er du mois prochain. Devons-nous déposer une version corrigée "
                    "ou pouvez-vous prendre note de la nouvelle adresse ?"
                ),
            ),
        ),
        (("", "Projet proche de celui de la même équipe en 2019 : comparer les sources demandées avant de déclarer le dossier complet."),),
    ),
    Talk(
        State.INCOMPLETE,
        (
            (
                OFFICER,
                "section:sources",
                (
                    "Bonjour, vous demandez toutes les composantes de la base. Lesquelles sont réellement utilisées par les analyses ? "
                    "Le comité retient en général les seules composantes citées dans le protocole."
                ),
            ),
        ),
        (("section:sources", "Demande large sans justification par composante. À signaler au rapporteur si la réponse ne la réduit pas."),),
    ),
    Talk(
        State.WITH_COMMITTEE,
        (
            (OWNER, "lay_summary", "Bonjour, pouvons-nous encore corriger une coquille dans le résumé grand public ?"),
            (
                OFFICER,
                "lay_summary",
                (
                    "Bonjour, le contenu est figé pendant l’examen. Une version révisée pourra être déposée après l’avis, ou la coquille "
                    "corrigée à ce moment-là. Rien à faire d’ici là."
                ),
            ),
        ),
        (),
        ("lay_summary",),
    ),
)


def furnish(people: dict[str, User], now: datetime) -> None:
    """Let one dossier of each of these states be talked about; one where something was said already is left alone."""
    with replaying():
        for talk in TALKS:
            waiting = Dossier.objects.filter(is_demonstration=True, state=talk.state).select_related("content").order_by("pk").first()
            if waiting and not Thread.objects.filter(dossier=waiting).exists() and not Note.objects.filter(dossier=waiting).exists():
                _furnish(waiting, talk, people, now)


def _furnish(dossier: Dossier, talk: Talk, people: dict[str, User], now: datetime) -> None:
    """Say it an hour apart, the last word some hours ago; never before the dossier's last move."""
    speakers = {OFFICER: dossier.officer or people["officier"], OWNER: _owner(dossier, people)}
    at = max(now - timedelta(hours=len(talk.said) + 2), dossier.moved_at or now)
    for who, about, text in talk.said:
        at = min(at + timedelta(hours=1), now)
        write_message(dossier, about, text, by=speakers[who], at=at)
    for about in talk.settled:
        close_thread(Thread.objects.get(dossier=dossier, field=about), by=speakers[OFFICER], at=at)
    for about, text in talk.notes:
        write_note(dossier, text, by=speakers[OFFICER], at=at, about=about)


def _owner(dossier: Dossier, people: dict[str, User]) -> User:
    """Who speaks for the team."""
    return next(one for one in (dossier.created_by, *people.values()) if roles_on(one, dossier) & {"owner", SIGNATORY})
