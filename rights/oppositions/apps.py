"""Oppositions that take effect: versioned sets, attestations of deliveries, proofs that anybody can check."""

from django.apps import AppConfig


class OppositionsConfig(AppConfig):
    """Oppositions that take effect: versioned sets, attestations of deliveries, proofs that anybody can check."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.oppositions"
    label = "oppositions"
    verbose_name = "oppositions"

    def ready(self) -> None:
        """What stops a delivery, the leaf of each request, the right of systems and its routes, the parts of three pages, the pages."""
        from django.utils.translation import gettext_lazy as _

        from accounts.scopes import SCOPES, Scope
        from extractions.history import WORDS, HistoryWords
        from extractions.policies import ATTESTER, ROLES_OF_SYSTEMS
        from extractions.slots import DELIVERY_GUARDS, PAGE_PARTS, DeliveryGuard, PagePart
        from registry.slots import FICHE_PARTS, FichePart
        from rights.oppositions import api, guard, pages, panels  # noqa: F401 (api adds its routes)
        from rights.oppositions.policies import PUBLISH
        from rights.oppositions.services.commitments import commit
        from rights.slots import TRACK_PARTS, Part, on_taken
        from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

        on_taken(commit)
        what = _("Publish the opposition sets of its organisation and attest its deliveries, with signed requests")
        SCOPES.add(Scope(PUBLISH, what, 31, is_signed=True))
        ROLES_OF_SYSTEMS[PUBLISH] = ATTESTER
        DELIVERY_GUARDS.add(DeliveryGuard("oppositions", 10, guard.missing))
        PAGE_PARTS.add(PagePart("oppositions", 35, "oppositions/_ticket_part.html", panels.ticket_part))
        WORDS.add(HistoryWords("attest_oppositions", 49, _("Oppositions applied to a package: attested, or looked at a second time")))
        FICHE_PARTS.add(FichePart("oppositions", 40, "oppositions/_fiche_part.html", panels.fiche_part))
        TRACK_PARTS.add(Part("oppositions", 50, "oppositions/_track_part.html", panels.track_part))
        sets, public = _("Opposition sets"), _("Oppositions: the published versions")
        MENU.add(MenuEntry("opposition_sets", sets, "oppositions:desk", 69, shown_to=pages.seen, group="instruction"))
        SITEMAP.add(SitemapEntry(_("Administration"), sets, "oppositions:desk", 911, shown_to=pages.seen))
        SITEMAP.add(SitemapEntry(_("Public pages"), public, "oppositions:sets", 32))
