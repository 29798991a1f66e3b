"""The room of: what applicant and secretariat say to each other."""

from django.apps import AppConfig


class TalkConfig(AppConfig):
    """What applicant and secretariat say to each other."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "requests_app.talk"
    label = "talk"
    verbose_name = "talk"

    def ready(self) -> None:
        """Hang the tabs, the notices, the links beside the fields and the letters, and tell search."""
        from django.utils.translation import gettext_lazy as _

        from requests_app.slots import MARKS, NOTICES, REMARKS, Marks, Notices, Remarks
        from requests_app.talk import notices, notifications, search  # noqa: F401
        from requests_app.talk.queries import unread_in
        from ui.registries import TABS, Tab

        search.register()
        NOTICES.add(Notices("talk", 40, notices.unread))
        MARKS.add(Marks("talk", 40, notices.on_cards))
        REMARKS.add(Remarks("talk", 40, notices.beside_fields))
        TABS.add(Tab("talk", _("Exchanges"), "talk:index", order=40, shown_to=notices.may_read_talk, awaiting=unread_in))
        TABS.add(Tab("notes", _("Notes"), "talk:notes", order=50, shown_to=notices.may_read_notes))
