"""Declarations: from the first letter to a published fiche and its changes; the address is never public."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from catalogue.models import Term
from config.demo import declarations
from config.demo.people import make_people
from registry.because import because_in_words
from registry.editing import declaring
from registry.editing.answers import results_due_on, said_of
from registry.editing.links import declaration_of, path_of, token_of
from registry.editing.models import Check, Declaration, Passage, Stage
from registry.lint import lint
from registry.models import Fiche, FicheVersion, Status
from registry.presentation import FichePage
from registry.public_core import SHAPE, columns_of
from tests.accounts.factories import UserFactory
from tests.accounts.mailbox import deliver_all
from tests.registry.declared import BEGUN, a_database, a_declaration, a_sent_declaration, answers
from workflow.periods import paris_day
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
LATER = BEGUN + timedelta(days=3)


@pytest.fixture
def officer() -> Any:
    return UserFactory(officer=True)


def published(officer: Any, **changes: Any) -> Fiche:
    return declaring.publish(a_sent_declaration(**changes), by=officer, at=LATER)


# --- what the fiche says
def test_the_answers_become_a_fiche_of_the_same_shape_as_a_dossier_s() -> None:
    said = said_of(answers(), "project", date(2026, 3, 2))
    assert set(said) <= set(SHAPE)
    assert not lint(said, date(2026, 3, 2))
    assert said["purpose"]["fr"] == Term.objects.get(vocabulary="purpose", code="research").label_fr
    assert said["sources"][0]["slug"] == "base-principale"
    assert said["sources"][0]["components"]
    assert (said["retention_months"], said.get("retention_years")) == (30, None)
    assert said["identifiers"] == {"care_dates": "L'ordre des soins est l'objet de l'étude."}
    assert columns_of(said)["procedure"] == "mr004"


def test_what_another_answer_makes_needless_is_left_out() -> None:
    said = said_of(answers(matching=False, matching_method="Par le NIR.", matching_kind="direct_nir"), "project", None)
    assert not said.get("matching_method")
    assert not said.get("matching_kind")
    assert said_of(answers(retention_months=None), "project", None)["retention_years"] == 2


def test_a_controller_outside_the_union_is_told_so_with_its_representative() -> None:
    abroad = answers(controller_country="US", eu_representative="Bureau européen, Dublin")
    said = said_of(abroad, "project", None)
    assert (said["controller_outside_eu"], said["eu_representative"]) == (True, "Bureau européen, Dublin")
    assert said_of(abroad | {"controller_country": "DE"}, "project", None).get("eu_representative", "") == ""


def test_pasted_texts_flow_and_publications_are_read_line_by_line() -> None:
    given = answers(
        population="Patients\nhospitalisés . . . en 2020.",
        other_controllers="Inserm\n\nUniversité de Valmont",
        publications="Seizures and care | 10.1000/xyz | 2026\nUn rapport | https://exemple.fr/r.pdf",
        ended_on="2026-05-01",
    )
    said = said_of(given, "project", date(2026, 3, 2))
    assert said["population"] == "Patients hospitalisés… en 2020."
    assert [one["name"] for one in said["other_controllers"]] == ["Inserm", "Université de Valmont"]
    assert [(one["doi"], one["year"], one["url"]) for one in said["publications"]] == [
        ("10.1000/xyz", 2026, "https://doi.org/10.1000/xyz"),
        ("", None, "https://exemple.fr/r.pdf"),
    ]
    assert said["results_due_on"] == results_due_on(date(2026, 5, 1)) == "2027-11-01"


def test_the_page_of_a_declared_fiche_tells_everything_and_its_status_follows_the_dates(officer: Any) -> None:
    fiche = Fiche.objects.get(pk=published(officer, databases=["base-principale", a_database().slug], matching=False).pk)
    page = FichePage.of(fiche, date(2026, 3, 31))
    assert (fiche.origin, page.status) == ("declaration", Status.AUTHORISED)
    assert fiche.status_on(date(2026, 4, 1)) == Status.RUNNING
    assert fiche.end_is_undeclared_on(date(2029, 1, 1))
    with translation.override("en"):
        facts = {fact.code: fact.lines for chapter in page.chapters for fact in chapter.facts}
        assert [step.title for step in page.life][:3] == ["Declaration", "Commitment", "Start"]
    assert facts["retention_years"] == ["2 years and 6 months"]
    assert facts["duration"] == ["2 years and 9 months"]
    assert facts["procedure"] == ["Reference methodology MR-004"]
    assert page.completeness.percent == 100


@pytest.mark.parametrize(("kind", "framework"), [("warehouse", "warehouse_framework"), ("permanent_access", "permanent_access")])
def test_a_warehouse_and_a_permanent_access_are_told_as_such(kind: str, framework: str, officer: Any) -> None:
    changes = {"kind": kind, "procedure": framework, "domains": [], "ends_on": None, "purpose": ""}
    fiche = published(officer, **changes)
    page = FichePage.of(Fiche.objects.get(pk=fiche.pk), date(2026, 6, 1))
    assert page.kind
    assert page.completeness.percent == 100
    assert len(page.life) <= 3  # nobody waits for the end of a warehouse


# --- the steps
def test_the_letter_goes_to_the_address_and_its_link_opens_the_draft() -> None:
    begun = declaring.begin(kind="project", email=" Claude.Martin@exemple.fr ", language="fr", at=BEGUN)
    assert begun is not None
    assert (begun.email, begun.verified_at) == ("claude.martin@exemple.fr", None)
    deliver_all()
    assert mail.outbox[-1].to == ["claude.martin@exemple.fr"]
    assert path_of(begun) in mail.outbox[-1].body
    assert declaration_of(token_of(begun)) == begun


@pytest.mark.parametrize("token", ["", "x", "W10:abc:def", "abc" * 40])
def test_a_link_that_was_made_up_opens_nothing(token: str) -> None:
    assert declaration_of(token) is None


def test_a_new_link_makes_the_former_void(officer: Any) -> None:
    declaration = a_declaration()
    former = token_of(declaration)
    renewed = declaring.renew_link(declaration, by=officer, at=LATER)
    assert declaration_of(former) is None
    assert declaration_of(token_of(renewed)) == declaration


def test_nobody_fills_a_mailbox_or_our_lists_from_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    def begin(address: str) -> Declaration | None:
        return declaring.begin(kind="project", email=address, language="fr", at=BEGUN)

    assert all(begin("claude@exemple.fr") for _ in range(declaring.MOST_OPEN_PER_ADDRESS))
    assert begin("claude@exemple.fr") is None
    assert begin("autre@exemple.fr")
    monkeypatch.setattr(declaring, "MOST_UNVERIFIED_PER_HOUR", 5)
    with pytest.raises(RuleBroken):  # nobody is told that a letter left when none did
        begin("encore@exemple.fr")
    person = UserFactory()
    assert declaring.begin(kind="project", email=person.email, language="fr", account=person, at=BEGUN)


def test_writing_through_the_link_proves_the_address() -> None:
    declaration = a_declaration()
    assert (declaration.verified_at, declaration.saved_at) == (BEGUN, BEGUN)


def test_what_the_core_lacks_keeps_it_from_being_sent() -> None:
    with pytest.raises(RuleBroken) as refused:
        declaring.send(a_declaration(lay_summary="", legal_basis_9=""), confirmed=True, at=BEGUN)
    assert {one.where for one in refused.value.broken} == {"lay_summary", "legal_basis_9"}


def test_what_looks_like_a_person_is_confirmed_or_mended() -> None:
    declaration = a_declaration(controller_name="Fondation Camille DURAND", rights="Écrivez au Dr Camille DURAND.")
    with pytest.raises(RuleBroken) as refused:
        declaring.send(declaration, confirmed=False, at=BEGUN)
    assert {one.where for one in refused.value.broken} == {"rights"}
    assert declaring.send(declaration, confirmed=True, at=BEGUN).stage == Stage.SENT


def test_what_was_sent_waits_and_is_not_written_in(officer: Any) -> None:
    declaration = a_sent_declaration()
    assert list(Declaration.objects.waiting()) == [declaration]
    with pytest.raises(WrongState):
        declaring.save(declaration, {"title": "Autre"}, at=LATER)
    with pytest.raises(WrongState):
        declaring.send(declaration, confirmed=False, at=LATER)
    deliver_all()
    assert officer.email in [letter.to[0] for letter in mail.outbox]
    assert "claude.martin" not in "".join(letter.body for letter in mail.outbox if letter.to == [officer.email])


def test_it_is_published_read_over_and_its_declarer_is_told(officer: Any) -> None:
    fiche = published(officer)
    version = FicheVersion.objects.get(fiche=fiche)
    assert (version.because, version.kind) == ("declaration", "published")
    assert because_in_words("declaration") != "declaration"
    assert Check.objects.get().version == 1
    assert Declaration.objects.get().stage == Stage.PUBLISHED
    deliver_all()
    letter = mail.outbox[-1]
    assert letter.to == ["claude.martin@exemple.fr"]
    assert fiche.get_absolute_url() in letter.body


def test_the_address_stands_nowhere_in_what_is_public(officer: Any) -> None:
    fiche = published(officer)
    everything = str(vars(fiche)) + FicheVersion.objects.get(fiche=fiche).canonical.decode()
    assert "claude.martin" not in everything


def test_it_is_sent_back_with_words_and_sent_again(officer: Any) -> None:
    declaration = a_sent_declaration()
    with pytest.raises(RuleBroken):
        declaring.send_back(declaration, "  ", by=officer, at=LATER)
    returned = declaring.send_back(declaration, "Dites de quels patients il s'agit.", by=officer, at=LATER)
    assert returned.last_words == "Dites de quels patients il s'agit."
    deliver_all()
    assert "Dites de quels patients" in mail.outbox[-1].body
    declaring.save(returned, {"population": "Adultes."}, at=LATER)
    again = declaring.send(returned, confirmed=False, at=LATER)
    assert (again.first_sent_at, again.sent_at) == (BEGUN, LATER)
    assert declaring.said_now(again)["declared_on"] == "2026-03-02"


def test_it_is_not_taken_up_for_a_reason(officer: Any) -> None:
    refused = declaring.refuse(a_sent_declaration(), "Ce projet figure déjà au répertoire.", by=officer, at=LATER)
    assert refused.stage == Stage.REFUSED
    assert not Fiche.objects.exists()
    with pytest.raises(WrongState):
        declaring.save(refused, {"title": "Autre"}, at=LATER)


def test_only_the_secretariat_answers() -> None:
    declaration, stranger = a_sent_declaration(), UserFactory()
    for act in (
        lambda: declaring.publish(declaration, by=stranger, at=LATER),
        lambda: declaring.send_back(declaration, "Non.", by=stranger, at=LATER),
        lambda: declaring.refuse(declaration, "Non.", by=stranger, at=LATER),
        lambda: declaring.renew_link(declaration, by=stranger, at=LATER),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_nothing_is_answered_twice(officer: Any) -> None:
    declaration = a_sent_declaration()
    declaring.publish(declaration, by=officer, at=LATER)
    with pytest.raises(WrongState):
        declaring.publish(declaration, by=officer, at=LATER)
    assert Fiche.objects.count() == 1


# --- what comes after
def test_a_change_is_proposed_read_and_published_as_a_new_version(officer: Any) -> None:
    fiche = published(officer)
    afterwards = BEGUN + timedelta(days=70)
    changes = {"ended_on": "2026-05-01", "results": "Un tiers de séjours en moins."}
    declaration = declaring.save(fiche.declaration, changes, at=afterwards)
    assert (declaration.stage, declaration.is_change) == (Stage.DRAFT, True)
    assert Fiche.objects.get().ended_on is None  # the public reads what was published until the change is read
    sent = declaring.send(declaration, confirmed=False, at=afterwards)
    declaring.publish(sent, reason="Fin du projet.", by=officer, at=afterwards)
    changed = Fiche.objects.get()
    assert (changed.version, changed.ended_on, changed.results_on) == (2, date(2026, 5, 1), date(2026, 5, 11))
    assert FicheVersion.objects.get(fiche=changed, number=2).reason == "Fin du projet."
    assert changed.said["declared_on"] == "2026-03-02"


def test_the_day_of_the_results_stays_that_of_their_first_publication(officer: Any) -> None:
    fiche = published(officer, results="Premiers résultats.")
    first = Fiche.objects.get().results_on
    later = declaring.send(declaring.save(fiche.declaration, {"results": "Tous les résultats."}, at=LATER), confirmed=False, at=LATER)
    declaring.publish(later, by=officer, at=LATER + timedelta(days=30))
    assert Fiche.objects.get().results_on == first == date(2026, 3, 5)


def test_a_change_is_given_up_and_what_is_published_stands(officer: Any) -> None:
    fiche = published(officer)
    declaration = declaring.save(fiche.declaration, {"title": "Un autre titre"}, at=LATER)
    dropped = declaring.drop_change(declaration, at=LATER)
    assert (dropped.stage, dropped.title) == (Stage.PUBLISHED, "Traitements de l'épilepsie et séjours à l'hôpital")
    with pytest.raises(WrongState):
        declaring.drop_change(dropped, at=LATER)


def test_a_change_that_changes_nothing_is_not_sent(officer: Any) -> None:
    fiche = published(officer)
    declaration = declaring.save(fiche.declaration, {"title": "Un autre titre"}, at=LATER)
    declaring.save(declaration, {"title": "Traitements de l'épilepsie et séjours à l'hôpital"}, at=LATER)
    with pytest.raises(RuleBroken):
        declaring.send(declaration, confirmed=False, at=LATER)


def test_a_public_fiche_is_not_refused_away(officer: Any) -> None:
    fiche = published(officer)
    sent = declaring.send(declaring.save(fiche.declaration, {"title": "Un autre titre"}, at=LATER), confirmed=False, at=LATER)
    with pytest.raises(RuleBroken):
        declaring.refuse(sent, "Non.", by=officer, at=LATER)


def test_what_nobody_comes_back_to_is_forgotten(officer: Any) -> None:
    kept = published(officer).declaration
    unproved = declaring.begin(kind="project", email="x@exemple.fr", language="fr", at=BEGUN)
    lying, waiting = a_declaration(), a_sent_declaration()
    assert unproved is not None
    days = {"unverified_days": 7, "draft_days": 365}
    assert declaring.forget_abandoned(at=BEGUN + timedelta(days=8), **days) == 1
    assert declaring.forget_abandoned(at=BEGUN + timedelta(days=366), **days) == 1
    assert set(Declaration.objects.all()) == {kept, waiting}
    assert lying not in Declaration.objects.all()


# --- what the database refuses
@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("declaration_kind_is_known", {"kind": "licorne"}),
        ("declaration_stage_is_known", {"stage": "licorne", "sent_at": BEGUN, "first_sent_at": BEGUN, "verified_at": BEGUN}),
        ("declaration_language_is_known", {"language": "de"}),
        ("declaration_can_be_answered", {"email": ""}),
        ("declaration_sent_by_a_verified_address", {"sent_at": BEGUN, "first_sent_at": BEGUN}),
        ("declaration_beyond_draft_was_sent", {"stage": "returned"}),
        ("declaration_first_sent_first", {"sent_at": BEGUN, "first_sent_at": LATER, "verified_at": BEGUN}),
        ("declaration_published_has_its_fiche", {"stage": "published", "sent_at": BEGUN, "first_sent_at": BEGUN, "verified_at": BEGUN}),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(constraint: str, changes: dict[str, Any]) -> None:
    row = {"kind": "project", "email": "a@exemple.fr", "begun_at": BEGUN} | changes
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Declaration.objects.create(**row)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("passage_is_known", {"what": "licorne"}),
        ("passage_against_the_declarer_says_why", {"what": "returned", "words": " "}),
        ("passage_of_the_secretariat_says_by_whom", {"what": "published"}),
    ],
)
def test_a_passage_that_cannot_be_is_refused(constraint: str, changes: dict[str, Any], officer: Any) -> None:
    row = {"declaration": a_declaration(), "at": BEGUN, "by": officer if changes["what"] == "returned" else None} | changes
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Passage.objects.create(**row)


def test_what_is_declared_on_a_demonstration_site_says_so_in_its_number(settings: Any) -> None:
    settings.DEMO_DATA = True
    fiche = declaring.publish(a_sent_declaration(), by=UserFactory(officer=True), at=BEGUN)
    assert fiche.number.startswith("DEMO-F")


def test_the_demonstration_shows_one_declaration_published_and_one_to_be_read_both_said_to_be_imagined(settings: Any) -> None:
    settings.DEMO_DATA, now = True, timezone.now()
    people = make_people(now)
    for _time in range(2):
        declarations.furnish(people, now)
    assert sorted(Declaration.objects.values_list("stage", flat=True)) == [Stage.PUBLISHED, Stage.SENT]
    fiche = Fiche.objects.get()
    assert fiche.number.startswith("DEMO-F")
    assert {"title", "lay_summary", "controller", "starts_on"} <= set(fiche.said["generated"])
    page = FichePage.of(fiche, paris_day(now))
    assert page.completeness.percent == 100
    assert not [remark for remark in lint(fiche.said, paris_day(now)) if remark.severity == "error"]
