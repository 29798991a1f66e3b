"""Following a request by its code: its states, its receipt, messages, letters that say only that something changed."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrackingConfig(AppConfig):
    """Following a request by its code: its states, its receipt, messages, letters that say only that something changed."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.tracking"
    label = "tracking"
    verbose_name = "tracking"

    def ready(self) -> None:
        """The letter of the outbox, the signed part of the form's receipt, and the pages in the site map."""
        from rights.asking.documents import APPENDED
        from rights.envelopes.reports_page import sees
        from rights.tracking import notifications, tasks  # noqa: F401
        from rights.tracking.papers import signed_part
        from ui.registries import SITEMAP, SitemapEntry

        if signed_part not in APPENDED:
            APPENDED.append(signed_part)
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Follow a request about my data"), "tracking:home", order=32))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Check a receipt"), "tracking:verify", order=33))
        forgotten = _("What was forgotten of citizens' requests")
        SITEMAP.add(SitemapEntry(_("Administration"), forgotten, "tracking:reports", 911, shown_to=sees))
