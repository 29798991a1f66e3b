"""A convention is written from its dossier: parties, facts, clauses, annexes, versions; who may do what, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from contracts.check_codes import new_code, read_code, shown_code
from contracts.drafting.facts import DOSSIER, known_facts
from contracts.drafting.parties import proposed_parties
from contracts.drafting.plan import plan_of
from contracts.drafting.services.editing import rewrite_clause, set_parameters
from contracts.drafting.services.preparing import Wish, begin, next_number, set_parties, write_text
from contracts.drafting.services.versions import KIND
from contracts.history import history_of
from contracts.models import Convention, ConventionVersion, Party
from contracts.pages import why_of
from contracts.policies import may
from contracts.states import ConventionState, Origin
from requests_app.signatures import Signature
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.contracts.drafting import FROM, a_convention, a_library, a_representative, an_authorised_dossier, approved, signed_by
from tests.fees.quoting import set_columns
from tests.requests_app.factories import cast
from workflow.models import JournalLine, OutboxMessage
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db


def words_of(version: ConventionVersion, code: str) -> str:
    """What an article of a version says."""
    article = version.document.article(code)
    return " ".join(article.lines) if article else ""


def test_a_text_is_written_from_the_dossier_with_its_annexes_and_its_files_are_ordered() -> None:
    scene = a_convention()
    version: Any = scene.convention.latest()
    document = version.document
    assert [one.code for one in document.articles] == ["scope", "payment", "words", "platform", "term"]
    assert scene.dossier.content.title in words_of(version, "scope") and "1er\u00a0septembre\u00a02026" in words_of(version, "term")
    assert [one.code for one in document.annexes] == ["A2", "A3", "A5"]
    assert all(one.source.startswith(f"dossier:{scene.dossier.reference}:v") and len(one.sha256) == 64 for one in document.annexes)
    assert (version.number, version.origin) == (1, Origin.GENERATED)
    keys = {f"{KIND}:{version.pk}:docx", f"{KIND}:{version.pk}:pdf"}
    assert set(OutboxMessage.objects.filter(kind=KIND).values_list("key", flat=True)) == keys
    line = JournalLine.objects.filter(subject_type="convention", action="prepare").last()
    assert line is not None and line.facts["content_sha256"] == version.sha256 and scene.dossier.title not in str(line.facts)


def test_a_missing_fact_is_asked_and_named_and_nothing_is_written_without_it() -> None:
    scene = a_convention(written=False)
    plan = plan_of(scene.convention)
    assert plan.asked == {"term.from": True}
    with pytest.raises(RuleBroken) as refused:
        write_text(scene.convention, Wish(), by=scene.officer, at=timezone.now())
    assert [one.where for one in refused.value.broken] == ["term.from"]
    assert scene.convention.latest() is None


def test_a_clause_stands_or_not_by_a_fact_and_the_plan_says_why() -> None:
    scene = a_convention(written=False, hosting="other")
    platform = next(one for one in plan_of(scene.convention).clauses if one.clause.code == "platform")
    assert platform.stands is False and platform.because.endswith("non")
    write_text(scene.convention, Wish({"term.from": FROM}), by=scene.officer, at=timezone.now())
    version: Any = scene.convention.latest()
    assert version.document.article("platform") is None


def test_what_nobody_says_about_a_condition_is_asked_before_the_clause_is_decided() -> None:
    scene = a_convention(written=False, hosting="")
    plan = plan_of(scene.convention)
    assert next(one for one in plan.clauses if one.clause.code == "platform").stands is None
    assert plan.asked["platform.is_used"] is False
    write_text(scene.convention, Wish({"term.from": FROM, "platform.is_used": True}), by=scene.officer, at=timezone.now())
    version: Any = scene.convention.latest()
    assert version.document.article("platform") is not None


def test_what_the_dossier_says_is_not_overruled_by_what_is_typed() -> None:
    scene = a_convention(written=False)
    wish = Wish({"term.from": FROM, "dossier.title": "Autre projet"})
    version = write_text(scene.convention, wish, by=scene.officer, at=timezone.now())
    assert "Autre projet" not in version.content
    assert known_facts(scene.convention)["dossier.title"].origin == DOSSIER


def test_the_parties_are_proposed_from_the_dossier_and_remembered_from_the_last_convention() -> None:
    scene = a_convention()
    found = {one.organisation: one for one in proposed_parties(scene.dossier)}
    controller = found[scene.dossier.content.controller]
    assert "controller" in controller.roles and controller.representative_name == "Anne Exemple"
    operator = next(one for body, one in found.items() if body.is_operator)
    assert operator.roles == ("operator", "host")


def test_a_free_clause_takes_other_words_a_locked_one_does_not() -> None:
    scene = a_convention()
    version = rewrite_clause(
        scene.convention, "words", "Publication", "Rien n’est publié.\n\n- sauf ceci", "À leur demande", by=scene.officer, at=timezone.now()
    )
    assert "Rien n’est publié. sauf ceci" in words_of(version, "words")
    assert (version.number, version.origin, version.note) == (2, Origin.EDITED, "À leur demande")
    for code in ("scope", "payment"):
        with pytest.raises(RuleBroken):
            rewrite_clause(scene.convention, code, "", "Autre", "", by=scene.officer, at=timezone.now())
    with pytest.raises(RuleBroken):
        rewrite_clause(scene.convention, "words", "", "Voir [[dossier.title]].", "", by=scene.officer, at=timezone.now())
    with pytest.raises(RuleBroken, match=r"."):
        rewrite_clause(
            scene.convention, "words", "Publication", "Rien n’est publié.\n\n- sauf ceci", "", by=scene.officer, at=timezone.now()
        )


def test_a_parameter_moves_within_its_bounds_only() -> None:
    scene = a_convention()
    version = set_parameters(scene.convention, "payment", {"days": 45}, "", by=scene.officer, at=timezone.now())
    assert "45 jours" in words_of(version, "payment")
    with pytest.raises(RuleBroken) as refused:
        set_parameters(scene.convention, "payment", {"days": 61}, "", by=scene.officer, at=timezone.now())
    assert refused.value.broken[0].where == "payment.days"


def test_writing_anew_from_the_facts_keeps_the_words_that_somebody_wrote() -> None:
    scene = a_convention()
    rewrite_clause(scene.convention, "words", "Publication", "Nos propres mots.", "", by=scene.officer, at=timezone.now())
    version = write_text(scene.convention, Wish({"term.from": FROM.replace(year=2027)}), by=scene.officer, at=timezone.now())
    assert "Nos propres mots." in words_of(version, "words") and "2027" in words_of(version, "term")


def test_nothing_is_written_while_the_legal_check_reads_it_nor_by_who_only_reads() -> None:
    scene = a_convention()
    with pytest.raises(NotAllowed):
        write_text(scene.convention, Wish({"term.from": FROM}), by=scene.people["owner"], at=timezone.now())
    scene.convention.send_to_review(by=scene.officer, at=timezone.now())
    with pytest.raises(WrongState):
        rewrite_clause(scene.convention, "words", "", "Autre.", "", by=scene.officer, at=timezone.now())


def test_who_prepared_the_text_does_not_approve_it_and_the_second_factor_stands_behind_the_approval() -> None:
    scene = a_convention()
    convention, now = scene.convention, timezone.now()
    convention.send_to_review(by=scene.officer, at=now)
    told = {"at": now, "version": convention.latest()}
    for person, signed in ((scene.officer, signed_by(scene.officer, convention)), (scene.people["head"], None)):
        with pytest.raises(NotAllowed):
            convention.approve(by=person, signed=signed, **told)
    for signed in (None, Signature("", {}), replace(signed_by(scene.lawyer, convention), read={"convention": "0" * 64})):
        with pytest.raises(RuleBroken):
            convention.approve(by=scene.lawyer, signed=signed, **told)
    convention.approve(by=scene.lawyer, signed=signed_by(scene.lawyer, convention), **told)
    assert convention.state == ConventionState.APPROVED and convention.approved_version == told["version"]


def test_a_legal_officer_who_has_written_a_word_does_not_approve() -> None:
    scene = a_convention()
    rewrite_clause(scene.convention, "words", "", "Mes mots.", "", by=scene.lawyer, at=timezone.now())
    scene.convention.send_to_review(by=scene.officer, at=timezone.now())
    told = {"version": scene.convention.latest(), "signed": signed_by(scene.lawyer, scene.convention)}
    with pytest.raises(NotAllowed):
        scene.convention.approve(by=scene.lawyer, at=timezone.now(), **told)


def test_parties_that_changed_after_the_text_keep_it_from_the_legal_check() -> None:
    scene = a_convention()
    parties = [replace(one, name=f"Nouveau {one.name}", representative_name="Autre Personne") for one in proposed_parties(scene.dossier)]
    set_parties(scene.convention, parties, by=scene.officer, at=timezone.now())
    with pytest.raises(RuleBroken):
        scene.convention.send_to_review(by=scene.officer, at=timezone.now())
    version = write_text(scene.convention, Wish({"term.from": FROM}), by=scene.officer, at=timezone.now())
    assert words_of(version, "words").count("Nouveau") == len(parties)
    scene.convention.send_to_review(by=scene.officer, at=timezone.now())


def test_the_database_keeps_versions_and_the_parties_of_an_approved_text() -> None:
    scene = a_convention()
    convention = approved(scene)
    version = convention.latest()
    attempts = (
        lambda: ConventionVersion.objects.filter(pk=version.pk).update(note="autre"),
        lambda: ConventionVersion.objects.filter(pk=version.pk).delete(),
        lambda: Party.objects.filter(convention=convention).update(name="Autre"),
        lambda: Convention.objects.filter(pk=convention.pk).update(state="signed"),
        lambda: ConventionVersion.objects.create(
            convention=convention, number=9, origin="edited", content="{}", sha256="0" * 64, by=scene.officer, at=timezone.now()
        ),
    )
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_drafts_are_the_operators_and_the_parties_read_from_the_negotiation_on() -> None:
    scene = a_convention()
    outside = [scene.people["owner"], a_representative(scene)]
    assert not any(may(person, "see", scene.convention) for person in outside)
    scene.convention.send_to_review(by=scene.officer, at=timezone.now())
    assert not any(may(person, "see", scene.convention) for person in outside)
    scene.convention.open_negotiation(by=scene.lawyer, at=timezone.now())
    assert all(may(person, "see", scene.convention) and may(person, "propose", scene.convention) for person in outside)
    assert not may(UserFactory(), "see", scene.convention)


def test_a_text_given_up_before_the_parties_saw_it_stays_the_operators() -> None:
    scene = a_convention()
    outside = [scene.people["owner"], a_representative(scene)]
    scene.convention.abandon(by=scene.officer, at=timezone.now(), because="Le projet change.")
    assert may(scene.officer, "see", scene.convention) and not any(may(person, "see", scene.convention) for person in outside)
    assert not Convention.objects.of_parties(frozenset({scene.dossier.content.controller_id})).exists()


def test_what_the_legal_check_had_mended_is_not_told_to_the_parties() -> None:
    scene = a_convention()
    scene.convention.send_to_review(by=scene.officer, at=timezone.now())
    scene.convention.send_back(by=scene.lawyer, at=timezone.now(), because="Trop généreux.")
    assert why_of(scene.convention, history_of(scene.convention)) == "Trop généreux."
    scene.convention.send_to_review(by=scene.officer, at=timezone.now())
    scene.convention.open_negotiation(by=scene.lawyer, at=timezone.now())
    assert why_of(scene.convention, history_of(scene.convention)) == ""


def test_somebody_of_a_party_keeps_no_convention_of_that_party() -> None:
    scene = a_convention()
    person = UserFactory(roles=[Role.LEGAL_OFFICER])
    MembershipFactory(user=person, organisation=scene.dossier.content.controller)
    fresh = User.objects.get(pk=person.pk)
    assert not may(fresh, "edit", scene.convention) and not may(fresh, "approve", scene.convention)


def test_no_convention_that_opens_data_is_begun_before_the_authorisation() -> None:
    people = cast()
    dossier = an_authorised_dossier(people)
    set_columns(dossier, state="complete")
    dossier.refresh_from_db(fields=["authorised_on"])
    dossier.__dict__["state"] = "complete"
    with pytest.raises(RuleBroken):
        begin(dossier, a_library(), by=people["officer"], at=timezone.now())


def test_numbers_follow_each_other_within_a_year() -> None:
    now = timezone.now()
    first, second = next_number(now), next_number(now)
    assert int(second[-5:]) == int(first[-5:]) + 1 and next_number(now - timedelta(days=400)).endswith("-00001")


def test_a_check_code_notices_a_mistyped_sign_and_reads_what_people_write() -> None:
    code = new_code()
    assert read_code(shown_code(code).lower()) == code
    for place in range(len(code)):
        other = "2" if code[place] != "2" else "3"
        assert read_code(code[:place] + other + code[place + 1 :]) == ""
    assert read_code("") == "" and read_code("É" * 17) == ""
