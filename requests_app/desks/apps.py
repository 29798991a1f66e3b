"""The room of: how a secretariat organises its work."""

from django.apps import AppConfig
from django.db.models.signals import post_save
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class DesksConfig(AppConfig):
    """How a secretariat organises its work."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "requests_app.desks"
    label = "desks"
    verbose_name = "desks"

    def ready(self) -> None:
        """Hang the pages in the menu, the absences on letters and dossiers, and the dossier's words in the index."""
        from requests_app.checking.models import Verdict
        from requests_app.content import Content
        from requests_app.desks import indexing  # noqa: F401
        from requests_app.desks.absences import copies_of, officer_is_away, told_of_officers
        from requests_app.desks.sources import DOSSIERS, index_again
        from requests_app.desks.written import ACTS, VERDICTS, index_act, index_verdict
        from requests_app.models import Act
        from requests_app.move_forms import OFFICERS_TOLD
        from requests_app.searchable import SOURCES
        from requests_app.slots import NOTICES, Notices
        from workflow.mail import COPIES

        for source in (DOSSIERS, ACTS, VERDICTS):
            SOURCES.add(source)
        post_save.connect(index_again, sender=Content, dispatch_uid="desks.index_again")
        post_save.connect(index_act, sender=Act, dispatch_uid="desks.index_act")
        post_save.connect(index_verdict, sender=Verdict, dispatch_uid="desks.index_verdict")
        NOTICES.add(Notices("absence", 80, officer_is_away))
        if copies_of not in COPIES:
            COPIES.append(copies_of)
        if told_of_officers not in OFFICERS_TOLD:
            OFFICERS_TOLD.append(told_of_officers)
        _register_pages()


def _register_pages() -> None:
    """Hang the work-list and the search in the menu and in the site map."""
    from requests_app.policies import may_on_site
    from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

    def works(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "see_work")

    def instructs(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "instruct")

    def watches(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "see_messages")

    def only_watches(request: HttpRequest) -> bool:
        return watches(request) and not works(request)

    def signed_in(request: HttpRequest) -> bool:
        return request.user.is_authenticated

    MENU.add(MenuEntry("work", _("Work-list"), "work:index", order=30, shown_to=works))
    MENU.add(MenuEntry("search", _("Search"), "work:search", order=35, shown_to=works))
    MENU.add(MenuEntry("messages", _("Undelivered messages"), "work:messages", order=90, shown_to=only_watches, group="administration"))
    SITEMAP.add(SitemapEntry(_("Instruction"), _("Work-list"), "work:index", order=30, shown_to=works))
    SITEMAP.add(SitemapEntry(_("Instruction"), _("Undelivered messages"), "work:messages", order=31, shown_to=watches))
    SITEMAP.add(SitemapEntry(_("Instruction"), _("Absences of the secretariat"), "work:absences", order=32, shown_to=instructs))
    SITEMAP.add(SitemapEntry(_("My dossiers"), _("Search in dossiers"), "work:search", order=42, shown_to=signed_in))
