"""Beginning a dossier, the list of one's dossiers, the last look, filing and deleting."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from guardian.shortcuts import assign_perm
from pytest_django import DjangoAssertNumQueries

from requests_app.forms.base import MoveForm
from requests_app.models import Dossier
from requests_app.procedures import EXPLANATIONS
from requests_app.states import Procedure
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.requests_app.factories import a_dossier, a_draft, cast, fill
from ui.registries import DOORS, MENU, SITEMAP
from workflow.models import JournalLine
from workflow.refusals import Broken, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_pages")]


def of(dossier: Dossier, name: str) -> str:
    return reverse(f"dossiers:{name}", args=[dossier.reference])


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


# --- beginning ---


def test_every_procedure_is_explained() -> None:
    assert [one.code for one in EXPLANATIONS] == Procedure.values


def test_choosing_a_procedure_begins_a_draft_of_ones_own(client: Client) -> None:
    person = UserFactory()
    sign_in(client, person)
    assert "délib. CNIL 2018-155" in client.get(reverse("dossiers:new")).content.decode()
    answer = client.post(reverse("dossiers:new"), {"procedure": "mr004"})
    dossier = Dossier.objects.get()
    assert (dossier.procedure, dossier.state, dossier.created_by) == ("mr004", "draft", person)
    assert answer.headers["Location"] == of(dossier, "form")


def test_no_procedure_no_draft(client: Client) -> None:
    sign_in(client, UserFactory())
    page = client.post(reverse("dossiers:new"), {})
    assert page.context["form"].errors["procedure"] == ["Choose a procedure."]
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("name", ["index", "new"])
def test_the_screens_ask_strangers_to_sign_in(client: Client, name: str) -> None:
    assert reverse("two_factor:login") in client.get(reverse(f"dossiers:{name}")).headers["Location"]


def test_menu_door_and_site_map_lead_to_my_dossiers() -> None:
    assert {"dossiers:index"} <= {entry.url_name for entry in MENU} & {door.url_name for door in DOORS} & {
        entry.url_name for entry in SITEMAP
    }


# --- the list ---


def test_an_empty_list_says_why_and_what_to_do(client: Client) -> None:
    sign_in(client, UserFactory())
    page = client.get(reverse("dossiers:index")).content.decode()
    assert "You have no dossier yet" in page
    assert reverse("dossiers:new") in page


def test_a_card_says_where_the_dossier_is_whose_turn_it_is_and_what_is_due(client: Client) -> None:
    people = cast()
    dossier = a_dossier("incomplete", people)
    sign_in(client, people["owner"])
    page = client.get(reverse("dossiers:index")).content.decode()
    for words in (dossier.title, dossier.reference, "To be completed", "It is your turn to act.", "due", of(dossier, "page")):
        assert words in page, words


def test_the_card_of_a_draft_says_how_far_it_is(client: Client) -> None:
    people = cast()
    a_draft(people, title="", population="")
    sign_in(client, people["owner"])
    assert "31 of the 33 required points are there." in client.get(reverse("dossiers:index")).content.decode()


def test_the_list_holds_ones_own_team_only(client: Client) -> None:
    people = cast()
    a_draft(people)
    sign_in(client, UserFactory())
    assert client.get(reverse("dossiers:index")).context["cards"] == []


def test_more_dossiers_cost_no_more_queries(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    people = cast()
    sign_in(client, people["owner"])
    a_draft(people)
    a_dossier("submitted", people)
    client.get(reverse("dossiers:index"))
    with django_assert_max_num_queries(25) as few:
        client.get(reverse("dossiers:index"))
    for _number in range(3):
        a_draft(people)
        a_dossier("incomplete", people)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("dossiers:index"))


# --- filing ---


def test_the_last_look_names_everything_missing_with_a_link_to_its_field(client: Client) -> None:
    people = cast()
    dossier = a_draft(people, title="", population="")
    sign_in(client, people["owner"])
    page = client.get(of(dossier, "file")).content.decode()
    assert "2 points are missing before filing" in page
    assert f"{reverse('dossiers:section', args=[dossier.reference, 'project'])}#id_title" in page
    assert "delegation_attested" not in page


def test_filing_without_the_attestation_is_refused_beside_the_box(client: Client) -> None:
    people = cast()
    dossier = a_draft(people)
    sign_in(client, people["signatory"])
    page = client.post(of(dossier, "file"), {"read": read_on(client, dossier)})
    assert "Attest that the controller has entrusted you" in page.context["form"].errors["delegation_attested"][0]
    assert "décret 2019-536, art. 88" in page.context["form"].errors["delegation_attested"][0]
    assert (fresh(dossier).state, JournalLine.objects.count()) == ("draft", 0)


def test_filing_an_incomplete_dossier_all_the_same_names_every_broken_rule(client: Client) -> None:
    people = cast()
    dossier = a_draft(people, title="", population="")
    sign_in(client, people["signatory"])
    page = client.post(of(dossier, "file"), {"delegation_attested": "on"})
    assert len(page.context["form"].non_field_errors()) == 2
    assert fresh(dossier).state == "draft"


def read_on(client: Client, dossier: Dossier) -> str:
    """The fingerprints that the page of the last look carries."""
    page = client.get(of(dossier, "file")).content.decode()
    return page.partition('name="read" value="')[2].partition('"')[0]


def test_a_complete_dossier_is_filed_by_its_signatory(client: Client) -> None:
    people = cast()
    dossier = a_draft(people)
    sign_in(client, people["signatory"])
    answer = client.post(of(dossier, "file"), {"delegation_attested": "on", "read": read_on(client, dossier)})
    assert answer.headers["Location"] == of(dossier, "page")
    assert fresh(dossier).state == "submitted"
    assert dossier.versions.get().filed_by == people["signatory"]
    sign_in(client, people["owner"])
    assert "frozen" in client.get(of(dossier, "form"), follow=True).content.decode()


def test_the_owner_reads_the_last_look_and_is_led_to_the_signature(client: Client) -> None:
    people = cast()
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    assert reverse("team:signature", args=[dossier.reference]) in client.get(of(dossier, "file")).content.decode()
    assert client.post(of(dossier, "file"), {"delegation_attested": "on"}).status_code == 403
    assert fresh(dossier).state == "draft"


def test_an_editor_reads_the_last_look_but_does_not_file(client: Client) -> None:
    dossier, editor = a_draft(), UserFactory()
    assign_perm("editor", editor, dossier)
    sign_in(client, editor)
    assert reverse("team:signature", args=[dossier.reference]) in client.get(of(dossier, "file")).content.decode()
    assert client.post(of(dossier, "file"), {"delegation_attested": "on"}).status_code == 403
    assert fresh(dossier).state == "draft"


@pytest.mark.parametrize(("state", "move"), [("incomplete", "resubmit"), ("opinion_given", "revise")])
def test_a_complement_or_a_revision_leaves_with_a_word_to_the_secretariat(client: Client, state: str, move: str) -> None:
    people = cast()
    dossier = a_dossier(state, people)
    sign_in(client, people["signatory"])
    client.post(of(dossier, "file"), {"text": "The protocol is there, page 3.", "read": read_on(client, dossier)})
    assert fresh(dossier).state == "submitted"
    act = dossier.acts.get(action=move)
    assert act.text == "The protocol is there, page 3."


def test_there_is_nothing_to_file_once_it_is_filed(client: Client) -> None:
    people = cast()
    dossier = a_dossier("submitted", people)
    sign_in(client, people["owner"])
    assert client.get(of(dossier, "file")).headers["Location"] == of(dossier, "page")


# --- deleting ---


def test_a_draft_is_deleted_after_a_page_that_names_it(client: Client) -> None:
    people = cast()
    dossier = fill(a_draft(people))
    sign_in(client, people["owner"])
    assert dossier.reference in client.get(of(dossier, "delete")).content.decode()
    assert Dossier.objects.filter(pk=dossier.pk).exists()
    client.post(of(dossier, "delete"))
    assert not Dossier.objects.filter(pk=dossier.pk).exists()


def test_a_filed_dossier_is_not_deleted(client: Client) -> None:
    people = cast()
    dossier = a_dossier("submitted", people)
    sign_in(client, people["owner"])
    assert client.post(of(dossier, "delete")).status_code == 409
    assert Dossier.objects.filter(pk=dossier.pk).exists()


# --- the form in front of a move ---


class _OneField(MoveForm):
    places = {"text": "reasons"}

    from django import forms

    reasons = forms.CharField(required=False)


def test_broken_rules_become_errors_where_they_can_be_mended() -> None:
    form = _OneField({"reasons": ""})
    assert form.is_valid()

    def act() -> None:
        raise RuleBroken(Broken("Say why.", "art. 1", "text"), Broken("Something else.", where="elsewhere"))

    assert form.attempt(act) is False
    assert form.errors["reasons"] == ["Say why. (art. 1)"]
    assert form.non_field_errors() == ["Something else."]


def test_other_refusals_pass_through_to_their_page() -> None:
    form = _OneField({})
    form.is_valid()

    def act() -> None:
        raise WrongState("Too late.")

    with pytest.raises(WrongState):
        form.attempt(act)


# --- going back to the filed version ---


def test_a_change_made_after_the_opinion_is_undone_to_the_letter(client: Client) -> None:
    people = cast()
    dossier = a_dossier("opinion_given", people)
    sign_in(client, people["owner"])
    before = dossier.content.snapshot()
    content = dossier.content
    content.title, content.starts_on, content.matching = "Changed", None, None
    content.save()
    content.objectives.clear()
    content.sources.all().delete()
    assert not fresh(dossier).content_is_as_filed()
    assert of(dossier, "restore") in client.get(of(dossier, "file")).content.decode()
    assert dossier.reference in client.get(of(dossier, "restore")).content.decode()
    client.post(of(dossier, "restore"))
    assert fresh(dossier).content.snapshot() == before
    assert fresh(dossier).content_is_as_filed()
    assert of(dossier, "restore") not in client.get(of(dossier, "file")).content.decode()


@pytest.mark.parametrize(("state", "status"), [("draft", 409), ("submitted", 409), ("incomplete", 302)])
def test_one_goes_back_only_while_the_content_can_be_written(client: Client, state: str, status: int) -> None:
    people = cast()
    dossier = a_dossier(state, people)
    sign_in(client, people["owner"])
    client.get(of(dossier, "restore"))
    assert client.post(of(dossier, "restore")).status_code == status


@pytest.mark.parametrize("name", ["file", "pieces"])
def test_what_the_secretariat_asks_for_stands_where_one_answers(client: Client, name: str) -> None:
    people = cast()
    dossier = a_dossier("incomplete", people)
    sign_in(client, people["owner"])
    assert "Motif exposé en une phrase." in client.get(of(dossier, name)).content.decode()
    section = reverse("dossiers:section", args=[dossier.reference, "project"])
    assert "Motif exposé en une phrase." in client.get(section).content.decode()
