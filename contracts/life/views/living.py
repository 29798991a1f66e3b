"""Acts on a convention that lives, the text in force, and the certificate of destruction."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contracts.life import pages
from contracts.reading import standing


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, word: str) -> HttpResponse:
    """Is this what we do with the convention now?"""
    convention, told = pages.act_for(request, number, word)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = told.form(*sent, convention=convention)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, str(told.done))
        return redirect(getattr(form, "begun", None) or convention)
    context = standing(request, convention) | {"form": form, "act": told}
    return render(request, "life/act.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_safe
def consolidated(request: HttpRequest, number: str) -> HttpResponse:
    """What is in force, article by article?"""
    return render(request, "life/consolidated.html", pages.consolidated_shown(request, number))


@never_cache
@login_required
@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponseBase:
    """Hand over the certificate of destruction."""
    found = pages.certificate_for(request, number)
    answer = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
