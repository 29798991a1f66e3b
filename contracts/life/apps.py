"""A convention in force: its gate to the data, suspension, end, amendments and the consolidated text."""

from django.apps import AppConfig


class LifeConfig(AppConfig):
    """A convention in force: its gate to the data, suspension, end, amendments and the consolidated text."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "contracts.life"
    label = "life"
    verbose_name = "life"

    def ready(self) -> None:
        """What keeps a convention from taking effect, its parts of pages, and what is done behind the site's back."""
        from django.utils.translation import gettext_lazy as _

        from contracts.life import conditions, notifications, pages, tasks  # noqa: F401
        from contracts.life.gate import closed_before_opening
        from contracts.life.services.amending import asked_of, known_of, wordings_of
        from contracts.slots import (
            CONDITIONS,
            MORE_ARTICLES,
            PAGE_PARTS,
            PAGE_TABS,
            TAB_PARTS,
            Condition,
            MoreArticles,
            PagePart,
            PageTab,
            TabPart,
        )
        from requests_app.slots import MOVE_CONDITIONS, MoveCondition

        CONDITIONS.add(Condition("authorisation", 10, conditions.of_authorisation))
        CONDITIONS.add(Condition("payment", 20, conditions.of_payment))
        CONDITIONS.add(Condition("root", 30, conditions.of_root))
        CONDITIONS.add(Condition("order", 40, conditions.of_earlier_amendments))
        MOVE_CONDITIONS.add(MoveCondition("gate_is_open", 10, "open_data", closed_before_opening, mendable=False))
        MORE_ARTICLES.add(MoreArticles("amendment", 10, wordings_of, asked_of, known_of))
        PAGE_PARTS.add(PagePart("life", 5, "life/_part.html", pages.life_part))
        TAB_PARTS.add(TabPart("gate", 5, "life/_gate.html", pages.tab_part))
        PAGE_TABS.add(PageTab("consolidated", 60, _("Text in force"), "life:consolidated", pages.has_consolidated))
