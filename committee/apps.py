"""The scientific and ethics committee."""

from django.apps import AppConfig


class CommitteeConfig(AppConfig):
    """The committee: members, sessions, rapporteurs, opinions."""

    name = "committee"
    verbose_name = "committee"

    def ready(self) -> None:
        """Hang the committee's tab on the dossier; each room adds its own lines below."""
        from django.utils.translation import gettext_lazy as _

        from committee.hanging import has_committee
        from ui.registries import TABS, Tab

        TABS.add(Tab("committee", _("Committee"), "committee:dossier", order=32, shown_to=has_committee))
