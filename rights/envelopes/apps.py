"""Sealed requests: the directory of the controllers' keys, envelopes that the window cannot open, sealed answers, their purge."""

from django.apps import AppConfig


class EnvelopesConfig(AppConfig):
    """Sealed requests: the directory of the controllers' keys, envelopes that the window cannot open, sealed answers, their purge."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.envelopes"
    label = "envelopes"
    verbose_name = "envelopes"

    def ready(self) -> None:
        """The pages of keys and purges in the menu and in the site map."""
        from django.utils.translation import gettext_lazy as _

        from rights.envelopes import keys_page, reports_page, tasks  # noqa: F401
        from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

        keys, purges = _("Keys of the data controllers"), _("Purges of sealed requests")
        MENU.add(MenuEntry("controller_keys", keys, "envelopes:keys", 68, shown_to=keys_page.sees, group="instruction"))
        SITEMAP.add(SitemapEntry(_("Administration"), keys, "envelopes:keys", 909, shown_to=keys_page.sees))
        SITEMAP.add(SitemapEntry(_("Administration"), purges, "envelopes:purges", 910, shown_to=reports_page.sees))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Public keys for citizens' requests"), "envelopes:directory", 31))
