"""What the public asks to correct: a form without account, an answer for whoever asks, public figures; and withdrawals."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from registry.models import Fiche
from registry.trust import corrections, floods, links
from registry.trust.models import Correction, FloodCount, State, Withdrawal
from registry.trust.services import restore, withdraw
from registry.trust.tasks import forget_addresses, sign_registry
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.registry.published import BEGUN, a_published, changed
from workflow import keys
from workflow.models import OutboxMessage
from workflow.outbox import deliver_waiting
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
NOW = BEGUN + timedelta(days=30)


def a_correction(fiche: Fiche | None = None, **changes: Any) -> Correction:
    """A request that somebody sent."""
    told = {"field": "ends_on", "wrong": "La fin est en 2027.", "email": "", "language": "fr", "at": NOW} | changes
    return corrections.ask(fiche or a_published(), **told)


def letters() -> list[Any]:
    """What the worker sends now."""
    mail.outbox.clear()
    deliver_waiting(timezone.now)
    return mail.outbox


def sent(client: Client, fiche: Fiche, **changes: Any) -> Any:
    told = {"field": "ends_on", "wrong": "La fin est en 2027, d'après l'article.", "email": ""} | changes
    return client.post(reverse("trust:ask", args=[fiche.number]), told)


# --- asking --------------------------------------------------------------------------------------
def test_anybody_asks_without_an_account_and_reads_the_answer_at_an_address_that_nobody_guesses(
    client: Client, english_pages: None
) -> None:
    fiche = a_published()
    assert client.get(reverse("trust:ask", args=[fiche.number])).status_code == 200
    answer = sent(client, fiche)
    made = Correction.objects.get()
    assert answer["Location"] == reverse("trust:correction", args=[made.token])
    assert (made.fiche, made.read, made.field, made.language, made.email) == (fiche, 1, "ends_on", "en", "")
    page = unescape(client.get(answer["Location"]).content.decode())
    assert "Planned end" in page
    assert "La fin est en 2027" in page
    assert not OutboxMessage.objects.exists()
    assert client.get(reverse("trust:correction", args=["x" * 22])).status_code == 404


@pytest.mark.parametrize(
    "changes", [{"wrong": ""}, {"field": ""}, {"field": "body"}, {"email": "pas une adresse"}, {"wrong": "mot " * 301}]
)
def test_a_request_that_says_nothing_usable_is_not_kept(client: Client, changes: dict[str, str]) -> None:
    assert sent(client, a_published(), **changes).status_code == 422
    assert not Correction.objects.exists()


def test_too_many_requests_from_one_address_wait_and_those_from_another_do_not(client: Client, english_pages: None) -> None:
    fiche = a_published()
    statuses = [sent(client, fiche).status_code for _number in range(11)]
    assert statuses == [302] * 10 + [422]
    assert "Many requests came from your address" in unescape(sent(client, fiche).content.decode())
    assert (
        client.post(reverse("trust:ask", args=[fiche.number]), {"field": "ends_on", "wrong": "Autre"}, REMOTE_ADDR="192.0.2.7").status_code
        == 302
    )
    assert not any("127.0.0.1" in key for key in FloodCount.objects.values_list("key", flat=True))
    assert floods.forget_past(timezone.now() + timedelta(hours=2)) == 2
    assert sent(client, fiche).status_code == 302


def test_a_mailbox_that_somebody_merely_typed_gets_few_letters_in_an_hour_from_wherever_they_are_asked_for(client: Client) -> None:
    fiche = a_published()
    told = {"field": "ends_on", "wrong": "Autre", "email": "Victime@exemple.fr"}
    statuses = [
        client.post(reverse("trust:ask", args=[fiche.number]), told, REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(7)
    ]
    assert statuses == [302] * floods.MOST_LETTERS + [422] * 2


def test_visitors_of_one_ipv6_line_count_together(client: Client) -> None:
    fiche, url = a_published(), None
    url = reverse("trust:ask", args=[fiche.number])
    told = {"field": "ends_on", "wrong": "Autre"}
    codes = [client.post(url, told, REMOTE_ADDR=f"2001:db8::{number + 1:x}").status_code for number in range(11)]
    assert codes[-1] == 422


# --- the address of whoever asked ----------------------------------------------------------------
def test_nothing_but_a_link_goes_to_an_address_that_is_not_confirmed(client: Client) -> None:
    officer, asked = UserFactory(officer=True), a_correction(email="lectrice@exemple.fr")
    (letter,) = letters()
    assert letter.to == ["lectrice@exemple.fr"]
    corrections.refuse(asked.pk, answer="Non.", by=officer, at=NOW + timedelta(days=1))
    assert letters() == []
    path = re.search(r"https?://[^/\s]+(/\S+)", letter.body)
    assert path is not None
    assert "lectrice" not in path[1]
    assert client.get(path[1]).status_code == 200
    assert Correction.objects.get().email_confirmed_at is None  # a machine that opens links confirms nothing
    assert client.post(path[1])["Location"] == asked.get_absolute_url()
    (answer,) = letters()
    assert "Non." in answer.body
    client.post(path[1])
    assert letters() == []


def test_the_letters_are_in_the_language_of_whoever_asked() -> None:
    a_correction(email="reader@exemple.fr", language="en")
    (letter,) = letters()
    assert "confirm your address" in letter.subject


@pytest.mark.parametrize("bend", [lambda token: token + "x", lambda token: "a:b:c", lambda token: ""])
def test_a_link_that_was_bent_confirms_nothing(client: Client, bend: Callable[[str], str]) -> None:
    token = links.confirmation_token(a_correction(email="lectrice@exemple.fr"))
    assert links.of_token(token) is not None
    assert links.of_token(bend(token)) is None


def test_a_link_for_an_address_that_was_erased_is_void(client: Client) -> None:
    asked = a_correction(email="lectrice@exemple.fr")
    token = links.confirmation_token(asked)
    Correction.objects.update(email="")
    assert client.get(reverse("trust:confirm", args=[token])).status_code == 410


def test_addresses_are_erased_when_they_serve_nothing_any_more() -> None:
    fiche, officer = a_published(), UserFactory(officer=True)
    unconfirmed, waiting, closed = (a_correction(fiche, email=f"{name}@exemple.fr") for name in ("a", "b", "c"))
    for one in (waiting, closed):
        corrections.confirm(one, at=NOW)
    corrections.refuse(closed.pk, answer="Non.", by=officer, at=NOW)
    assert corrections.forget_addresses(NOW + timedelta(days=6)) == 0
    assert corrections.forget_addresses(NOW + timedelta(days=8)) == 1
    assert corrections.forget_addresses(NOW + timedelta(days=31)) == 1
    kept = dict(Correction.objects.values_list("pk", "email"))
    assert kept == {unconfirmed.pk: "", waiting.pk: "b@exemple.fr", closed.pk: ""}


# --- answering -----------------------------------------------------------------------------------
def test_an_accepted_request_is_closed_by_the_version_that_corrects_the_fiche() -> None:
    officer, fiche = UserFactory(officer=True), a_published()
    asked = a_correction(fiche, email="lectrice@exemple.fr")
    corrections.confirm(asked, at=NOW)
    letters()
    corrections.accept(asked.pk, answer="", by=officer, at=NOW + timedelta(days=1))
    assert len(letters()) == 1
    with pytest.raises(RuleBroken):
        corrections.settle(asked.pk, by=officer, at=NOW + timedelta(days=2))
    version = changed(fiche, at=NOW + timedelta(days=2), ends_on="2027-12-31")
    settled = corrections.settle(asked.pk, by=officer, at=NOW + timedelta(days=3))
    assert (settled.state, settled.corrected) == (State.CORRECTED, version)
    (letter,) = letters()
    assert asked.token in letter.body


def test_a_refusal_says_why_and_no_request_is_answered_twice() -> None:
    officer, asked = UserFactory(officer=True), a_correction()
    with pytest.raises(RuleBroken):
        corrections.refuse(asked.pk, answer="  ", by=officer, at=NOW)
    corrections.refuse(asked.pk, answer="L'article se trompe.", by=officer, at=NOW)
    for act in (corrections.accept, corrections.refuse):
        with pytest.raises(WrongState):
            act(asked.pk, answer="Encore.", by=officer, at=NOW)


@pytest.mark.parametrize("trait", [None, "committee_member", "auditor", "cnil_liaison"])
def test_only_the_secretariat_answers(client: Client, trait: str | None) -> None:
    person = UserFactory(**({trait: True} if trait else {}))
    asked = a_correction()
    with pytest.raises(NotAllowed):
        corrections.accept(asked.pk, answer="", by=person, at=NOW)
    sign_in(client, person)
    assert client.get(reverse("trust:desk")).status_code == 404
    assert client.get(reverse("trust:desk_one", args=[asked.pk])).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "unheard"},
        {"state": "refused"},
        {"state": "corrected"},
        {"answered_at": NOW},
        {"closed_at": NOW},
    ],
)
def test_the_database_refuses_a_request_that_contradicts_itself(wrong: dict[str, Any]) -> None:
    a_correction()
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.update(**wrong)


def test_an_officer_answers_on_the_desk(client: Client, english_pages: None) -> None:
    officer, fiche = UserFactory(officer=True), a_published()
    asked = a_correction(fiche)
    sign_in(client, officer)
    assert "La fin est en 2027." in client.get(reverse("trust:desk")).content.decode()
    url = reverse("trust:desk_one", args=[asked.pk])
    refused = client.post(url, {"decision": "refuse", "answer": ""})
    assert refused.status_code == 422
    assert "Say why the fiche stays as it is." in refused.content.decode()
    assert client.post(url, {"decision": "accept", "answer": "Vous avez raison."})["Location"] == url
    assert "The fiche has not changed since." in client.get(url).content.decode()
    assert client.post(url).status_code == 422
    changed(fiche, at=timezone.now() + timedelta(seconds=1), ends_on="2027-12-31")
    assert "The fiche changed since:" in client.get(url).content.decode()
    assert client.post(url)["Location"] == url
    assert Correction.objects.get().state == State.CORRECTED
    page = client.get(reverse("trust:desk"), {"liste": "closes"}).content.decode()
    assert "Corrected" in page
    assert "see what changed" in client.get(asked.get_absolute_url()).content.decode()


def test_the_desk_costs_the_same_for_many_requests_as_for_few(client: Client) -> None:
    sign_in(client, UserFactory(officer=True))
    fiche, counts = a_published(), []
    for number in (1, 8):
        for _one in range(number):
            a_correction(fiche)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("trust:desk")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_figures_are_public(client: Client, english_pages: None) -> None:
    page = reverse("trust:figures")
    assert "No correction has been asked for yet." in client.get(page).content.decode()
    officer, fiche, today = UserFactory(officer=True), a_published(), timezone.now()
    old = a_correction(fiche, at=today - timedelta(days=500))
    corrections.refuse(old.pk, answer="Non.", by=officer, at=today - timedelta(days=490))
    for days in (2, 4):
        one = a_correction(fiche, at=today - timedelta(days=20))
        corrections.accept(one.pk, answer="", by=officer, at=today - timedelta(days=20 - days))
    a_correction(fiche, at=today)
    told = unescape(client.get(page).content.decode())
    rows = {
        label.strip(): (year, ever)
        for label, year, ever in re.findall(r"<th scope=\"row\">(.*?)</th>\s*<td.*?>(.*?)</td>\s*<td.*?>(.*?)</td>", told)
    }
    assert rows["Requests received"] == ("3", "4")
    assert rows["Requests answered"] == ("2", "3")
    assert rows["Requests accepted"] == ("2", "2")
    assert rows["Requests refused, with a reason"] == ("0", "1")
    assert rows["Half of the answers within"] == ("2 days", "4 days")


# --- withdrawing ---------------------------------------------------------------------------------
@pytest.mark.parametrize("trait", [None, "officer", "auditor"])
def test_only_the_head_of_the_secretariat_withdraws_and_restores(client: Client, trait: str | None) -> None:
    person, fiche = UserFactory(**({trait: True} if trait else {})), a_published()
    with pytest.raises(NotAllowed):
        withdraw(fiche.number, ground="withdrawn_mistake", reason="Non.", by=person, at=NOW)
    with pytest.raises(NotAllowed):
        restore(fiche.number, reason="Non.", shows_earlier=False, by=person, at=NOW)
    sign_in(client, person)
    for name, args in (("withdrawals", []), ("withdraw", [fiche.number]), ("restore", [fiche.number])):
        assert client.get(reverse(f"trust:{name}", args=args)).status_code == 404


def test_the_head_withdraws_and_restores_on_the_pages_of_the_secretariat(client: Client, english_pages: None) -> None:
    head, fiche = UserFactory(head=True), a_published()
    sign_in(client, head)
    found = client.get(reverse("trust:withdrawals"), {"number": fiche.number})
    assert found["Location"] == reverse("trust:withdraw", args=[fiche.number])
    told = {"ground": "withdrawn_mistake", "reason": "Publiée deux fois.", "number": "F00000000000000"}
    refused = client.post(found["Location"], told)
    assert refused.status_code == 422
    assert Fiche.objects.get().live
    assert client.post(found["Location"], told | {"number": fiche.number}).status_code == 302
    assert not Fiche.objects.get().live
    assert client.post(found["Location"], told | {"number": fiche.number}).status_code == 409
    page = client.get(reverse("trust:withdrawals")).content.decode()
    assert head.full_name in page
    assert "Publish it again" in page
    url = reverse("trust:restore", args=[fiche.number])
    assert client.post(url, {"reason": "", "number": fiche.number}).status_code == 422
    assert client.post(url, {"reason": "Erreur.", "number": fiche.number, "shows_earlier": "on"})["Location"] == fiche.get_absolute_url()
    withdrawal = Withdrawal.objects.get()
    assert (withdrawal.restored_by, withdrawal.shows_earlier) == (head, True)
    assert "published again on" in client.get(reverse("trust:withdrawals")).content.decode()


def test_a_password_alone_opens_no_page_of_the_secretariat(client: Client) -> None:
    client.force_login(UserFactory(head=True))
    assert client.get(reverse("trust:withdrawals")).status_code == 302


@pytest.mark.parametrize(("changes", "where"), [({"ground": "because"}, "ground"), ({"reason": " "}, "reason")])
def test_a_withdrawal_has_a_ground_of_the_list_and_a_public_reason(changes: dict[str, str], where: str) -> None:
    fiche = a_published()
    told = {"ground": "withdrawn_mistake", "reason": "Publiée deux fois."} | changes
    with pytest.raises(RuleBroken) as refusal:
        withdraw(fiche.number, by=UserFactory(head=True), at=NOW, **told)
    assert [one.where for one in refusal.value.broken] == [where]
    assert Fiche.objects.get().live


def test_what_is_withdrawn_is_not_withdrawn_again_nor_what_is_shown_restored() -> None:
    head, fiche = UserFactory(head=True), a_published()
    with pytest.raises(WrongState):
        restore(fiche.number, reason="Non.", shows_earlier=False, by=head, at=NOW)
    withdraw(fiche.number, ground="withdrawn_decision", reason="Jugement.", by=head, at=NOW)
    with pytest.raises(WrongState):
        withdraw(fiche.number, ground="withdrawn_decision", reason="Jugement.", by=head, at=NOW)
    with pytest.raises(RuleBroken):
        restore(fiche.number, reason=" ", shows_earlier=False, by=head, at=NOW)


# --- what the worker does by itself --------------------------------------------------------------
def test_the_worker_signs_the_log_and_erases_addresses(settings: Any, tmp_path: Any) -> None:
    settings.KEYS_DIR = tmp_path
    keys.make("registry")
    asked = a_correction(email="lectrice@exemple.fr", at=timezone.now() - timedelta(days=8))
    assert sign_registry().endswith(" 1")
    assert sign_registry() == "None"
    assert forget_addresses() == 1
    asked.refresh_from_db()
    assert asked.email == ""
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {sign_registry.name, forget_addresses.name} <= planned
