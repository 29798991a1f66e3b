"""Databases that projects may ask for, and the vocabularies that forms and registry share."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    """Registers the catalogue's menu entry and loads its reference rows after each migration."""

    name = "catalogue"

    def ready(self) -> None:
        """Wire the reference loader and the entries of the menu and the site map."""
        from catalogue.policies import edits_vocabularies
        from catalogue.reference import load_after_migrate
        from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

        post_migrate.connect(load_after_migrate, sender=self, dispatch_uid="catalogue.reference")
        MENU.add(MenuEntry("catalogue", _("Catalogue"), "catalogue:index", order=30, group="public"))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Catalogue of databases"), "catalogue:index", order=30))
        SITEMAP.add(SitemapEntry(_("Administration"), _("Vocabularies"), "catalogue:vocabularies", order=910, shown_to=edits_vocabularies))
