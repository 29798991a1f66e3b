"""One act on many dossiers: the preview tells exactly what will happen, each dossier stands alone, and nothing is done twice."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app.desks import bulk
from requests_app.models import Dossier
from requests_app.services import assign
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory
from tests.requests_app.factories import a_dossier
from workflow.models import JournalLine, OutboxMessage

pytestmark = pytest.mark.django_db


def post(client: Client, name: str, query: str = "", **typed):
    return client.post(reverse(f"work:{name}") + query, typed, headers={"accept-language": "en"})


def tokens_on(body: str) -> list[str]:
    return re.findall(r'name="dossier" value="([^"]+)"', body)


def test_the_preview_changes_nothing_and_the_confirmation_does_what_it_said(client: Client, people: dict) -> None:
    chosen = [a_dossier(State.SUBMITTED, people) for _number in range(2)]
    sign_in(client, people["head"])
    lines, letters = JournalLine.objects.count(), OutboxMessage.objects.count()
    typed = {"action": "assign", "officer": people["officer"].pk}
    preview = post(client, "bulk", dossier=[one.reference for one in chosen], **typed).content.decode()
    assert "2 dossiers will change" in preview
    assert f"nobody yet → {people['officer']}" in preview
    assert (JournalLine.objects.count(), OutboxMessage.objects.count()) == (lines, letters)
    report = post(client, "bulk_confirm", dossier=tokens_on(preview), **typed).content.decode()
    assert "2 dossiers changed" in report
    assert Dossier.objects.filter(officer=people["officer"]).count() == 2
    assert JournalLine.objects.count() == lines + 2


def test_confirming_twice_acts_once(client: Client, people: dict) -> None:
    dossier = a_dossier(State.INCOMPLETE, people)
    sign_in(client, people["officer"])
    sent = tokens_on(post(client, "bulk", dossier=[dossier.reference], action="remind").content.decode())
    assert "1 dossier changed" in post(client, "bulk_confirm", dossier=sent, action="remind").content.decode()
    again = post(client, "bulk_confirm", dossier=sent, action="remind").content.decode()
    assert "No dossier was changed." in again
    assert "Something happened on this dossier since the preview" in again
    assert JournalLine.objects.filter(subject_id=dossier.pk, action="remind").count() == 1


def test_what_would_be_refused_is_named_with_its_reason_and_does_not_stop_the_others(client: Client, people: dict) -> None:
    own, other, waiting = a_dossier(State.SUBMITTED, people), a_dossier(State.SUBMITTED, people), a_dossier(State.INCOMPLETE, people)
    MembershipFactory(user=people["officer"], organisation=own.content.controller)
    assign(waiting, officer=people["officer"], by=people["head"], at=timezone.now())
    sign_in(client, people["head"])
    typed = {"action": "assign", "officer": people["officer"].pk}
    body = post(client, "bulk", dossier=[own.reference, other.reference, waiting.reference], **typed).content.decode()
    assert "1 dossier will change" in body
    assert "2 dossiers will stay as they are" in body
    assert "it comes from their own organisation" in body
    assert "entrusted to this officer already" in body
    assert [token.partition(":")[0] for token in tokens_on(body)] == [other.reference]


def test_only_awaited_complements_are_reminded(people: dict) -> None:
    waiting, complete = a_dossier(State.INCOMPLETE, people), a_dossier(State.COMPLETE, people)
    references = [waiting.reference, complete.reference]
    outcome = bulk.rehearse(bulk.REMINDING, references, by=people["officer"], at=timezone.now())
    assert [item.reference for item in outcome.done] == [waiting.reference]
    assert [item.refusal for item in outcome.refused] == ["Aucun complément n’est attendu."]
    assert Dossier.objects.get(pk=waiting.pk).reminded_at is None


def test_the_whole_list_can_be_taken_with_its_filters(client: Client, people: dict) -> None:
    taken, left = a_dossier(State.SUBMITTED, people), a_dossier(State.SUBMITTED, people, procedure="mr004")
    sign_in(client, people["head"])
    typed = {"action": "assign", "officer": people["officer"].pk, "whole": "on"}
    body = post(client, "bulk", "?list=all&procedure=aut", **typed).content.decode()
    assert taken.reference in body
    assert left.reference not in body


def test_never_more_than_five_hundred_at_once(client: Client, people: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    dossiers = [a_dossier(State.SUBMITTED, people).reference for _number in range(3)]
    outcome = bulk.rehearse(bulk.entrusting(people["officer"]), dossiers, by=people["head"], at=timezone.now())
    assert len(outcome.done) == 2


def test_a_dossier_that_one_does_not_see_is_not_touched_and_not_named(client: Client, people: dict) -> None:
    own = a_dossier(State.INCOMPLETE, people)
    MembershipFactory(user=people["officer"], organisation=own.content.controller)
    body = post(sign_in(client, people["officer"]), "bulk", dossier=[own.reference], action="remind").content.decode()
    assert own.reference not in body
    assert tokens_on(body) == []


def test_who_does_not_instruct_has_no_such_page(client: Client, people: dict) -> None:
    dossier = a_dossier(State.WITH_COMMITTEE, people)
    sign_in(client, people["president"])
    typed = {"action": "assign", "officer": people["officer"].pk}
    assert post(client, "bulk", dossier=[dossier.reference], **typed).status_code == 404
    assert post(client, "bulk_confirm", dossier=[f"{dossier.reference}:{dossier.journal_seq}"], **typed).status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"action": "assign"}, "Choose an officer of the list."),
        ({"action": "remind"}, "Tick at least one dossier first."),
        ({"action": "delete"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_on_the_same_list(client: Client, people: dict, typed: dict, sentence: str) -> None:
    a_dossier(State.SUBMITTED, people)
    answer = (
        client.post(reverse("work:bulk") + "?list=unassigned", typed, follow=True, headers={"accept-language": "en"})
        if sign_in(client, people["head"])
        else None
    )
    assert sentence in answer.content.decode()
    assert answer.redirect_chain[0][0] == f"{reverse('work:index')}?list=unassigned"


def test_the_ticked_dossiers_can_be_downloaded(client: Client, people: dict) -> None:
    ticked, left = a_dossier(State.SUBMITTED, people), a_dossier(State.SUBMITTED, people)
    answer = post(sign_in(client, people["officer"]), "bulk", dossier=[ticked.reference], action="csv")
    text = b"".join(answer.streaming_content).decode()
    assert ticked.reference in text
    assert left.reference not in text


@pytest.mark.parametrize("sent", [["x"], ["x:"], ["x:²"], [":3"], ["x:99999999999"]])
def test_a_confirmation_that_makes_no_sense_touches_nothing(sent: list[str]) -> None:
    assert bulk.tokens(sent) == {}


def test_a_hundred_dossiers_cost_a_hundred_small_transactions_and_no_more(people: dict, django_assert_max_num_queries) -> None:
    dossiers = [a_dossier(State.SUBMITTED, people, begun=timezone.now() - timedelta(days=9)).reference for _number in range(4)]
    with django_assert_max_num_queries(1 + 4 * 16):
        bulk.rehearse(bulk.entrusting(people["officer"]), dossiers, by=people["head"], at=timezone.now())


def test_a_choice_without_its_officer_comes_back_with_the_ticks_that_were_set(client: Client, people: dict) -> None:
    chosen, other = a_dossier(State.SUBMITTED, people), a_dossier(State.SUBMITTED, people)
    sign_in(client, people["head"])
    sent = {"action": "assign", "dossier": chosen.reference}
    back = client.post(reverse("work:bulk") + "?list=unassigned", sent, follow=True).content.decode()
    assert re.search(rf'value="{chosen.reference}"\s+checked', back)
    assert not re.search(rf'value="{other.reference}"\s+checked', back)
