"""Logs say what happened and where, never to whom."""

import io
import json
import logging

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.logging import RequestLogMiddleware, formatter

REQUEST_ID = "0123456789abcdef0123456789abcdef"
MARKS = ("jeanne.martin@example.org", "Jeanne Martin", "2850175123456 78", "/dossiers/GU-2026-000123/", "192.0.2.17")


@pytest.fixture
def lines() -> "list[dict]":
    """What the real handler writes, read back."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter())
    root = logging.getLogger()
    root.addHandler(handler)

    class Written:
        def __call__(self) -> list[dict]:
            text = stream.getvalue()
            assert not [mark for mark in MARKS if mark in text], text
            return [json.loads(line) for line in text.splitlines()]

    yield Written()
    root.removeHandler(handler)


def test_an_event_of_ours_keeps_its_name_and_its_codes(lines) -> None:
    logging.getLogger("guichet.outbox").warning("outbox_delivery_failed", extra={"message_id": 7, "kind": "mail"})
    [line] = lines()
    assert (line["event"], line["message_id"], line["kind"], line["level"]) == ("outbox_delivery_failed", 7, "mail", "warning")


@pytest.mark.parametrize("mark", MARKS)
def test_no_word_of_a_person_passes_by_any_door(lines, mark: str) -> None:
    for name in ("guichet.outbox", "django.request", "django.security.DisallowedHost", "celery.worker", "some.library"):
        logger = logging.getLogger(name)
        logger.error("for %s", mark)
        logger.error(f"for {mark}")
        logger.error("outbox_delivery_failed", extra={"code": mark, "person": mark, "request": mark})
        try:
            raise ValueError(mark)
        except ValueError:
            logger.exception("outbox_delivery_failed")
    found = lines()
    assert len(found) == 20
    assert found[-1]["exception"] == "ValueError"
    assert found[-1]["trace"][0].endswith(" test_no_word_of_a_person_passes_by_any_door")


def test_a_library_is_known_by_the_place_that_spoke(lines) -> None:
    logging.getLogger("some.library").error("Forbidden: %s", MARKS[3])
    assert lines()[0]["event"].startswith("test_logs:")


def test_a_server_is_known_by_the_pattern_of_its_message(lines) -> None:
    logging.getLogger("gunicorn.error").error("Invalid request from ip=%s", MARKS[4])
    logging.getLogger("celery.app.trace").error("Task %(name)s raised %(exc)s", {"name": "sweep", "exc": MARKS[0]})
    assert [line["event"] for line in lines()] == ["Invalid request from ip=%s", "Task %(name)s raised %(exc)s"]


def test_a_request_is_known_by_the_name_of_its_page(lines, client: Client) -> None:
    response = client.get("/plan-du-site/inconnue/?q=Jeanne Martin", HTTP_X_REQUEST_ID=REQUEST_ID, REMOTE_ADDR=MARKS[4])
    [line] = [line for line in lines() if line["event"] == "request"]
    assert (line["url_name"], line["status"], line["method"], line["request_id"]) == ("unknown", 404, "GET", REQUEST_ID)
    assert line["duration_ms"] > 0
    assert response["X-Request-ID"] == REQUEST_ID


def test_a_visitor_cannot_write_into_the_log_by_a_request_id(lines) -> None:
    seen = RequestLogMiddleware(lambda request: HttpResponse())(RequestFactory().get("/", HTTP_X_REQUEST_ID=MARKS[0]))
    assert lines()[0]["request_id"] == seen["X-Request-ID"]
    assert len(seen["X-Request-ID"]) == 32
