"""Conventions as they are read: the tab of a dossier, the lists, the page of one, the text of a version, its files."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contracts import pages


@never_cache
@login_required
@require_safe
def tab(request: HttpRequest, reference: str) -> HttpResponse:
    """Which conventions has this dossier?"""
    return render(request, "contracts/tab.html", pages.tab_for(request, reference))


@never_cache
@login_required
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """Which conventions are there, and where are they?"""
    return render(request, "contracts/work.html", pages.list_shown(request))


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Which conventions is a body that I act for a party to?"""
    return render(request, "contracts/mine.html", pages.mine_shown(request))


@never_cache
@login_required
@require_safe
def convention(request: HttpRequest, number: str) -> HttpResponse:
    """Where does this convention stand, and who must act?"""
    return render(request, "contracts/convention.html", pages.convention_shown(request, number))


@never_cache
@login_required
@require_safe
def text(request: HttpRequest, number: str, version: int) -> HttpResponse:
    """What does this version say?"""
    return render(request, "contracts/text.html", pages.text_shown(request, number, version))


@never_cache
@login_required
@require_safe
def document(request: HttpRequest, number: str, version: int, form: str) -> HttpResponseBase:
    """Hand over a file of a version."""
    found = pages.file_for(request, number, version, form)
    name = f"{number}-v{version}.{form}"
    answer = FileResponse(found.file.open("rb"), as_attachment=True, filename=name, content_type=pages.TYPES[form])
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@never_cache
@login_required
@require_safe
def annex(request: HttpRequest, number: str, version: int, pk: int) -> HttpResponseBase:
    """Hand over the file of an annex."""
    found = pages.annex_for(request, number, version, pk)
    answer = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
