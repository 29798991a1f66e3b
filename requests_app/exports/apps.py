"""The room of: a dossier as a file, and a file as a dossier."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    """Hangs the exports on the dossier's pages."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "requests_app.exports"
    label = "exports"
    verbose_name = "exports"

    def ready(self) -> None:
        """Register the tab and the notice."""
        from django.http import HttpRequest

        from requests_app.exports.pages import notices
        from requests_app.slots import NOTICES, Notices
        from ui.registries import SITEMAP, TABS, SitemapEntry, Tab

        def signed_in(request: HttpRequest) -> bool:
            return request.user.is_authenticated

        TABS.add(Tab("exports", _("Export"), "exports:index", order=850))
        NOTICES.add(Notices("exports", 60, notices))
        SITEMAP.add(SitemapEntry(_("My dossiers"), _("Begin a dossier from a file"), "exports:import", order=42, shown_to=signed_in))
