"""Error reports: what went wrong and where, never with whom. An event is rebuilt from an allow-list, so that a new field leaks nothing."""

from typing import Any

import sentry_sdk
from sentry_sdk.types import Event, Hint

from config.logging import EVENT, OURS, harmless

KEPT = ("event_id", "timestamp", "level", "platform", "release", "environment", "logger", "sdk", "type")
FRAME = ("filename", "abs_path", "function", "module", "lineno", "in_app")
TAGS = ("url_name", "mode")


def start(dsn: str, environment: str) -> None:
    """Send error reports to the given address; an empty one sends nothing."""
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        server_name="",
        before_breadcrumb=lambda _crumb, _hint: None,
        before_send=scrub,
        before_send_transaction=lambda _event, _hint: None,
    )


def scrub(event: Event, _hint: Hint) -> Event | None:
    """The event rebuilt from what it may say: types, places, codes; no words, no request, no person, no variable."""
    found: dict[str, Any] = dict(event)
    kept: dict[str, Any] = {name: found[name] for name in KEPT if name in found}
    kept["tags"] = {name: value for name, value in dict(found.get("tags") or {}).items() if name in TAGS and harmless(value) is not None}
    exceptions = (found.get("exception") or {}).get("values") or []
    if exceptions:
        kept["exception"] = {"values": [scrubbed_exception(value) for value in exceptions]}
    elif named := event_name(found):
        kept["message"] = named
    return kept  # type: ignore[return-value]


def event_name(found: dict[str, Any]) -> str:
    """The event that our own code names; nothing of a library's words."""
    entry = found.get("logentry") or {}
    words = entry.get("message") or found.get("message") or ""
    ours = str(found.get("logger", "")).split(".")[0] == OURS
    return words if ours and EVENT.fullmatch(words) else "event"


def scrubbed_exception(value: dict[str, Any]) -> dict[str, Any]:
    """The type of an exception and the places it went through."""
    frames = (value.get("stacktrace") or {}).get("frames") or []
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "value": "",
        "stacktrace": {"frames": [{name: frame[name] for name in FRAME if name in frame} for frame in frames]},
    }
