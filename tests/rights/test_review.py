"""What a review of the whole app found, mended: each of these was a way to lose a right, to learn too much, or to get round a rule."""

from __future__ import annotations

import base64
import calendar
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from extractions.delivery.models import Package, PackageFile
from extractions.states import Kind, TicketState
from registry.models import Fiche
from requests_app.models import Dossier
from rights.answering import services
from rights.answering.history import HAPPENED, history_of, history_watched
from rights.answering.pages import envelope_file, message_file
from rights.asking import contacts
from rights.asking.models import Contact
from rights.envelopes.choices import MessageKind
from rights.envelopes.models import Envelope, SealedMessage
from rights.envelopes.services.keeping import keep_for_controller, keep_for_person, seal_complement_here
from rights.envelopes.services.purging import purge
from rights.measures.document import ENDED, _rows
from rights.measures.masking import published
from rights.measures.sheets import month_csv
from rights.models import Request, Routing
from rights.oppositions import deliveries, documents
from rights.oppositions.services.attesting import _other_study
from rights.services.opening import lift
from rights.states import Level, Right
from rights.tracking.services import letters
from rights.tracking.standing import lines_of
from tests.extractions.factories import a_scene, a_ticket
from tests.racing import meanwhile
from tests.registry.factories import a_fiche
from tests.rights.asking import Walk, a_base
from tests.rights.factories import a_controller, a_key, a_request, an_envelope, in_state, person_of
from tests.rights.opposing import a_workshop
from workflow.engine import record
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


def test_bytes_that_are_handed_out_are_whole_though_a_purge_comes_meanwhile() -> None:
    there = a_controller()
    key, _private = a_key(there)
    taken, now = a_request(there), timezone.now()
    routing = taken.routings[0]
    sealed = seal_complement_here({"words": "x"}, routing, key)
    an_envelope(routing, key)
    kept = keep_for_controller(routing, key, sealed, at=now)
    envelope, message = services.fetch(routing, by=there.agent, at=now), services.complement(routing, kept.sha256, by=there.agent)
    routing.withdraw(by=person_of(taken), at=timezone.now())
    purge(timezone.now())
    assert not Envelope.objects.there().exists() and not SealedMessage.objects.there().exists()
    for file in (envelope_file(routing, envelope), message_file(routing, message)):
        assert hashlib.sha256(base64.b64decode(file["sealed"])).hexdigest() == file["sha256"]


def test_a_message_to_the_person_is_read_at_once(client: Client) -> None:
    there = a_controller()
    taken = a_request(there)
    key, _private = a_key(there)
    sealed = seal_complement_here({"words": "x"}, taken.routings[0], key)
    kept = keep_for_person(taken.routings[0], sealed, kind=MessageKind.ANSWER, sealed_to="0" * 64, at=timezone.now())
    with CaptureQueriesContext(connection) as asked:
        assert client.post(reverse("tracking:message"), {"code": taken.code, "message": kept.sha256}).content == sealed
    assert sum('FROM "envelopes_sealedmessage"' in one["sql"] for one in asked.captured_queries) == 1


@pytest.mark.django_db(transaction=True)
def test_an_address_that_is_sent_twice_at_once_leaves_no_address_that_nothing_points_to() -> None:
    asked = a_request(a_controller()).request
    with meanwhile(lambda: letters.ask(Request.objects.get(pk=asked.pk), "deux@exemple.fr", at=timezone.now())) as answers:
        letters.ask(Request.objects.get(pk=asked.pk), "une@exemple.fr", at=timezone.now())
    assert answers == [None]
    contact = Contact.objects.get()
    contacts.confirm(contact, at=timezone.now())
    assert contacts.contact_of(Request.objects.get(pk=asked.pk)) == contact and contacts.address_of(contact) == "deux@exemple.fr"


def test_an_address_whose_key_was_taken_away_can_be_stopped_and_replaced(client: Client) -> None:
    taken = a_request(a_controller())
    for typed in ({"email": "autre@exemple.fr"}, {"stop": "1"}):
        Request.objects.filter(pk=taken.request.pk).update(contact=Fernet(Fernet.generate_key()).encrypt(b"0" * 16).decode())
        assert client.post(reverse("tracking:letters"), {"code": taken.code, **typed}).status_code == 200


def test_a_line_of_the_public_figures_stands_there_once() -> None:
    cells = published(
        {("bnx", ("access", outcome, reason, "form")): 30 for outcome, reason in (("accepted", ""), ("refused", "identity"))}, 11
    )
    told: dict[str, Any] = {"received": [], "ended": _rows(cells, ENDED), "sets": [], "delays": {}, "steps": []}
    lines = [line.rsplit(",", 2)[0] for line in month_csv(told).splitlines()]
    assert len(lines) == len(set(lines)) and "ended,,access,accepted,,form" in lines and "ended,,access,refused,identity," in lines


def test_the_history_says_a_purge_in_words_and_tells_a_watcher_nothing_of_the_right() -> None:
    there = a_controller()
    taken = a_request(there, right=Right.OPPOSITION, level=Level.RESEARCH)
    routing = in_state(taken.routings[0], "transmit", "take_up", "accept", by=there.agent)
    lift(routing, by=person_of(taken), at=timezone.now())
    record(routing, "purge", by=User.objects.system(), at=timezone.now(), facts={})
    assert {line.what for line in history_of(routing)} >= {HAPPENED["lift"], HAPPENED["purge"]}
    seen = ("deposit", "transmit", "take_up", "accept", "purge")
    assert {line.what for line in history_watched(routing)} == {HAPPENED[one] for one in seen}


@pytest.mark.parametrize("lost", [OperationalError, InterfaceError])
def test_a_page_that_cannot_be_counted_is_shown_all_the_same(
    client: Client, monkeypatch: pytest.MonkeyPatch, lost: type[Exception]
) -> None:
    def gone(*_told: Any) -> None:
        raise lost("the connection is lost")

    monkeypatch.setattr("rights.measures.steps.count", gone)
    assert client.get(reverse("asking:leave")).status_code == 405 and client.post(reverse("asking:leave")).status_code == 200
