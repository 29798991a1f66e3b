"""How a reader knows that nothing published was altered or removed: history, tombstones, corrections, the log and its proofs."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

RESTORED = _("The ground of the withdrawal no longer stands: the fiche is published again.")


class TrustConfig(AppConfig):
    """How a reader knows that nothing published was altered or removed: history, tombstones, corrections, the log and its proofs."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "registry.trust"
    label = "trust"
    verbose_name = "trust"

    def ready(self) -> None:
        """Have every version enter the log, explain what the room does to fiches, and hang its pages."""
        from fees.simulator.slots import brake_with
        from registry.because import explain
        from registry.slots import on_version
        from registry.trust import log, notifications, services  # noqa: F401
        from registry.trust.floods import let_through
        from registry.trust.models import Ground

        on_version(log.enter)
        brake_with(let_through)
        for ground in Ground:
            explain(ground.value, ground.label)
        explain(services.RESTORED, RESTORED)
        _register_pages()


def _register_pages() -> None:
    """Hang the part of a fiche's page, what the secretariat may do to a fiche, and the site map."""
    from registry.slots import FICHE_ACTS, FICHE_PARTS, FicheAct, FichePart
    from registry.trust.pages import part_of_fiche
    from requests_app.policies import may_on_site
    from ui.registries import SITEMAP, SitemapEntry

    def edits(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "edit_registry")

    def withdraws(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "withdraw_fiche")

    FICHE_PARTS.add(FichePart("trust", 50, "trust/_fiche_part.html", part_of_fiche, place="foot"))
    FICHE_ACTS.add(FicheAct("withdraw", 90, _("Withdraw the fiche from the registry"), "trust:withdraw", "withdraw_fiche"))
    FICHE_ACTS.add(FicheAct("restore", 90, _("Publish the fiche again"), "trust:restore", "withdraw_fiche", live=False))
    SITEMAP.add(SitemapEntry(_("Public pages"), _("Integrity of the registry"), "trust:journal", order=24))
    SITEMAP.add(SitemapEntry(_("Public pages"), _("Corrections asked for by the public"), "trust:figures", order=25))
    SITEMAP.add(SitemapEntry(_("Instruction"), _("Requests of correction"), "trust:desk", order=40, shown_to=edits))
    SITEMAP.add(SitemapEntry(_("Instruction"), _("Fiches withdrawn from the registry"), "trust:withdrawals", order=41, shown_to=withdraws))
