"""The calendar for other calendars: what RFC 5545 asks of every line, and what a move and a cancellation make of an event."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committee.icalendar import Event, calendar, escaped, folded, in_utc
from committee.models import Session
from committee.queries.sessions import KEPT_IN_FEED
from committee.services.sessions import Meeting, reschedule
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_session
from workflow.periods import PARIS


def unfolded(text: str) -> list[str]:
    """The lines as a reader takes them: a line break and a space are nothing (section 3.1)."""
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def properties(text: str) -> list[dict[str, str]]:
    """The events, each as its properties."""
    found: list[dict[str, str]] = []
    for line in unfolded(text):
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and ":" in line and not line.startswith("END"):
            name, _colon, value = line.partition(":")
            found[-1][name] = value
    return found


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Salle 3; bâtiment B, porte 2", r"Salle 3\; bâtiment B\, porte 2"),
        ("C:\\séances", "C:\\\\séances"),
        ("une ligne\nune autre", r"une ligne\nune autre"),
        ("une ligne\r\nune autre", r"une ligne\nune autre"),
    ],
)
def test_a_text_hides_what_the_format_would_read(text: str, written: str) -> None:
    assert escaped(text) == written


@pytest.mark.parametrize("text", ["x" * 75, "x" * 76, "é" * 200, "🩺" * 50, "", "x" * 74 + "é"])
def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut(text: str) -> None:
    pieces = list(folded(text))
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == text
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert len(pieces) == 1 or len(text.encode()) > 75


def test_an_instant_is_told_in_utc_in_summer_and_in_winter() -> None:
    assert in_utc(datetime(2026, 7, 1, 9, 30, tzinfo=PARIS)) == "20260701T073000Z"
    assert in_utc(datetime(2026, 12, 1, 9, 30, tzinfo=PARIS)) == "20261201T083000Z"


def test_a_calendar_has_its_head_and_ends_every_line_as_the_format_wants() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    text = calendar("Comité, séances", [Event("a", 0, at, at, at, "S", "", "https://exemple.fr")])
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert text.count("\n") == text.count("\r\n")
    assert "NAME:Comité\\, séances" in unfolded(text)
    assert "DESCRIPTION" not in text


def read(client: Client) -> list[dict[str, str]]:
    answer = client.get(reverse("committee:feed"))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return properties(answer.content.decode())


@pytest.mark.django_db
def test_the_feed_needs_no_account_and_tells_nothing_that_is_not_public(client: Client) -> None:
    a_session(reference="CES-2026-90")
    a_session(published_at=timezone.now(), place="Salle secrète", link="https://visio.exemple.fr/ces")
    [event] = read(client)
    assert event["STATUS"] == "CONFIRMED"
    assert "secrète" not in str(event)
    assert "visio" not in str(event)


@pytest.mark.django_db
def test_a_session_that_is_moved_stays_the_same_event_with_a_higher_sequence(client: Client) -> None:
    officer, session = UserFactory(officer=True), a_session(published_at=timezone.now() - timedelta(days=1))
    [before] = read(client)
    later = session.starts_at + timedelta(days=7)
    reschedule(session, Meeting(later, later + timedelta(hours=3)), by=officer, at=timezone.now())
    [after] = read(client)
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == ("0", "1")
    assert after["DTSTART"] == later.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    assert after["DTSTAMP"] > before["DTSTAMP"]


@pytest.mark.django_db
def test_a_cancelled_session_stays_in_the_feed_and_says_so(client: Client) -> None:
    officer, session = UserFactory(officer=True), a_session(published_at=timezone.now() - timedelta(days=1))
    session.cancel(by=officer, at=timezone.now(), because="Salle fermée; reportée.")
    [event] = read(client)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", "1")
    assert r"Salle fermée\; reportée." in event["DESCRIPTION"]


@pytest.mark.django_db
def test_an_old_session_leaves_the_feed(client: Client) -> None:
    session = a_session(published_at=timezone.now())
    moved = timezone.now() - KEPT_IN_FEED
    Session.objects.filter(pk=session.pk).update(starts_at=moved - timedelta(hours=2), ends_at=moved + timedelta(minutes=1))
    assert len(read(client)) == 1
    Session.objects.filter(pk=session.pk).update(ends_at=moved - timedelta(minutes=1))
    assert read(client) == []


@pytest.mark.django_db
def test_each_session_is_an_event_of_its_own(client: Client) -> None:
    for days in (10, 20):
        a_session(timezone.now() + timedelta(days=days), published_at=timezone.now())
    assert len({event["UID"] for event in read(client)}) == 2
