"""The session of last month: reports, a doubt, presence, votes, a dossier put off, signed opinions, and the papers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from committee.models import Allocation, Decision, Examination, Item, Member, Report, Session
from committee.rules import Stand
from committee.services import agenda, answering, consulting, deliberating, interests, papers, presence, signing, voting
from committee.services.allocating import allocate
from committee.services.reporting import file_report, save_report
from committee.states import Answer, Position, Presence, Reply, Standing
from config.demo.committee_people import AGENT
from config.demo.committee_projects import DEFERRED, FAVOURABLE, RECOMMENDED
from config.demo.committee_texts import DEFERRED_BECAUSE, OPINIONS, REMARK, REPORTS
from files.printing import CannotPrint
from requests_app.models import Dossier
from requests_app.services import state_wish
from requests_app.signatures import Signature
from requests_app.transitions.base import Recorded

#: Who reports on what: the first, then the second.
RAPPORTEURS = {
    FAVOURABLE: ("helene.marchevial", "membre"),
    RECOMMENDED: ("deleguee", "ludivine.tassignol"),
    DEFERRED: ("clemence.aubrillac", "yasmine.lahbroux"),
}
EXCUSED = ("thibault.quesnoirel", "aminata.courcelange")
ABSENT = ("rodolphe.esnaudais",)
REPRESENTED = {"gaetan.lestrovan": "mireille.fontevial"}
REMOTE = ("nathan.ombredard", "bastien.corvasier")
AGAINST = {RECOMMENDED: ("mireille.fontevial", "gaetan.lestrovan"), FAVOURABLE: ()}
ABSTAINING = {RECOMMENDED: ("nathan.ombredard",), FAVOURABLE: ("ludivine.tassignol",)}


def examination(number: int) -> Examination:
    """The passage through the committee of one of the made-up projects."""
    found: Examination = Examination.objects.select_related("dossier__content").get(
        dossier__reference__endswith=f"-{number:04d}", dossier__is_demonstration=True, dossier__amends=None
    )
    return found


def work_towards(session: Session, members: dict[str, Member], people: dict[str, User]) -> None:
    """Allocation, declarations, a settled doubt, reports, a holder's remark, agenda and convocation, each on its day."""
    begins = session.starts_at
    for number, names in RAPPORTEURS.items():
        passage = examination(number)
        rows = allocate(passage, [members[name] for name in names], by=people["presidente"], at=begins - timedelta(days=19))
        for place, row in enumerate(sorted(rows, key=lambda one: names.index(_name_of(one, members)))):
            interests.declare(passage, row.member, answer=Answer.NONE, by=row.member.user, at=begins - timedelta(days=18))
            write(row, REPORTS[number][place], at=begins - timedelta(days=6 - place))
    for passage in (examination(FAVOURABLE), examination(RECOMMENDED)):
        for name in REPRESENTED:  # who will be there declares in session
            interests.declare(passage, members[name], answer=Answer.NONE, by=members[name].user, at=begins - timedelta(days=8))
    _settle_doubt(members["nathan.ombredard"], people, begins - timedelta(days=15))
    consultation = examination(DEFERRED).consultations.get()
    consulting.file_remark(consultation, REMARK, by=people[AGENT], at=begins - timedelta(days=4, hours=2))
    passages = [examination(number) for number in RAPPORTEURS]
    agenda.put_on_agenda(session, passages, by=people["officier"], at=begins - timedelta(days=4))


def _name_of(row: Allocation, members: dict[str, Member]) -> str:
    return next(name for name, member in members.items() if member.pk == row.member_id)


def _settle_doubt(member: Member, people: dict[str, User], at: datetime) -> None:
    passage = examination(FAVOURABLE)
    told = "J’ai enseigné en 2019 dans l’université qui porte le projet, sans lien avec l’équipe."
    doubt = interests.declare(passage, member, answer=Answer.DOUBT, words=told, by=member.user, at=at)
    settled = "Enseignement ponctuel et ancien, sans lien avec l’équipe du projet."
    interests.clear_doubt(doubt, words=settled, by=people["presidente"], at=at + timedelta(days=1))


def write(row: Allocation, said: dict[str, str], *, at: datetime, is_filed: bool = True) -> None:
    """Write a report in two sittings, and file it unless it is still being written."""
    author = row.member.user
    for first in ({name: said[name] for name in list(said)[:3]}, said):
        seen = Report.objects.get(allocation=row).revision
        save_report(row, first, by=author, at=at, revision=seen)
    if is_filed:
        filed = file_report(row, by=author, at=at + timedelta(minutes=10), revision=Report.objects.get(allocation=row).revision)
        give_paper(papers.make_report, filed, at + timedelta(minutes=11))


def give_paper(make: Callable[..., Any], of: Any, at: datetime) -> None:
    """Make the paper that the outbox makes in real life; none where pages cannot be set."""
    with contextlib.suppress(CannotPrint):
        make(of, by=User.objects.system(), at=at)


def hold_first(session: Session, coming: Session, members: dict[str, Member], people: dict[str, User], now: datetime) -> None:
    """Convene, open, vote, put one dossier off, close; then signatures, what applicants did, and the papers."""
    officer, begins = people["officier"], session.starts_at
    session.convene(by=officer, at=begins - timedelta(days=4) + timedelta(hours=1))
    for place, make in enumerate((papers.make_convocation, papers.make_agenda)):
        give_paper(make, session, begins - timedelta(days=4) + timedelta(hours=1, minutes=1 + place))
    presence.announce(session, Presence.EXCUSED, by=members[EXCUSED[0]].user, at=begins - timedelta(days=3, hours=20))
    presence.note_presence(session, _stands(members), by=officer, at=begins - timedelta(minutes=4))
    session.open_session(by=officer, at=begins + timedelta(minutes=3), chair=members["presidente"])
    for place, number in enumerate((FAVOURABLE, RECOMMENDED)):
        _decide(_item(session, number), number, members, officer, begins + timedelta(minutes=30 * (place + 1)))
    at = begins + timedelta(minutes=80)
    deliberating.defer(_item(session, DEFERRED), by=officer, at=at, because=DEFERRED_BECAUSE, to=coming)
    session.close_session(by=officer, at=begins + timedelta(minutes=100))
    give_paper(papers.make_minutes, session, begins + timedelta(minutes=105))
    _after(session, people, now)


def _stands(members: dict[str, Member]) -> dict[int, Stand]:
    """Who was there: by the member's id."""
    stands: dict[int, Stand] = {}
    for name, member in members.items():
        if name in EXCUSED:
            stands[member.pk] = Stand(Presence.EXCUSED)
        elif name in REPRESENTED:
            stands[member.pk] = Stand(Presence.REPRESENTED, members[REPRESENTED[name]].pk)
        elif not member.is_expert and name not in ABSENT and name != "regis.vaucoulet":
            stands[member.pk] = Stand(Presence.PRESENT, None, name in REMOTE)
    return stands


def _item(session: Session, number: int) -> Item:
    found: Item = session.items.select_related("session").get(examination=examination(number))
    return found


def _decide(item: Item, number: int, members: dict[str, Member], officer: User, at: datetime) -> None:
    """Notes and text, then the vote of everybody who takes part."""
    saved = deliberating.save_deliberation(item, OPINIONS[number], by=officer, at=at, revision=0)
    voices = voting.voices_of(item, at)
    said: dict[int, str] = {one.member: Position.FOR for one in voices if one.standing in (Standing.PRESENT, Standing.REPRESENTED)}
    for names, position in ((AGAINST[number], Position.AGAINST), (ABSTAINING[number], Position.ABSTENTION)):
        said |= {members[name].pk: position for name in names}
    poll = voting.Poll(said, revision=saved.revision, seen=voting.fingerprint_of(voices), declared=frozenset(said))
    voting.take_vote(item, poll, by=officer, at=at + timedelta(minutes=20))


def _after(session: Session, people: dict[str, User], now: datetime) -> None:
    """Two days later the opinions are signed; the one put off gets a longer period; one applicant goes to the CNIL, one answers."""
    signed_at, president = session.starts_at + timedelta(days=2), people["presidente"]
    device = TOTPDevice.objects.get(user=president).persistent_id
    for decision in Decision.objects.filter(item__session=session).order_by("pk"):
        read = {signing.READ: signing.fingerprint_of(decision)}
        signing.sign(decision, by=president, at=signed_at, signed=Signature(device, read))
        give_paper(papers.make_opinion, Decision.objects.get(pk=decision.pk), signed_at + timedelta(minutes=1))
    reason = Recorded(text="Le comité attend les précisions demandées sur la surveillance, et examinera le dossier à sa prochaine séance.")
    examination(DEFERRED).dossier.extend_committee(by=president, at=signed_at, act=reason)
    favourable = examination(FAVOURABLE).dossier
    state_wish(favourable, by=favourable.created_by, at=signed_at + timedelta(days=2))
    Dossier.objects.get(pk=favourable.pk).seize_cnil(
        by=people["officier"], at=signed_at + timedelta(days=4), act=Recorded(reference="DEMO-CNIL-034")
    )
    recommended = examination(RECOMMENDED).dossier
    followed = {1: (Reply.FOLLOWED.value, "La demande est ramenée à sept années.")}
    answering.answer_recommendations(recommended, followed, by=recommended.created_by, at=now - timedelta(days=2))


__all__ = ["examination", "give_paper", "hold_first", "work_towards", "write"]
