"""Pages on which an agent writes what somebody says of themselves: kept by nobody, their files in memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from rights.asking.privacy import private
from rights.asking.uploads import MemoryHandler

View = Callable[..., HttpResponse]
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}


def unkept(view: View) -> View:
    """A page that nothing keeps; the guard against forged forms reads the body once its files are sure to stay in memory."""
    protected = csrf_protect(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [MemoryHandler()]  # before anything reads the body
        answer: HttpResponse = protected(request, *args, **kwargs)
        for name, value in HEADERS.items():
            answer.headers[name] = value
        return answer

    return csrf_exempt(guarded)


def on_paper(view: View) -> View:
    """A page that nothing keeps and on which nobody writes: the scripts of the design system run there as on every other page."""
    kept_by_nobody = private(view)

    @wraps(kept_by_nobody)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = kept_by_nobody(request, *args, **kwargs)
        answer._csp_update = None  # type: ignore[attr-defined]  # what django-csp reads
        return answer

    return guarded
