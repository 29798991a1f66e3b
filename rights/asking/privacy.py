"""Pages on which people say who they are: kept by nobody, told to nobody where one comes from, free of what they do not need."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from rights.asking import provider
from rights.asking.uploads import MemoryHandler

View = Callable[..., HttpResponse]
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
#: No script of these pages makes a page or a program of text but the proof of work: its own templates, and what `work.js` lets through.
SCRIPTS = {
    "worker-src": ["'self'"],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["svelte-trusted-html", "default"],
}


def private(view: View) -> View:
    """A page that nothing keeps, and whose files stay in memory.

    With `no-referrer` a browser sends `Origin: null`, which Django's guard against forged forms refuses. These pages need no such guard:
    they rest on no session and no cookie, so that a forged form does nothing that its forger could not do alone.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [MemoryHandler()]  # before anything reads the body
        answer = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            answer.headers[name] = value
        answer._csp_update = {**SCRIPTS, **_leading()}  # type: ignore[attr-defined]  # what django-csp reads
        return answer

    exempt: View = csrf_exempt(guarded)
    return exempt


def _leading() -> dict[str, list[str]]:
    """Where the forms of these pages may lead beside this site: to FranceConnect, where the site has it."""
    return {"form-action": [provider.origin()]} if provider.is_offered() else {}
