"""What every template may use: the site's names, the menu, the nonce. It asks the database nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from ui.navigation import menu_for


@dataclass(frozen=True)
class Site:
    """The names under which the window presents itself; they are settings, because the body may change its name."""

    name: str
    operator: str
    contact: str
    demo: bool


def site_facts() -> Site:
    """The site's names from the settings."""
    return Site(
        settings.SITE_NAME,
        settings.OPERATOR_NAME,
        settings.OPERATOR_CONTACT,
        settings.DEMO_DATA,
    )


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; the menu is worked out only when a template shows it."""
    return {
        "site": site_facts(),
        "menu": SimpleLazyObject(lambda: menu_for(request)),
        # str(): django-csp's nonce is lazy, and falsy until it has been read once.
        "csp_nonce": str(getattr(request, "csp_nonce", "")),
    }
