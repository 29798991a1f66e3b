"""Results of a matching: counts and names of criteria alone, written once, and a person's decision with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from extractions.matching.identifiers import holds_identity, holds_registration
from extractions.matching.models import MatchingDecision, MatchingResult
from extractions.matching.rules import Counted, Pass
from extractions.matching.services.deciding import decide, record_result
from extractions.states import Kind, TicketState
from tests.accounts.clients import sign_in
from tests.extractions.factories import a_scene, a_ticket
from tests.fees.quoting import set_columns
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db


def counted(submitted: int = 1000, *found: int) -> Counted:
    """Passes that found this many each."""
    return Counted(submitted, tuple(Pass(f"sexe, mois de naissance, commune (passe {place})", one) for place, one in enumerate(found, 1)))


@pytest.mark.parametrize(
    "text",
    ["1850578006084", "1 85 05 78 006 084 36", "né le 12/05/1985", "1985-05-12", "12051985", "185052A006084", "numéro 1234567890123"],
)
def test_what_looks_like_a_person_is_found(text: str) -> None:
    assert holds_identity(text)


@pytest.mark.parametrize(
    "text", ["sexe, mois et année de naissance", "CIM-10 : G40, 2015 à 2023", "commune (5 chiffres)", "12 345 678 personnes"]
)
def test_names_of_criteria_are_left_alone(text: str) -> None:
    assert not holds_identity(text)
    assert not holds_registration("6 400 000 000 000 octets")


def test_a_result_is_recorded_by_the_desk_in_counts_and_stays(in_english: None) -> None:
    scene = a_scene()
    ticket = a_ticket(scene, Kind.INDIRECT_MATCHING, TicketState.MATCHING)
    with pytest.raises(NotAllowed):
        record_result(ticket, counted(1000, 900), by=scene["owner"], at=timezone.now())
    result = record_result(ticket, counted(1000, 850, 49), by=scene["cnam"], at=timezone.now())
    assert (result.found, str(result.rate), result.reaches, result.round) == (899, "89.9", False, 1)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        MatchingResult.objects.filter(pk=result.pk).update(found=900)
    line = JournalLine.objects.get(subject_type="ticket", subject_id=ticket.pk, action="record_result")
    assert line.facts == {"result": result.pk, "submitted": 1000, "found": 899, "threshold": "90"}


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (counted(100, 101), "More persons were found"),
        (counted(100), "at least one pass"),
        (Counted(100, (Pass("1850578006084", 4),)), "looks like a number"),
        (Counted(100, (Pass("naissance 12/05/1985", 4),)), "looks like a number"),
        (Counted(0, (Pass("sexe", 0),)), "how many persons"),
    ],
)
def test_counts_that_cannot_be_and_names_of_persons_are_refused(told: Counted, sentence: str, in_english: None) -> None:
    scene = a_scene()
    ticket = a_ticket(scene, Kind.DIRECT_MATCHING, TicketState.MATCHING)
    with pytest.raises(RuleBroken, match=sentence):
        record_result(ticket, told, by=scene["cnam"], at=timezone.now())


def test_the_database_refuses_passes_that_do_not_add_up() -> None:
    scene = a_scene()
    ticket = a_ticket(scene, Kind.DIRECT_MATCHING, TicketState.MATCHING)
    row: dict[str, Any] = {"ticket": ticket, "number": 1, "round": 1, "submitted": 100, "threshold": 90}
    row |= {"recorded_at": timezone.now(), "recorded_by": scene["cnam"]}
    with pytest.raises(DatabaseError, match="add up"), transaction.atomic():
        MatchingResult.objects.create(found=95, passes=[{"order": 1, "criteria": "sexe", "found": 90}], **row)
    with pytest.raises(DatabaseError, match="found_no_more"), transaction.atomic():
        MatchingResult.objects.create(found=101, passes=[{"order": 1, "criteria": "sexe", "found": 101}], **row)


def test_the_decision_needs_the_result_of_this_very_matching_and_below_the_threshold_a_true_reason(in_english: None) -> None:
    scene, at = a_scene(), timezone.now() - timedelta(hours=1)
    ticket = a_ticket(scene, Kind.INDIRECT_MATCHING, TicketState.MATCHING)
    with pytest.raises(RuleBroken, match="Record the result"):
        ticket.go(by=scene["cnam"], at=at, because="Assez.", result=1)
    first = record_result(ticket, counted(1000, 600), by=scene["cnam"], at=at)
    decide(ticket, first.pk, "Un identifiant de séjour manque.", goes_on=False, by=scene["cnam"], at=at)
    assert ticket.state == TicketState.NEED_TO_SPECIFY
    set_columns(ticket, state=TicketState.MATCHING)
    with pytest.raises(RuleBroken, match="Record the result"):
        ticket.go(by=scene["cnam"], at=timezone.now(), because="Assez.", result=first.pk)
    second = record_result(ticket, counted(1000, 700, 110), by=scene["cnam"], at=timezone.now())
    with pytest.raises(RuleBroken, match="below the threshold"):
        decide(ticket, second.pk, "Oui.", goes_on=True, by=scene["cnam2"], at=timezone.now())
    with pytest.raises(WrongState, match="not the last result"):
        decide(ticket, first.pk, "Les perdus ne diffèrent pas des autres.", goes_on=True, by=scene["cnam2"], at=timezone.now())
    made = decide(ticket, second.pk, "Les perdus ne diffèrent pas des autres.", goes_on=True, by=scene["cnam2"], at=timezone.now())
    assert ticket.state == TicketState.CLOSED and made.goes_on and not made.by_who_recorded
    assert MatchingDecision.objects.filter(result__ticket=ticket).count() == 2


def test_the_pages_record_decide_and_tell_the_applicant_in_plain_words(client: Client, english_pages: None) -> None:
    scene = a_scene()
    ticket = a_ticket(scene, Kind.DIRECT_MATCHING, TicketState.MATCHING)
    sign_in(client, scene["owner"])
    assert client.get(reverse("matching:record", args=[ticket.number])).status_code == 404
    sign_in(client, scene["cnam"])
    assert reverse("matching:go", args=[ticket.number]) not in client.get(ticket.get_absolute_url()).content.decode()
    address = reverse("matching:record", args=[ticket.number])
    assert client.get(reverse("matching:go", args=[ticket.number])).status_code == 409
    assert client.post(address, {"submitted": "1 000", "criteria_1": "NIR", "found_2": "3"}).status_code == 422
    assert client.post(address, {"submitted": "1 000", "criteria_1": "NIR", "found_1": "850"}).status_code == 302
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "850 of 1,000 persons were found: 85.0 %" in page and reverse("matching:go", args=[ticket.number]) in page
    result = MatchingResult.objects.get()
    told = {"seen": result.pk, "because": "Les perdus ne diffèrent pas des autres."}
    go = reverse("matching:go", args=[ticket.number])
    assert client.post(go, told).status_code == 422  # the box below the threshold
    assert client.post(go, told | {"below": "on"}).status_code == 302
    sign_in(client, scene["owner"])
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "fewer than the 90 %" in page and "Les perdus ne diffèrent pas" in page and "The same person recorded the result." in page
    sign_in(client, scene["holder_agent"])
    assert client.get(ticket.get_absolute_url()).status_code == 404
