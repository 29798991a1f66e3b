"""The clause library and the templates of conventions: written by one person, approved by another."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """The clause library and the templates of conventions: written by one person, approved by another."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "contracts.library"
    label = "library"
    verbose_name = "library"

    def ready(self) -> None:
        """The library in the menu and the site map of those who read it."""
        from django.http import HttpRequest
        from django.utils.translation import gettext_lazy as _

        from contracts.clauses.policies import may_see
        from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

        def sees(request: HttpRequest) -> bool:
            return request.user.is_authenticated and may_see(request.user)

        MENU.add(MenuEntry("clauses", _("Clauses"), "library:index", order=63, shown_to=sees, group="instruction"))
        SITEMAP.add(SitemapEntry(_("Conventions"), _("Clauses of conventions"), "library:index", order=84, shown_to=sees))
        SITEMAP.add(SitemapEntry(_("Conventions"), _("Templates of conventions"), "library:templates", order=85, shown_to=sees))
