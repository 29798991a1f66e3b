"""Conventions: clauses, versions, signatures, amendments, and the gate to the data."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """Conventions: clauses, versions, signatures, amendments, and the gate to the data."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "contracts"
    label = "contracts"
    verbose_name = "contracts"

    def ready(self) -> None:
        """The tab of a dossier, the lists of the staff and of the parties, the moves that the base has pages for."""
        from django.utils.translation import gettext_lazy as _

        from contracts import notifications  # noqa: F401
        from contracts.pages import PLAIN_MOVES, acts_for_a_body, conventions_awaiting, has_tab, sees_conventions
        from contracts.slots import MOVE_PAGES, MovePage
        from ui.registries import MENU, SITEMAP, TABS, MenuEntry, SitemapEntry, Tab

        TABS.add(Tab("convention", _("Convention"), "contracts:dossier", 37, has_tab, conventions_awaiting))
        MENU.add(MenuEntry("conventions", _("Conventions"), "contracts:work", order=62, shown_to=sees_conventions, group="instruction"))
        MENU.add(MenuEntry("my_conventions", _("Our conventions"), "contracts:mine", order=35, shown_to=acts_for_a_body))
        SITEMAP.add(SitemapEntry(_("Conventions"), _("Conventions"), "contracts:work", order=80, shown_to=sees_conventions))
        SITEMAP.add(SitemapEntry(_("Conventions"), _("Our conventions"), "contracts:mine", order=81, shown_to=acts_for_a_body))
        for order, move in enumerate(PLAIN_MOVES):  # the rooms' moves, which lead onwards, come before what leads back
            MOVE_PAGES.add(MovePage(move, 60 + order, "contracts:move"))
        MOVE_PAGES.add(MovePage("approve", 5, "contracts:approve"))
