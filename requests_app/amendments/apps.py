"""The room of: what changes after the authorisation."""

from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class AmendmentsConfig(AppConfig):
    """What changes after the authorisation."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "requests_app.amendments"
    label = "amendments"
    verbose_name = "amendments"

    def ready(self) -> None:
        """Hang the tabs of the dossier, the notices of its first page, and the condition of filing."""
        from requests_app.amendments import notifications  # noqa: F401
        from requests_app.amendments.hanging import is_amendment, is_authorised, lead, notices, signing, step
        from requests_app.amendments.models import Amendment
        from requests_app.amendments.remarks import beside_fields
        from requests_app.amendments.rules import broken_before_filing
        from requests_app.amendments.search import AMENDMENTS, index_again
        from requests_app.searchable import SOURCES
        from requests_app.slots import (
            CONDITIONS,
            FORM_STEPS,
            LEADS,
            NOTICES,
            REMARKS,
            SIGNING_PAGES,
            Condition,
            FormStep,
            Lead,
            Notices,
            Remarks,
            SigningPage,
        )
        from ui.registries import TABS, Tab

        TABS.add(Tab("authorised", _("Authorised today"), "amendments:authorised", order=22, shown_to=is_authorised))
        TABS.add(Tab("amendments", _("Amendments"), "amendments:index", order=24, shown_to=is_authorised))
        TABS.add(Tab("changes", _("What changes"), "amendments:changes", order=22, shown_to=is_amendment))
        NOTICES.add(Notices("amendments", 40, notices))
        LEADS.add(Lead("amendments", 10, lead))
        CONDITIONS.add(Condition("amendments", 10, broken_before_filing))
        FORM_STEPS.add(FormStep("amendments", 90, step))
        SIGNING_PAGES.add(SigningPage("amendments", 10, signing))
        REMARKS.add(Remarks("amendments", 60, beside_fields))
        SOURCES.add(AMENDMENTS)
        post_save.connect(index_again, sender=Amendment, dispatch_uid="amendments.index_again")
