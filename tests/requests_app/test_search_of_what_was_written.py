"""Search finds what was written about a dossier: acts, letters, verdicts, summaries of amendments; each by those who may read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app.checking.models import CheckRound, Judgement, ReusableReason, Verdict
from requests_app.desks import indexing
from requests_app.desks.models import IndexedText
from requests_app.desks.search import Asked, search
from requests_app.letters.models import Template
from requests_app.letters.services import issue
from requests_app.states import State
from requests_app.transitions.base import Recorded
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.requests_app.amended import an_authorised, begun, filed, qualified, register, reread
from tests.requests_app.factories import a_dossier, cast, make
from workflow.outbox import deliver_waiting

pytestmark = pytest.mark.django_db


def addresses(user: Any, words: str) -> set[str]:
    """Where somebody who searches for these words is sent."""
    return {text.url for row in search(user, Asked(words)).rows for text in row.texts}


def finders(people: dict[str, Any], words: str) -> set[str]:
    """Who of these people finds the words; every address that they are given opens."""
    found = {name for name, person in people.items() if addresses(person, words)}
    for name in found:
        client = sign_in(Client(), people[name])
        assert {client.get(url).status_code for url in addresses(people[name], words)} == {200}, name
    return found


@pytest.fixture
def people() -> dict[str, Any]:
    return cast() | {"auditor": UserFactory(roles=["auditor"]), "stranger": UserFactory()}


def test_the_words_of_an_act_are_found_by_everybody_who_sees_the_dossier(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    make(dossier, "ask_for_complement", people, timezone.now(), act=Recorded(text="Précisez les ornithorynques."))
    deliver_waiting(timezone.now)
    assert finders(people, "ornithorynques") == {"owner", "signatory", "officer", "head", "auditor"}


def test_a_letter_is_found_by_those_who_read_the_letters(people: dict[str, Any]) -> None:
    dossier, version = a_dossier(State.WITH_COMMITTEE, people), Template.objects.get(code="avis-de-reception").in_force
    issue(dossier, version, subject="Reçu", body="Vos ornithorynques.", by=people["officer"], at=timezone.now())
    deliver_waiting(timezone.now)
    assert finders(people, "ornithorynques") == {"owner", "signatory", "officer", "head", "auditor"}


def test_what_an_officer_notes_while_checking_never_reaches_an_applicant(people: dict[str, Any]) -> None:
    dossier, now = a_dossier(State.SUBMITTED, people), timezone.now()
    check = CheckRound.objects.create(dossier=dossier, version=1, begun_at=now, begun_by=people["officer"])
    told = {
        "judgement": Judgement.TO_COMPLETE,
        "text": "Ornithorynques douteux.",
        "digest": "x",
        "given_by": people["officer"],
        "given_at": now,
    }
    verdict = Verdict.objects.create(round=check, item="title", **told)
    verdict.reasons.add(ReusableReason.objects.create(code="r", title_fr="R", text_fr="Motif de kangourou."))
    deliver_waiting(timezone.now)
    for words in ("ornithorynques", "kangourou"):
        assert finders(people, words) == {"officer", "head"}


def test_the_summary_of_an_amendment_is_its_team_s_while_it_is_written_then_of_those_who_read_it() -> None:
    dossier, people = an_authorised()
    begun_at = timezone.now() - timedelta(days=30)
    amendment = qualified(begun(dossier, people, at=begun_at, recipients="Un industriel."), people, begun_at, recipients="yes")
    deliver_waiting(timezone.now)
    assert finders(people, '"adresse du délégué"') == {"owner", "signatory"}
    filed(amendment, people, State.SUBMITTED)
    assert finders(people, '"adresse du délégué"') == {"owner", "signatory", "officer", "head"}


def test_the_summary_of_a_registered_amendment_stands_in_the_acts_of_the_dossier() -> None:
    dossier, people = an_authorised()
    register(qualified(begun(dossier, people, recipients="Un laboratoire."), people), people)
    deliver_waiting(timezone.now)
    assert addresses(people["officer"], '"adresse du délégué"') == {reverse("dossiers:acts", args=[reread(dossier).reference])}


def test_an_index_built_anew_holds_what_was_indexed_text_by_text(people: dict[str, Any]) -> None:
    dossier, version = a_dossier(State.OPINION_GIVEN, people), Template.objects.get(code="avis-de-reception").in_force
    issue(dossier, version, subject="Reçu", body="Vos ornithorynques.", by=people["officer"], at=timezone.now())
    deliver_waiting(timezone.now)
    texts = IndexedText.objects.filter(kind__in=["act", "letter"]).values_list("kind", "row", "dossier", "audience")
    before = set(texts)
    assert {kind for kind, *_rest in before} == {"act", "letter"}
    IndexedText.objects.all().delete()
    for kind in ("act", "letter"):
        list(indexing.rebuild(kind))
    assert set(texts.all()) == before
