"""The purge: nothing goes before its time, nothing stays after it, every run is counted and signed."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from rights.envelopes import signing
from rights.envelopes.models import Envelope, PurgeReport, SealedMessage
from rights.envelopes.services import purging
from rights.envelopes.services.keeping import LONGEST, ONCE_OPENED, keep_for_controller, seal_complement_here
from rights.envelopes.services.purging import foreseen
from rights.models import Routing
from rights.states import RoutingState
from tests.rights.factories import a_controller, a_key, a_request, an_envelope, in_state, person_of
from workflow.models import JournalLine

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def purge(at):
    with time_machine.travel(at, tick=False):
        return purging.purge(at)


def three_requests():
    """One that nobody opened, one that its controller opened, one that the person gave up."""
    there = a_controller()
    key, _ = a_key(there)
    takens = [a_request(there) for _ in range(3)]
    routings = [taken.routings[0] for taken in takens]
    for routing in routings:
        an_envelope(routing, key)
    in_state(routings[1], "transmit", "take_up", by=there.agent)
    in_state(routings[2], "withdraw", by=person_of(takens[2]))
    return routings


def test_each_envelope_goes_at_its_own_time_and_a_request_that_nobody_opened_expires():
    unopened, opened, given_up = three_requests()
    begin = Envelope.objects.get(routing=unopened).at
    purge(given_up.ended_at)
    assert [row.routing for row in Envelope.objects.there().order_by("pk")] == [unopened, opened]
    purge(begin + ONCE_OPENED - MINUTE)
    assert Envelope.objects.there().count() == 2
    purge(begin + ONCE_OPENED + MINUTE)
    assert [row.routing for row in Envelope.objects.there()] == [unopened]
    [report] = purge(begin + LONGEST)
    assert not Envelope.objects.there().exists() and report.expired == 1
    gone = Envelope.objects.get(routing=unopened)
    assert bytes(gone.sealed) == b"" and gone.purge == report and gone.sha256
    found = Routing.objects.get(pk=unopened.pk)
    assert found.state == RoutingState.EXPIRED and found.lapse == "unopened"
    assert Routing.objects.get(pk=opened.pk).state == RoutingState.TAKEN_UP
    line = JournalLine.objects.get(subject_type="routing", subject_id=unopened.pk, action="purge")
    assert line.facts == {"report": report.number, "sha256": [gone.sha256]} and line.actor.is_system


def test_a_complement_goes_soon_once_the_controller_has_answered():
    there = a_controller()
    key, _ = a_key(there)
    routing = a_request(there).routings[0]
    in_state(routing, "transmit", "take_up", by=there.agent)
    sent = keep_for_controller(routing, key, seal_complement_here({"words": "Voilà"}, routing, key), at=timezone.now())
    assert sent.kept_until == sent.at + LONGEST
    in_state(routing, "accept", by=there.agent)
    answered = Routing.objects.get(pk=routing.pk).ended_at
    assert SealedMessage.objects.get().kept_until == answered + ONCE_OPENED
    purge(answered + ONCE_OPENED + MINUTE)
    assert not SealedMessage.objects.there().exists()


def test_a_report_is_signed_counts_without_naming_and_holds_the_one_before_it():
    routings = three_requests()
    at = Envelope.objects.get(routing=routings[0]).at + LONGEST
    first, second = purge(at)[0], purge(at)[0]
    said = json.loads(first.document)
    assert said["envelopes"] == {"opened": 1, "term": 1, "given_up": 1} and said["expired"] == 1
    assert said["deleted"] == hashlib.sha256("\n".join(sorted(Envelope.objects.values_list("sha256", flat=True))).encode()).hexdigest()
    assert json.loads(second.document)["previous"] == first.sha256 == hashlib.sha256(first.document.encode()).hexdigest()
    assert (second.envelopes, second.number) == (0, first.number + 1)
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(signing.public_key()["public_key"]))
    public.verify(base64.b64decode(first.signature), first.document.encode())
    assert routings[0].number not in first.document and routings[0].database.slug not in first.document
    with pytest.raises(DatabaseError), transaction.atomic():
        PurgeReport.objects.filter(pk=first.pk).update(envelopes=0)


def test_a_dry_run_counts_the_same_and_changes_nothing(capsys):
    routings = three_requests()
    with time_machine.travel(Envelope.objects.get(routing=routings[0]).at + LONGEST, tick=False):
        call_command("purge_envelopes", "--dry-run")
        assert "3 envelopes (given_up: 1, opened: 1, term: 1)" in capsys.readouterr().out
        assert Envelope.objects.there().count() == 3 and not PurgeReport.objects.exists()
        call_command("purge_envelopes")
        assert "3 envelopes and 0 messages deleted, 1 requests expired" in capsys.readouterr().out


def test_what_is_purged_never_comes_back_and_a_large_purge_is_several_reports(monkeypatch):
    monkeypatch.setattr("rights.envelopes.services.purging.BATCH", 2)
    routings = three_requests()
    at = Envelope.objects.get(routing=routings[0]).at + LONGEST
    assert foreseen(at).envelopes.total() == 3
    assert [report.envelopes for report in purge(at)] == [2, 1]
    with pytest.raises(DatabaseError), transaction.atomic():
        Envelope.objects.filter(routing=routings[0]).update(sealed=b"\x04back")
