"""The controllers' board and their API: fetch, take up, ask for a complement, extend, answer."""

from django.apps import AppConfig


class AnsweringConfig(AppConfig):
    """The controllers' board and their API: fetch, take up, ask for a complement, extend, answer."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.answering"
    label = "answering"
    verbose_name = "answering"

    def ready(self) -> None:
        """The board in the menu, the right of systems, the events of webhooks, the keys on the page of a system, and the letters."""
        from django.utils.translation import gettext_lazy as _

        from accounts.scopes import CLIENT_PARTS, SCOPES, ClientPart, Scope
        from extractions.exchange.events import EVENTS, EventKind
        from rights.answering import notifications  # noqa: F401 (registers its handlers)
        from rights.answering.key_pages import part_of_client
        from rights.answering.pages import works_here
        from rights.answering.webhooks import CHANGED, RECEIVED
        from rights.policies import ANSWER
        from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

        SCOPES.add(
            Scope(ANSWER, _("Answer requests about rights on the databases of its organisation, with signed requests"), 30, is_signed=True)
        )
        EVENTS.add(EventKind(RECEIVED, _("A request about rights has come"), 40, ANSWER))
        EVENTS.add(EventKind(CHANGED, _("A request about rights has changed"), 41, ANSWER))
        CLIENT_PARTS.add(ClientPart("signing_keys", 5, "answering/_keys.html", part_of_client))
        MENU.add(
            MenuEntry("rights_board", _("Requests about rights"), "answering:board", order=66, shown_to=works_here, group="instruction")
        )
        SITEMAP.add(SitemapEntry(_("Rights"), _("Requests about rights"), "answering:board", order=90, shown_to=works_here))
