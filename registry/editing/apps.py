"""The room of what the secretariat checks and adds after a fiche is published, and of the public declarations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditingConfig(AppConfig):
    """What the secretariat checks and adds after a fiche is published, and the public declarations."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "registry.editing"
    label = "editing"
    verbose_name = "editing"

    def ready(self) -> None:
        """Register the words of this room's versions, its letters and its pages."""
        from registry.because import explain
        from registry.editing import notifications  # noqa: F401
        from registry.editing.checking import EDITED
        from registry.editing.declaring import CHANGED, DECLARED

        explain(DECLARED, _("The project was declared to the registry."))
        explain(CHANGED, _("The declaration of the project was changed."))
        explain(EDITED, _("The secretariat added to the fiche, or wrote a text anew."))
        _register_pages()


def _register_pages() -> None:
    """Hang the desk in the menu, the declarations in the site map, and the last reading on the fiche."""
    from django.http import HttpRequest

    from registry.editing.panels import read_over
    from registry.slots import FICHE_ACTS, FICHE_PARTS, FicheAct, FichePart
    from requests_app.policies import may_on_site
    from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

    def keeps(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "edit_registry")

    MENU.add(MenuEntry("registry_desk", _("Registry desk"), "editing:desk", order=36, shown_to=keeps, group="instruction"))
    SITEMAP.add(SitemapEntry(_("Instruction"), _("Desk of the registry"), "editing:desk", order=36, shown_to=keeps))
    SITEMAP.add(SitemapEntry(_("Public pages"), _("Declare to the registry"), "editing:begin", order=23))
    _lead_here_from_the_finder()
    FICHE_ACTS.add(FicheAct("edit", 10, _("Read the fiche over and complete it"), "editing:desk_fiche", "edit_registry"))
    FICHE_PARTS.add(FichePart("read_over", 90, "editing/_read_over.html", read_over, place="foot"))


def _lead_here_from_the_finder() -> None:
    """Offer the declaration at the end of the finder, where nothing is filed here but the public must be told."""
    from django.urls import reverse

    from registry.frameworks import FicheKind
    from requests_app.slots import ONWARDS, Onward

    def begin(kind: FicheKind) -> str:
        return f"{reverse('editing:begin')}?objet={kind.value}"

    told = _("Before the work begins, the public learns of it: declare it to the public registry, here (CSP, art. L1461-3).")
    studies, warehouses = frozenset({"mr005", "mr006", "simplified"}), frozenset({"eds", "eds_authorisation"})
    label = _("Declare to the public registry")
    ONWARDS.add(Onward("declare_project", 10, studies, told, label, lambda: begin(FicheKind.PROJECT)))
    ONWARDS.add(Onward("declare_warehouse", 20, warehouses, told, label, lambda: begin(FicheKind.WAREHOUSE)))
    permanent = frozenset({"permanent_access"})
    ONWARDS.add(Onward("declare_permanent_access", 30, permanent, told, label, lambda: begin(FicheKind.PERMANENT_ACCESS)))
