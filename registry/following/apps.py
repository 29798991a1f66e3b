"""The room of those who follow the registry: figures of the whole, alerts by e-mail, feeds."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowingConfig(AppConfig):
    """Those who follow the registry: figures of the whole, alerts by e-mail, feeds."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "registry.following"
    label = "following"
    verbose_name = "following"

    def ready(self) -> None:
        """Learn to write the letters, and hang the pages."""
        from registry.following import notifications  # noqa: F401
        from ui.registries import SITEMAP, SitemapEntry

        SITEMAP.add(SitemapEntry(_("Public pages"), _("The registry in figures"), "following:overview", order=22))
