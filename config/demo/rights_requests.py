"""Requests of imaginary people in the demonstration, one in each state at least; a few of their codes are shown with the accounts."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.db.models import F

from accounts.models import User
from catalogue.models import Database
from config.demo.dossiers import replaying
from extractions.services.opening import cnam
from registry.models import Fiche
from rights import codes
from rights.envelopes import sealing
from rights.envelopes.choices import MessageKind, SealedBy
from rights.envelopes.models import Envelope, PurgeReport
from rights.envelopes.services.keeping import keep, keep_for_person, seal_here
from rights.envelopes.services.keys import key_for
from rights.envelopes.services.purging import purge
from rights.models import Request, Routing
from rights.secret_keys import pepper
from rights.services.opening import Choice, bearer_of, take
from rights.states import Complement, Level, Prolonging, Reason, Right

MAIN, RARE, WAREHOUSE, VICTIMS, COHORT = "base-principale", "bndmr", "eds-aphp", "si-vic", "tarpon"


@dataclass(frozen=True)
class Story:
    """A request: how long ago it was sent, what it asks, and what has happened since, each step with its day."""

    days: int
    database: str
    right: Right
    steps: tuple[tuple[int, str, dict[str, str]], ...] = ()
    level: str = ""


OPENED: tuple[tuple[int, str, dict[str, str]], ...] = ((1, "transmit", {}), (2, "take_up", {}))
STORIES = (
    Story(1, MAIN, Right.ACCESS),
    Story(4, RARE, Right.OPPOSITION, level=Level.RESEARCH),
    Story(2, WAREHOUSE, Right.ACCESS, ((1, "transmit", {}),)),
    Story(9, MAIN, Right.OPPOSITION, OPENED, level=Level.RESEARCH),
    Story(26, RARE, Right.RECTIFICATION, OPENED),
    Story(40, VICTIMS, Right.ERASURE, OPENED),
    Story(12, MAIN, Right.ACCESS, (*OPENED, (5, "ask_complement", {"kind": Complement.IDENTITY}))),
    Story(35, WAREHOUSE, Right.ACCESS, (*OPENED, (20, "extend", {"reason": Prolonging.COMPLEXITY}))),
    Story(60, RARE, Right.OPPOSITION, (*OPENED, (15, "accept", {})), level=Level.RESEARCH),
    Story(50, WAREHOUSE, Right.ACCESS, (*OPENED, (25, "accept_in_part", {"reason": Reason.OTHERS}))),
    Story(55, MAIN, Right.OPPOSITION, (*OPENED, (12, "refuse", {"reason": Reason.CONSTITUTION})), level=Level.RESEARCH),
    Story(45, VICTIMS, Right.ERASURE, (*OPENED, (18, "find_nothing", {}))),
    Story(30, RARE, Right.ACCESS, ((1, "transmit", {}), (3, "withdraw", {}))),
    Story(70, WAREHOUSE, Right.ACCESS, ((61, "expire", {}),)),
    Story(25, COHORT, Right.OPPOSITION, (*OPENED, (12, "accept", {})), level=Level.STUDY),
)


#: Places of stories whose codes are worth trying: a complement is asked for, an opposition is in force, a refusal with its remedies.
ASKED_AGAIN, IN_FORCE, REFUSED = 6, 8, 10


def furnish(people: dict[str, User], now: datetime) -> None:
    """Make the requests that are not there yet; running it again changes nothing."""
    databases = {one.slug: one for one in Database.objects.filter(slug__in={story.database for story in STORIES}).select_related("holder")}
    with replaying():
        for place, story in enumerate(STORIES):
            database = databases.get(story.database)
            if database is not None and database.holder is not None and (story.level != Level.STUDY or study_of(database)):
                tell(token_of(place), story, database, people, now)
    if not PurgeReport.objects.exists():
        purge(now)  # as each night: what the controllers opened long ago is not kept here


def token_of(place: int) -> bytes:
    """The form's token of a story, by its place; its code follows from it."""
    return hashlib.sha256(f"demo-rights-{place}".encode()).digest()


def codes_shown() -> list[tuple[str, str]]:
    """Tracking codes to try, in groups of four, each with where its request stands; none where the requests were not made."""
    found = []
    for place in (ASKED_AGAIN, IN_FORCE, REFUSED):
        request = Request.objects.filter(sending=hashlib.sha256(token_of(place)).hexdigest()).first()
        if request is not None:
            state = str(request.routings.order_by("pk")[0].get_state_display())
            found.append((codes.in_groups(codes.code_of(token_of(place), pepper())), state))
    return found


@transaction.atomic
def tell(token: bytes, story: Story, database: Database, people: dict[str, User], now: datetime) -> None:
    """One request with its life."""
    sent = now - timedelta(days=story.days)
    holder: Any = database.holder
    study = study_of(database) if story.level == Level.STUDY else ""
    taken = take([Choice(database, holder, story.right, level=story.level, study=study)], token=token, at=sent)
    if taken.again:
        return
    routing = taken.routings[0]
    agent = people["cnam" if holder == cnam() else "responsable"]
    actors = {"withdraw": bearer_of(taken.request), "expire": User.objects.system()}
    for day, move, said in story.steps:
        getattr(routing, move)(by=actors.get(move, agent), at=sent + timedelta(days=day), **said)
    seal_for(routing, now)


def study_of(database: Database) -> str:
    """The first published study that uses a database."""
    return str(Fiche.objects.live().drawing_on(database.slug).order_by("number").values_list("number", flat=True).first() or "")


def seal_for(routing: Routing, now: datetime) -> None:
    """An envelope for what is still open, and a question or an answer where one was given; the person's key is thrown away."""
    key = key_for(routing.organisation, now)
    if key is None:
        return
    reply = sealing.raw(ec.generate_private_key(ec.SECP256R1()).public_key())
    if routing.is_open:
        keep(routing, key, seal_here(content_of(routing, reply), routing.database, key), sealed_by=SealedBy.BROWSER, at=now)
        Envelope.objects.filter(routing=routing).update(kept_until=F("at") + timedelta(days=14))
    kind = MessageKind.ANSWER if routing.is_answered else MessageKind.QUESTION
    if routing.is_answered or routing.complement:
        name = sealing.fingerprint(reply)
        info = sealing.message_info(sealing.ANSWER, routing.database.slug, name, routing.number)
        words = {"v": 1, "kind": kind.value, "words": "Texte imaginé pour la démonstration.", "files": []}
        keep_for_person(routing, sealing.seal(words, reply, info), kind=kind, sealed_to=name, at=now)


def content_of(routing: Routing, reply: bytes) -> dict[str, Any]:
    """What an imaginary person has written."""
    return {
        "v": 1,
        "form": routing.request.sending,
        "database": routing.database.slug,
        "right": routing.right,
        "level": routing.level,
        "study": routing.study,
        "capacity": "self",
        "identity": {"given_names": "Camille", "birth_name": "Exemple", "birth_date": "1970-01-01", "birth_place": "Ville imaginée"},
        "words": "Demande imaginée pour la démonstration.",
        "files": [],
        "contact": {},
        "reply_key": base64.b64encode(reply).decode(),
    }
