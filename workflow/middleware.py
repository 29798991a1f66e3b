"""Refusals become pages here and nowhere else, so that no view needs to catch them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workflow.refusals import Refusal


class RefusalMiddleware:
    """Answer a refusal with its status, its reasons and a way back."""

    def __init__(self, next_layer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.next_layer = next_layer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.next_layer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Map the refusal; anything else goes on its way."""
        if not isinstance(exception, Refusal):
            return None
        return render(request, "refusal.html", {"refusal": exception, "back": _way_back(request)}, status=exception.status)


def _way_back(request: HttpRequest) -> str:
    """The page from which the person came, if it is one of ours."""
    came_from = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}/"
    return came_from if came_from.startswith(here) else "/"
