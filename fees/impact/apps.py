"""What a draft grid would change: past quotes replayed, cliffs drawn, fairness figures."""

from django.apps import AppConfig


class ImpactConfig(AppConfig):
    """What a draft grid would change: past quotes replayed, cliffs drawn, fairness figures."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "fees.impact"
    label = "impact"
    verbose_name = "impact"

    def ready(self) -> None:
        """A part on the page of a version, the lists of the staff, and the public page of the years."""
        from django.utils.translation import gettext_lazy as _

        from fees.impact import delivery  # noqa: F401
        from fees.impact.pages import part_shown, sees
        from fees.slots import GRID_PARTS, WAYS, GridPart, Way
        from ui.registries import SITEMAP, SitemapEntry

        told = _("Year by year: averages by category of requester and by holder, reductions, exemptions, delays. No one is named.")
        WAYS.add(Way("equity", 40, _("What requesters pay on average"), told, "impact:equity"))
        GRID_PARTS.add(GridPart("impact", 10, "impact/_part.html", part_shown))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("What requesters pay on average"), "impact:equity", order=29))
        SITEMAP.add(SitemapEntry(_("Fees"), _("Effects of a grid"), "impact:index", order=74, shown_to=sees))
        SITEMAP.add(SitemapEntry(_("Fees"), _("Yearly figures of the fees"), "impact:years", order=75, shown_to=sees))
