"""The committee and the CNIL in a real browser: from the calendar to the registry, with a conflict, a tie and a signature on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from committee.models import Allocation, Decision, Examination, Item, Member, Paper, Recusal, Report, Session
from committee.services.interests import declare
from committee.services.reporting import file_report, save_report
from committee.states import Answer, Ending, PaperKind, Presence, SessionState
from registry.models import Fiche
from requests_app.models import Dossier
from requests_app.states import Opinion, State
from tests.accounts.factories import OrganisationFactory
from tests.accounts.mailbox import deliver_all
from tests.committee.factories import a_committee
from tests.journeys.pages import Screen
from tests.journeys.test_main_road import Road, on_road
from tests.requests_app.factories import a_dossier, cast

Open = Callable[..., Screen]
#: How many of the fifteen come, and where the one with a conflict stands among them.
THERE, LINKED = 9, 8
WORDS = "Méthode convaincante, lue avant l’autre rapport."
TEXT = dict.fromkeys(("public_interest", "relevance", "method", "need", "information"), WORDS)
ADVICE = "Réduire la profondeur d’historique.\nPublier le protocole."


class Company:
    """Who takes part: the fifteen members, the people around a dossier, and their three dossiers, the last with a conflict."""

    def __init__(self, open_screen: Open) -> None:
        self.open_screen = open_screen
        self.members: list[Member] = a_committee(15)
        self.people = cast() | {"president": self.members[0].user}
        theirs = OrganisationFactory(name="CHU du conflit")
        self._act_for(self.members[LINKED], theirs)
        controllers = (OrganisationFactory(), OrganisationFactory(), theirs)
        titles = ("Épilepsie et hospitalisations", "Asthme et qualité de l’air", "Diabète et dépistage")
        told = zip(controllers, titles, strict=True)
        self.dossiers = [a_dossier(State.WITH_COMMITTEE, self.people, controller=one, title=title) for one, title in told]

    def _act_for(self, member: Member, organisation: Any) -> None:
        decided = {"decided_at": timezone.now(), "decided_by": self.people["head"], "evidence": Membership.Evidence.DOCUMENT}
        state = {"state": Membership.State.VERIFIED, "requested_at": timezone.now()}
        Membership.objects.create(user=member.user, organisation=organisation, **state, **decided)

    def desk(self, who: Any, path: str, *, width: int = 1280) -> Road:
        """A browser of this person, in the language of the code."""
        return on_road(self.open_screen(path, user=who, width=width, language="en"))


def plan_a_session(desk: Road) -> Session:
    """The secretariat plans a session and publishes it; anybody reads it in the calendar."""
    day = timezone.localdate() + timedelta(days=20)
    desk.is_accessible().fits()
    desk.write(day=day.isoformat(), begins="14:00", ends="17:30").send()
    session = Session.objects.get()
    desk.is_accessible()
    with desk.page.expect_navigation():
        desk.page.locator('form[action$="/publier/"] button').click()
    desk.ready()
    session = Session.objects.get()
    assert session.published_at
    desk.go("/cesrees/calendrier/").is_accessible().fits()
    assert desk.page.locator(f'time[datetime^="{day.isoformat()}"], main').first.is_visible()
    return session


def allocate(president: Road, dossier: Dossier, pair: list[Member]) -> None:
    """The president chooses two of those whom the site proposes."""
    president.go(f"/dossiers/{dossier.reference}/comite/rapporteurs/")
    chosen = {str(member.pk) for member in pair}
    for box in president.page.locator('input[name="members"]').all():
        box.set_checked(box.get_attribute("value") in chosen, force=True)
    president.press("Allocate")
    given = Allocation.objects.filter(examination__dossier=dossier, ended_at=None)
    assert set(given.values_list("member", flat=True)) == {member.pk for member in pair}


def see_the_conflict(company: Company, president: Road) -> None:
    """The president reads why somebody may not report on the third dossier; that person finds nothing of it."""
    dossier, linked = company.dossiers[2], company.members[LINKED]
    president.go(f"/dossiers/{dossier.reference}/comite/rapporteurs/").is_accessible().fits()
    assert not president.page.locator(f'input[name="members"][value="{linked.pk}"]').count()
    president.page.locator("main details:not(.dossier-tabs__fold) summary").first.click()
    president.shows(str(linked)).shows("Same organisation as the applicant")
    theirs = company.desk(linked.user, f"/dossiers/{company.dossiers[0].reference}/")
    assert company.dossiers[0].reference in theirs.page.content()
    for path in ("", "comite/", "contenu/"):
        assert theirs.page.goto(f"/dossiers/{dossier.reference}/{path}").status == 404  # type: ignore[union-attr]
    theirs.go("/comite/").is_accessible()
    assert dossier.reference not in theirs.page.content()


def report_by_service(allocation: Allocation) -> None:
    """A report declared, written and filed without the pages."""
    now, by = timezone.now(), allocation.member.user
    declare(allocation.examination, allocation.member, answer=Answer.NONE, by=by, at=now)
    said = TEXT | {"proposal": Opinion.RECOMMENDATIONS.value, "recommendations": ADVICE}
    saved = save_report(allocation, said, by=by, at=now, revision=Report.objects.get(allocation=allocation).revision)
    file_report(allocation, by=by, at=now, revision=saved.revision)


def report_blind(company: Company, allocation: Allocation) -> None:
    """The second rapporteur declares, writes and files without having read the first, then reads both."""
    dossier = allocation.examination.dossier
    first = Report.objects.exclude(filed_at=None).get(allocation__examination=allocation.examination)
    desk = company.desk(allocation.member.user, "/comite/mes-rapports/", width=360)
    desk.is_accessible().fits()
    desk.go(f"/dossiers/{dossier.reference}/comite/")
    assert WORDS not in desk.page.content()
    assert desk.page.goto(f"/dossiers/{dossier.reference}/comite/rapports/{first.pk}/").status == 404  # type: ignore[union-attr]
    desk.go(f"/dossiers/{dossier.reference}/comite/interets/").is_accessible().fits()
    desk.page.locator('input[name="answer"][value="none"]').check(force=True)
    desk.send()
    desk.go(f"/dossiers/{dossier.reference}/comite/rapport/").is_accessible().fits()
    desk.write(**{name: f"{words} Second avis." for name, words in TEXT.items()}, recommendations="Publier le protocole.")
    desk.page.locator('input[name="proposal"][value="recommendations"]').check(force=True)
    desk.press("Save and read it again before filing").is_accessible().press("File the report")
    desk.go(f"/dossiers/{dossier.reference}/comite/rapports/{first.pk}/").is_accessible().fits().shows(WORDS)


def convene(desk: Road, session: Session, dossiers: list[Dossier]) -> None:
    """The secretariat puts the three dossiers on the agenda and convenes the members."""
    desk.go(f"/comite/seances/{session.reference}/ordre-du-jour/").is_accessible().fits()
    for dossier in dossiers:
        desk.page.locator(f'input[name="examination"][value="{Examination.objects.get(dossier=dossier).pk}"]').check(force=True)
    desk.press("Put the ticked dossiers on the agenda").is_accessible()
    desk.go(f"/comite/seances/{session.reference}/convoquer/").is_accessible().press("Convene the members")
    assert Session.objects.get(pk=session.pk).state == SessionState.CONVENED


def open_the_session(desk: Road, session: Session, members: list[Member]) -> None:
    """The day has come: nine of fifteen are there, the quorum is reached, the session is open."""
    now = timezone.now()
    Session.objects.filter(pk=session.pk).update(starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(hours=3))
    desk.go(f"/comite/seances/{session.reference}/presence/").is_accessible().fits()
    for place, member in enumerate(members):
        desk.choose(f"presence_{member.pk}", value=Presence.PRESENT if place < THERE else Presence.EXCUSED)
    desk.press("Keep the list").is_accessible()
    desk.go(f"/comite/seances/{session.reference}/ouvrir/").is_accessible().press("Open the session")
    held = Session.objects.get(pk=session.pk)
    assert (held.state, held.seats, held.quorum, held.chair) == (SessionState.OPEN, 15, 8, members[0])


def vote_with_a_tie(desk: Road, item: Item, members: list[Member]) -> None:
    """Four for, four against, one abstention: the president's vote decides."""
    desk.go(f"/comite/seances/{item.session.reference}/dossiers/{item.pk}/").is_accessible().fits()
    desk.page.locator("main details summary", has_text="Public interest").first.click()
    desk.shows(WORDS)
    desk.write(notes="Discussion sur la durée.", reasons="Durée à justifier.", recommendations=ADVICE)
    desk.page.locator('input[name="opinion"][value="recommendations"]').check(force=True)
    desk.press("Go to the vote").is_accessible().fits()
    for place, member in enumerate(members[:THERE]):
        position = "for" if place < 4 else "against" if place < 8 else "abstention"
        desk.page.locator(f'input[name="member_{member.pk}"][value="{position}"]').check(force=True)
    desk.press("Record the vote").shows("Has declared nothing on this dossier: note")
    declare_in_session(desk)
    desk.press("Record the vote").is_accessible()
    assert not Decision.objects.exists()
    desk.shows(f"{members[0]} has voted for").fits().press("Record it so").is_accessible()
    decision = Decision.objects.get(item=item)
    assert (decision.votes_for, decision.votes_against, decision.abstentions, decision.casting, decision.carried) == (4, 4, 1, "for", True)


def declare_in_session(desk: Road) -> None:
    """Whoever has declared nothing says in the room that they have no interest."""
    for box in desk.page.locator('input[name^="declared_"]').all():
        box.check(force=True)


def vote_at_once(desk: Road, item: Item, present: int) -> Decision:
    """Everybody who takes part votes for."""
    desk.go(f"/comite/seances/{item.session.reference}/dossiers/{item.pk}/")
    desk.page.locator('input[name="opinion"][value="favourable"]').check(force=True)
    desk.write(reasons="", recommendations="").press("Go to the vote")
    address = desk.page.url
    desk.go(f"{address}?tous=for")
    declare_in_session(desk)
    desk.press("Record the vote")
    decision = Decision.objects.get(item=item)
    assert (decision.votes_for, decision.votes_against, decision.carried) == (present, 0, True)
    return decision


def sign(president: Road, dossier: Dossier) -> None:
    """The president reads the opinion once more and signs it, second factor given."""
    president.go(f"/dossiers/{dossier.reference}/comite/signature/").press("Sign the opinion")
    signed = Dossier.objects.get(pk=dossier.pk)
    assert (signed.state, bool(signed.opinion)) == (State.OPINION_GIVEN, True)


def close_with_minutes(desk: Road, session: Session, linked: Member) -> None:
    """The session is closed, and its minutes are made in the background: they say who withdrew."""
    desk.go(f"/comite/seances/{session.reference}/clore/").is_accessible().press("Close the session")
    deliver_all()
    minutes = Paper.objects.get(session=session, kind=PaperKind.MINUTES)
    assert str(linked) in str(minutes.source)
    desk.go(f"/comite/seances/{session.reference}/documents/").is_accessible().fits().shows(minutes.number)
    assert Paper.objects.filter(kind=PaperKind.OPINION).count() == 3
    assert Paper.objects.filter(kind=PaperKind.REPORT).count() == 6


def answer_and_go_on(applicant: Road, dossier: Dossier) -> None:
    """The applicant reads the opinion, is kept from the CNIL until each recommendation is answered, and then asks for it."""
    applicant.go(f"/dossiers/{dossier.reference}/avis/").is_accessible().fits().shows("Publier le protocole.")
    applicant.page.locator('input[name="reply_1"][value="followed"]').check(force=True)
    applicant.press("Save the answers").shows("1 recommendation is still to be answered before the CNIL can be seized.")
    applicant.page.locator('input[name="reply_2"][value="not_followed"]').check(force=True)
    applicant.write(words_2="Le protocole est couvert par un accord.").press("Save the answers").is_accessible()
    applicant.go(f"/dossiers/{dossier.reference}/state_wish/").is_accessible().send()
    assert Dossier.objects.get(pk=dossier.pk).cnil_wished_at


def make(road: Road, dossier: Dossier, move: str, **values: str) -> str:
    """Make a move from its page; the answer is the state in which the dossier then is."""
    road.go(f"/dossiers/{dossier.reference}/{move}/").is_accessible()
    road.write(**values).send()
    return str(Dossier.objects.values_list("state", flat=True).get(pk=dossier.pk))


def test_a_session_gives_three_opinions_and_the_cnil_authorises(open_screen: Open, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    company = Company(open_screen)
    members, dossiers = company.members, company.dossiers
    assert Recusal.objects.get().member == members[LINKED]

    officer = company.desk(company.people["officer"], "/comite/seances/nouvelle/")
    session = plan_a_session(officer)
    president = company.desk(members[0].user, "/comite/attribution/")
    president.is_accessible().fits().shows(dossiers[2].reference)
    see_the_conflict(company, president)
    for place, dossier in enumerate(dossiers):
        allocate(president, dossier, members[2 + 2 * place : 4 + 2 * place])
    rows = list(Allocation.objects.select_related("member__user", "examination__dossier").order_by("examination", "pk"))
    for row in rows[1:]:
        report_by_service(row)
    report_blind(company, rows[0])

    convene(officer, session, dossiers)
    open_the_session(officer, session, members)
    items = {item.examination.dossier_id: item for item in Item.objects.select_related("session", "examination")}
    vote_with_a_tie(officer, items[dossiers[0].pk], members)
    vote_at_once(officer, items[dossiers[1].pk], THERE)
    conflicted = vote_at_once(officer, items[dossiers[2].pk], THERE - 1)
    assert conflicted.ballots.get(member=members[LINKED]).position == ""
    assert set(Item.objects.values_list("ending", flat=True)) == {Ending.OPINION}
    president.go(f"/dossiers/{dossiers[0].reference}/comite/signature/").is_accessible().fits()
    for dossier in dossiers:
        sign(president, dossier)
    close_with_minutes(officer, session, members[LINKED])

    applicant = company.desk(company.people["owner"], "/dossiers/", width=360)
    answer_and_go_on(applicant, dossiers[0])
    assert make(officer, dossiers[0], "seize_cnil") == State.WITH_CNIL
    liaison = company.desk(company.people["cnil"], f"/dossiers/{dossiers[0].reference}/")
    assert make(liaison, dossiers[0], "cnil_extends") == State.WITH_CNIL
    assert make(liaison, dossiers[0], "authorise", reference="DR-2026-104") == State.AUTHORISED
    fiche = Fiche.objects.get(dossier=dossiers[0])
    visitor = on_road(open_screen("/repertoire/", language="en"))
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("link", name="Épilepsie et hospitalisations").first.click()
    visitor.ready().shows("DR-2026-104").is_accessible()
    assert fiche.get_absolute_url() in visitor.page.url
