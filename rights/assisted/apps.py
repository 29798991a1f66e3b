"""Requests by paper and by telephone, sealed on entry, and letters to print."""

from django.apps import AppConfig


class AssistedConfig(AppConfig):
    """Requests by paper and by telephone, sealed on entry, and letters to print."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.assisted"
    label = "assisted"
    verbose_name = "assisted"

    def ready(self) -> None:
        """The page of entry in the menu, and the blank forms in the map."""
        from django.utils.translation import gettext_lazy as _

        from rights.assisted.pages import enters
        from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

        entry = _("Enter a request about rights")
        MENU.add(MenuEntry("rights_entry", entry, "assisted:entry", order=67, shown_to=enters, group="instruction"))
        SITEMAP.add(SitemapEntry(_("Rights"), entry, "assisted:entry", order=91, shown_to=enters))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Paper forms to exercise rights"), "assisted:blank", 34))
