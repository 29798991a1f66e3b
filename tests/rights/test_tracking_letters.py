"""Letters say only that something has changed, to an address that was confirmed; what is kept is forgotten in time, and counted."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from io import StringIO
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from rights.asking import contacts
from rights.asking.models import Contact
from rights.models import Request, Routing
from rights.services.opening import lift
from rights.states import Level, Right
from rights.tracking.lookup import found_by
from rights.tracking.models import Count, RetentionReport
from rights.tracking.services import forgetting
from rights.tracking.services.letters import CONFIRMED, NONE, standing_of
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.rights.factories import a_controller, a_key, a_request, an_envelope, in_state, person_of
from workflow.models import Clock, JournalLine, OutboxMessage
from workflow.outbox import deliver_waiting

pytestmark = pytest.mark.django_db
MAILBOX = "canari.lettre@exemple.fr"


def letters() -> list[Any]:
    mail.outbox.clear()
    deliver_waiting(timezone.now)
    return [letter for letter in mail.outbox if letter.to == [MAILBOX]]


def followed(client: Any) -> tuple[Any, Any]:
    """A request whose person asked for letters on the page, and confirmed."""
    there = a_controller()
    taken = a_request(there)
    assert client.post(reverse("tracking:letters"), {"code": taken.code, "email": MAILBOX}).status_code == 200
    contacts.confirm(Contact.objects.get(), at=timezone.now())
    assert len(letters()) <= 1
    return there, taken


def test_an_address_that_nobody_confirmed_gets_the_question_and_nothing_else(client):
    there = a_controller()
    taken = a_request(there)
    client.post(reverse("tracking:letters"), {"code": taken.code, "email": MAILBOX})
    assert len(letters()) == 1
    in_state(taken.routings[0], "transmit", "take_up", by=there.agent)
    assert letters() == []
    asked = Contact.objects.get().pk
    client.post(reverse("tracking:letters"), {"code": taken.code, "email": MAILBOX.upper()})
    assert letters() == [] and Contact.objects.get().pk == asked  # one question a day to one address, and its link stays good


def test_a_letter_says_neither_database_nor_right_nor_code_and_keeps_its_message_id(client):
    there, taken = followed(client)
    in_state(taken.routings[0], "transmit", "take_up", "accept", by=there.agent)
    sent = letters()
    assert len(sent) == 2  # taken up, then answered
    for letter in sent:
        said = f"{letter.subject} {letter.body} {letter.alternatives} {letter.extra_headers}"
        assert "BNX" not in said and taken.code not in said and taken.routings[0].number not in said and "ccès" not in said
    queued = OutboxMessage.objects.get(key=f"rights_changed:{JournalLine.objects.get(action='accept').pk}")
    OutboxMessage.objects.filter(pk=queued.pk).update(state="queued", done_at=None)
    assert [letter.extra_headers["Message-ID"] for letter in letters()] == [sent[1].extra_headers["Message-ID"]]
    assert MAILBOX not in json.dumps(list(OutboxMessage.objects.values_list("payload", "key")))


def test_what_the_person_does_writes_no_letter_and_an_erased_address_gets_none(client):
    there, taken = followed(client)
    client.post(reverse("tracking:letters"), {"code": taken.code, "stop": "1"})
    assert not Contact.objects.exists() and Request.objects.get().contact == ""
    assert standing_of(Request.objects.get()) == NONE
    in_state(taken.routings[0], "transmit", "take_up", by=there.agent)
    assert letters() == []


def test_an_address_that_was_erased_by_its_link_is_not_said_to_wait(client):
    _there, taken = followed(client)
    assert standing_of(taken.request) == NONE and standing_of(Request.objects.get()) == CONFIRMED
    contacts.forget(Contact.objects.get())
    assert Request.objects.get().contact and standing_of(Request.objects.get()) == NONE  # what pointed to it is found from there only


def test_a_mail_server_that_refuses_leaves_the_address_nowhere(client, monkeypatch, caplog):
    there, taken = followed(client)

    def refuse(*_told: Any, **_more: Any) -> None:
        raise SMTPRecipientsRefused({MAILBOX: (550, MAILBOX.encode())})

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    in_state(taken.routings[0], "transmit", "take_up", by=there.agent)
    with caplog.at_level(logging.DEBUG):
        deliver_waiting(timezone.now)
    failed = OutboxMessage.objects.get(kind="rights_changed")
    said = caplog.text + "".join(str(record.exc_info) for record in caplog.records) + failed.last_error
    assert failed.last_error == "LetterNotSent" and MAILBOX not in said and "canari" not in said


# --- what is forgotten, by moving the clock
def ended(at: datetime, right: str = Right.ACCESS, level: str = "") -> Any:
    there = a_controller(f"B{Request.objects.count()}")
    key, _private = a_key(there, at)
    taken = a_request(there, at=at, right=right, level=level)
    an_envelope(taken.routings[0], key, at=at)
    in_state(taken.routings[0], "transmit", "take_up", "accept", by=there.agent, at=at)
    return taken


def test_contact_then_code_then_rows_go_at_their_term_each_time_with_a_signed_count(client):
    start = datetime(2026, 1, 10, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        taken = ended(start)
        client.post(reverse("tracking:letters"), {"code": taken.code, "email": MAILBOX})
    steps = [(29, (0, 0, 0)), (31, (1, 0, 0)), (364, (0, 0, 0)), (366, (0, 1, 0)), (365 * 6, (0, 0, 0)), (365 * 6 + 3, (0, 0, 1))]
    last = ""
    for days, counted in steps:
        with time_machine.travel(start + timedelta(days=days), tick=False):
            told = StringIO()
            call_command("forget_requests", "--dry-run", stdout=told)
            assert f"{counted[0]} contacts, {counted[1]} codes, {counted[2]} requests" in told.getvalue()
            report = forgetting.forget(timezone.now())
        if report is None:
            assert counted == (0, 0, 0)
            continue
        document = json.loads(report.document)
        assert (report.contacts, report.codes, report.requests) == counted and document["previous"] == last
        assert MAILBOX not in report.document and "B0" not in report.document
        last = report.sha256
    assert not Request.objects.exists() and not Routing.objects.exists() and not Clock.objects.filter(subject_type="routing").exists()
    assert JournalLine.objects.filter(subject_type="routing").exists()  # the journal is never cut
    (count,) = Count.objects.all()
    assert (count.number, count.right, count.state, count.month.isoformat()) == (1, "access", "accepted", "2026-01-01")
    assert RetentionReport.objects.count() == 3 and not Contact.objects.exists()


def test_an_opposition_in_force_keeps_its_code_and_its_rows_and_an_open_request_everything():
    start = datetime(2026, 1, 10, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        opposed = ended(start, Right.OPPOSITION, Level.RESEARCH)
        a_request(a_controller("OPEN"), at=start)
    later = start + timedelta(days=365 * 8)
    with time_machine.travel(later, tick=False):
        assert forgetting.forget(later) is None and found_by(opposed.code, later) is not None
        there = Routing.objects.get(pk=opposed.routings[0].pk)
        agent = User.objects.get(role_grants__organisation=there.organisation)
        end = in_state(lift(there, by=person_of(opposed), at=later), "transmit", "take_up", "accept", by=agent, at=later)
        assert end.is_granted
    with time_machine.travel(later + timedelta(days=366), tick=False):
        report = forgetting.forget(timezone.now())
        assert report is not None and (report.codes, report.requests) == (1, 0) and found_by(opposed.code, timezone.now()) is None


def test_who_watches_over_the_site_reads_the_reports_and_nobody_else(client):
    start = datetime(2026, 1, 10, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        ended(start)
    with time_machine.travel(start + timedelta(days=400), tick=False):
        report = forgetting.forget(timezone.now())
    assert report is not None
    for roles, status in (([Role.DPO], 200), ([Role.OFFICER], 404)):
        reader = sign_in(client, UserFactory(roles=roles))
        assert reader.get(reverse("tracking:reports")).status_code == status
        assert reader.get(reverse("tracking:report", args=[report.number])).status_code == status
