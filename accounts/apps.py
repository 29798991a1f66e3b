"""People."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Hang what concerns accounts in the menu and the site map, and put our words in the sign-in wizard."""
        from accounts.second_factor import use_our_forms

        use_our_forms()
        _register_pages()


def _register_pages() -> None:
    from accounts.policies import may, may_see_requests
    from ui.registries import MENU, MENU_GROUPS, SITEMAP, MenuEntry, MenuGroup, SitemapEntry

    def decides(request: HttpRequest) -> bool:
        return may_see_requests(request.user)

    def verifies(request: HttpRequest) -> bool:
        # Members find their requests on their account page: asking for their organisations here would cost each page a query.
        return may(request.user, "verify_first_membership")

    def grants(request: HttpRequest) -> bool:
        return may(request.user, "grant_role")

    def keeps(request: HttpRequest) -> bool:
        return may(request.user, "keep_api_clients")

    def visitor(request: HttpRequest) -> bool:
        return not request.user.is_authenticated

    def signed_in(request: HttpRequest) -> bool:
        return request.user.is_authenticated

    section = _("My account")
    MENU_GROUPS.add(MenuGroup("administration", _("Accounts and messages"), 70))
    MENU.add(MenuEntry("memberships", _("Membership requests"), "accounts:memberships", 70, shown_to=verifies, group="administration"))
    MENU.add(MenuEntry("roles", _("Roles"), "accounts:roles", 80, shown_to=grants, group="administration"))
    MENU.add(MenuEntry("api_clients", _("Clients of the API"), "accounts:api_clients", 85, shown_to=keeps, group="administration"))
    SITEMAP.add(SitemapEntry(section, _("Sign up"), "accounts:sign_up", 900, shown_to=visitor))
    SITEMAP.add(SitemapEntry(section, _("Sign in"), "two_factor:login", 901, shown_to=visitor))
    SITEMAP.add(SitemapEntry(section, _("Forgotten password"), "accounts:password_reset", 902, shown_to=visitor))
    SITEMAP.add(SitemapEntry(section, _("My account"), "accounts:profile", 903, shown_to=signed_in))
    SITEMAP.add(SitemapEntry(section, _("Join an organisation"), "accounts:organisation_search", 904, shown_to=signed_in))
    SITEMAP.add(SitemapEntry(section, _("Membership requests"), "accounts:memberships", 905, shown_to=decides))
    SITEMAP.add(SitemapEntry(section, _("Roles"), "accounts:roles", 906, shown_to=grants))
    SITEMAP.add(SitemapEntry(section, _("Clients of the API"), "accounts:api_clients", 907, shown_to=keeps))
