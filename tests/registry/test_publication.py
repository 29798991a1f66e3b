"""The fiche comes with the authorisation and follows the dossier, and nothing of a person goes with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalogue.models import Component, Database, Term
from registry.models import Fiche, RegistryState, Status
from registry.presentation import FichePage
from registry.public_core import clean, is_role_mailbox
from registry.publication import bring_up_to_date, give_real_number
from requests_app import services
from requests_app.choices import PotentialIdentifier
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.factories import OrganisationFactory
from tests.requests_app.factories import PARIS, a_dossier, a_draft, cast, make

pytestmark = pytest.mark.django_db
BEGUN = datetime(2026, 1, 5, 9, 30, 15, tzinfo=PARIS)


@pytest.fixture
def people() -> dict[str, Any]:
    return cast()


def fiche_of(dossier: Dossier) -> Fiche:
    return Fiche.objects.get(dossier=dossier)


def brought_to(state: str, people: dict[str, Any], **changes: Any) -> Dossier:
    return a_dossier(state, people, begun=BEGUN, **changes)


@pytest.mark.parametrize("state", [State.DRAFT, State.COMPLETE, State.WITH_CNIL, State.REFUSED, State.WITHDRAWN])
def test_a_dossier_that_is_not_authorised_has_no_fiche(state: str, people: dict[str, Any]) -> None:
    brought_to(state, people)
    assert not Fiche.objects.exists()


def test_authorisation_publishes_what_the_filed_version_says(people: dict[str, Any]) -> None:
    fiche = fiche_of(brought_to(State.AUTHORISED, people))
    assert (fiche.title, fiche.acronym) == ("Suivi des personnes épileptiques", "EPISUIVI")
    assert fiche.said["population"].startswith("Adultes suivis")
    assert fiche.said["opinion"] == "favourable"
    assert fiche.said["basis"] == "express"
    assert fiche.said["authorisation_number"] == "DR-2026-001"
    assert fiche.databases == ["base-principale"]
    assert fiche.version == 1


def test_a_commitment_and_a_tacit_authorisation_publish_too(people: dict[str, Any]) -> None:
    committed = brought_to(State.COMPLETE, people, procedure="mr004")
    make(committed, "verify_commitment", people, timezone.now())
    tacit = brought_to(State.WITH_CNIL, people)
    make(tacit, "confirm_tacit_authorisation", people, timezone.now())
    assert {fiche_of(committed).said["basis"], fiche_of(tacit).said["basis"]} == {"commitment", "tacit"}


def test_a_change_of_the_content_after_filing_does_not_reach_the_public(people: dict[str, Any]) -> None:
    dossier = brought_to(State.AUTHORISED, people)
    type(dossier.content).objects.filter(pk=dossier.pk).update(title="Un autre titre")
    bring_up_to_date(Dossier.objects.get(pk=dossier.pk), at=timezone.now())
    assert fiche_of(dossier).title == "Suivi des personnes épileptiques"


def test_no_person_is_named_on_the_fiche(people: dict[str, Any]) -> None:
    dossier = brought_to(State.AUTHORISED, people, controller_representative="Camille Personne", dpo_contact="camille.personne@exemple.fr")
    everything = " ".join(str(value) for value in vars(fiche_of(dossier)).values())
    assert "ersonne@" not in everything
    assert "Camille" not in everything


@pytest.mark.parametrize(("address", "published"), [("dpo@chu.fr", True), ("protection-donnees@chu.fr", True), ("j.dupont@chu.fr", False)])
def test_only_the_mailbox_of_a_function_is_published(address: str, published: bool) -> None:
    assert is_role_mailbox(address) is published


def test_data_categories_are_those_of_the_sources_and_those_chosen_by_hand(people: dict[str, Any]) -> None:
    dossier = a_draft(people, at=BEGUN)
    causes = Component.objects.filter(category_mappings__isnull=False, database__slug="base-principale").first()
    assert causes is not None
    dossier.content.sources.get().components.set([causes])
    dossier.content.data_categories.set([Term.objects.get(vocabulary="data_category", code="living_conditions")])
    dossier.content.forget()
    for days, move in enumerate(["submit", "declare_complete", "send_to_committee", "record_opinion", "seize_cnil", "authorise"]):
        make(dossier, move, people, BEGUN + timedelta(days=days))
    brought = set(causes.category_mappings.values_list("category__code", flat=True))
    brought |= set(Database.objects.get(slug="base-principale").category_mappings.values_list("category__code", flat=True))
    assert set(fiche_of(dossier).data_categories) == brought | {"living_conditions"}


def test_the_fiche_says_what_could_point_at_persons_where_the_data_are_and_how_people_learn_of_it(people: dict[str, Any]) -> None:
    told = {
        "hosting": "other",
        "hosting_name": "Entrepôt du CHU, Valmont",
        "transfers_detail": "Ne concerne plus",
        "milestones": "Mars : données",
    }
    dossier = a_draft(people, at=BEGUN, **told)
    asked = {"identifiers": {"care_dates": "L'ordre des soins"}, "professional_identifier": True, "professional_reasons": "Le secteur"}
    dossier.content.sources.update(**asked)
    dossier.content.forget()
    for days, move in enumerate(["submit", "declare_complete", "send_to_committee", "record_opinion", "seize_cnil", "authorise"]):
        make(dossier, move, people, BEGUN + timedelta(days=days))
    facts = {one.code: one.lines for part in FichePage.of(fiche_of(dossier), timezone.localdate()).chapters for one in part.facts}
    assert facts["identifiers"][0].startswith(f"{PotentialIdentifier.CARE_DATES.label} (SNDS)")
    assert facts["identifiers"][0].endswith("L'ordre des soins")
    assert facts["professionals"][1:] == ["Le secteur"]
    assert facts["hosting"][1:] == ["Entrepôt du CHU, Valmont"]
    assert facts["transfers_outside_eu"] == ["Non"]
    assert facts["milestones"] == ["Mars : données"]
    assert facts["information"][1].startswith("Notice sur le site")


def test_the_body_in_charge_is_named_when_it_is_not_the_controller(people: dict[str, Any]) -> None:
    dossier = brought_to(
        State.AUTHORISED, people, controller_is_in_charge=False, body_in_charge=OrganisationFactory(name="Bureau d'études")
    )
    assert fiche_of(dossier).said["body_in_charge"]["name"] == "Bureau d'études"


# --- it follows
@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.AUTHORISED, Status.AUTHORISED),
        (State.CONTRACTING, Status.AUTHORISED),
        (State.IN_PREPARATION, Status.AUTHORISED),
        (State.RUNNING, Status.RUNNING),
        (State.ENDED, Status.ENDED),
        (State.DESTROYED, Status.ENDED),
        (State.CLOSED, Status.ENDED),
    ],
)
def test_the_status_follows_the_dates(state: str, status: Status, people: dict[str, Any]) -> None:
    fiche = fiche_of(brought_to(state, people))
    assert fiche.status_on(timezone.localdate()) == status


def test_the_status_does_not_run_ahead_of_a_date_to_come(people: dict[str, Any]) -> None:
    fiche = fiche_of(brought_to(State.RUNNING, people))
    assert fiche.opened_on is not None
    assert fiche.status_on(fiche.opened_on - timedelta(days=1)) == Status.AUTHORISED


def test_results_appear_with_their_publications_and_stop_being_overdue(people: dict[str, Any]) -> None:
    dossier = brought_to(State.ENDED, people)
    fiche = fiche_of(dossier)
    assert fiche.results_due_on is not None
    late = fiche.results_due_on + timedelta(days=1)
    assert fiche.results_are_overdue_on(late)
    publications = [{"title": "Seizures", "doi": "10.1/abc", "year": 2026}, {"title": "Piège", "url": "javascript:alert(1)"}]
    services.publish_results(dossier, by=people["owner"], at=timezone.now(), results="Moins d'hospitalisations.", publications=publications)
    fiche = fiche_of(dossier)
    assert fiche.said["results"] == "Moins d'hospitalisations."
    assert [one["url"] for one in fiche.said["publications"]] == ["https://doi.org/10.1/abc", ""]
    assert not fiche.results_are_overdue_on(late)
    assert fiche.version > 1


def test_a_suspension_shows_and_its_lifting_too(people: dict[str, Any]) -> None:
    dossier = brought_to(State.RUNNING, people)
    services.suspend(dossier, by=people["officer"], at=timezone.now(), cause="security", reason="Un poste volé.")
    assert fiche_of(dossier).suspended
    assert "volé" not in str(fiche_of(dossier).said)
    services.lift_suspension(dossier, by=people["officer"], at=timezone.now())
    assert not fiche_of(dossier).suspended


def test_writing_the_same_thing_again_changes_nothing(people: dict[str, Any]) -> None:
    dossier = brought_to(State.RUNNING, people)
    before, state = fiche_of(dossier), RegistryState.objects.get()
    bring_up_to_date(dossier, at=timezone.now())
    after = fiche_of(dossier)
    assert (after.version, after.updated_at) == (before.version, before.updated_at)
    assert RegistryState.objects.get().version == state.version


def test_a_planned_end_that_has_passed_without_a_word_is_told(people: dict[str, Any]) -> None:
    fiche = fiche_of(brought_to(State.RUNNING, people))
    assert fiche.ends_on is not None
    assert not fiche.end_is_undeclared_on(fiche.ends_on)
    assert fiche.end_is_undeclared_on(fiche.ends_on + timedelta(days=1))
    assert fiche.status_on(fiche.ends_on + timedelta(days=1)) == Status.RUNNING


# --- numbers
def test_the_number_is_the_second_of_publication_in_paris(people: dict[str, Any]) -> None:
    dossier = brought_to(State.WITH_CNIL, people)
    make(dossier, "authorise", people, datetime(2026, 3, 1, 23, 30, 5, tzinfo=UTC))
    assert fiche_of(dossier).number == "F20260302003005"


def test_two_publications_in_the_same_second_take_two_numbers_that_stay(people: dict[str, Any]) -> None:
    dossiers = [brought_to(State.WITH_CNIL, people) for _ in range(3)]
    for dossier in dossiers:
        make(dossier, "authorise", people, datetime(2026, 3, 1, 10, 0, 59, tzinfo=PARIS))
    assert [fiche_of(dossier).number for dossier in dossiers] == ["F20260301100059", "F20260301100100", "F20260301100101"]
    make(dossiers[0], "begin_contracting", people, timezone.now())
    assert fiche_of(dossiers[0]).number == "F20260301100059"


def test_a_demonstration_says_so_in_its_number_and_lists_what_was_generated(people: dict[str, Any]) -> None:
    dossier = brought_to(State.WITH_CNIL, people)
    Dossier.objects.filter(pk=dossier.pk).update(
        is_demonstration=True, generated=["Le porteur tient lieu de responsable."], generated_data=["content.controller_id", "submit"]
    )
    make(dossier, "authorise", people, timezone.now())
    fiche = fiche_of(dossier)
    assert fiche.number.startswith("DEMO-F")
    assert fiche.said["generated"] == ["controller", "filed_on"]
    assert fiche.said["generated_words"] == ["Le porteur tient lieu de responsable."]


def test_nobody_is_reproached_with_a_delay_that_runs_from_an_imagined_day(people: dict[str, Any]) -> None:
    dossier = brought_to(State.WITH_CNIL, people)
    Dossier.objects.filter(pk=dossier.pk).update(is_demonstration=True, generated_data=["end", "ends_on"])
    for days, move in enumerate(["authorise", "begin_contracting", "enter_convention", "open_data"]):
        make(dossier, move, people, BEGUN + timedelta(days=20 + days))
    far = timezone.localdate() + timedelta(days=4000)
    assert not fiche_of(dossier).end_is_undeclared_on(far)
    make(dossier, "end", people, timezone.now())
    assert fiche_of(dossier).ended_on is not None
    assert not fiche_of(dossier).results_are_overdue_on(far)


def test_a_real_dossier_never_shows_generated_data(people: dict[str, Any]) -> None:
    dossier = brought_to(State.WITH_CNIL, people)
    Dossier.objects.filter(pk=dossier.pk).update(generated_data=["controller"])
    make(dossier, "authorise", people, timezone.now())
    assert fiche_of(dossier).said["generated"] == []


def test_the_real_number_of_the_national_register_leads_to_the_fiche(people: dict[str, Any]) -> None:
    dossier = brought_to(State.AUTHORISED, people)
    give_real_number(dossier, "t91858520191002", at=timezone.now())
    fiche = Fiche.objects.known_as("T91858520191002")
    assert fiche is not None
    assert fiche.dossier == dossier
    assert fiche.get_absolute_url() == f"/repertoire/{fiche.number}/"
    assert fiche == Fiche.objects.known_as(fiche.number)


def test_a_number_that_is_none_and_one_that_is_taken_are_refused(people: dict[str, Any]) -> None:
    first, second = brought_to(State.AUTHORISED, people), brought_to(State.AUTHORISED, people)
    give_real_number(first, "T91858520191002", at=timezone.now())
    for number in ("T91858520191002", "T12"):
        with pytest.raises(IntegrityError), transaction.atomic():
            give_real_number(second, number, at=timezone.now())


def test_texts_lose_their_control_characters_and_heaps_of_empty_lines() -> None:
    assert clean("a\x02b\x00 \r\n\r\n\r\n\r\nc") == "ab\n\nc"


def test_a_publication_that_fails_never_refuses_the_move(people: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.publication.said_by", lambda dossier: 1 / 0)
    dossier = a_dossier(State.AUTHORISED, people, begun=BEGUN.replace(microsecond=1))  # walked: no such instant is played
    assert dossier.state == State.AUTHORISED
    assert not Fiche.objects.exists()
    monkeypatch.undo()
    bring_up_to_date(dossier, at=timezone.now())
    assert fiche_of(dossier).number
