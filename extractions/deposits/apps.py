"""Linkage tables: named depositors, files encrypted before they are stored, receipts, purge."""

from django.apps import AppConfig


class DepositsConfig(AppConfig):
    """Linkage tables: named depositors, files encrypted before they are stored, receipts, purge."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "extractions.deposits"
    label = "deposits"
    verbose_name = "deposits"

    def ready(self) -> None:
        """The role of the depositors, what the two moves need, the part of the page of a ticket, the page of the keys."""
        from django.core.checks import register
        from django.utils.translation import gettext_lazy as _

        from extractions.deposits import pages, policies, rules, sets, tasks  # noqa: F401
        from extractions.deposits.keys_page import sees
        from extractions.history import WORDS, HistoryWords
        from extractions.policies import MORE_ROLES
        from extractions.slots import CONDITIONS, MOVE_PAGES, PAGE_PARTS, Condition, MovePage, PagePart
        from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

        register(sets.check_sets)
        MORE_ROLES.append(policies.depositor_of)
        CONDITIONS.add(Condition("deposits_asked", 20, frozenset({"open_deposit"}), rules.missing_requests))
        CONDITIONS.add(Condition("deposits_come", 21, frozenset({"receive_deposit"}), rules.missing_deposits))
        MOVE_PAGES.add(MovePage("open_deposit", 20, "deposits:open"))
        PAGE_PARTS.add(PagePart("deposits", 20, "deposits/_part.html", pages.ticket_part))
        for order, (code, words) in enumerate(
            {
                "ask_deposit": _("Linkage table asked of somebody, or given another last day"),
                "withdraw_deposit": _("Linkage table not asked for any more"),
                "deposit": _("Linkage table deposited, encrypted"),
                "fetch_deposit": _("Encrypted table fetched by the desk"),
                "purge_deposit": _("Encrypted table destroyed, with a certificate"),
            }.items()
        ):
            WORDS.add(HistoryWords(code, 20 + order, words))
        MENU.add(MenuEntry("service_keys", _("Pseudonymisation keys"), "deposits:keys", 86, shown_to=sees, group="administration"))
        SITEMAP.add(SitemapEntry(_("Administration"), _("Pseudonymisation keys"), "deposits:keys", 908, shown_to=sees))
