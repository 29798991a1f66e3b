"""The form, section by section: what is asked, saved, missing and refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from requests_app import rules
from requests_app.forms.fields import WholeField
from requests_app.models import Content, Dossier
from requests_app.sections import BY_CODE, LANDINGS, SECTIONS, anchor_of, completeness_of
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.requests_app.factories import SUMMARY, a_dossier, a_draft, cast, term
from tests.requests_app.filled_forms import ids_on, repeated_ids, sent_by

pytestmark = pytest.mark.django_db
CODES = [section.code for section in SECTIONS]


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"
    translation.activate("en")


def address(dossier: Dossier, code: str, name: str = "section") -> str:
    return reverse(f"dossiers:{name}", args=[dossier.reference, code])


def empty_draft(client: Client) -> Dossier:
    people = cast()
    sign_in(client, people["owner"])
    return a_draft(people, filled=False)


def content_of(dossier: Dossier) -> Content:
    return Content.objects.get(pk=dossier.pk)


def test_every_rule_of_filing_is_mended_in_one_section() -> None:
    placed = [one for section in SECTIONS for one in section.rules]
    assert sorted(one.__name__ for one in placed) == sorted(one.__name__ for one in rules.REQUIRED_CONTENT)


def test_every_field_of_the_content_stands_in_one_section() -> None:
    placed = [name for section in SECTIONS for name in section.fields]
    aside = {"dossier", "databases", "results", "publications", "revisions", "saved_at"}
    aside |= {"questionnaire", "answers", "answers_set_aside"}  # the questions of the secretariat have a page of their own
    written = {field.name for field in [*Content._meta.concrete_fields, *Content._meta.many_to_many]} - aside
    assert sorted(placed) == sorted(written)


@pytest.mark.parametrize("code", CODES)
def test_each_link_of_the_missing_list_leads_to_an_element_of_the_page(client: Client, code: str) -> None:
    dossier = empty_draft(client)
    Dossier.objects.filter(pk=dossier.pk).update(procedure="du")
    page = client.get(address(dossier, code))
    wanted = {anchor_of(one.where) for one in BY_CODE[code].rules}
    assert wanted <= ids_on(page)
    assert not repeated_ids(page)
    assert set(LANDINGS) <= {one.where for one in rules.REQUIRED_CONTENT}


@pytest.mark.parametrize("code", CODES)
def test_a_filled_section_sent_as_it_is_changes_nothing_and_goes_on(client: Client, code: str) -> None:
    people = cast()
    dossier = a_draft(people)
    before = dossier.content.snapshot()
    sign_in(client, people["owner"])
    page = client.get(address(dossier, code))
    assert "Nothing is missing in this section" in page.content.decode()
    answer = client.post(address(dossier, code), sent_by(page))
    assert answer.status_code == 302, answer.context["form"].errors
    assert content_of(dossier).snapshot() == before


def test_a_section_is_saved_without_a_script_and_leads_to_the_next(client: Client) -> None:
    dossier = empty_draft(client)
    typed = sent_by(client.get(address(dossier, "project")), title="Épilepsie", lay_summary=SUMMARY, objectives=[term("objective").pk])
    answer = client.post(address(dossier, "project"), typed)
    assert answer.headers["Location"] == address(dossier, "purpose")
    content = content_of(dossier)
    assert (content.title, content.lay_summary, content.chosen("objectives")) == ("Épilepsie", SUMMARY, [term("objective")])


def test_what_is_missing_shrinks_as_one_writes(client: Client) -> None:
    dossier = empty_draft(client)
    before = completeness_of(dossier).settled
    client.post(address(dossier, "project"), sent_by(client.get(address(dossier, "project")), title="Épilepsie"))
    page = client.get(address(dossier, "project")).content.decode()
    assert "Name the project" not in page
    assert "Choose at least one objective" in page
    assert completeness_of(Dossier.objects.get(pk=dossier.pk)).settled == before + 1


def test_valid_fields_are_saved_beside_an_invalid_one_that_keeps_its_text(client: Client) -> None:
    dossier = empty_draft(client)
    typed = sent_by(client.get(address(dossier, "calendar")), starts_on="2026-02-01", ends_on="2028-02-01", retention_years="eighty")
    page = client.post(address(dossier, "calendar"), typed)
    assert page.status_code == 200
    assert 'value="eighty"' in page.content.decode()
    assert "retention_years" in page.context["form"].errors
    assert str(content_of(dossier).starts_on) == "2026-02-01"
    assert content_of(dossier).retention_years is None


def test_an_end_before_the_start_saves_neither_and_says_so(client: Client) -> None:
    people = cast()
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    typed = sent_by(client.get(address(dossier, "calendar")), starts_on="2031-01-01", retention_years="7")
    page = client.post(address(dossier, "calendar"), typed)
    assert page.context["form"].errors["ends_on"] == ["The end comes before the start."]
    assert (str(content_of(dossier).starts_on), content_of(dossier).retention_years) == ("2026-01-05", 7)


def test_a_term_of_another_vocabulary_is_refused(client: Client) -> None:
    dossier = empty_draft(client)
    typed = sent_by(client.get(address(dossier, "purpose")), purpose=[term("domain").pk])
    assert "purpose" in client.post(address(dossier, "purpose"), typed).context["form"].errors


def test_a_withdrawn_term_stays_chosen_where_it_was(client: Client) -> None:
    people = cast()
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    chosen = dossier.content.purpose
    type(chosen).objects.filter(pk=chosen.pk).update(active=False)
    client.post(address(dossier, "purpose"), sent_by(client.get(address(dossier, "purpose"))))
    assert content_of(dossier).purpose_id == chosen.pk


def test_a_personal_address_of_the_dpo_is_advised_against_but_saved(client: Client) -> None:
    dossier = empty_draft(client)
    typed = sent_by(client.get(address(dossier, "identity")), dpo_contact="jeanne.martin@exemple.fr")
    client.post(address(dossier, "identity"), typed)
    assert content_of(dossier).dpo_contact == "jeanne.martin@exemple.fr"
    assert "looks like that of a person" in client.get(address(dossier, "identity")).content.decode()


def test_autosave_saves_in_passing_and_refreshes_what_is_missing(client: Client) -> None:
    dossier = empty_draft(client)
    typed = sent_by(client.get(address(dossier, "project")), title="Épilepsie")
    answer = client.post(address(dossier, "project", "autosave"), typed)
    assert answer.status_code == 200
    assert content_of(dossier).title == "Épilepsie"
    assert {"id_revision", "missing", "saved-at", "status-project"} <= ids_on(answer)
    assert 'name="revision" value="1"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_autosave_refuses_one_field_and_saves_the_others(client: Client) -> None:
    dossier = empty_draft(client)
    typed = sent_by(client.get(address(dossier, "calendar")), starts_on="2026-02-01", ends_on="2028-02-01", retention_years="99")
    answer = client.post(address(dossier, "calendar", "autosave"), typed)
    assert answer.status_code == 422
    assert "data-autosave-answer" in answer.content.decode()
    assert str(content_of(dossier).ends_on) == "2028-02-01"
    assert "id_retention_years_refused" in ids_on(answer)


def test_a_filed_dossier_shows_its_sections_and_refuses_to_change_them_without_losing_the_text(client: Client) -> None:
    people = cast()
    dossier = a_dossier("submitted", people)
    sign_in(client, people["owner"])
    page = client.get(address(dossier, "project"))
    assert page.status_code == 200
    assert "frozen" in page.content.decode()
    late = client.post(address(dossier, "project"), {"title": "Written too late", "revision": "0"})
    assert late.status_code == 409
    assert "Written too late" in late.content.decode()
    assert client.post(address(dossier, "project", "autosave"), {"title": "Too late", "revision": "0"}).status_code == 409
    assert content_of(dossier).title == dossier.content.title


@pytest.mark.parametrize("state", ["incomplete", "opinion_given"])
def test_the_content_opens_again_when_the_applicant_is_asked(client: Client, state: str) -> None:
    people = cast()
    dossier = a_dossier(state, people)
    sign_in(client, people["owner"])
    client.post(address(dossier, "project"), sent_by(client.get(address(dossier, "project")), title="Mended"))
    assert content_of(dossier).title == "Mended"


@pytest.mark.parametrize("name", ["section", "autosave"])
def test_the_form_does_not_exist_for_strangers_nor_officers(client: Client, name: str) -> None:
    people = cast()
    dossier = a_dossier("submitted", people)
    for person in (UserFactory(), people["officer"]):
        sign_in(client, person)
        assert client.post(address(dossier, "project", name), {"title": "x"}).status_code == 404


def test_a_section_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get(address(empty_draft(client), "nothing")).status_code == 404


def test_the_form_opens_on_the_first_section_that_lacks_something(client: Client) -> None:
    people = cast()
    dossier = a_draft(people, title="")
    sign_in(client, people["owner"])
    answer = client.get(reverse("dossiers:form", args=[dossier.reference]))
    assert answer.headers["Location"] == address(dossier, "project")


@pytest.mark.parametrize("code", CODES)
def test_a_section_costs_few_queries(client: Client, code: str, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    people = cast()
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    with django_assert_max_num_queries(30):
        client.get(address(dossier, code))


def test_each_section_reads_in_french(client: Client) -> None:
    dossier = empty_draft(client)
    client.cookies["django_language"] = "fr"
    for code in CODES:
        assert '<html lang="fr"' in client.get(address(dossier, code)).content.decode()


@pytest.mark.parametrize("typed", ["400000", "400 000", " 400\u00a0000 ", "400\u202f000"])
def test_a_number_may_be_written_with_spaces_between_its_thousands(typed: str) -> None:
    assert WholeField().clean(typed) == 400_000


@pytest.mark.parametrize("typed", ["4 0", "400 00", "beaucoup", "1,5"])
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        WholeField().clean(typed)
