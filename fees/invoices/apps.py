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
        from fees.invoices.pages import sees_invoices, tab_part
        from fees.slots import TAB_PARTS, TabPart
        from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

        TAB_PARTS.add(TabPart("invoices", 10, "invoices/_tab.html", tab_part))
        MENU.add(MenuEntry("invoices", _("Invoices"), "invoices:work", order=61, shown_to=sees_invoices))
        SITEMAP.add(SitemapEntry(_("Fees"), _("Invoices and credit notes"), "invoices:work", order=74, shown_to=sees_invoices))
