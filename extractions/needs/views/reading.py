"""A need as it is read: its page, its versions, two of them side by side, its files."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from extractions.needs import files, pages


@never_cache
@login_required
@require_safe
def need(request: HttpRequest, reference: str, organisation: int) -> HttpResponse:
    """What is asked of this body, and who has agreed to it?"""
    return render(request, "needs/need.html", pages.need_shown(request, reference, organisation))


@never_cache
@login_required
@require_safe
def version(request: HttpRequest, reference: str, organisation: int, number: int) -> HttpResponse:
    """What did this version say?"""
    return render(request, "needs/version.html", pages.version_shown(request, reference, organisation, number))


@never_cache
@login_required
@require_safe
def changes(request: HttpRequest, reference: str, organisation: int, number: int) -> HttpResponse:
    """What changed from one version to another?"""
    return render(request, "needs/difference.html", pages.differing(request, reference, organisation, number))


@never_cache
@login_required
@require_safe
def document(request: HttpRequest, reference: str, organisation: int, number: int) -> HttpResponse:
    """The version as it is kept and hashed."""
    return files.document_of(request, reference, organisation, number)


@never_cache
@login_required
@require_safe
def codes_file(request: HttpRequest, reference: str, organisation: int, number: int, slug: str, criterion: str) -> HttpResponse:
    """A list of codes as CSV."""
    return files.codes_of(request, reference, organisation, number, slug, criterion)


@never_cache
@login_required
@require_safe
def draft_codes_file(request: HttpRequest, reference: str, organisation: int, slug: str, criterion: str) -> HttpResponse:
    """A list of codes of the draft as CSV."""
    return files.draft_codes_of(request, reference, organisation, slug, criterion)
