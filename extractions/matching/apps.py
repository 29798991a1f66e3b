"""What came of a matching: rate, passes, and the decision to go on."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """What came of a matching: rate, passes, and the decision to go on."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "extractions.matching"
    label = "matching"
    verbose_name = "matching"

    def ready(self) -> None:
        """The pages of its two moves, what they need, its part of the page of a ticket, its letters and words."""
        from django.utils.translation import gettext_lazy as _

        from extractions.history import WORDS, HistoryWords
        from extractions.matching import notifications, pages  # noqa: F401
        from extractions.matching.services.deciding import missing_result
        from extractions.slots import CONDITIONS, MOVE_PAGES, PAGE_PARTS, Condition, MovePage, PagePart

        CONDITIONS.add(Condition("matching_result", 30, frozenset({"go", "no_go"}), missing_result))
        MOVE_PAGES.add(MovePage("go", 30, "matching:go", pages.has_result))
        MOVE_PAGES.add(MovePage("no_go", 31, "matching:no_go", pages.has_result))
        PAGE_PARTS.add(PagePart("matching", 30, "matching/_part.html", pages.ticket_part))
        WORDS.add(HistoryWords("record_result", 30, _("Result of the matching recorded")))
