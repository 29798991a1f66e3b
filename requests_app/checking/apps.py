"""The room of: is a filed dossier complete."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CheckingConfig(AppConfig):
    """Is a filed dossier complete."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "requests_app.checking"
    label = "checking"
    verbose_name = "checking"

    def ready(self) -> None:
        """Hang the check on the dossier's pages and in front of its moves; load the first reasons after a migration."""
        from requests_app.checking.reference import load_after_migrate

        post_migrate.connect(load_after_migrate, sender=self, dispatch_uid="requests_app.checking.reference")
        _register_pages()
        _register_slots()


def _register_pages() -> None:
    from django.http import HttpRequest
    from django.utils.translation import gettext_lazy as _

    from requests_app.models import Dossier
    from requests_app.policies import MAY, may_on_site
    from requests_app.reading import roles_for
    from ui.registries import SITEMAP, TABS, SitemapEntry, Tab

    def checks(request: HttpRequest, dossier: Dossier) -> bool:
        return bool(roles_for(request, dossier) & MAY["check"])

    def instructs(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "instruct")

    TABS.add(Tab("checking", _("Completeness"), "checking:check", order=25, shown_to=checks))
    SITEMAP.add(SitemapEntry(_("Instruction"), _("Reusable reasons"), "checking:reasons", order=35, shown_to=instructs))


def _register_slots() -> None:
    from requests_app.checking.services import cautions, check_is_finished, nothing_is_to_complete
    from requests_app.checking.shown import notices, remarks
    from requests_app.slots import (
        CAUTIONS,
        MOVE_CONDITIONS,
        MOVE_PAGES,
        NOTICES,
        REMARKS,
        Cautions,
        MoveCondition,
        MovePage,
        Notices,
        Remarks,
    )

    NOTICES.add(Notices("checking", 20, notices))
    REMARKS.add(Remarks("checking", 20, remarks))
    MOVE_CONDITIONS.add(MoveCondition("nothing_is_to_complete", 20, "declare_complete", nothing_is_to_complete))
    MOVE_CONDITIONS.add(MoveCondition("check_is_finished", 10, "declare_complete", check_is_finished))
    CAUTIONS.add(Cautions("checking", 20, cautions))
    MOVE_PAGES.add(MovePage("ask_for_complement", 20, "checking:check"))
    MOVE_PAGES.add(MovePage("declare_complete", 20, "checking:check"))
