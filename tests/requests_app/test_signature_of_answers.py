"""An answer to the secretariat is signed anew when what was signed has changed in substance, and only then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from requests_app.content import Content, completed
from requests_app.models import Dossier
from requests_app.substance import SIGNED_FIELDS, SIGNED_PARTS, changes_of_substance
from requests_app.team import signing
from requests_app.team.models import SignatureRequest
from tests.accounts.clients import sign_in
from tests.accounts.mailbox import deliver_all
from tests.requests_app.factories import a_dossier, make, signature
from workflow.models import JournalLine
from workflow.refusals import RuleBroken

SNDS = {"database": "snds", "variables": "Actes", "justification": "Utile", "identifiers": {"birth": "Âge"}, "components": ["dcir"]}


def said(**values: Any) -> dict[str, Any]:
    return completed({"controller_id": 1, "recipients": "L'unité", "lay_summary": "Un résumé", "sources": [SNDS]} | values)


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({"controller_id": 2}, ["controller_id"]),
        ({"objectives": ["care"]}, ["objectives"]),
        ({"recipients": "Une société"}, ["recipients"]),
        ({"recipients": " L'unité\n"}, []),
        ({"lay_summary": "Un autre", "method": "Une cohorte", "ends_on": "2030-01-01", "answers": {"ai": True}}, []),
        ({"sources": []}, ["sources.snds"]),
        ({"sources": [SNDS | {"variables": "Actes et séjours"}]}, ["sources.snds"]),
        ({"sources": [SNDS | {"identifiers": {"birth": "Âge", "commune": "Lieu"}}]}, ["sources.snds"]),
        ({"sources": [SNDS | {"identifiers": {"birth": "Mieux dit"}, "justification": "Mieux argumenté"}]}, []),
    ],
)
def test_only_what_commits_the_controller_calls_for_a_new_signature(change: dict[str, Any], places: list[str]) -> None:
    assert changes_of_substance(said(), said(**change)) == places


def test_every_signed_point_is_a_field_of_the_content() -> None:
    assert set(SIGNED_FIELDS) <= {*said(), "objectives", "domains", "data_categories"}
    assert set(SIGNED_PARTS) <= set(said()["sources"][0])


def awaited(people: dict[str, Any], **written: Any) -> Dossier:
    """A dossier of which a complement is awaited, in which this was written since."""
    return write(a_dossier("incomplete", people), **written)


def write(dossier: Dossier, **values: Any) -> Dossier:
    Content.objects.filter(pk=dossier.pk).update(**values)
    return Dossier.objects.select_related("content").get(pk=dossier.pk)


def state_of(dossier: Dossier) -> str:
    return str(Dossier.objects.get(pk=dossier.pk).state)


@pytest.mark.django_db
def test_the_owner_is_told_which_points_call_for_the_signatory_and_nothing_moves(people: dict[str, Any]) -> None:
    dossier = awaited(people, recipients="Une société du secteur")
    lines = JournalLine.objects.count()
    for person in (people["owner"], people["signatory"]):
        with pytest.raises(RuleBroken) as refused, translation.override("en"):
            dossier.resubmit(by=person, at=timezone.now())
        assert ("Recipients of the data" in str(refused.value)) == (person == people["owner"])
    assert (state_of(dossier), JournalLine.objects.count(), dossier.versions.count()) == ("incomplete", lines, 1)


@pytest.mark.django_db
def test_the_signatory_signs_it_and_the_next_answer_is_measured_against_what_was_signed(people: dict[str, Any]) -> None:
    dossier = awaited(people, recipients="Une société du secteur")
    at = timezone.now() - timedelta(hours=3)
    line = dossier.resubmit(by=people["signatory"], at=at, signed=signature(dossier, people["signatory"]))
    assert (line.facts["version"], bool(line.facts["second_factor"])) == (2, True)
    make(dossier, "ask_for_complement", people, at + timedelta(hours=1))
    dossier = write(dossier, lay_summary="Un résumé plus clair. " * 20)
    line = dossier.resubmit(by=people["owner"], at=at + timedelta(hours=2))
    assert (state_of(dossier), "second_factor" in line.facts) == ("submitted", False)


@pytest.mark.django_db
def test_an_unsigned_answer_does_not_become_what_was_signed(people: dict[str, Any]) -> None:
    """As before this rule: a version that nobody signed holds other recipients, and the next answer keeps them."""
    dossier = awaited(people)
    line = make(dossier, "resubmit", people, timezone.now() - timedelta(hours=2))
    make(dossier, "ask_for_complement", people, timezone.now() - timedelta(hours=1))
    dossier = write(dossier, recipients="Une société du secteur")
    dossier.file_version(by=people["owner"], at=line.at)
    assert Dossier.objects.get(pk=dossier.pk).signed_points_changed == ("recipients",)


@pytest.mark.django_db
def test_the_pages_say_who_must_sign_and_why_before_anybody_tries(client: Client, people: dict[str, Any]) -> None:
    dossier = awaited(people, recipients="Une société du secteur")
    file, page = (reverse(name, args=[dossier.reference]) for name in ("dossiers:file", "team:signature"))
    client.cookies["django_language"] = "en"
    sign_in(client, people["owner"])
    shown = client.get(file).content.decode()
    assert "needs the signatory's signature" in shown and "Recipients of the data" in shown and f'href="{page}"' in shown
    refused = client.post(file, {"text": "Fait, point par point."})
    assert "The signatory must sign this answer" in refused.context["form"].non_field_errors()[0]
    assert refused.context["form"]["text"].value() == "Fait, point par point."
    assert "Recipients of the data" in client.get(page).content.decode()
    deliver_all()  # the letters of the road up to here
    assert client.post(reverse("team:ask", args=[dossier.reference])).status_code == 302
    assert [letter.to for letter in deliver_all()] == [[people["signatory"].email]]
    sign_in(client, people["signatory"])
    form = client.get(file).context["form"]
    assert str(form.label) == "Sign and send the completed dossier"
    client.post(file, {"text": "Signé.", "read": form.reading})
    assert state_of(dossier) == "submitted"
    assert SignatureRequest.objects.get().outcome == "signed"


@pytest.mark.django_db
def test_a_request_without_object_is_withdrawn_and_a_former_one_is_not_spoken_of_again(client: Client, people: dict[str, Any]) -> None:
    dossier = a_dossier("incomplete", people)
    former = dossier.content.recipients
    dossier = write(dossier, recipients="Une société du secteur")
    signing.ask(dossier, by=people["owner"], at=timezone.now() - timedelta(hours=3))
    dossier = write(dossier, recipients=former)
    dossier.resubmit(by=people["owner"], at=timezone.now() - timedelta(hours=2))
    assert SignatureRequest.objects.get().outcome == "withdrawn"
    make(dossier, "ask_for_complement", people, timezone.now() - timedelta(hours=1))
    assert signing.last_request(write(dossier, recipients="Une société du secteur")) is None
