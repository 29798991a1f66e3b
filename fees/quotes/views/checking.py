"""The page on which anybody checks a quote; open to everybody, and silent about all else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from fees.quotes.forms.checking import CheckForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Is this the quote that was issued under this number?"""
    is_asked = request.method == "POST" or "numero" in request.GET
    form = CheckForm(request.POST or request.GET, request.FILES) if is_asked else CheckForm()
    answered = is_asked and form.is_valid()
    return render(request, "quotes/check.html", {"form": form, "answered": answered}, status=422 if form.errors else 200)
