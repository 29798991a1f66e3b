"""Proposals and comments on clauses, differences between versions, a counterparty's file read back."""

from django.apps import AppConfig


class NegotiatingConfig(AppConfig):
    """Proposals and comments on clauses, differences between versions, a counterparty's file read back."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "contracts.negotiating"
    label = "negotiating"
    verbose_name = "negotiating"

    def ready(self) -> None:
        """What keeps a text from its approval, the page and the part of a convention, the statistics in the site map, the letters."""
        from django.utils.translation import gettext_lazy as _

        from contracts.negotiating import notifications, obstacles  # noqa: F401
        from contracts.negotiating.pages import awaiting, has_negotiation, part_of_page
        from contracts.negotiating.statistics import sees_statistics
        from contracts.slots import OBSTACLES, PAGE_PARTS, PAGE_TABS, Obstacle, PagePart, PageTab
        from ui.registries import SITEMAP, SitemapEntry

        OBSTACLES.add(Obstacle("proposals", 10, obstacles.awaiting))
        PAGE_TABS.add(PageTab("negotiation", 30, _("Negotiation"), "negotiating:overview", has_negotiation, awaiting))
        PAGE_PARTS.add(PagePart("negotiation", 5, "negotiating/_part.html", part_of_page))
        section, label = _("Conventions"), _("Clauses most negotiated")
        SITEMAP.add(SitemapEntry(section, label, "negotiating:statistics", order=84, shown_to=sees_statistics))
