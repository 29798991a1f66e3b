"""Monthly figures with small counts masked, and the data protection officer's dashboard."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Monthly figures with small counts masked, and the data protection officer's dashboard."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.measures"
    label = "measures"
    verbose_name = "measures"

    def ready(self) -> None:
        """The pages in menu and map, the figure of the home page, and who counts the pages of the form."""
        from django.utils.translation import gettext_lazy as _

        from rights.measures import figures, policies, steps
        from rights.slots import on_step
        from ui.registries import FIGURES, MENU, SITEMAP, Figure, MenuEntry, SitemapEntry

        on_step(steps.count)
        dashboard, public = _("Rights: dashboard"), _("Requests about rights in figures")
        label = _("of the requests about rights answered last month were answered in time")
        FIGURES.add(Figure("rights_in_time", label, figures.in_time, "measures:figures", order=30))
        MENU.add(MenuEntry("rights_dashboard", dashboard, "measures:dashboard", 66, shown_to=policies.shown, group="instruction"))
        SITEMAP.add(SitemapEntry(_("Administration"), dashboard, "measures:dashboard", 912, shown_to=policies.shown))
        SITEMAP.add(SitemapEntry(_("Public pages"), public, "measures:figures", 33))
