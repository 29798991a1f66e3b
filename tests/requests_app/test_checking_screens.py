"""The screens of the check: who sees them, what they keep, what they refuse, and what the applicant reads."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app.checking.models import CheckRound, Judgement, ReusableReason, Verdict
from requests_app.checking.services import ask_for_everything
from requests_app.checking.sheet import sheet_of
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.requests_app.factories import a_dossier, make
from tests.requests_app.test_checking import again, all_fine, change, judge

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def dossier(people: dict) -> Dossier:
    return a_dossier(State.SUBMITTED, people)


@pytest.fixture
def desk(client: Client, people: dict) -> Client:
    return sign_in(client, people["officer"])


def address(dossier: Dossier, page: str = "check", item: str = "") -> str:
    return reverse(f"checking:{page}", args=[dossier.reference]) + (f"?item={item}" if item else "")


def body_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_who_may_not_check_does_not_learn_that_the_page_exists(client: Client, dossier: Dossier, people: dict) -> None:
    colleague = UserFactory(officer=True)
    MembershipFactory(user=colleague, organisation=dossier.content.controller)
    for person in (people["owner"], people["cnil"], UserFactory(), UserFactory(auditor=True), colleague):
        reader = sign_in(Client(), person)
        assert [reader.get(address(dossier, page)).status_code for page in ("check", "ask", "complete")] == [404] * 3
        assert reader.post(address(dossier, "rest")).status_code == 404
    assert client.get(address(dossier)).status_code == 302


def test_the_officer_sees_the_items_their_words_the_clock_and_the_reasons(desk: Client, dossier: Dossier) -> None:
    body = body_of(desk.get(address(dossier, item="field:summary"), headers=ENGLISH))
    assert dossier.content.lay_summary[:60] in body.replace("&#x27;", "'")
    assert re.search(r"in \d working days", body)
    assert ReusableReason.objects.get(code="resume-technique").title_en in body
    assert ReusableReason.objects.get(code="protocole-rubriques").title_en not in body
    assert 'aria-current="true"' in body


def test_what_the_machine_sees_stands_beside_its_item_and_stops_nothing(desk: Client, dossier: Dossier, people: dict) -> None:
    change(dossier, dpo_contact="marie.curie@exemple.fr")
    assert "looks like that of a person" in body_of(desk.get(address(dossier, item="field:dpo"), headers=ENGLISH))
    judge(again(dossier), "field:dpo", people)
    all_fine(again(dossier), people)
    assert desk.post(address(dossier, "complete"), {"note": ""}).status_code == 302
    assert again(dossier).state == State.COMPLETE


def test_a_verdict_leads_to_the_next_item_and_the_message_grows(desk: Client, dossier: Dossier) -> None:
    said = {"seen": 0, "judgement": "to_complete", "text": "Plus simple."}
    answer = desk.post(address(dossier, item="field:summary"), said)
    assert answer.status_code == 302
    assert "item=" in answer.headers["Location"]
    assert "field%3Asummary" not in answer.headers["Location"]
    assert "Plus simple." in body_of(desk.get(answer.headers["Location"]))


def test_a_verdict_without_its_reason_is_refused_with_what_was_typed_kept(desk: Client, dossier: Dossier) -> None:
    answer = desk.post(address(dossier, item="field:summary"), {"seen": 0, "judgement": "to_complete", "text": " "}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Say why" in body_of(answer)
    assert not Verdict.objects.exists()


def test_the_second_officer_is_shown_the_first_verdict_with_their_own_words_kept(desk: Client, dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:summary", people, Judgement.TO_COMPLETE, "Trop technique.")
    other = sign_in(Client(), UserFactory(officer=True))
    said = {"seen": 0, "judgement": "not_applicable", "text": "Rien à redire."}
    answer = other.post(address(dossier, item="field:summary"), said, headers=ENGLISH)
    assert answer.status_code == 409
    assert "Trop technique." in body_of(answer)
    assert "Rien à redire." in body_of(answer)
    assert other.post(address(dossier, item="field:summary"), said | {"seen": 1}).status_code == 302
    assert Verdict.objects.get(item="field:summary").judgement == Judgement.NOT_APPLICABLE


def test_asking_shows_the_message_then_sends_it_once(desk: Client, dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:summary", people, Judgement.TO_COMPLETE, "Plus simple.")
    assert "Plus simple." in body_of(desk.get(address(dossier, "ask")))
    answers = [desk.post(address(dossier, "ask"), {"added": "Bonjour."}).status_code for _click in range(2)]
    assert answers == [302, 409]
    assert dossier.acts.filter(action="ask_for_complement").count() == 1


def test_declaring_complete_says_what_is_left(desk: Client, dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:summary", people, Judgement.TO_COMPLETE, "Plus simple.")
    answer = desk.post(address(dossier, "complete"), {"note": ""}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "still to be checked" in body_of(answer)
    assert "Declare complete" not in body_of(desk.get(address(dossier), headers=ENGLISH))


def test_the_plain_page_of_the_move_refuses_too_while_an_item_is_to_complete(desk: Client, dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:summary", people, Judgement.TO_COMPLETE, "Plus simple.")
    typed = {"happened_on": timezone.localdate().isoformat(), "seen": again(dossier).journal_seq}
    answer = desk.post(reverse("dossiers:move", args=[dossier.reference, "declare_complete"]), typed, headers=ENGLISH)
    assert answer.status_code == 422
    assert "still to complete" in body_of(answer)


def test_the_plain_page_of_the_move_does_not_go_round_a_check_that_was_begun(desk: Client, dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:summary", people, Judgement.FINE)
    plain = reverse("dossiers:move", args=[dossier.reference, "declare_complete"])
    answer = desk.post(plain, {"happened_on": timezone.localdate().isoformat(), "seen": again(dossier).journal_seq}, headers=ENGLISH)
    left = len(sheet_of(dossier).unsettled)
    assert (answer.status_code, again(dossier).state) == (422, "submitted")
    assert f"{left} items are still to be checked" in body_of(answer)
    assert f'href="{address(dossier)}"' in body_of(answer)


def test_a_complement_asked_from_the_plain_page_before_the_check_is_confirmed_once(desk: Client, dossier: Dossier, settings: Any) -> None:
    settings.CHECKED_SINCE = timezone.localdate(dossier.submitted_at)
    plain = reverse("dossiers:move", args=[dossier.reference, "ask_for_complement"])
    typed = {"happened_on": timezone.localdate().isoformat(), "seen": dossier.journal_seq, "text": "Le protocole manque."}
    answer = desk.post(plain, typed, headers=ENGLISH)
    left = len(sheet_of(dossier).unsettled)
    assert (answer.status_code, again(dossier).state) == (422, State.SUBMITTED)
    assert f"{left} items were not checked yet" in body_of(answer)
    assert desk.post(plain, typed | {"as_written": "on"}, headers=ENGLISH).status_code == 302


def test_a_dossier_that_nobody_checked_is_not_declared_complete_from_the_plain_page(desk: Client, dossier: Dossier, settings: Any) -> None:
    settings.CHECKED_SINCE = timezone.localdate(dossier.submitted_at)
    plain = reverse("dossiers:move", args=[dossier.reference, "declare_complete"])
    answer = desk.post(plain, {"happened_on": timezone.localdate().isoformat(), "seen": dossier.journal_seq}, headers=ENGLISH)
    assert (answer.status_code, again(dossier).state) == (422, State.SUBMITTED)
    assert f'href="{address(dossier)}"' in body_of(answer)


def test_the_rest_is_found_fine_with_one_button(desk: Client, dossier: Dossier) -> None:
    desk.post(address(dossier, "rest"))
    assert {one.state for one in sheet_of(dossier).standings if not one.item.is_empty} == {"fine"}


def test_what_changed_is_shown_word_by_word(desk: Client, dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:summary", people, Judgement.TO_COMPLETE, "Une phrase de plus.")
    ask_for_everything(dossier, by=people["officer"], at=timezone.now())
    change(dossier, lay_summary=dossier.content.lay_summary + " Elle est là.")
    make(dossier, "resubmit", people, timezone.now())
    body = body_of(desk.get(address(dossier, item="field:summary")))
    assert "Elle est là." in body.partition("<ins>")[2].partition("</ins>")[0]


def test_a_dossier_that_is_elsewhere_shows_what_was_found_and_offers_nothing(desk: Client, dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:summary", people, Judgement.TO_COMPLETE, "Plus simple.")
    ask_for_everything(dossier, by=people["officer"], at=timezone.now())
    body = body_of(desk.get(address(dossier, item="field:summary")))
    assert "Plus simple." in body
    assert 'id="verdict-form"' not in body


def test_the_applicant_reads_what_is_asked_on_the_first_page_beside_the_field_and_point_by_point(
    client: Client, dossier: Dossier, people: dict
) -> None:
    judge(dossier, "field:summary", people, Judgement.TO_COMPLETE, "Une phrase de plus.")
    judge(dossier, "field:dpo", people, Judgement.TO_COMPLETE, "Boîte de fonction attendue.")
    ask_for_everything(dossier, by=people["officer"], at=timezone.now())
    mine = sign_in(client, people["owner"])
    assert "2 points are still to complete" in body_of(mine.get(dossier.get_absolute_url(), headers=ENGLISH))
    assert "Une phrase de plus." in body_of(mine.get(reverse("dossiers:section", args=[dossier.reference, "project"])))
    change(again(dossier), dpo_contact="donnees@exemple.fr")
    points = body_of(mine.get(address(dossier, "asked"), headers=ENGLISH))
    assert "1 point of 2 has not been changed yet." in points
    assert reverse("dossiers:section", args=[dossier.reference, "identity"]) in points
    assert "Changed since" in points
    change(again(dossier), lay_summary=dossier.content.lay_summary + " Voilà.")
    assert "You have changed every point" in body_of(mine.get(dossier.get_absolute_url(), headers=ENGLISH))


def test_what_is_asked_of_a_piece_stands_beside_it_in_the_list_of_pieces(client: Client, dossier: Dossier, people: dict) -> None:
    judge(dossier, "piece:protocol", people, Judgement.TO_COMPLETE, "La partie 3 est vide.")
    ask_for_everything(dossier, by=people["officer"], at=timezone.now())
    page = body_of(sign_in(client, people["owner"]).get(reverse("dossiers:pieces", args=[dossier.reference])))
    before, item = page.split('id="item-protocol"')
    assert "La partie 3 est vide." in item.split('<li class="pieces__item"')[0]
    assert "La partie 3 est vide." not in before.split('class="pieces"')[-1]


def test_what_is_asked_is_for_the_team_only(desk: Client, dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:summary", people, Judgement.TO_COMPLETE, "Une phrase de plus.")
    assert desk.get(address(dossier, "asked")).status_code == 404
    mine = sign_in(Client(), people["owner"])
    assert "Une phrase de plus." not in body_of(mine.get(dossier.get_absolute_url())), "nothing is told before it is sent"
    assert "Une phrase de plus." not in body_of(mine.get(address(dossier, "asked")))


def test_the_officers_keep_their_reasons_and_nobody_else_does(desk: Client, people: dict) -> None:
    address_new = reverse("checking:reason_new")
    said = {"title_fr": "Sigle non expliqué", "text_fr": "Expliquez ce sigle.", "kind": "field", "item": "", "position": 5, "active": "on"}
    assert desk.post(address_new, said).status_code == 302
    reason = ReusableReason.objects.get(code="sigle-non-explique")
    assert desk.post(address_new, said).status_code == 302
    assert ReusableReason.objects.filter(code="sigle-non-explique-2").exists()
    assert desk.post(reverse("checking:reason", args=[reason.code]), said | {"text_fr": ""}).status_code == 422
    assert desk.post(reverse("checking:reason", args=[reason.code]), {**said, "active": ""}).status_code == 302
    assert "Sigle non expliqué" in body_of(desk.get(reverse("checking:reasons")))
    applicant = sign_in(Client(), people["owner"])
    assert [applicant.get(one).status_code for one in (reverse("checking:reasons"), address_new)] == [404, 404]


def test_a_reason_withdrawn_is_offered_no_more_but_stays_where_it_was_given(desk: Client, dossier: Dossier, people: dict) -> None:
    reason = ReusableReason.objects.get(code="resume-technique")
    judge(dossier, "field:summary", people, Judgement.TO_COMPLETE, reasons=[reason])
    ReusableReason.objects.update(active=False)
    assert reason.title_fr in body_of(desk.get(address(dossier, item="field:summary")))
    assert ReusableReason.objects.get(code="interet-public").title_fr not in body_of(desk.get(address(dossier, item="field:purpose")))


def test_the_number_of_queries_of_the_screen_does_not_grow(desk: Client, dossier: Dossier, people: dict) -> None:
    few = queries_of(desk, dossier)
    for one in sheet_of(dossier).standings:
        if one.item.code != "field:title":
            judge(dossier, one.item.code, people, Judgement.TO_COMPLETE, "À revoir.")
    assert CheckRound.objects.count() == 1
    assert queries_of(desk, dossier) <= few + 2, "the reasons of all verdicts, and the round"


def queries_of(desk: Client, dossier: Dossier) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert desk.get(address(dossier, item="field:title")).status_code == 200
    return len(captured)
