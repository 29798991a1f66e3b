"""The directory of the controllers' keys, for everybody: a page, and a signed file for tools."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rights.envelopes import keys_page as page
from rights.envelopes.directory import published
from rights.envelopes.queries import published_keys


@never_cache
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """To which keys are requests sealed, and how is that checked?"""
    return render(request, "envelopes/directory.html", page.directory_shown(timezone.now()))


@never_cache
@require_safe
def directory_file(request: HttpRequest) -> HttpResponse:
    """The same for tools, signed as a whole."""
    return JsonResponse(published(published_keys(), timezone.now()), json_dumps_params={"ensure_ascii": False})


@require_safe
def identity_tool(request: HttpRequest) -> FileResponse:
    """The program that checks who FranceConnect says that a person is; it lies beside the other one."""
    return FileResponse(page.IDENTITY_TOOL.open("rb"), as_attachment=True, content_type="text/x-python; charset=utf-8")


@require_safe
def tool(request: HttpRequest) -> FileResponse:
    """The program with which a controller opens requests on its side."""
    return FileResponse(page.TOOL.open("rb"), as_attachment=True, content_type="text/x-python; charset=utf-8")
