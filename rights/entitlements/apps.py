"""What law and controllers grant on each database, as dated, sourced and approved data; the portal that says it plainly."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EntitlementsConfig(AppConfig):
    """What law and controllers grant on each database, as dated, sourced and approved data; the portal that says it plainly."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "rights.entitlements"
    label = "entitlements"
    verbose_name = "entitlements"

    def ready(self) -> None:
        """The door of the home page, the menu, the site map, and the way from a fiche or a database to the form."""
        from django.http import HttpRequest

        from catalogue.panels import PANELS, Panel
        from registry.slots import FICHE_PARTS, FichePart
        from rights.entitlements import notifications  # noqa: F401 (registers its handler)
        from rights.entitlements.panels import approved_on, kept_by, of_database, of_fiche
        from rights.entitlements.policies import declares
        from rights.entitlements.portal import ADDRESSES, name_of
        from ui.registries import DOORS, MENU, SITEMAP, Door, MenuEntry, SitemapEntry

        def sees(request: HttpRequest) -> bool:
            return declares(request.user)

        label = _("Your rights")
        plain = _("Every database, what you may ask for there, and one form for all of them. Without an account.")
        DOORS.add(Door("rights", _("I exercise my rights"), plain, "entitlements:home", order=30, picto="leisure/community"))
        MENU.add(MenuEntry("rights", label, "entitlements:home", order=22, group="public"))
        MENU.add(MenuEntry("rights_desk", _("Rights on databases"), "entitlements:desk", order=67, shown_to=sees, group="instruction"))
        for place, code in enumerate(ADDRESSES):
            SITEMAP.add(SitemapEntry(label, TITLES[code], name_of(code, easy=False), order=40 + place))
        SITEMAP.add(SitemapEntry(label, _("Your rights, easy to read"), name_of("home", easy=True), order=49))
        SITEMAP.add(SitemapEntry(_("Rights"), _("Rights on databases"), "entitlements:desk", order=91, shown_to=sees))
        FICHE_PARTS.add(FichePart("exercise_rights", 5, "entitlements/_fiche.html", of_fiche))
        PANELS.add(Panel("exercise_rights", 40, "entitlements/_panel.html", of_database))
        PANELS.add(Panel("approved_rights", 10, "entitlements/_approved.html", approved_on, place="rights"))
        PANELS.add(Panel("kept_rights", 10, "entitlements/_keeping.html", kept_by, place="keeping"))


#: The pages of the portal, as the site map calls them.
TITLES = {
    "home": _("Your rights over your health data"),
    "data": _("What health data are"),
    "where": _("Where your data may be"),
    "rights": _("Which rights apply to which database"),
    "who": _("Who can make a request"),
    "time": _("How long it takes, and what comes next"),
    "doors": _("Other doors: medical record, ameli, Mon espace santé"),
}
