"""The room of the registry for machines: files, changes, API, site map, OAI-PMH."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReuseConfig(AppConfig):
    """The registry for machines: files, changes, API, site map, OAI-PMH."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "registry.reuse"
    label = "reuse"
    verbose_name = "reuse"

    def ready(self) -> None:
        """Stamp what is written, fill the head of a fiche's page, and stand in the site map."""
        from registry.reuse import rewriting
        from registry.reuse.linked import in_head
        from registry.reuse.state import stamp
        from registry.slots import FICHE_PARTS, FichePart, on_version
        from ui.registries import SITEMAP, SitemapEntry

        on_version(stamp)
        on_version(rewriting.follow)
        FICHE_PARTS.add(FichePart("linked", 10, "reuse/_fiche_head.html", in_head, place="head"))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Open data of the registry"), "reuse:index", order=22))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("The registry for programs"), "reuse:api", order=23))
