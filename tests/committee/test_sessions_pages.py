"""The pages of the calendar, of a session, of its agenda and of the committee's home, as their readers meet them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committee.models import Allocation, Item, Session
from committee.policies import MAY
from committee.queries.history import HAPPENED
from committee.reference import rules_on
from committee.rules import short_notice
from committee.services.examining import recuse
from committee.services.presence import stands_of
from committee.states import Ground, Presence
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_member, a_session, an_examination, on_agenda, on_its_day, seat
from tests.requests_app.factories import cast
from workflow.models import JournalLine

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    """A browser of somebody who reads English."""
    return sign_in(Client(headers={"accept-language": "en"}), user)


def at(name: str, *args: Any) -> str:
    return reverse(f"committee:{name}", args=args)


MEETING = {"day": "2031-05-14", "begins": "09:30", "ends": "17:00", "venue": "mixed", "place": "Salle 3", "link": ""}


def test_the_public_calendar_shows_what_is_published_and_not_where(client: Client) -> None:
    a_session(reference="CES-2031-90")
    shown = a_session(timezone.now() + timedelta(days=30), published_at=timezone.now(), place="Salle secrète", reference="CES-2031-91")
    dropped = a_session(timezone.now() + timedelta(days=60), published_at=timezone.now(), reference="CES-2031-92")
    dropped.cancel(by=UserFactory(officer=True), at=timezone.now(), because="Salle fermée.")
    page = client.get(at("calendar")).content.decode()
    assert shown.reference in page
    assert "CES-2031-90" not in page
    assert "Salle secrète" not in page
    assert "Salle fermée." in page
    assert "calendrier.ics" in page


def test_an_officer_plans_publishes_moves_and_cancels_a_session() -> None:
    browser = signed_in(UserFactory(officer=True))
    wrong = browser.post(at("new_session"), MEETING | {"ends": "09:00", "venue": "remote"})
    assert wrong.status_code == 422
    assert b"Salle 3" in wrong.content
    assert browser.post(at("new_session"), MEETING).status_code == 302
    session = Session.objects.get()
    assert session.starts_at.hour == 7  # half past nine in Paris, in summer
    assert browser.post(at("publish", session.reference)).status_code == 302
    moved = browser.post(at("reschedule", session.reference), MEETING | {"day": "2031-06-11"})
    assert moved.status_code == 302
    session = Session.objects.get()
    assert (str(session.day), session.revision) == ("2031-06-11", 1)
    assert browser.post(at("cancel", session.reference), {"because": " "}).status_code == 422
    assert browser.post(at("cancel", session.reference), {"because": "Doublon."}).status_code == 302
    assert Session.objects.get().state == "cancelled"


def test_a_convened_session_is_moved_to_a_moment_too_near_only_once_that_is_confirmed() -> None:
    browser, session = signed_in(UserFactory(officer=True)), a_session(state="planned")
    on_agenda(session, an_examination())
    session.convene(by=session.planned_by, at=timezone.now())
    tomorrow = timezone.localtime() + timedelta(hours=20)
    told = MEETING | {"day": tomorrow.date().isoformat(), "begins": tomorrow.strftime("%H:%M"), "ends": "23:59"}
    asked = browser.post(at("reschedule", session.reference), told)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert ("at least 5 days before" in page, "at least 24 hours before" in page, 'name="as_written"' in page) == (True, True, True)
    assert Session.objects.get().revision == 0
    assert browser.post(at("reschedule", session.reference), told | {"as_written": "on"}).status_code == 302
    assert Session.objects.get().revision == 1
    assert JournalLine.objects.get(action="reschedule").facts["short_notice"] is True


@pytest.mark.parametrize(
    ("state", "days", "hours", "said"),
    [("convened", 4, 0, 1), ("convened", 5, 0, 0), ("convened", 0, 1, 0), ("planned", 1, 0, 0), ("convened", 1, -1, 2)],
)
def test_what_leaves_too_little_time_is_said_at_its_edges(state: str, days: int, hours: int, said: int) -> None:
    now = datetime(2031, 6, 2, 8, tzinfo=UTC)
    session = Session(state=state, starts_at=now + timedelta(hours=3) if (days, hours) == (0, 1) else now + timedelta(days=30))
    moved = (session.starts_at if (days, hours) == (0, 1) else now + timedelta(days=days)) + timedelta(hours=hours)
    assert len(short_notice(session, moved, now, rules_on(now.date()))) == said


def test_all_planned_sessions_are_published_at_once() -> None:
    browser = signed_in(UserFactory(officer=True))
    for days in (10, 40):
        a_session(timezone.now() + timedelta(days=days))
    assert b"Publish the 2 planned sessions" in browser.get(at("sessions")).content
    browser.post(at("publish_all"))
    assert Session.objects.public().count() == 2


def test_the_list_tells_what_is_to_come_from_what_is_over() -> None:
    officer, coming = UserFactory(officer=True), a_session()
    over = a_session(timezone.now() + timedelta(days=60))
    over.cancel(by=officer, at=timezone.now(), because="Doublon.")
    page = signed_in(officer).get(at("sessions"))
    assert page.context["live"] == [coming]
    assert list(page.context["page"]) == [over]


def test_who_has_no_business_in_the_committee_finds_none_of_its_pages() -> None:
    session = a_session()
    stranger, expert = signed_in(UserFactory(roles=["fee_manager"])), signed_in(a_member(quality="expert").user)
    for name, args in (("home", []), ("sessions", []), ("session", [session.reference]), ("agenda", [session.reference])):
        assert stranger.get(at(name, *args)).status_code == 404, name
    assert expert.get(at("home")).status_code == 200
    assert expert.get(at("session", session.reference)).status_code == 404
    assert Client().get(at("session", session.reference)).status_code == 302


def test_a_member_reads_a_session_and_changes_nothing() -> None:
    members, session = a_committee(3), a_session()
    on_agenda(session, an_examination())
    browser = signed_in(members[2].user)
    assert b"Say whether I come" in browser.get(session.get_absolute_url()).content
    for name in ("agenda", "reschedule", "cancel", "convene", "presence", "open", "close", "approve"):
        assert browser.get(at(name, session.reference)).status_code == 403, name


def test_who_withdrew_reads_the_session_without_anything_that_names_the_dossier() -> None:
    members, session, examination = a_committee(3), a_session(), an_examination(title="Étude des brûlures graves")
    on_agenda(session, examination)
    dossier = examination.dossier
    recuse(dossier, members[2], Ground.DECLARED, by=members[2].user, at=timezone.now(), words="J’y travaille.")
    for place in (session.get_absolute_url(), at("home")):
        page = signed_in(members[2].user).get(place).content.decode()
        assert dossier.reference not in page
        assert "brûlures" not in page
    assert "you have withdrawn" in signed_in(members[2].user).get(session.get_absolute_url()).content.decode()
    assert "brûlures" in signed_in(members[1].user).get(session.get_absolute_url()).content.decode()


def test_the_president_who_withdrew_cannot_open_the_line_of_the_agenda() -> None:
    (president, *_), session, examination = a_committee(2), a_session(), an_examination()
    item = on_agenda(session, examination)
    browser = signed_in(president.user)
    assert browser.get(at("debate", session.reference, item.position)).status_code == 200
    recuse(examination.dossier, president, Ground.DECLARED, by=president.user, at=timezone.now(), words="J’y travaille.")
    assert browser.get(at("debate", session.reference, item.position)).status_code == 404
    assert browser.post(at("take_off", session.reference, item.position)).status_code == 404
    page = browser.get(at("agenda", session.reference)).content.decode()
    assert "not open to you" in page
    assert examination.dossier.reference not in page


def test_an_agenda_is_built_arranged_and_convened() -> None:
    officer, session, members = UserFactory(officer=True), a_session(published_at=timezone.now()), a_committee(2)
    people = cast()
    first, second = an_examination(people), an_examination(people)
    browser = signed_in(officer)
    assert b"Tick at least one" in browser.post(at("agenda_add", session.reference), {}, follow=True).content
    browser.post(at("agenda_add", session.reference), {"examination": [first.pk, second.pk]})
    a, b = Item.objects.order_by("position")
    asked = {f"place_{a.pk}": 1, f"place_{b.pk}": 2, f"minutes_{a.pk}": 30, f"minutes_{b.pk}": 15, "up": b.pk}
    assert browser.post(at("agenda", session.reference), asked).status_code == 302
    assert list(Item.objects.order_by("position").values_list("pk", "minutes")) == [(b.pk, 15), (a.pk, 30)]
    wrong = browser.post(at("agenda", session.reference), asked | {f"minutes_{a.pk}": 500})
    assert wrong.status_code == 422
    without = {"debate": "simplified", "ground": "Accès simplifié.", "similar": ""}
    assert browser.post(at("debate", session.reference, 1), without | {"ground": ""}).status_code == 422
    assert browser.post(at("debate", session.reference, 1), without).status_code == 302
    assert browser.post(at("convene", session.reference)).status_code == 302
    assert session.attendances.count() == len(members)
    assert browser.post(at("take_off", session.reference, 2), {"because": ""}).status_code == 422
    assert browser.post(at("take_off", session.reference, 2), {"because": "Réponses attendues."}).status_code == 302
    assert Item.objects.get(pk=a.pk).ending == "struck"


def test_an_empty_agenda_convenes_nobody() -> None:
    session = a_session(published_at=timezone.now())
    refused = signed_in(UserFactory(officer=True)).post(at("convene", session.reference))
    assert refused.status_code == 422
    assert Session.objects.get().state == "planned"


def convened(size: int) -> tuple[Session, list[Any]]:
    members, session = a_committee(size), a_session(published_at=timezone.now())
    on_agenda(session, an_examination())
    session.convene(by=members[0].user, at=timezone.now())
    return session, members


def test_a_member_says_that_another_one_represents_them() -> None:
    session, (_president, proxy, member) = convened(3)
    browser = signed_in(member.user)
    assert browser.get(at("announce", session.reference)).status_code == 200
    assert browser.post(at("announce", session.reference), {"presence": "represented"}).status_code == 422
    browser.post(at("announce", session.reference), {"presence": "represented", "represented_by": proxy.pk})
    assert stands_of(session)[member.pk].represented_by == proxy.pk
    assert signed_in(UserFactory(officer=True)).get(at("announce", session.reference)).status_code == 404


def listed(session: Session, members: list[Any], **changed: Any) -> dict[str, Any]:
    """The list of who is there as the page sends it."""
    return {f"presence_{one.pk}": "expected" for one in members} | {f"proxy_{one.pk}": "" for one in members} | changed


def test_presence_is_noted_and_the_session_opened_closed_and_approved() -> None:
    session, members = convened(3)
    browser = signed_in(members[0].user)
    on_its_day(session)
    assert b"Neither the president" in browser.get(at("open", session.reference)).content
    here = {f"presence_{members[0].pk}": "present", f"remote_{members[0].pk}": "on"}
    browser.post(at("presence", session.reference), listed(session, members, **here))
    assert session.attendances.get(member=members[0]).remote
    few = browser.post(at("open", session.reference), {"chair": members[0].pk})
    assert few.status_code == 422
    assert b"No quorum" in few.content
    two = {f"presence_{one.pk}": "represented" for one in members[1:]} | {f"proxy_{one.pk}": members[0].pk for one in members[1:]}
    refused = browser.post(at("presence", session.reference), listed(session, members, **here, **two))
    assert refused.status_code == 422
    assert b"represents at most 1" in refused.content
    browser.post(at("presence", session.reference), listed(session, members, **here, **{f"presence_{members[1].pk}": "present"}))
    assert browser.post(at("open", session.reference), {"chair": members[0].pk}).status_code == 302
    refused = browser.post(at("close", session.reference))
    assert (refused.status_code, b"Close the session</button>" in refused.content) == (422, False)
    item = Item.objects.select_related("examination__dossier").get(session=session)
    asked = browser.get(at("close", session.reference)).content.decode()
    assert reverse("committee:item", args=[session.reference, item.pk]) in asked
    assert f"No. {item.position}: {item.examination.dossier.title}" in asked
    assert "Close the session</button>" not in asked
    Item.objects.update(ending="deferred", ended_at=timezone.now(), ending_reason="Faute de temps.")
    assert browser.post(at("close", session.reference)).status_code == 302
    assert b"No later session is open yet" in browser.get(at("approve", session.reference)).content
    assert browser.post(at("presence", session.reference), {}).status_code in (409, 422)


def test_the_list_is_kept_when_the_session_is_opened_from_it() -> None:
    session, members = convened(3)
    browser = signed_in(members[0].user)
    here = {f"presence_{one.pk}": "present" for one in members}
    answer = browser.post(at("presence", session.reference), listed(session, members, **here, open="1"))
    assert answer.headers["Location"] == at("open", session.reference)
    assert {one.presence for one in stands_of(session).values()} == {"present"}


def test_one_button_says_that_everybody_expected_has_come() -> None:
    session, members = convened(3)
    browser = signed_in(members[0].user)
    away = {f"presence_{members[2].pk}": "excused"}
    browser.post(at("presence", session.reference), listed(session, members, **away, everybody="1"))
    assert [stands_of(session)[one.pk].presence for one in members] == ["present", "present", "excused"]
    page = browser.get(at("open", session.reference)).content.decode()
    assert "Quorum reached" in page


def test_the_minutes_are_approved_within_a_later_session() -> None:
    members = a_committee(2)
    first, second = a_session(timezone.now() + timedelta(days=1)), a_session(timezone.now() + timedelta(days=2))
    for session in (first, second):
        on_agenda(session, an_examination())
        session.convene(by=members[0].user, at=timezone.now())
        seat(session, members)
        on_its_day(session)
        session.open_session(by=members[0].user, at=timezone.now(), chair=members[0])
        session.items.update(ending="deferred", ended_at=timezone.now(), ending_reason="Faute de temps.")
    first.close_session(by=members[0].user, at=timezone.now())
    browser = signed_in(members[0].user)
    assert browser.post(at("approve", first.reference), {"within": second.pk}).status_code == 422  # no minutes yet
    papers = {"kind": "minutes", "number": "PV-1", "source": {}, "pdf": "a.pdf", "docx": "a.docx", "pdf_sha256": "", "docx_sha256": ""}
    first.papers.create(**papers, made_at=timezone.now(), made_by=members[0].user)
    sent = {"within": second.pk, "number": "PV-1"}
    first.papers.create(**papers | {"number": "PV-2"}, made_at=timezone.now(), made_by=members[0].user)
    refused = browser.post(at("approve", first.reference), sent)  # made again since the page was opened
    assert (refused.status_code, b"were made again meanwhile" in refused.content, b'value="PV-2"' in refused.content) == (422, True, True)
    assert browser.post(at("approve", first.reference), sent | {"number": "PV-2"}).status_code == 302
    assert Session.objects.get(pk=first.pk).approved_in == second
    line = JournalLine.objects.get(subject_type="session", subject_id=first.pk, action="approve_minutes")
    assert line.facts["paper_number"] == "PV-2"


def test_the_home_page_tells_a_member_what_to_do() -> None:
    members, session, examination = a_committee(2), a_session(published_at=timezone.now()), an_examination(title="Suivi des brûlures")
    on_agenda(session, examination)
    Allocation.objects.create(examination=examination, member=members[1], allocated_at=timezone.now(), allocated_by=members[0].user)
    page = signed_in(members[1].user).get(at("home"))
    assert page.context["undeclared"][0]["session"] == session
    assert page.context["reports"][0]["dossier"] == examination.dossier
    assert page.context["reports"][0]["due_at"] == session.reports_due_at
    assert "leads" not in page.context
    examination.interest_answers.create(member=members[1], answer="none", at=timezone.now())
    assert signed_in(members[1].user).get(at("home")).context["undeclared"] == []


def test_the_home_page_tells_the_secretariat_what_to_prepare() -> None:
    officer, session, examination = UserFactory(officer=True), a_session(), an_examination()
    examination.urgent = True
    examination.save()
    page = signed_in(officer).get(at("home"))
    assert page.context["waiting"] == {"unallocated": 1}
    text = page.content.decode()
    assert "Call an urgent session" in text
    assert "No session is published" in text
    assert "No dossier is on the agenda." in text
    assert examination.dossier.reference in text
    assert at("agenda", session.reference) in text


def test_the_menu_has_the_committee_for_its_people_only() -> None:
    assert at("home").encode() in signed_in(a_member().user).get(reverse("home")).content
    assert f'href="{at("home")}"'.encode() not in signed_in(UserFactory()).get(reverse("home")).content


def test_every_act_on_a_session_has_its_words_in_its_history() -> None:
    unheard = {"read_papers"}
    assert set(MAY) - unheard == set(HAPPENED)
    session, members = convened(3)
    browser = signed_in(members[0].user)
    assert [one.words for one in browser.get(session.get_absolute_url()).context["history"]] == [HAPPENED["convene"]]
    assert signed_in(members[2].user).get(session.get_absolute_url()).context["history"] == []


def test_an_unknown_session_is_not_found_and_a_second_convocation_is_refused() -> None:
    session, members = convened(1)
    browser = signed_in(members[0].user)
    assert browser.get(at("session", "CES-1999-01")).status_code == 404
    assert browser.post(at("convene", session.reference)).status_code == 409
    assert JournalLine.objects.filter(action="convene").count() == 1


def test_longer_lists_cost_no_more_queries() -> None:
    (president, *_others), people, session = a_committee(3), cast(), a_session(published_at=timezone.now())
    browser = signed_in(president.user)
    places = [session.get_absolute_url(), at("agenda", session.reference), at("home"), at("sessions"), at("calendar")]

    def spent() -> list[int]:
        found = []
        for place in places:
            browser.get(place)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(place).status_code == 200
            found.append(len(queries))
        return found

    def grow(days: int) -> None:
        Allocation.objects.create(
            examination=on_agenda(session, an_examination(people)).examination,
            member=president,
            allocated_at=timezone.now(),
            allocated_by=president.user,
        )
        an_examination(people)
        a_session(timezone.now() + timedelta(days=days), published_at=timezone.now())
        seat(session, [a_member()], Presence.EXCUSED)

    grow(40)
    few = spent()
    grow(50)
    grow(60)
    assert spent() == few
