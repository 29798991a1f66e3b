"""The room of: who works on a dossier, and who signs it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamConfig(AppConfig):
    """Who works on a dossier, and who signs it."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "requests_app.team"
    label = "team"
    verbose_name = _("team")

    def ready(self) -> None:
        """Hang the tabs on the dossier, and what the team says on other pages."""
        from requests_app.slots import GREETINGS, MARKS, NOTICES, Greetings, Marks, Notices
        from requests_app.team import notices
        from requests_app.team.reading import may_see_signature, may_see_team
        from ui.registries import TABS, Tab

        TABS.add(Tab("team", _("Team"), "team:page", order=40, shown_to=may_see_team))
        TABS.add(Tab("signature", _("Signature"), "team:signature", order=41, shown_to=may_see_signature))
        NOTICES.add(Notices("team", 10, notices.notices))
        MARKS.add(Marks("team", 10, notices.marks))
        GREETINGS.add(Greetings("team", 10, notices.greetings))
