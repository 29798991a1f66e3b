"""The public fee simulator: facts in the address, an explained amount out."""

from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    """The public fee simulator: facts in the address, an explained amount out."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "fees.simulator"
    label = "simulator"
    verbose_name = "simulator"

    def ready(self) -> None:
        """A door of the home page, a way from the page of the fees, and a line of the site map."""
        from django.utils.translation import gettext_lazy as _

        from fees.slots import WAYS, Way
        from ui.registries import DOORS, SITEMAP, Door, SitemapEntry

        told = _("Say what your project needs: the amount comes line by line, with its reasons. No account is needed and nothing is kept.")
        WAYS.add(Way("simulator", 10, _("Simulate the fees of a project"), told, "simulator:index"))
        invitation = _("Simulate the fees of a project, line by line, without an account.")
        DOORS.add(Door("simulator", _("I want to know what it would cost"), invitation, "simulator:index", 15, picto="institutions/money"))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Fee simulator"), "simulator:index", order=28))
