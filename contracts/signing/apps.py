"""Who signs, in which order, with which right; seals, signatures, evidence and their public check."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigningConfig(AppConfig):
    """Who signs, in which order, with which right; seals, signatures, evidence and their public check."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "contracts.signing"
    label = "signing"
    verbose_name = "signing"

    def ready(self) -> None:
        """Have the demonstration's keys made with the others, and hang the signatures on the page of a convention."""
        from contracts.authorities import FOLDER
        from contracts.pades.authority import make
        from contracts.signing import notifications, obstacles  # noqa: F401
        from contracts.signing.pages import awaiting_me, has_signatures, notices
        from contracts.slots import MOVE_PAGES, OBSTACLES, PAGE_TABS, MovePage, Obstacle, PageTab
        from requests_app.slots import NOTICES, Notices
        from ui.registries import SITEMAP, SitemapEntry
        from workflow.keys import MAKERS

        MAKERS[FOLDER] = make
        OBSTACLES.add(Obstacle("refused", 20, obstacles.refused))
        PAGE_TABS.add(PageTab("signatures", 50, _("Signatures"), "signing:cockpit", has_signatures, awaiting_me))
        NOTICES.add(Notices("signing", 15, notices))
        MOVE_PAGES.add(MovePage("send_for_signature", 50, "signing:send"))
        MOVE_PAGES.add(MovePage("recall", 52, "signing:cancel"))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Check a convention"), "signing:check", order=29))
