"""What a review of the whole app found, mended: each of these was a way to lose a right, to learn too much, or to get round a rule."""

from __future__ import annotations

import base64
import calendar
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from extractions.delivery.models import Package, PackageFile
from extractions.states import Kind, TicketState
from registry.models import Fiche
from requests_app.models import Dossier
from rights.answering import services
from rights.answering.pages import envelope_file
from rights.asking import contacts
from rights.asking.models import Contact
from rights.envelopes.services.keeping import keep_for_controller, seal_complement_here
from rights.models import Request, Routing
from rights.oppositions import deliveries, documents
from rights.oppositions.services.attesting import _other_study
from rights.services.opening import lift
from rights.states import Level, Right
from rights.tracking.standing import lines_of
from tests.extractions.factories import a_scene, a_ticket
from tests.registry.factories import a_fiche
from tests.rights.asking import Walk, a_base
from tests.rights.factories import a_controller, a_key, a_request, an_envelope, in_state, person_of
from tests.rights.opposing import a_workshop
from workflow.refusals import WrongState

pytestmark = pytest.mark.django_db


def test_nothing_of_a_request_that_was_given_up_is_handed_out_any_more() -> None:
    there = a_controller()
    key, _private = a_key(there)
    taken = a_request(there)
    routing = taken.routings[0]
    an_envelope(routing, key)
    in_state(routing, "transmit", "take_up", "ask_complement", by=there.agent, ask_complement={"kind": "precision"})
    sealed = seal_complement_here({"words": "x"}, routing, key)
    kept = keep_for_controller(routing, key, sealed, at=timezone.now())
    assert services.complement(routing, kept.sha256, by=there.agent) == kept
    routing.withdraw(by=person_of(taken), at=timezone.now())
    with pytest.raises(WrongState):
        services.fetch(routing, by=there.agent, at=timezone.now())
    with pytest.raises(WrongState):
        services.complement(routing, kept.sha256, by=there.agent)


def test_the_file_of_an_envelope_says_for_which_form_it_was_sent() -> None:
    there = a_controller()
    key, _private = a_key(there)
    taken = a_request(there)
    told = envelope_file(taken.routings[0], an_envelope(taken.routings[0], key))
    assert (told["form"], told["right"], told["level"]) == (taken.request.sending, "access", "")


def test_what_is_sealed_of_a_contact_tells_the_day_and_not_the_instant() -> None:
    request = a_request(a_controller()).request
    at = timezone.now()
    made = contacts.keep(request, "x@exemple.fr", language="fr", at=at)
    midnight = calendar.timegm(made.made_on.timetuple())
    for sealed in (Contact.objects.get().sealed, Request.objects.get().contact):
        assert int.from_bytes(base64.urlsafe_b64decode(sealed)[1:9], "big") == midnight  # it stands there in clear
    assert contacts.address_of(made) == "x@exemple.fr"


def test_what_was_chosen_after_the_form_had_been_sent_is_said_not_to_be() -> None:
    first, second = a_base(), a_base("BNY")
    walk = Walk().to_review(first)
    review = walk.page
    assert "was not sent" not in walk.send().text
    walk.page = review
    answers = {"databases": [first.slug, second.slug], f"right_{second.slug}": "access"}
    assert "What you chose since was not sent" in walk.fill("asking:send", **answers).text
    assert Routing.objects.count() == 1


def test_the_end_of_an_opposition_that_was_given_up_is_offered_again(rf: Any) -> None:
    there = a_controller()
    taken = a_request(there, right=Right.OPPOSITION, level=Level.RESEARCH)
    routing = in_state(taken.routings[0], "transmit", "take_up", "accept", by=there.agent)
    end = lift(routing, by=person_of(taken), at=timezone.now())
    assert not lines_of(rf.get("/"), taken.request, timezone.now())[0].can_lift
    end.withdraw(by=person_of(taken), at=timezone.now())
    assert lines_of(rf.get("/"), taken.request, timezone.now())[0].can_lift


def test_a_set_whose_references_lost_a_person_is_not_built_upon(tmp_path: Path) -> None:
    shop = a_workshop(a_controller("BNX", level="catalogue"), tmp_path, timezone.now() - timedelta(days=2))
    shop.version(timezone.now() - timedelta(days=1), added="C1;L-1;\nC2;L-2;")
    beside = Path(str(shop.last)).with_suffix(".references.csv")
    beside.write_text(beside.read_text().splitlines(keepends=True)[0])
    with pytest.raises(SystemExit, match="retrait"):
        shop.build(timezone.now())


def test_a_number_that_no_column_holds_is_refused_in_a_signed_document() -> None:
    told = {**dict.fromkeys(documents.COUNTS, 1), "salt": "0" * 32}
    documents._require(told, documents.COUNTS)
    with pytest.raises(documents.BadDocument):
        documents._require(told | {"added": 1 << 40}, documents.COUNTS)


def test_a_byte_that_no_text_holds_breaks_no_page() -> None:
    taken = a_request(a_controller())
    for name, given in (("withdraw", {"number": "\0"}), ("message", {"message": "\0"}), ("complement", {"number": "DRO\0"})):
        answer = Client().post(reverse(f"tracking:{name}"), {"code": taken.code, **given})
        assert answer.status_code in (200, 422), name


def test_a_delivery_for_an_amendment_obeys_the_oppositions_to_the_study_that_it_amends() -> None:
    scene, fiche = a_scene(), a_fiche(number="F20260101120000")
    ticket = a_ticket(scene, Kind.DELIVERY, TicketState.DELIVERY, at=timezone.now() - timedelta(hours=1))
    Dossier.objects.filter(pk=ticket.dossier_id).update(amends=fiche.dossier_id)
    ticket = type(ticket).objects.get(pk=ticket.pk)
    assert Fiche.objects.get(dossier=ticket.dossier.amends_id) == fiche
    assert not list(_other_study(ticket, None, {"study": fiche.number}))
    row = {"ticket": ticket, "number": 1, "channel": "space", "place": "Ici", "file_count": 1, "total_bytes": 10, "salt": "x"}
    row |= {"manifest_sha256": "c" * 64, "announced_at": timezone.now(), "announced_by": scene.people["cnam"]}
    PackageFile.objects.create(package=Package.objects.create(**row), position=1, name="un", size=10, sha256="c" * 64)
    assert [one.fiche for one in deliveries._read(deliveries._packages())] == [fiche.number]
