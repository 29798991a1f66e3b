"""A convention prepared from its dossier: parties, facts, annexes, and the documents of each version."""

from django.apps import AppConfig


class DraftingConfig(AppConfig):
    """A convention prepared from its dossier: parties, facts, annexes, and the documents of each version."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "contracts.drafting"
    label = "drafting"
    verbose_name = "drafting"

    def ready(self) -> None:
        """The parts of the page of a convention, the making of its files, and the way to a new one."""
        from django.utils.translation import gettext_lazy as _

        from contracts.drafting import pages
        from contracts.drafting.documents import delivery  # noqa: F401
        from contracts.drafting.facts import facts_of_dossier
        from contracts.slots import DOSSIER_FACTS, PAGE_PARTS, TAB_PARTS, DossierFacts, PagePart, TabPart
        from ui.registries import SITEMAP, SitemapEntry

        PAGE_PARTS.add(PagePart("parties", 10, "drafting/_parties.html", pages.parties_part))
        PAGE_PARTS.add(PagePart("clauses", 20, "drafting/_clauses.html", pages.clauses_part))
        PAGE_PARTS.add(PagePart("files", 15, "drafting/_files.html", pages.files_part))
        TAB_PARTS.add(TabPart("prepare", 10, "drafting/_prepare.html", pages.prepare_part))
        DOSSIER_FACTS.add(DossierFacts("drafting", 10, facts_of_dossier))
        told = _("Prepare an agreement without a dossier")
        SITEMAP.add(SitemapEntry(_("Conventions"), told, "drafting:begin_alone", order=82, shown_to=pages.keeps_conventions))
