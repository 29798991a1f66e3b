"""The work-list: each list holds what its name says, nothing leaks onto a desk, and ten thousand rows cost what ten do."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app.desks import worklist
from requests_app.desks.models import SavedList
from requests_app.desks.services import save_list
from requests_app.desks.tally import current_tally, tally
from requests_app.models import Dossier, NextDue
from requests_app.services import assign
from requests_app.states import State
from requests_app.talk.services import mark_read, write_message
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.requests_app.factories import a_dossier, a_draft, make
from workflow import clocks, tasklist
from workflow.models import MessageState, OutboxMessage
from workflow.periods import paris_day
from workflow.refusals import RuleBroken

pytestmark = pytest.mark.django_db


def today() -> date:
    return paris_day(timezone.now())


def on_list(user, code: str = worklist.ALL, **asked) -> set[str]:
    wanted = worklist.asked(user, {"list": code} | asked)
    return set(worklist.listed(user, wanted, today()).values_list("reference", flat=True))


def due(dossier: Dossier, days: int) -> Dossier:
    """Make the running clock of a dossier due so many days from today."""
    clocks.of(dossier).filter(outcome="running").update(
        due_on=today() + timedelta(days=days), started_at=timezone.now() - timedelta(days=90)
    )
    return dossier


def work(client: Client, **query):
    return client.get(reverse("work:index"), query, headers={"accept-language": "en"})


def test_mine_and_unassigned_split_the_dossiers_under_way(people: dict) -> None:
    mine, free = a_dossier(State.SUBMITTED, people), a_dossier(State.SUBMITTED, people)
    ended = a_dossier(State.CLOSED, people)
    assign(mine, officer=people["officer"], by=people["head"], at=timezone.now())
    assert on_list(people["officer"], worklist.MINE) == {mine.reference}
    assert on_list(people["officer"], worklist.UNASSIGNED) == {free.reference}
    assert on_list(people["officer"]) == {mine.reference, free.reference, ended.reference}


def test_overdue_begins_the_day_after_the_due_day_and_soon_ends_after_three_working_days(people: dict) -> None:
    late, now, last, later = (
        due(a_dossier(State.SUBMITTED, people), days) for days in (-1, 0, (worklist.soon_until(today()) - today()).days, 30)
    )
    assert on_list(people["officer"], worklist.OVERDUE) == {late.reference}
    assert on_list(people["officer"], worklist.SOON) == {now.reference, last.reference}
    assert later.reference in on_list(people["officer"])


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 5, 6), date(2026, 5, 12)),  # Wednesday: Thursday, then over Friday 8 May and the week-end
        (date(2026, 11, 20), date(2026, 11, 25)),  # Friday
        (date(2026, 11, 23), date(2026, 11, 26)),  # Monday
    ],
)
def test_soon_is_counted_in_working_days(day: date, last: date) -> None:
    assert worklist.soon_until(day) == last


def test_a_suspended_period_is_neither_overdue_nor_due_soon(people: dict) -> None:
    dossier = a_dossier(State.INCOMPLETE, people)
    clocks.suspend(dossier, "K-COMP", timezone.now(), "test")
    due(dossier, -1)
    assert on_list(people["officer"], worklist.OVERDUE) == on_list(people["officer"], worklist.SOON) == set()


def test_the_clock_of_the_data_holders_makes_no_dossier_overdue(people: dict) -> None:
    from catalogue.models import Database

    base = Database.objects.filter(level="catalogue").first()
    dossier = a_dossier(State.WITH_COMMITTEE, people, databases=[base])
    assert {clock.code for clock in clocks.of(dossier).filter(outcome="running")} == {"K-CES", "K-DATA"}
    assert NextDue.objects.get(dossier=dossier).code == "K-CES"


def test_what_waits_for_the_applicant_and_what_awaits_a_decision(people: dict) -> None:
    waiting = [a_dossier(state, people) for state in (State.INCOMPLETE, State.OPINION_GIVEN, State.CNIL_INCOMPLETE)]
    silent = a_dossier(State.WITH_CNIL, people)
    tasklist.open_task(silent, "confirm_tacit_authorisation", "head_of_secretariat", timezone.now())
    assert on_list(people["head"], worklist.WAITING) == {one.reference for one in waiting}
    assert on_list(people["head"], worklist.PROPOSED) == {silent.reference}
    assert on_list(people["officer"], worklist.PROPOSED) == set()


def test_drafts_and_the_dossiers_of_ones_own_organisation_are_on_no_list(people: dict) -> None:
    a_draft(people)
    own, other = a_dossier(State.SUBMITTED, people), a_dossier(State.SUBMITTED, people)
    MembershipFactory(user=people["officer"], organisation=own.content.controller)
    assert on_list(people["officer"]) == {other.reference}


def test_a_desk_holds_only_what_has_come_to_it(people: dict) -> None:
    a_dossier(State.COMPLETE, people)
    sent, decided = a_dossier(State.WITH_COMMITTEE, people), a_dossier(State.WITH_CNIL, people)
    running = a_dossier(State.RUNNING, people)
    cnam = UserFactory(roles=["cnam_agent"])
    assert on_list(people["president"]) == {sent.reference, decided.reference, running.reference}
    assert on_list(people["president"], worklist.TURN) == {sent.reference}
    assert on_list(people["cnil"], worklist.TURN) == {decided.reference}
    assert on_list(cnam) == {running.reference}


@pytest.mark.parametrize("words", ["episuivi", "épileptiques", "EPILEPTIQUES personnes"])
def test_words_are_found_without_accents_in_any_letter_case(people: dict, words: str) -> None:
    found = a_dossier(State.SUBMITTED, people)
    other = a_dossier(State.SUBMITTED, people, title="Asthme de l'enfant", acronym="ASTHME")
    assert on_list(people["officer"], q=words) == {found.reference}
    assert on_list(people["officer"], q=other.reference[3:]) == {other.reference}


def test_a_list_is_narrowed_by_procedure_state_and_officer(people: dict) -> None:
    aut, mr004 = a_dossier(State.SUBMITTED, people), a_dossier(State.COMPLETE, people, procedure="mr004")
    assign(aut, officer=people["officer"], by=people["head"], at=timezone.now())
    assert on_list(people["head"], procedure="mr004") == on_list(people["head"], state="complete") == {mr004.reference}
    assert on_list(people["head"], officer=str(people["officer"].pk)) == {aut.reference}


@pytest.mark.parametrize(
    "query", [{"list": "x"}, {"sort": "password"}, {"procedure": "x"}, {"officer": "²"}, {"page": "-3"}, {"state": "'"}]
)
def test_an_address_that_makes_no_sense_shows_a_list_all_the_same(client: Client, people: dict, query: dict) -> None:
    a_dossier(State.SUBMITTED, people)
    assert work(sign_in(client, people["officer"]), **query).status_code == 200


@pytest.mark.parametrize("sort", list(worklist.SORTS))
def test_every_order_can_be_turned_round_and_keeps_every_row(people: dict, sort: str) -> None:
    for state in (State.SUBMITTED, State.AUTHORISED, State.WITH_CNIL):
        a_dossier(state, people)
    orders = [
        list(worklist.listed(people["officer"], worklist.asked(people["officer"], {"list": "all", "sort": one}), today()))
        for one in (sort, f"-{sort}")
    ]
    assert len(orders[0]) == len(orders[1]) == 3
    assert sorted(one.pk for one in orders[0]) == sorted(one.pk for one in orders[1])


def test_the_most_urgent_comes_first_and_what_has_no_period_last(people: dict) -> None:
    later, free, late = (
        due(a_dossier(State.SUBMITTED, people), 9),
        a_dossier(State.AUTHORISED, people),
        due(a_dossier(State.SUBMITTED, people), -3),
    )
    rows = worklist.listed(people["officer"], worklist.asked(people["officer"], {"list": "all"}), today())
    assert [one.pk for one in rows] == [late.pk, later.pk, free.pk]
    assert [one["pk"] for one in worklist.in_order([free.pk, late.pk])] == [free.pk, late.pk]


def test_counts_agree_with_the_lists_and_loads_with_the_officers(people: dict) -> None:
    for state in (State.SUBMITTED, State.INCOMPLETE, State.CLOSED):
        dossier = a_dossier(state, people, begun=timezone.now() - timedelta(days=90))
        if state != State.CLOSED:
            assign(dossier, officer=people["officer"], by=people["head"], at=timezone.now())
    counted = tally(people["officer"], today())
    assert counted.counts == {code: len(on_list(people["officer"], code)) for code in worklist.lists_of(people["officer"])}
    assert [(load.officer, load.under_way, load.overdue) for load in counted.loads] == [(people["officer"].pk, 2, 2)]
    assert (counted.load_of(people["officer"]), counted.load_of(people["head"]), counted.average) == (2, 0, 2)


def test_the_page_shows_its_lists_with_counts_and_rows(client: Client, people: dict) -> None:
    dossier = due(a_dossier(State.SUBMITTED, people), -1)
    body = work(sign_in(client, people["officer"]), list="overdue").content.decode()
    for words in (dossier.reference, "EPISUIVI", "working day late", "turn of the secretariat", 'aria-current="page"'):
        assert words in body


def test_an_empty_list_says_why_and_a_filter_without_result_leads_back(client: Client, people: dict) -> None:
    sign_in(client, people["officer"])
    assert "No dossier under way is entrusted to you." in work(client).content.decode()
    assert "Show the whole list" in work(client, list="all", q="rien").content.decode()


@pytest.mark.parametrize("role", ["officer", "head", "president", "cnil", "auditor"])
def test_everyone_who_instructs_or_watches_has_a_work_list(client: Client, people: dict, role: str) -> None:
    a_dossier(State.WITH_CNIL, people)
    person = people.get(role) or UserFactory(roles=[role])
    assert work(sign_in(client, person)).status_code == 200


def test_an_administrator_has_no_dossier_to_treat_and_is_led_to_the_undelivered_messages(client: Client) -> None:
    sign_in(client, UserFactory(administrator=True))
    assert work(client).headers["Location"] == reverse("work:messages")
    assert client.get(reverse("work:export", args=["csv"])).status_code == 404


def test_an_applicant_is_led_to_their_own_dossiers(client: Client, people: dict) -> None:
    assert work(sign_in(client, people["owner"])).headers["Location"] == reverse("dossiers:index")


def test_after_sign_in_an_officer_lands_on_the_work_list(client: Client, people: dict) -> None:
    assert sign_in(client, people["officer"]).get(reverse("accounts:after_login")).headers["Location"] == reverse("work:index")


def test_sixty_rows_cost_no_more_queries_than_three(client: Client, people: dict, django_assert_max_num_queries) -> None:
    for _number in range(3):
        a_dossier(State.SUBMITTED, people)
    sign_in(client, people["officer"])
    with django_assert_max_num_queries(15) as few:
        work(client, list="all")
    for _number in range(15):
        a_dossier(State.INCOMPLETE, people)
    with django_assert_max_num_queries(len(few)):
        assert len(work(client, list="all").context["rows"]) == 18


def test_counts_are_not_counted_again_until_something_happens(people: dict, django_assert_num_queries, monkeypatch) -> None:
    monkeypatch.setattr("requests_app.desks.tally.DEAR_SECONDS", 60)  # however busy the machine is
    dossier = a_dossier(State.SUBMITTED, people)
    before = current_tally(people["officer"], today())
    with django_assert_num_queries(1):
        assert current_tally(people["officer"], today()) == before
    assign(dossier, officer=people["officer"], by=people["head"], at=timezone.now())
    assert current_tally(people["officer"], today()).counts["mine"] == 1
    tasklist.open_task(dossier, "abandon", "officer", timezone.now())
    assert current_tally(people["officer"], today()).counts["proposed"] == 1


def test_where_counting_is_dear_only_what_colleagues_do_is_counted_a_little_later(people: dict, monkeypatch) -> None:
    monkeypatch.setattr("requests_app.desks.tally.DEAR_SECONDS", -1)
    monkeypatch.setattr("requests_app.desks.tally.SHARE", 1e6)
    dossier = a_dossier(State.SUBMITTED, people)
    assert current_tally(people["officer"], today()).counts["mine"] == 0
    assign(dossier, officer=people["officer"], by=people["head"], at=timezone.now())
    assert current_tally(people["officer"], today()).counts["mine"] == 0
    assign(dossier, officer=None, by=people["officer"], at=timezone.now())
    assign(dossier, officer=people["officer"], by=people["officer"], at=timezone.now())
    assert current_tally(people["officer"], today()).counts["mine"] == 1, "what the reader did shows at once"
    assign(dossier, officer=None, by=people["head"], at=timezone.now())
    monkeypatch.setattr("requests_app.desks.tally.LONGEST_WAIT_SECONDS", 0)
    assert current_tally(people["officer"], today()).counts["mine"] == 0, "and what others did, once the wait is over"


def test_the_rows_say_how_many_messages_await_the_reader(client: Client, people: dict) -> None:
    spoken, silent = a_dossier(State.SUBMITTED, people), a_dossier(State.SUBMITTED, people)
    for words in ("Bonjour.", "Une question encore."):
        last = write_message(spoken, "", words, by=people["owner"], at=timezone.now())
    rows = {row["pk"]: row["unread"] for row in work(sign_in(client, people["officer"]), list="all").context["rows"]}
    assert rows == {spoken.pk: "2 unread messages", silent.pk: ""}
    assert "2 unread messages" in work(client, list="all").content.decode()
    mark_read(last.thread, last.pk, by=people["officer"], at=timezone.now())
    assert "unread message" not in work(client, list="all").content.decode()
    assert "unread message" not in work(sign_in(Client(), people["president"]), list="all").content.decode()


def test_a_dossier_that_comes_back_after_a_complement_is_returned_until_it_is_judged(people: dict) -> None:
    first_time, dossier = a_dossier(State.SUBMITTED, people), a_dossier(State.INCOMPLETE, people)
    assert on_list(people["officer"], worklist.RETURNED) == set()
    make(dossier, "resubmit", people, timezone.now())
    assert on_list(people["officer"], worklist.RETURNED) == {dossier.reference}
    assert first_time.reference in on_list(people["officer"], state="submitted")
    make(dossier, "declare_complete", people, timezone.now())
    assert on_list(people["officer"], worklist.RETURNED) == set()


def test_an_amendment_says_which_dossier_it_modifies(client: Client, people: dict) -> None:
    initial, amendment = a_dossier(State.RUNNING, people), a_dossier(State.SUBMITTED, people)
    Dossier.objects.filter(pk=amendment.pk).update(amends=initial)
    body = work(sign_in(client, people["officer"]), list="all", state="submitted").content.decode()
    assert f"Amendment of {initial.reference}" in body


def test_the_address_of_a_list_says_only_what_was_understood(people: dict) -> None:
    wanted = worklist.asked(people["officer"], {"list": "overdue", "procedure": "aut", "state": "nowhere", "sort": "-since", "page": "4"})
    assert wanted.query == "list=overdue&procedure=aut&sort=-since"
    assert worklist.asked_in(people["officer"], wanted.query) == wanted


def test_a_saved_list_leads_back_to_the_same_rows_and_may_be_shared(client: Client, people: dict) -> None:
    a_dossier(State.SUBMITTED, people)
    sign_in(client, people["head"])
    typed = {"name": "Mes autorisations", "query": "list=all&procedure=aut&page=3&x=1", "is_shared": "on"}
    assert client.post(reverse("work:save_list"), typed).headers["Location"] == f"{reverse('work:index')}?list=all&procedure=aut"
    body = work(sign_in(Client(), people["officer"])).content.decode()
    assert "Mes autorisations" in body
    assert "?list=all&amp;procedure=aut" in body
    assert "Mes autorisations" not in work(sign_in(Client(), people["president"])).content.decode()


def test_the_same_name_keeps_the_newer_list_and_only_its_owner_removes_it(client: Client, people: dict) -> None:
    for query in ("list=all", "list=overdue"):
        kept = save_list(name="Lundi", query=query, is_shared=True, by=people["head"], at=timezone.now())
    assert SavedList.objects.get().query == "list=overdue"
    assert sign_in(Client(), people["officer"]).post(reverse("work:forget_list", args=[kept.pk])).status_code == 404
    assert sign_in(client, people["head"]).post(reverse("work:forget_list", args=[kept.pk])).status_code == 302
    assert not SavedList.objects.exists()


def test_a_list_without_a_name_is_not_saved(client: Client, people: dict) -> None:
    sign_in(client, people["officer"]).post(reverse("work:save_list"), {"name": "  ", "query": "list=all"})
    with pytest.raises(RuleBroken):
        save_list(name=" ", query="list=all", is_shared=False, by=people["officer"], at=timezone.now())
    assert not SavedList.objects.exists()


def test_the_summary_tells_where_it_is_what_is_awaited_and_who_has_it(client: Client, people: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    assign(dossier, officer=people["officer"], by=people["head"], at=timezone.now())
    sign_in(client, people["officer"])
    address = reverse("work:summary", args=[dossier.reference])
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    for words in ("Filed, completeness check under way", "Declare the dossier complete", str(people["officer"]), "<h1"):
        assert words in page
    inside = client.get(address, headers={"accept-language": "en", "HX-Request": "true"}).content.decode()
    assert "Declare the dossier complete" in inside
    assert "<html" not in inside


def test_the_summary_of_what_one_may_not_see_does_not_exist(client: Client, people: dict) -> None:
    dossier = a_dossier(State.COMPLETE, people)
    address = reverse("work:summary", args=[dossier.reference])
    assert sign_in(client, people["president"]).get(address).status_code == 404
    assert sign_in(Client(), people["owner"]).get(address).status_code == 404


def dead_letter() -> OutboxMessage:
    now = timezone.now()
    return OutboxMessage.objects.create(
        kind="mail", key="mail:x:42", payload={"template": "mail/dossier_received", "user": 42}, state=MessageState.DEAD,
        queued_at=now, next_try_at=now, attempts=8, last_error="SMTPServerDisconnected",
    )  # fmt: skip


@pytest.mark.parametrize("role", ["administrator", "head_of_secretariat"])
def test_a_message_that_was_given_up_is_tried_again(client: Client, role: str) -> None:
    message = dead_letter()
    sign_in(client, UserFactory(roles=[role]))
    body = client.get(reverse("work:messages")).content.decode()
    assert "SMTPServerDisconnected" in body
    assert "mail/dossier_received" in body
    assert client.post(reverse("work:retry", args=[message.pk])).status_code == 302
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
    assert client.post(reverse("work:retry", args=[message.pk])).status_code == 404


def test_undelivered_messages_are_hidden_from_everybody_else(client: Client, people: dict) -> None:
    message = dead_letter()
    sign_in(client, people["officer"])
    assert client.get(reverse("work:messages")).status_code == 404
    assert client.post(reverse("work:retry", args=[message.pk])).status_code == 404


def test_messages_show_no_name_and_no_address(client: Client) -> None:
    reader = UserFactory(administrator=True)
    addressee = UserFactory(email="quelquun@exemple.fr", last_name="Secret")
    message = dead_letter()
    OutboxMessage.objects.filter(pk=message.pk).update(payload={"template": "mail/dossier_received", "user": addressee.pk})
    body = sign_in(client, reader).get(reverse("work:messages")).content.decode()
    assert "quelquun" not in body
    assert "Secret" not in body


def test_the_undelivered_messages_stand_below_the_work_list_for_those_who_have_one(client: Client, people: dict) -> None:
    trail = f'fr-breadcrumb__link" href="{reverse("work:index")}"'
    for reader, has_one in ((UserFactory(administrator=True), False), (people["head"], True)):
        body = sign_in(client, reader).get(reverse("work:messages")).content.decode()
        assert (trail in body) is has_one
