"""Fees: dated tariff grids, explained quotes, invoices."""

from django.apps import AppConfig


class FeesConfig(AppConfig):
    """Tariff grids and the calculator; its rooms hang quotes and invoices on the dossier."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "fees"

    def ready(self) -> None:
        """The public pages in menu and site map; the desk for who draws up and approves grids."""
        from django.http import HttpRequest
        from django.utils.translation import gettext_lazy as _

        from fees.policies import may_see
        from ui.registries import MENU, MENU_GROUPS, SITEMAP, MenuEntry, MenuGroup, SitemapEntry

        def sees(request: HttpRequest) -> bool:
            return request.user.is_authenticated and may_see(request.user)

        MENU_GROUPS.add(MenuGroup("charging", _("Quotes and invoices"), 60))
        MENU.add(MenuEntry("fees", _("Fees"), "fees:index", order=25, group="public"))
        MENU.add(MenuEntry("tariff_grids", _("Tariff grids"), "fees:desk", order=62, shown_to=sees, group="charging"))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Fees: what is charged, and why"), "fees:index", order=27))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Open data of the tariff grids"), "fees:data", order=29))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("VAT on fees"), "fees:vat", order=29))
        SITEMAP.add(SitemapEntry(_("Fees"), _("Tariff grids"), "fees:desk", order=70, shown_to=sees))
        SITEMAP.add(SitemapEntry(_("Fees"), _("VAT: rates and treatments"), "fees:desk_vat", order=71, shown_to=sees))
