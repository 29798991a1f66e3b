"""The room of the catalogue and the registry as linked data: DCAT-AP, HealthDCAT-AP, PROV."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HarvestConfig(AppConfig):
    """Puts the links to the documents for harvesters on the pages of the databases, of the fiches and of the registry's data."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "registry.harvest"
    label = "harvest"
    verbose_name = "harvest"

    def ready(self) -> None:
        """Register what the pages of lower floors show."""
        from django.core.checks import register

        from catalogue.panels import PANELS, Panel
        from registry.harvest.checks import facts_are_readable
        from registry.harvest.panels import links_of_database, links_of_fiche, record_of_database
        from registry.slots import DATA_LINKS, FICHE_PARTS, DataLink, FichePart

        register(facts_are_readable)
        PANELS.add(Panel("linked_data_links", 5, "harvest/_links.html", links_of_database, place="head"))
        PANELS.add(Panel("linked_data", 90, "harvest/_record.html", record_of_database))
        FICHE_PARTS.add(FichePart("linked_data", 5, "harvest/_links_of_fiche.html", links_of_fiche, place="head"))
        ttl = ("ttl",)
        catalog = _("The catalogue of databases in DCAT-AP, with the addresses of their HealthDCAT-AP records (Turtle)")
        DATA_LINKS.add(DataLink("register", 10, _("The register described in DCAT-AP (Turtle)"), "harvest:register_as", ttl))
        DATA_LINKS.add(DataLink("projects", 20, _("The projects as linked data, page by page (Turtle)"), "harvest:projects_as", ttl))
        DATA_LINKS.add(DataLink("catalog", 30, catalog, "harvest:catalog_as", ttl))
