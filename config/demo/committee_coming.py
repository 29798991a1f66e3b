"""The session to come: its agenda of the dossiers that are with the committee, their rapporteurs, a question asked and one answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from committee.models import Allocation, Examination, Member, Session
from committee.services import agenda, asking, interests, papers, presence
from committee.services.allocating import allocate
from committee.states import Answer, Debate, Presence
from config.demo import committee_texts as texts
from config.demo.committee_held import examination, give_paper, write
from config.demo.committee_projects import DEFERRED
from requests_app.models import Dossier

#: The real projects that are with the committee: acronym → who reports, how many days ago it was allocated.
REPORTED = {
    "OSCOUR": (("membre", "bastien.corvasier"), 14),
    "DARWIN EU – conditions incidentes": (("deleguee", "nathan.ombredard"), 20),
    "DARWIN EU – débuts de traitement": (("membre",), 10),
}
LIKE = "DARWIN EU – médicaments"


def prepare_coming(session: Session, members: dict[str, Member], people: dict[str, User], now: datetime) -> None:
    """Allocate, report, ask, put on the agenda and convene."""
    passages = {name: found for name in REPORTED if (found := _under_way(name))}
    rows = {name: _give(passage, name, members, people, now) for name, passage in passages.items()}
    for name, given in rows.items():
        _report(name, given, now)
    asked = asking.ask(examination(DEFERRED), texts.ASKED, by=members["clemence.aubrillac"].user, at=now - timedelta(days=12))
    asking.answer(asked, texts.ANSWERED, by=asked.examination.dossier.created_by, at=now - timedelta(days=9))
    if "OSCOUR" in passages:
        asking.ask(passages["OSCOUR"], texts.ASKED_TOO, by=people["membre"], at=now - timedelta(days=4))
    agenda.put_on_agenda(session, passages.values(), by=people["officier"], at=now - timedelta(days=3))
    _spare_the_debate(session, people, now)
    session.convene(by=people["officier"], at=now - timedelta(days=2))
    for place, make in enumerate((papers.make_convocation, papers.make_agenda)):
        give_paper(make, session, now - timedelta(days=2) + timedelta(minutes=1 + place))
    presence.announce(session, Presence.EXCUSED, by=members["aminata.courcelange"].user, at=now - timedelta(days=1))
    proxy = members["mireille.fontevial"]
    presence.announce(
        session, Presence.REPRESENTED, by=members["gaetan.lestrovan"].user, at=now - timedelta(hours=20), represented_by=proxy
    )


def _under_way(acronym: str) -> Examination | None:
    dossiers = Dossier.objects.filter(is_demonstration=True, amends=None, content__acronym=acronym)
    found: Examination | None = Examination.objects.open().filter(dossier__in=dossiers).select_related("dossier__content").first()
    return found


def _give(passage: Examination, name: str, members: dict[str, Member], people: dict[str, User], now: datetime) -> list[Allocation]:
    """Allocate to those who may report, and let them declare that they have no interest."""
    names, days_ago = REPORTED[name]
    at = max(now - timedelta(days=days_ago), passage.received_at)
    because = texts.ONE_IS_ENOUGH if len(names) == 1 else ""
    rows = allocate(passage, [members[one] for one in names], by=people["presidente"], at=at, because=because)
    for row in rows:
        interests.declare(passage, row.member, answer=Answer.NONE, by=row.member.user, at=at + timedelta(minutes=30))
    return rows


def _report(name: str, rows: list[Allocation], now: datetime) -> None:
    """Of the first dossier, one report is filed and one is being written; of the second, both are filed and open."""
    if name == "OSCOUR":
        for row in rows:
            is_members = row.member.user.email.startswith("membre@")
            write(row, texts.BEGUN if is_members else texts.WRITTEN, at=now - timedelta(days=5), is_filed=not is_members)
    elif len(rows) == 2:
        for place, row in enumerate(rows):
            write(row, texts.BOTH[place], at=now - timedelta(days=6, hours=-place))


def _spare_the_debate(session: Session, people: dict[str, User], now: datetime) -> None:
    """The dossier that resembles one that was examined needs no debate."""
    item = session.items.filter(examination__dossier__content__acronym="DARWIN EU – débuts de traitement").first()
    similar = Dossier.objects.filter(is_demonstration=True, content__acronym=LIKE).exclude(opinion="").first()
    if item and similar:
        at = now - timedelta(days=3) + timedelta(minutes=5)
        agenda.settle_debate(item, Debate.SIMILAR, by=people["officier"], at=at, ground=texts.SIMILAR, similar=similar)
