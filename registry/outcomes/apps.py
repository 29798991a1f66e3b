"""The room of what came out: results due, reminders, and the fiches taken over from the former register."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutcomesConfig(AppConfig):
    """What came out: results due, reminders, and the fiches taken over from the former register."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "registry.outcomes"
    label = "outcomes"
    verbose_name = "outcomes"

    def ready(self) -> None:
        """Register the words of what is taken over, the letters, the secretariat's list and the room's part of a fiche."""
        from registry.because import explain
        from registry.outcomes import notifications  # noqa: F401
        from registry.outcomes.importing import IMPORTED

        explain(IMPORTED, _("The fiche was taken over from the former register."))
        _register_pages()


def _register_pages() -> None:
    from django.http import HttpRequest

    from registry.outcomes.panels import awaited
    from registry.slots import FICHE_PARTS, FichePart
    from requests_app.policies import may_on_site
    from ui.registries import SITEMAP, SitemapEntry

    def keeps(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "edit_registry")

    SITEMAP.add(SitemapEntry(_("Instruction"), _("Overdue results"), "outcomes:overdue", order=42, shown_to=keeps))
    FICHE_PARTS.add(FichePart("results_awaited", 10, "outcomes/_awaited.html", awaited))
