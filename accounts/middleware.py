"""A password alone opens no page to somebody who sees other people's dossiers."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.policies import needs_second_factor
from accounts.second_factor import address_for

OPEN_TO_ALL = frozenset(
    {
        "two_factor:login",
        "two_factor:setup",
        "two_factor:qr",
        "accounts:logout",
        "set_language",
        "health",
        "accessibility",
        "sitemap",
    }
)


class SecondFactorMiddleware:
    """Sends a signed-in person whose role instructs to the second factor, until it is given."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """Let the view run, or redirect; costs no query beyond the grants. A view that `knows_nobody` reads no session, nor does this."""
        match = request.resolver_match
        if match is None or match.view_name in OPEN_TO_ALL or getattr(view, "knows_nobody", False) or not request.user.is_authenticated:
            return None
        user: Any = request.user
        if user.is_verified() or not needs_second_factor(user):
            return None
        return _to_second_factor(request)


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    # A form that was being sent cannot be sent again after the detour: come back to the page that held it.
    back = request.get_full_path() if request.method == "GET" else reverse("accounts:profile")
    address = address_for(request.user, back)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
