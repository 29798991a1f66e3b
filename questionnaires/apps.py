"""Questions that the secretariat owns: one bank, questionnaires in versions, conditions. Knows no dossier."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuestionnairesConfig(AppConfig):
    """Questions that the secretariat owns."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "questionnaires"
    label = "questionnaires"
    verbose_name = "questionnaires"

    def ready(self) -> None:
        """Hang the editor in the menu and in the site map."""
        from questionnaires.policies import edits
        from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

        MENU.add(MenuEntry("questionnaires", _("Questionnaires"), "questionnaires:index", order=60, shown_to=edits, group="instruction"))
        SITEMAP.add(SitemapEntry(_("Instruction"), _("Questionnaires"), "questionnaires:index", order=60, shown_to=edits))
        SITEMAP.add(SitemapEntry(_("Instruction"), _("Question bank"), "questionnaires:bank", order=61, shown_to=edits))
