"""The pages of the members: who may open which, what they do, and what they cost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from committee.models import Member, OfficeHeld, Recusal
from committee.services.interests import declare
from committee.states import Answer, Office, Quality
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.committee.factories import a_committee, a_member, an_examination

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_pages")]

TODAY = timezone.localdate()


@pytest.fixture
def head() -> User:
    return UserFactory(head=True)


def at(name: str, *told: Any) -> str:
    return reverse(f"committee:{name}", args=told)


def page(client: Client, address: str, **query: Any) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


# --- what everybody reads ---


def test_everybody_reads_who_sits_for_what_until_when_and_where_their_interests_are(client: Client) -> None:
    president, patient = a_member(Office.PRESIDENT), a_member(quality=Quality.PATIENTS, institution="Union d’exemple")
    gone, expert = a_member(), a_member(quality=Quality.EXPERT)
    gone.mandates.update(ends_on=TODAY)
    shown = page(client, at("public"))
    for one in (president, patient):
        assert str(one) in shown
    assert "Union d’exemple" in shown
    assert "https://dpi.exemple.fr/declaration" in shown
    assert "President" in shown
    for one in (gone, expert):
        assert str(one) not in shown
    assert president.user.email not in shown


def test_the_public_page_says_when_nobody_is_appointed_yet(client: Client) -> None:
    assert "once they are appointed" in page(client, at("public"))


def test_lists_cost_as_many_queries_for_three_as_for_ten_members(client: Client, head: User) -> None:
    sign_in(client, head)
    counts = []
    for size in (3, 7):
        a_committee(size) if size == 3 else [a_member() for _more in range(size)]
        for address in (at("public"), at("members")):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


# --- the list and its keeper ---


@pytest.mark.parametrize(("trait", "status"), [("head", 200), ("officer", 200), ("auditor", 200), ("cnil_liaison", 404), (None, 404)])
def test_who_opens_the_list(client: Client, trait: str | None, status: int) -> None:
    sign_in(client, UserFactory(**{trait: True}) if trait else UserFactory())
    assert client.get(at("members")).status_code == status


def test_an_officer_reads_the_list_and_finds_nothing_to_change_it_with(client: Client) -> None:
    member = a_member(Office.PRESIDENT)
    sign_in(client, UserFactory(officer=True))
    assert "Record a mandate" not in page(client, at("member", member.pk))
    for name, told in (("member_add", ()), ("member_edit", (member.pk,)), ("mandate_add", (member.pk,)), ("office_add", (member.pk,))):
        assert client.post(at(name, *told)).status_code == 404, name
    assert client.post(at("office_end", member.pk, OfficeHeld.objects.get().pk)).status_code == 403
    assert client.get(at("member_declare", member.pk)).status_code == 404


def test_the_list_is_cut_and_searched_by_expertise(client: Client, head: User) -> None:
    sitting, expert = a_member(keywords="génomique"), a_member(quality=Quality.EXPERT, keywords="imagerie")
    sign_in(client, head)
    assert str(sitting) in page(client, at("members"), q="GENOMIQUE")
    assert "matches these words" in page(client, at("members"), q="imagerie")
    assert str(expert) in page(client, at("members"), view="experts", q="imagerie")
    assert str(expert) not in page(client, at("members"), view="nothing-such")


def test_the_head_enters_a_member_records_the_mandate_and_names_the_president(client: Client, head: User) -> None:
    person = UserFactory(first_name="Nour", last_name="Nouvelle")
    sign_in(client, head)
    said = {"email": person.email, "quality": "health", "profession": "Médecin", "active": "on"}
    assert client.post(at("member_add"), said | {"email": "inconnue@exemple.fr"}).status_code == 422
    client.post(at("member_add"), said)
    member = Member.objects.get()
    assert "no access to the dossiers" in page(client, at("member", member.pk))
    client.post(at("mandate_add", member.pk), {"kind": "first", "starts_on": TODAY.isoformat(), "order": "Arrêté du jour"})
    client.post(at("office_add", member.pk), {"office": "president"})
    assert client.post(at("office_add", member.pk), {"office": "delegate"}).status_code == 422
    shown = page(client, at("member", member.pk))
    for words in ("Nour Nouvelle", "Arrêté du jour", "President", "Missing"):
        assert words in shown
    renewed = page(client, at("mandate_add", member.pk))  # what most likely follows is there already
    assert f'value="{member.mandates.get().ends_on.isoformat()}"' in renewed
    assert re.search(r'value="renewal"[^>]*checked', renewed)
    client.post(at("mandate_end", member.pk, member.mandates.get().pk), {"on": (TODAY + timedelta(days=40)).isoformat()})
    assert "ended early" in page(client, at("member", member.pk))


@pytest.mark.parametrize(("trait", "shown"), [("head", True), ("officer", True), ("administrator", True), ("auditor", True), ("", False)])
def test_who_keeps_the_list_reads_what_was_changed_by_whom_and_a_member_does_not(
    client: Client, head: User, trait: str, shown: bool
) -> None:
    person = UserFactory(first_name="Nour", last_name="Nouvelle")
    sign_in(client, head)
    client.post(at("member_add"), {"email": person.email, "quality": "health", "active": "on"})
    entered = Member.objects.get(user=person)
    client.post(at("mandate_add", entered.pk), {"kind": "first", "starts_on": TODAY.isoformat(), "order": ""})
    sign_in(client, UserFactory(**{trait: True}) if trait else a_member().user)
    told = page(client, at("member", entered.pk))
    for words in ("Entered in the list", "Mandate recorded", "First mandate, from", "Committee member given", str(head)):
        assert (words in told) is shown, words


def test_the_trace_of_a_member_costs_the_same_for_few_and_many_changes(client: Client, head: User) -> None:
    entered = a_member()
    sign_in(client, head)
    counts = []
    for words in ("un", "deux", "trois"):
        client.post(at("member_edit", entered.pk), {"quality": "research", "profession": words, "active": "on"})
        with CaptureQueriesContext(connection) as queries:
            page(client, at("member", entered.pk))
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_what_is_refused_stands_beside_its_field(client: Client, head: User) -> None:
    member = a_member()
    sign_in(client, head)
    answer = client.post(at("mandate_add", member.pk), {"kind": "first", "starts_on": TODAY.isoformat()})
    assert answer.status_code == 422
    assert "record a renewal" in answer.content.decode()


def test_an_expert_leaves_the_list_by_a_box(client: Client, head: User) -> None:
    expert = a_member(quality=Quality.EXPERT)
    sign_in(client, head).post(at("member_edit", expert.pk), {"quality": "expert"})
    expert.refresh_from_db()
    assert not expert.active


# --- declaring one's interests ---


def test_a_member_records_a_declaration_with_its_links_and_is_out_of_what_they_touch(client: Client) -> None:
    sponsor = OrganisationFactory(name="Laboratoires Exemple", short_name="LABEX")
    member, examination = a_member(), an_examination(sponsor=sponsor)
    sign_in(client, member.user)
    address = at("member_declare", member.pk)
    assert page(client, address).count("<fieldset") == 3
    link = {"link-0-name": "Labex", "link-0-kind": "advice", "link-0-since_year": "2022"}
    said = {"made_on": TODAY.isoformat(), "address": "https://dpi.exemple.fr/9", "links": "3"}
    more = client.post(address, said | link | {"more": "1"}).content.decode()
    assert more.count("<fieldset") == 6
    assert 'value="Labex"' in more
    assert client.post(address, said | link | {"link-0-kind": ""}).status_code == 422
    answer = client.post(address, said | link)
    assert answer.headers["Location"] == at("my_interests")
    kept = member.declarations.first()
    assert (kept.made_on, kept.links.get().organisation, kept.links.get().until_year) == (TODAY, sponsor, None)
    assert Recusal.objects.get().dossier == examination.dossier
    assert 'value="Labex"' in page(client, address)  # the next one starts from this one


def test_nobody_declares_for_another_member(client: Client) -> None:
    member, other = a_member(), a_member()
    sign_in(client, other.user)
    assert client.get(at("member_declare", member.pk)).status_code == 404


def test_a_member_declares_no_interest_in_several_dossiers_at_once(client: Client) -> None:
    member, first, second = a_member(), an_examination(title="Premier projet"), an_examination(title="Second projet")
    sign_in(client, member.user)
    shown = page(client, at("my_interests"))
    assert "Premier projet" in shown
    assert "Second projet" in shown
    client.post(at("my_interests"), {"dossier": [first.dossier.reference, "GU-0000-000000"]})
    assert [one.examination for one in member.interest_answers.all()] == [first]
    shown = page(client, at("my_interests"))
    assert "Premier projet" not in shown
    assert "Second projet" in shown
    client.post(at("my_interests"), {"dossier": second.dossier.reference})
    assert "on every dossier" in page(client, at("my_interests"))


def test_my_interests_is_for_who_is_of_the_committee(client: Client, head: User) -> None:
    sign_in(client, head)
    assert client.get(at("my_interests")).status_code == 404


def test_who_withdraws_is_led_away_and_no_longer_finds_the_dossier(client: Client) -> None:
    member, examination = a_member(), an_examination()
    reference = examination.dossier.reference
    sign_in(client, member.user)
    assert "Anne Exemple" in page(client, at("interests", reference))
    assert client.post(at("interests", reference), {"answer": "conflict", "words": ""}).status_code == 422
    answer = client.post(at("interests", reference), {"answer": "conflict", "words": "J’y travaille."})
    assert answer.headers["Location"] == at("my_interests")
    assert client.get(at("interests", reference)).status_code == 404
    assert reference not in page(client, at("my_interests"))


def test_the_secretariat_has_nothing_to_declare_on_a_dossier(client: Client) -> None:
    examination = an_examination()
    sign_in(client, UserFactory(officer=True))
    assert client.get(at("interests", examination.dossier.reference)).status_code == 404


# --- deciding ---


def test_the_president_reads_the_words_and_decides_and_nobody_else_reads_them(client: Client) -> None:
    president, member, other, examination = a_member(Office.PRESIDENT), a_member(), a_member(), an_examination()
    declare(examination, member, answer=Answer.DOUBT, words="Un ancien élève.", by=member.user, at=timezone.now())
    address, tab = at("judge", examination.dossier.reference, member.pk), at("dossier", examination.dossier.reference)
    for person in (UserFactory(officer=True), other.user, member.user):
        reader = sign_in(Client(), person)
        assert reader.get(address).status_code == 404
        assert "ancien élève" not in reader.get(tab).content.decode()
    sign_in(client, president.user)
    assert "To be decided" in page(client, tab)
    assert "Un ancien élève." in page(client, address)
    assert client.post(address, {"clear": "1", "words": ""}).status_code == 422
    assert client.post(address, {"clear": "1", "words": "Sans portée."}).headers["Location"] == tab
    assert "Takes part, by decision" in page(client, tab)
    client.post(address, {"invite": "1", "words": "Un autre lien."})
    assert "Withdrawn" in page(client, tab)
    client.post(address, {"words": "Une confusion."})
    assert not Recusal.objects.filter(lifted_at=None).exists()


def test_the_president_does_not_decide_on_their_own_interests(client: Client) -> None:
    president, examination = a_member(Office.PRESIDENT), an_examination()
    sign_in(client, president.user)
    assert client.get(at("judge", examination.dossier.reference, president.pk)).status_code == 404


def test_the_tab_names_who_withdrew_to_all_and_costs_the_same_for_many(client: Client) -> None:
    controller = OrganisationFactory()
    president, out = a_member(Office.PRESIDENT), a_member()
    MembershipFactory(user=out.user, organisation=controller)
    tab = at("dossier", an_examination(controller=controller).dossier.reference)
    sign_in(client, president.user)
    assert f"Withdrawn from this dossier: {out}." in " ".join(page(client, tab).split())
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            page(client, tab)
        counts.append(len(queries))
        for _more in range(5):
            a_member()
    assert counts[0] == counts[1]
