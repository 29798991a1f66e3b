"""Extractions: the tickets by which data are prepared, matched and delivered, and whose turn it is."""

from django.apps import AppConfig


class ExtractionsConfig(AppConfig):
    """Extractions: the tickets by which data are prepared, matched and delivered, and whose turn it is."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "extractions"
    label = "extractions"
    verbose_name = "extractions"

    def ready(self) -> None:
        """The tab of a dossier, the board of the desks, the moves that the base has a page for, and what is done behind the site's back."""
        from django.utils.translation import gettext_lazy as _

        from extractions import notifications, tasks  # noqa: F401
        from extractions.forms.acts import PLAIN
        from extractions.models import Ticket
        from extractions.pages import awaiting, has_tab, works_somewhere
        from extractions.slots import MOVE_PAGES, MovePage
        from requests_app.slots import TASKED, Tasked
        from ui.registries import MENU, SITEMAP, TABS, MenuEntry, SitemapEntry, Tab

        TASKED.add(Tasked(Ticket.subject_type, 10, lambda keys: Ticket.objects.filter(pk__in=keys).order_by().values("dossier")))
        TABS.add(Tab("extractions", _("Data"), "extractions:dossier", 38, has_tab, awaiting))
        MENU.add(MenuEntry("tickets", _("Tickets"), "extractions:work", order=64, shown_to=works_somewhere, group="instruction"))
        SITEMAP.add(SitemapEntry(_("Extractions"), _("Tickets"), "extractions:work", order=84, shown_to=works_somewhere))
        for order, move in enumerate(PLAIN):  # what ends a ticket comes last
            MOVE_PAGES.add(MovePage(move, 60 + order, "extractions:move"))
