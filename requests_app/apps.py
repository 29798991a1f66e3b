"""The dossier, from its draft to its end."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RequestsConfig(AppConfig):
    """The dossier."""

    name = "requests_app"

    def ready(self) -> None:
        """Load the dated rules after each migration, and register the letters."""
        from requests_app import notifications, piece_verdicts  # noqa: F401
        from requests_app.reference import load_after_migrate

        post_migrate.connect(load_after_migrate, sender=self, dispatch_uid="requests_app.reference")
        _register_pages()
        _register_conditions()
        _register_questions()
        _register_tabs()


def _register_conditions() -> None:
    """What the pieces demand before a version is filed."""
    from requests_app.required_pieces import broken_pieces
    from requests_app.slots import CONDITIONS, Condition

    CONDITIONS.add(Condition("pieces", 10, broken_pieces))


def _register_questions() -> None:
    """Say which procedures a questionnaire may be asked for, and hang the questions in the form and in the filing."""
    from questionnaires.targets import TARGETS, Targets
    from requests_app.questions import missing_answers
    from requests_app.slots import CONDITIONS, FORM_STEPS, NOTICES, Condition, FormStep, Notices
    from requests_app.views.question_page import notices, step

    TARGETS.add(Targets("procedures", 10, _procedures))
    CONDITIONS.add(Condition("questions", 5, missing_answers))
    FORM_STEPS.add(FormStep("questions", 10, step))
    NOTICES.add(Notices("questions", 60, notices))


def _procedures() -> list[tuple[str, object]]:
    from requests_app.states import Procedure

    return [(procedure.value, procedure.label) for procedure in Procedure]


def _register_pages() -> None:
    """Hang the applicant's screens in the menu, on the home page and in the site map."""
    from django.http import HttpRequest
    from django.utils.translation import gettext_lazy as _

    from ui.registries import DOORS, MENU, MENU_GROUPS, SITEMAP, Door, MenuEntry, MenuGroup, SitemapEntry

    def signed_in(request: HttpRequest) -> bool:
        return request.user.is_authenticated

    invitation = _("Describe your project, file it, and follow it step by step up to the data and the results.")
    MENU_GROUPS.add(MenuGroup("instruction", _("Instruction"), 36))
    MENU.add(MenuEntry("dossiers", _("My dossiers"), "dossiers:index", order=40, shown_to=signed_in))
    DOORS.add(Door("project", _("I carry a project"), invitation, "dossiers:index", order=10, picto="document/document-add"))
    SITEMAP.add(SitemapEntry(_("My dossiers"), _("My dossiers"), "dossiers:index", order=40, shown_to=signed_in))
    SITEMAP.add(SitemapEntry(_("My dossiers"), _("Begin a dossier"), "dossiers:new", order=41, shown_to=signed_in))


def _register_tabs() -> None:
    """Hang the tabs on the dossier's page."""
    from django.utils.translation import gettext_lazy as _

    from requests_app.reading import may_read_journal
    from ui.registries import TABS, Tab

    TABS.add(Tab("page", _("Where it stands"), "dossiers:page", order=10))
    TABS.add(Tab("content", _("Content and pieces"), "dossiers:content", order=20))
    TABS.add(Tab("acts", _("Acts and decisions"), "dossiers:acts", order=30))
    TABS.add(Tab("journal", _("Journal"), "dossiers:journal", order=900, shown_to=may_read_journal))
