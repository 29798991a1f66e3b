"""The systems of the CNAM and of data holders: an API, and signed webhooks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    """The systems of the CNAM and of data holders: an API, and signed webhooks."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "extractions.exchange"
    label = "exchange"
    verbose_name = "exchange"

    def ready(self) -> None:
        """Offer the rights of the API, show webhooks on the page of a system, and take their messages from the outbox."""
        from accounts.scopes import CLIENT_PARTS, SCOPES, ClientPart, Scope
        from extractions.exchange import notifications  # noqa: F401 (registers its handler)
        from extractions.exchange.events import EVENTS, EventKind
        from extractions.exchange.models import Event
        from extractions.exchange.pages import part_of_client
        from extractions.exchange.rules import READ, WRITE

        SCOPES.add(Scope(READ, _("Read the tickets of its organisation"), 10))
        SCOPES.add(Scope(WRITE, _("Move the tickets of its organisation: take them, make steps, ask the applicant"), 20))
        for order, event in enumerate(Event):
            EVENTS.add(EventKind(event.value, event.label, order, READ))
        CLIENT_PARTS.add(ClientPart("webhooks", 10, "exchange/_webhooks.html", part_of_client))
