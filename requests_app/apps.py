"""The dossier, from its draft to its end."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RequestsConfig(AppConfig):
    """The dossier."""

    name = "requests_app"

    def ready(self) -> None:
        """Load the dated rules after each migration, and register the letters."""
        from requests_app import notifications  # noqa: F401
        from requests_app.reference import load_after_migrate

        post_migrate.connect(load_after_migrate, sender=self, dispatch_uid="requests_app.reference")
        _register_pages()
        _register_work_pages()


def _register_pages() -> None:
    """Hang the applicant's screens in the menu, on the home page and in the site map."""
    from django.http import HttpRequest
    from django.utils.translation import gettext_lazy as _

    from ui.registries import DOORS, MENU, SITEMAP, Door, MenuEntry, SitemapEntry

    def signed_in(request: HttpRequest) -> bool:
        return request.user.is_authenticated

    invitation = _("Describe your project, file it, and follow it step by step up to the data and the results.")
    MENU.add(MenuEntry("dossiers", _("My dossiers"), "dossiers:index", order=40, shown_to=signed_in))
    DOORS.add(Door("project", _("I carry a project"), invitation, "dossiers:index", order=10, picto="document/document-add"))
    SITEMAP.add(SitemapEntry(_("My dossiers"), _("My dossiers"), "dossiers:index", order=40, shown_to=signed_in))
    SITEMAP.add(SitemapEntry(_("My dossiers"), _("Begin a dossier"), "dossiers:new", order=41, shown_to=signed_in))


def _register_work_pages() -> None:
    """Hang the work-list in the menu and in the site map, and the tabs on the dossier's page."""
    from django.http import HttpRequest
    from django.utils.translation import gettext_lazy as _

    from requests_app.policies import may_on_site
    from requests_app.reading import may_read_journal
    from ui.registries import MENU, SITEMAP, TABS, MenuEntry, SitemapEntry, Tab

    def works(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "see_work")

    def watches(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "see_messages")

    def only_watches(request: HttpRequest) -> bool:
        return watches(request) and not works(request)

    MENU.add(MenuEntry("work", _("Work-list"), "work:index", order=30, shown_to=works))
    SITEMAP.add(SitemapEntry(_("Instruction"), _("Work-list"), "work:index", order=30, shown_to=works))
    SITEMAP.add(SitemapEntry(_("Instruction"), _("Undelivered messages"), "work:messages", order=31, shown_to=watches))
    MENU.add(MenuEntry("messages", _("Undelivered messages"), "work:messages", order=90, shown_to=only_watches))
    TABS.add(Tab("page", _("Where it stands"), "dossiers:page", order=10))
    TABS.add(Tab("content", _("Content and pieces"), "dossiers:content", order=20))
    TABS.add(Tab("acts", _("Acts and decisions"), "dossiers:acts", order=30))
    TABS.add(Tab("journal", _("Journal"), "dossiers:journal", order=900, shown_to=may_read_journal))
