"""What a controller's own systems are told by webhook: a number, a state and an instant; never the database, nor the right."""

from __future__ import annotations

from extractions.exchange.models import Webhook
from extractions.exchange.services import tell
from rights.models import Routing
from rights.policies import ANSWER
from workflow import outbox
from workflow.models import JournalLine

RECEIVED, CHANGED = "request.received", "request.changed"


def tell_systems(routing: Routing, line: JournalLine) -> None:
    """Reaction to what happens to a request: a message to each webhook of the controller's systems that wants to be told of it."""
    if outbox.is_muted():
        return
    event = RECEIVED if line.action == "deposit" else CHANGED
    tell(Webhook.objects.told_of(event, routing.organisation_id, ANSWER), event, {"number": routing.number}, line)
