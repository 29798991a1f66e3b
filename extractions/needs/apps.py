"""The expression of needs: what is asked of one holder, in versions that both sides agree."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """The expression of needs: what is asked of one holder, in versions that both sides agree."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "extractions.needs"
    label = "needs"
    verbose_name = "needs"

    def ready(self) -> None:
        """The page of its move and what that needs, its parts of the base's pages, its letters and words."""
        from django.utils.translation import gettext_lazy as _

        from extractions.history import WORDS, HistoryWords
        from extractions.needs import notifications, pages  # noqa: F401
        from extractions.needs.services.proposing import changed_need, missing_need
        from extractions.slots import CONDITIONS, MOVE_PAGES, PAGE_PARTS, TAB_PARTS, Condition, MovePage, PagePart, TabPart

        begin = frozenset({"begin_targeting", "open_deposit", "begin_matching", "begin_extraction"})
        CONDITIONS.add(Condition("agreed_need", 10, frozenset({"agree_need"}), missing_need))
        CONDITIONS.add(Condition("changed_need", 11, begin, changed_need))
        MOVE_PAGES.add(MovePage("agree_need", 10, "needs:note", pages.may_note, "note_need"))
        PAGE_PARTS.add(PagePart("need", 10, "needs/_part.html", pages.ticket_part))
        TAB_PARTS.add(TabPart("needs", 10, "needs/_tab.html", pages.tab_part))
        WORDS.add(HistoryWords("propose_need", 10, _("Version of the need proposed")))
        WORDS.add(HistoryWords("agree_to_need", 11, _("Version of the need agreed to by one side")))
