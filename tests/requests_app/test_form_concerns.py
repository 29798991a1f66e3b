"""Fields that concern only with some answers: asked, required, shown and published there, kept and left alone elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.models import Term
from requests_app import content_rules as rules
from requests_app.advice import advice_on
from requests_app.concerns import CONCERNS, concerns
from requests_app.content_rules import REQUIRED_CONTENT
from requests_app.models import Content, Dossier, DossierSource
from requests_app.presentation import lines_of
from requests_app.rule import broken
from requests_app.sections import BY_CODE, SECTIONS, progress_of
from tests.accounts.clients import sign_in
from tests.accounts.factories import OrganisationFactory
from tests.requests_app.factories import a_draft, cast, fill
from tests.requests_app.filled_forms import ids_on, sent_by

pytestmark = pytest.mark.django_db


def missing(dossier: Dossier) -> list[str]:
    """The names of the rules that do not hold."""
    return [one.__name__ for one in REQUIRED_CONTENT if not one(dossier)]


def of_type(code: str) -> Term:
    return Term.objects.get(vocabulary="controller_type", code=code)


def source_of(dossier: Dossier, **said: Any) -> DossierSource:
    """The main database of a dossier, as it says it."""
    DossierSource.objects.filter(content=dossier.pk).update(**said)
    dossier.content.forget()
    return dossier.content.sources_used()[0]


def test_a_conditional_field_stands_in_the_section_of_the_field_that_decides() -> None:
    home = {name: section.code for section in SECTIONS for name in section.fields}
    for name, concern in CONCERNS.items():
        assert concern.field == "procedure" or home[name] == home[concern.field], name


def test_a_filled_dossier_lacks_nothing_whatever_the_procedure() -> None:
    for procedure in ("aut", "mr004", "mr007", "mr008"):
        assert missing(a_draft(procedure=procedure)) == []


@pytest.mark.parametrize(
    ("answer", "rule", "mend"),
    [
        ({"controller_outside_eu": True}, "names_eu_representative", {"eu_representative": "Cabinet X, Paris"}),
        ({"hosting": "other"}, "names_hosting", {"hosting_name": "Entrepôt du CHU, Valmont"}),
        ({"transfers_outside_eu": True}, "details_transfers", {"transfers_detail": "Suisse, décision d'adéquation"}),
        ({"automated_decision": True}, "details_automated_decision", {"automated_decision_detail": "Un score, relu par un médecin"}),
    ],
)
def test_an_answer_calls_for_its_details(answer: dict[str, Any], rule: str, mend: dict[str, Any]) -> None:
    dossier = a_draft(**answer)
    assert missing(dossier) == [rule]
    assert missing(a_draft(**answer, **mend)) == []


def test_matching_is_explained() -> None:
    kind = Term.objects.filter(vocabulary="matching_kind").order_by("pk").first()
    assert missing(a_draft(matching=True, matching_kind=kind)) == ["explains_matching"]


def test_a_company_goes_through_a_laboratory_or_proves_that_it_cannot_misuse_the_data() -> None:
    for kind in ("health_industry", "insurer"):
        assert missing(a_draft(controller_type=of_type(kind))) == ["goes_through_laboratory"]
        assert missing(a_draft(controller_type=of_type(kind), laboratory=OrganisationFactory())) == []
        assert missing(a_draft(controller_type=of_type(kind), purposes_impossible="Un tiers analyse.")) == []


def test_a_single_decision_is_argued() -> None:
    dossier = a_draft(procedure="du")
    assert missing(dossier) == ["justifies_single_decision"]


def test_a_commitment_asks_for_less_than_an_authorisation() -> None:
    less: dict[str, Any] = {"study_lead": "", "people": [], "access_months": None}
    assert missing(fill(a_draft(procedure="mr004", filled=False), **less)) == []
    assert set(missing(fill(a_draft(filled=False), **less))) == {"names_study_lead", "names_people", "has_access_duration"}


def test_identifiers_and_the_number_of_professionals_are_answered_and_justified() -> None:
    dossier = a_draft()
    source_of(dossier, identifiers={"residence": " ", "care_dates": "L'ordre des soins"}, professional_identifier=None)
    assert missing(dossier) == ["justifies_identifiers", "answers_about_professionals"]
    source_of(dossier, identifiers={}, professional_identifier=True)
    assert missing(dossier) == ["justifies_professional_identifier"]


def test_a_rule_that_does_not_apply_does_not_count() -> None:
    plain, single = a_draft(), a_draft(procedure="du")
    points = [sum(one.total for one in progress_of(dossier)) for dossier in (plain, single)]
    assert points[1] == points[0] + 1
    assert rules.justifies_single_decision(plain) and not rules.justifies_single_decision.applies(plain)


def test_a_value_that_no_longer_concerns_is_kept_and_not_shown(client: Client) -> None:
    people = cast()
    dossier = a_draft(people, hosting="other", hosting_name="Entrepôt du CHU")
    sign_in(client, people["owner"])
    address = reverse("dossiers:section", args=[dossier.reference, "protection"])
    client.post(address, sent_by(client.get(address), hosting="operator"))
    content = Content.objects.get(pk=dossier.pk)
    assert (content.hosting, content.hosting_name) == ("operator", "Entrepôt du CHU")
    assert not concerns(content, "hosting_name")
    assert "hosting_name" not in [line.name for line in lines_of(content, BY_CODE["protection"])]


def test_without_a_script_the_field_stands_there_with_its_condition_in_words(client: Client) -> None:
    people = cast()
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    client.cookies["django_language"] = "en"
    page = client.get(reverse("dossiers:section", args=[dossier.reference, "protection"]))
    assert "id_hosting_name" in ids_on(page)
    assert "If the data are analysed on another system." in page.content.decode()
    assert 'data-shown-when="hosting=other"' in page.content.decode()


def test_what_the_procedure_excludes_is_not_asked(client: Client) -> None:
    people = cast()
    sign_in(client, people["owner"])
    for procedure, asked in (("aut", False), ("du", True)):
        dossier = a_draft(people, procedure=procedure)
        page = client.get(reverse("dossiers:section", args=[dossier.reference, "purpose"]))
        assert ("id_single_decision_reasons" in ids_on(page)) is asked


# --- advice ---------------------------------------------------------------------------------------
def advice(dossier: Dossier, section: str = "sources") -> str:
    return " ".join(str(one) for one in advice_on(dossier, BY_CODE[section]))


@pytest.fixture(autouse=True)
def _english() -> Any:
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"history_years": 15}, "more than 10 years of history"),
        ({"year_from": 2005, "year_to": 2023}, "more than 10 years of history"),
        ({"identifiers": {"residence": "À l'IRIS, pour l'indice de défavorisation"}}, "finer than the commune"),
        ({"identifiers": dict.fromkeys(["birth_month", "residence", "care_dates", "death_date"], "Oui")}, "easy to find"),
    ],
)
def test_what_is_usually_refused_is_advised_against_and_never_refused(said: dict[str, Any], words: str) -> None:
    dossier = a_draft()
    assert words not in advice(dossier)
    source_of(dossier, **said)
    assert words in advice(dossier)
    assert missing(dossier) == []


def test_years_outside_the_database_are_told() -> None:
    dossier = a_draft()
    source = source_of(dossier, year_from=2004, year_to=2010)
    source.database.first_year = 2006
    assert "go beyond what this database covers (2006 to …)" in advice(dossier)


def test_causes_of_death_ask_for_reasons() -> None:
    dossier = a_draft()
    source = source_of(dossier)
    source.components.set(source.database.components.filter(code="cepidc"))
    dossier.content.forget()
    assert "causes of death" in advice(dossier)
    source_of(dossier, justification="La fin du suivi.")
    assert "causes of death" not in advice(dossier)


def test_broken_rules_carry_their_article() -> None:
    dossier = a_draft(filled=False)
    assert all(one.sentence for one in broken(dossier, *REQUIRED_CONTENT))
    assert {one.law for one in broken(dossier, *REQUIRED_CONTENT)} >= {"décret 2019-536, art. 89", "CSP, art. L1461-3"}
