"""Quotes of a dossier: estimates of data holders, issue, acceptance, amendment."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuotesConfig(AppConfig):
    """Quotes of a dossier: estimates of data holders, issue, acceptance, amendment."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "fees.quotes"
    label = "quotes"
    verbose_name = "quotes"

    def ready(self) -> None:
        """Hang the fees on the dossier, the lists of staff and holders in the menu, the check of a quote in the site map."""
        from fees.quotes.documents import delivery  # noqa: F401
        from fees.quotes.pages import awaiting, notices, on_cards, sees_fees
        from fees.quotes.search import QUOTES
        from fees.quotes.work_page import holds_data, sees_quotes
        from requests_app.searchable import SOURCES
        from requests_app.slots import MARKS, NOTICES, Marks, Notices
        from ui.registries import MENU, SITEMAP, TABS, MenuEntry, SitemapEntry, Tab

        TABS.add(Tab("fees", _("Fees"), "quotes:dossier", 36, sees_fees, awaiting))
        NOTICES.add(Notices("quotes", 14, notices))
        MARKS.add(Marks("quotes", 70, on_cards))
        SOURCES.add(QUOTES)
        MENU.add(MenuEntry("quotes", _("Quotes"), "quotes:work", order=60, shown_to=sees_quotes, group="charging"))
        MENU.add(MenuEntry("estimates", _("Estimates"), "quotes:estimates", order=34, shown_to=holds_data))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Check a quote"), "quotes:check", order=28))
        SITEMAP.add(SitemapEntry(_("Fees"), _("Quotes"), "quotes:work", order=72, shown_to=sees_quotes))
        SITEMAP.add(SitemapEntry(_("Fees"), _("Estimates asked of us"), "quotes:estimates", order=73, shown_to=holds_data))
