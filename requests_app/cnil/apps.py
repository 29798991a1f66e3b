"""The room of: what passes between the dossier and the CNIL."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class CnilConfig(AppConfig):
    """What passes between the dossier and the CNIL."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "requests_app.cnil"
    label = "cnil"
    verbose_name = "cnil"

    def ready(self) -> None:
        """Hang the tab, the notices, the page of the commitment and its rule, and what is said of odd numbers."""
        from django_fsm.signals import pre_transition

        from requests_app.cnil import notices, notifications  # noqa: F401
        from requests_app.cnil.page import has_cnil
        from requests_app.cnil.rules import cautions, was_extended
        from requests_app.cnil.services import before_a_move
        from requests_app.models import Dossier
        from requests_app.slots import (
            CAUTIONS,
            MARKS,
            MOVE_CONDITIONS,
            MOVE_PAGES,
            NOTICES,
            Cautions,
            Marks,
            MoveCondition,
            MovePage,
            Notices,
        )
        from ui.registries import TABS, Tab

        TABS.add(Tab("cnil", _("CNIL"), "cnil:dossier", order=36, shown_to=has_cnil))
        NOTICES.add(Notices("obligations", 25, notices.obligations))
        MARKS.add(Marks("obligations", 60, notices.on_cards))
        MOVE_PAGES.add(MovePage("verify_commitment", 10, "cnil:verify", only=True))
        MOVE_CONDITIONS.add(MoveCondition("extended_once", 10, "cnil_extends", was_extended, mendable=False))
        CAUTIONS.add(Cautions("cnil", 10, cautions))
        pre_transition.connect(before_a_move, sender=Dossier, dispatch_uid="requests_app.cnil.commitment")
        _register_pages()


def _register_pages() -> None:
    """Hang the desk in the menu and in the site map."""
    from requests_app.policies import may_on_site
    from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

    def transmits(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "see_cnil_desk")

    def keeps(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "keep_commitments")

    MENU.add(MenuEntry("cnil", _("CNIL"), "cnil:desk", order=34, shown_to=transmits, group="instruction"))
    SITEMAP.add(SitemapEntry(_("Instruction"), _("Before the CNIL"), "cnil:desk", order=33, shown_to=transmits))
    SITEMAP.add(SitemapEntry(_("Instruction"), _("Lists of decisions of the CNIL"), "cnil:lists", order=34, shown_to=transmits))
    SITEMAP.add(SitemapEntry(_("Instruction"), _("Commitments of controllers"), "cnil:commitments", order=35, shown_to=keeps))
