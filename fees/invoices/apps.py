"""Invoices of a dossier: schedule, numbers without gaps, credit notes, transfers to data holders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvoicesConfig(AppConfig):
    """Invoices of a dossier: schedule, numbers without gaps, credit notes, transfers to data holders."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "fees.invoices"
    label = "invoices"
    verbose_name = "invoices"

    def ready(self) -> None:
        """Hang schedule and invoices on the tab of the fees, the desk in the menu and the site map."""
        from fees.invoices import notifications  # noqa: F401
        from fees.invoices.documents import delivery  # noqa: F401
        from fees.invoices.owed_page import pays
        from fees.invoices.pages import on_cards, sees_invoices, tab_part
        from fees.invoices.search import INVOICES
        from fees.quotes.work_page import holds_data
        from fees.slots import TAB_PARTS, TabPart
        from requests_app.searchable import SOURCES
        from requests_app.slots import MARKS, Marks
        from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

        TAB_PARTS.add(TabPart("invoices", 10, "invoices/_tab.html", tab_part))
        MARKS.add(Marks("invoices", 72, on_cards))
        SOURCES.add(INVOICES)
        MENU.add(MenuEntry("owed", _("To pay"), "invoices:owed", order=33, shown_to=pays))
        MENU.add(MenuEntry("transfers", _("Transfers"), "invoices:transfers", order=35, shown_to=holds_data))
        SITEMAP.add(SitemapEntry(_("Fees"), _("Quotes and invoices to pay"), "invoices:owed", order=75, shown_to=pays))
        SITEMAP.add(SitemapEntry(_("Fees"), _("Transfers to us"), "invoices:transfers", order=76, shown_to=holds_data))
        MENU.add(MenuEntry("invoices", _("Invoices"), "invoices:work", order=61, shown_to=sees_invoices, group="charging"))
        SITEMAP.add(SitemapEntry(_("Fees"), _("Invoices and credit notes"), "invoices:work", order=74, shown_to=sees_invoices))
