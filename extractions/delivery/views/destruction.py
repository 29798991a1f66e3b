"""The destruction of what was received: stated by its recipient, checked by the desk."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from extractions.delivery import destruction_page as pages
from extractions.delivery.forms.destruction import CheckForm, StateForm

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def state(request: HttpRequest, number: str, package: int) -> HttpResponse:
    """When and how did we destroy what we received?"""
    found, sent = pages.stated(request, number, package), (request.POST, request.FILES) if request.method == "POST" else (None,)
    form = StateForm(*sent)
    if form.is_bound and form.is_valid() and form.save(found, by=request.user, at=timezone.now()):
        messages.success(request, _("The destruction is stated; the desk checks it."))
        return redirect(found)
    return render(request, "delivery/destruction.html", pages.shown(request, found, form), status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def check(request: HttpRequest, number: str, package: int, statement: int) -> HttpResponse:
    """Is what the recipient stated enough?"""
    row, form = pages.checked(request, number, package, statement), CheckForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.save(row, by=request.user, at=timezone.now()):
        messages.success(request, _("Your check is recorded."))
        return redirect(row.package)
    return render(request, "delivery/destruction.html", pages.shown(request, row.package, form, row), status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_safe
def proof(request: HttpRequest, number: str, package: int, statement: int) -> HttpResponseBase:
    """Hand over the paper of a statement, once it was found free of viruses."""
    paper = pages.proof_for(request, number, package, statement)
    answer = FileResponse(paper.file.open("rb"), as_attachment=True, filename=paper.name, content_type=paper.content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
