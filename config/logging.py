"""Logs by allow-list: one JSON line per event, made of codes, numbers and places in the code. Nothing of a person can pass.

A logger of ours names an event (`log.warning("broker_unreachable", extra={"message_id": 3})`); of a library's message only the place
where it was said is kept, since its words may hold anything.
"""

import logging
import re
import time
import traceback
import uuid
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

FIELDS = frozenset(
    {
        *("request_id", "method", "status", "url_name", "duration_ms"),
        *("message_id", "kind", "attempts", "task", "count", "subject_type", "subject_id", "action", "line_id", "clock", "code", "check"),
    }
)
CODE = re.compile(r"[a-z][a-z0-9_.:-]{0,79}")
SPECIAL = {"method": re.compile(r"[A-Z]{3,7}"), "request_id": re.compile(r"[0-9a-f]{32}")}
EVENT = re.compile(r"[a-z][a-z0-9_.]{2,60}")
OURS = "guichet"
# Their messages are constants with places for the arguments (seen); the arguments are left out.
PATTERNS_KEPT = frozenset({"gunicorn", "celery", "django"})

log = logging.getLogger("guichet.request")


def line_of(record: logging.LogRecord, arguments: Any, error: Any) -> dict[str, Any]:
    """What a record may say, as an ordered mapping; `error` is its exception (type, value, trace)."""
    kept: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": event_of(record, arguments),
    }
    known = structlog.contextvars.get_contextvars() | record.__dict__
    kept |= {name: value for name in sorted(FIELDS) if (value := harmless(known.get(name), SPECIAL.get(name, CODE))) is not None}
    if error and error[0]:
        kept["exception"] = error[0].__name__
        kept["trace"] = places(error[2])
    return kept


def event_of(record: logging.LogRecord, arguments: Any) -> str:
    """The event that our code names, the pattern (not the words) of a server that we know; for anything else, the place that spoke."""
    family = record.name.split(".")[0]
    if family == OURS and isinstance(record.msg, str) and EVENT.fullmatch(record.msg):
        return record.msg
    if family in PATTERNS_KEPT and arguments and isinstance(record.msg, str):
        return record.msg
    return f"{record.module}:{record.lineno}"


def harmless(value: object, form: re.Pattern[str] = CODE) -> int | float | str | None:
    """A number or a code; None for anything that could be a sentence, a name or an address."""
    if isinstance(value, int | float):
        return value
    return value if isinstance(value, str) and form.fullmatch(value) else None


def places(trace: TracebackType | None) -> list[str]:
    """Where an exception went through, without its words."""
    return [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def _as_line(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return line_of(event["_record"], event.get("positional_args"), event.get("exc_info"))


def formatter() -> structlog.stdlib.ProcessorFormatter:
    """The one formatter, for Django, Celery and gunicorn alike."""
    steps: list[Any] = [_as_line, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return structlog.stdlib.ProcessorFormatter(processors=steps, pass_foreign_args=True)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logging.formatter"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},  # a 404 is in our own line already
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "axes": {"handlers": [], "level": "ERROR", "propagate": True},  # its attempts are in its own table, for a limited time
        "celery": {"handlers": [], "level": "WARNING", "propagate": True},
        "kombu": {"handlers": [], "level": "ERROR", "propagate": True},
        "weasyprint": {"handlers": [], "level": "WARNING", "propagate": True},  # it tells each step of each page
        "fontTools": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}


class RequestLogMiddleware:
    """One line per request: which page, how it ended, how long it took; the name of the page and not its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if SPECIAL["request_id"].fullmatch(given) else uuid.uuid4().hex
        start = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            match = request.resolver_match
            facts = {
                "method": request.method,
                "status": response.status_code,
                "url_name": match.view_name if match else "unknown",
                "duration_ms": round((time.perf_counter() - start) * 1000, 1),
            }
            log.info("request", extra=facts)
        response["X-Request-ID"] = request_id
        return response
