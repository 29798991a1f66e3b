"""The portal: plain pages that anybody reads, without an account; and the button for larger letters."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from fees.simulator.views import without_cookie
from rights.entitlements.bases_page import bases
from rights.entitlements.display import COOKIE, LARGE, ROOT, SIX_MONTHS
from rights.entitlements.onwards import onwards
from rights.entitlements.portal import contents, page_of
from workflow.periods import paris_day

#: Pages that show more than their text: page → template.
TEMPLATES = {"home": "entitlements/home.html", "where": "entitlements/where.html", "rights": "entitlements/which.html"}


@without_cookie
@require_safe
def page(request: HttpRequest, code: str, easy: bool = False) -> HttpResponse:
    """A page of the portal, in plain words or easy to read."""
    shown = {"page": page_of(code, easy=easy), "contents": contents(easy=easy), "onwards": onwards(), **_more(code)}
    answer = render(request, TEMPLATES.get(code, "entitlements/page.html"), shown)
    patch_vary_headers(answer, ["Cookie"])
    return answer


def _more(code: str) -> dict[str, Any]:
    """What two of the pages read besides their text: the databases."""
    return {"bases": bases(paris_day(timezone.now()))} if code in ("where", "rights") else {}


# Without the token of a form, since these pages leave no cookie: all that a foreign site could do with it is to enlarge the letters.
@csrf_exempt
@require_POST
def letters(request: HttpRequest) -> HttpResponse:
    """Larger letters, or the usual ones; then back to the page where the button was."""
    back = request.POST.get("next", ROOT)
    inside = back.startswith(ROOT) and ".." not in back and url_has_allowed_host_and_scheme(back, None)
    answer = redirect(back if inside else ROOT)
    if request.POST.get(COOKIE) == LARGE:
        answer.set_cookie(COOKIE, LARGE, max_age=SIX_MONTHS, path=ROOT, secure=request.is_secure(), httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(COOKIE, path=ROOT, samesite="Lax")
    return answer
