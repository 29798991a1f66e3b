"""The room of: which procedure does a project need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class FinderConfig(AppConfig):
    """Loads the table after each migration, and hangs the finder in the menu and on the dossiers begun with it."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "requests_app.finder"
    label = "finder"
    verbose_name = "finder"

    def ready(self) -> None:
        """Register what lower floors show."""
        from requests_app.finder.reference import load_after_migrate
        from requests_app.slots import NOTICES, Notices
        from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

        post_migrate.connect(load_after_migrate, sender=self, dispatch_uid="requests_app.finder")
        MENU.add(MenuEntry("finder", _("Find your procedure"), "finder:index", order=35, shown_to=_is_visitor))
        SITEMAP.add(SitemapEntry(_("Public pages"), _("Find your procedure"), "finder:index", order=15))
        NOTICES.add(Notices("finder", 80, _chosen_with_the_finder))


def _is_visitor(request: HttpRequest) -> bool:
    return not request.user.is_authenticated


def _chosen_with_the_finder(_request: HttpRequest, dossier: Any) -> Iterable[Any]:
    """While the dossier is prepared and checked: how its procedure was chosen, and whether it is still that one."""
    from django.urls import reverse

    from requests_app.finder.models import Orientation
    from requests_app.slots import Notice
    from requests_app.states import State

    if dossier.state not in (State.DRAFT, State.SUBMITTED):
        return
    orientation = Orientation.objects.select_related("table").filter(dossier=dossier.pk).first()
    if orientation is not None:
        url = reverse("finder:evidence", args=[dossier.reference])
        same = orientation.conclusion().procedure == dossier.procedure
        text = _("The procedure was chosen with the finder.") if same else _("The finder had concluded to another procedure.")
        yield Notice(text, url, _("See the answers"), "info" if same else "warning")
