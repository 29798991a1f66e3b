"""Where somebody was going when they had to sign up first: kept in the session until they are in."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

KEY = "way_back"


def remember_way_back(request: HttpRequest) -> None:
    """Keep the page named in `next`, if it is one of ours."""
    address = request.GET.get("next", "")
    if address and url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        request.session[KEY] = address


def way_back(request: HttpRequest) -> str:
    """Return that page, once; empty when there is none."""
    return str(request.session.pop(KEY, ""))
