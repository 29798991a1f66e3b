"""Packages, their acceptance, who has access to the data, retention and destruction."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Packages, their acceptance, who has access to the data, retention and destruction."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "extractions.delivery"
    label = "delivery"
    verbose_name = "delivery"

    def ready(self) -> None:
        """The pages of its moves, what they need, its parts of pages, its letters and words, and what is done behind the site's back."""
        from django.utils.translation import gettext_lazy as _

        from extractions.delivery import access_page, notifications, pages, tasks  # noqa: F401
        from extractions.delivery.rules import missing_package
        from extractions.delivery.services.destruction import missing_destruction
        from extractions.history import WORDS, HistoryWords
        from extractions.slots import CONDITIONS, MOVE_PAGES, PAGE_PARTS, TAB_PARTS, Condition, MovePage, PagePart, TabPart
        from requests_app.slots import MOVE_CONDITIONS, NOTICES, MoveCondition, Notices
        from ui.registries import SITEMAP, SitemapEntry

        CONDITIONS.add(Condition("package", 40, frozenset({"announce"}), missing_package))
        MOVE_CONDITIONS.add(MoveCondition("packages_destroyed", 40, "certify_destruction", missing_destruction))
        MOVE_PAGES.add(MovePage("announce", 40, "delivery:announce"))
        MOVE_PAGES.add(MovePage("accept", 41, "delivery:accept", pages.offers_whole))
        MOVE_PAGES.add(MovePage("accept_part", 42, "delivery:accept", pages.offers_part))
        MOVE_PAGES.add(MovePage("refuse", 43, "delivery:refuse"))
        MOVE_PAGES.add(MovePage("conclude", 44, "delivery:conclude", pages.concludes))
        PAGE_PARTS.add(PagePart("packages", 40, "delivery/_packages.html", pages.ticket_part))
        TAB_PARTS.add(TabPart("packages", 40, "delivery/_packages.html", pages.tab_part))
        TAB_PARTS.add(TabPart("access", 50, "delivery/_access.html", access_page.tab_part))
        NOTICES.add(Notices("silent_deliveries", 70, pages.silence_said))
        SITEMAP.add(SitemapEntry(_("Extractions"), _("My access to data"), "delivery:mine", order=85, shown_to=access_page.has_account))
        WORDS.add(HistoryWords("list_package", 40, _("List of files of a package recorded")))
        WORDS.add(HistoryWords("state_destruction", 41, _("Destruction of a package stated")))
        WORDS.add(HistoryWords("check_destruction", 42, _("Destruction of a package checked")))
