"""What the secretariat adds to a fiche and reads over; the dossier is never touched, and publication never waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.editing import checking, declaring
from registry.editing.models import Check, Edit
from registry.models import Fiche, FicheVersion
from registry.public_core import columns_of
from registry.publication import bring_up_to_date, write
from requests_app.states import State
from tests.accounts.factories import UserFactory
from tests.registry.declared import BEGUN, a_sent_declaration
from tests.registry.said import SUMMARY, a_said
from tests.requests_app.factories import a_dossier, cast
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
NOW = BEGUN + timedelta(days=10)


@pytest.fixture
def officer() -> Any:
    return UserFactory(officer=True)


def imported(**changes: Any) -> Fiche:
    """A fiche that was taken over from elsewhere."""
    return write(Fiche(origin="import"), columns_of(a_said(**changes)), at=BEGUN, because="publish")


def amend(fiche: Fiche, officer: Any, *, reason: str = "", **given: str) -> Fiche:
    present = Fiche.objects.get(pk=fiche.pk)
    texts = {name: present.added.get(name, "") for name in (*checking.ADDED, *checking.REWRITTEN)} | given
    return checking.amend(fiche, texts, reason=reason, seen=present.version, by=officer, at=NOW)


def test_english_is_added_and_stays_when_the_dossier_moves(officer: Any) -> None:
    people = cast()
    dossier = a_dossier(State.AUTHORISED, people)
    amend(Fiche.objects.get(), officer, title_en="Follow-up of epilepsy", lay_summary_en="About one person in a hundred has epilepsy.")
    fiche = Fiche.objects.get()
    assert (fiche.version, fiche.said["title_en"]) == (2, "Follow-up of epilepsy")
    assert FicheVersion.objects.get(fiche=fiche, number=2).because == "edited"
    assert Edit.objects.get().data == ["lay_summary_en", "title_en"]
    bring_up_to_date(dossier, at=timezone.now())
    assert Fiche.objects.get().said["title_en"] == "Follow-up of epilepsy"
    assert dossier.content.title == "Suivi des personnes épileptiques"


def test_a_summary_is_written_anew_for_a_reason_and_put_back(officer: Any) -> None:
    fiche = imported(lay_summary="ETUDE DE COHORTE SUR LES SOINS DES PATIENTS ATTEINTS D'EPILEPSIE EN FRANCE")
    with pytest.raises(RuleBroken):
        amend(fiche, officer, lay_summary=SUMMARY)
    written = amend(fiche, officer, lay_summary=SUMMARY, reason="Il était écrit en capitales.")
    assert written.lay_summary == SUMMARY
    assert written.said["rewritten"]["lay_summary"]["reason"] == "Il était écrit en capitales."
    assert FicheVersion.objects.get(fiche=fiche, number=2).reason == "Il était écrit en capitales."
    back = amend(fiche, officer, lay_summary="")
    assert back.lay_summary.startswith("ETUDE")
    assert "rewritten" not in back.said
    assert back.added == {}


def test_a_second_addition_keeps_the_reason_of_the_first(officer: Any) -> None:
    fiche = imported()
    amend(fiche, officer, title="Épilepsie : quels soins ?", reason="Titre illisible.")
    twice = amend(fiche, officer, title_en="Epilepsy: which care?")
    assert twice.said["rewritten"]["title"]["reason"] == "Titre illisible."
    assert (twice.title, twice.said["title_en"], twice.version) == ("Épilepsie : quels soins ?", "Epilepsy: which care?", 3)


def test_what_is_added_to_a_declared_fiche_survives_its_change(officer: Any) -> None:
    fiche = declaring.publish(a_sent_declaration(), by=officer, at=NOW)
    amend(fiche, officer, title_en="Treatments of epilepsy")
    declaration = declaring.save(fiche.declaration, {"population": "Adultes de plus de 18 ans."}, at=NOW)
    declaring.publish(declaring.send(declaration, confirmed=False, at=NOW), by=officer, at=NOW)
    said = Fiche.objects.get().said
    assert (said["title_en"], said["population"]) == ("Treatments of epilepsy", "Adultes de plus de 18 ans.")
    amend(fiche, officer, title_en="")
    assert "title_en" not in Fiche.objects.get().said
    assert Fiche.objects.get().said["population"] == "Adultes de plus de 18 ans."


def test_adding_nothing_writes_no_version(officer: Any) -> None:
    fiche = imported()
    amend(fiche, officer, reason="Rien.")
    assert Fiche.objects.get().version == 1
    assert not Edit.objects.exists()


def test_a_mailbox_of_a_person_is_not_added(officer: Any) -> None:
    fiche = imported(dpo_mailbox="")
    with pytest.raises(RuleBroken):
        amend(fiche, officer, dpo_mailbox="claude.martin@exemple.fr")
    assert amend(fiche, officer, dpo_mailbox="dpo@exemple.fr").said["dpo_mailbox"] == "dpo@exemple.fr"


def test_a_version_is_read_over_once_and_a_new_one_anew(officer: Any) -> None:
    fiche = imported()
    first = checking.check(fiche, seen=1, by=officer, at=NOW)
    assert checking.check(fiche, seen=1, by=UserFactory(officer=True), at=NOW) == first
    amend(fiche, officer, title_en="Treatments of epilepsy")
    with pytest.raises(WrongState):
        checking.check(fiche, seen=1, by=officer, at=NOW)
    checking.check(fiche, seen=2, by=officer, at=NOW)
    assert list(Check.objects.values_list("version", flat=True)) == [1, 2]


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(officer: Any) -> None:
    fiche = imported()
    amend(fiche, officer, title_en="Treatments of epilepsy")
    with pytest.raises(WrongState):
        checking.amend(fiche, {"title_en": "Another"}, reason="", seen=1, by=officer, at=NOW)


def test_only_the_secretariat_keeps_the_registry() -> None:
    fiche, stranger = imported(), UserFactory()
    with pytest.raises(NotAllowed):
        checking.check(fiche, seen=1, by=stranger, at=NOW)
    with pytest.raises(NotAllowed):
        checking.amend(fiche, {}, reason="", seen=1, by=stranger, at=NOW)


def test_a_version_is_noted_as_read_over_once(officer: Any) -> None:
    fiche = imported()
    Check.objects.create(fiche=fiche, version=1, by=officer, at=NOW)
    with pytest.raises(IntegrityError, match="check_once_per_version"), transaction.atomic():
        Check.objects.create(fiche=fiche, version=1, by=officer, at=NOW)
