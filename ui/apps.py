"""The ground floor of every page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """The ground floor of every page."""

    name = "ui"

    def ready(self) -> None:
        """Enter the pages of the ground floor in the site map, and the sub-menu of what everybody reads."""
        from ui.registries import MENU_GROUPS, SITEMAP, MenuGroup, SitemapEntry

        MENU_GROUPS.add(MenuGroup("public", _("Public pages"), 20))
        section = _("This site")
        SITEMAP.add(SitemapEntry(section, _("Home"), "home", 9000))
        SITEMAP.add(SitemapEntry(section, _("Accessibility statement"), "accessibility", 9010))
