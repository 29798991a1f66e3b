"""The public registry of the projects that use health data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """Hangs the registry on the home page, the menu, the site map, the databases' pages and the dossiers' pages."""

    name = "registry"

    def ready(self) -> None:
        """Register what lower floors show."""
        from catalogue.panels import PANELS, Panel
        from registry.panels import is_published, projects_of, projects_published
        from ui.registries import DOORS, FIGURES, MENU, SITEMAP, TABS, Door, Figure, MenuEntry, SitemapEntry, Tab

        MENU.add(MenuEntry("registry", _("Public registry"), "registry:index", order=20, group="public"))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Public registry of projects"), "registry:index", order=20))
        DOORS.add(
            Door(
                "registry",
                _("I want to know who uses health data"),
                _("Every authorised project: by whom, for what, with which data, and what came out of it."),
                "registry:index",
                order=20,
                picto="digital/search",
            )
        )
        FIGURES.add(Figure("projects_published", _("projects published in the registry"), projects_published, "registry:index", order=10))
        TABS.add(Tab("registry", _("Public registry"), "dossier_fiche", order=900, shown_to=is_published))
        PANELS.add(Panel("projects", 50, "registry/projects_of_database.html", projects_of))
