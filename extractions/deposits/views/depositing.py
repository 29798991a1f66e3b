"""The page of a deposit, for its depositor alone: what is asked for, a fresh code, the table, the receipt."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from extractions.deposits import confirming, pages, settling
from extractions.deposits.forms.confirming import ConfirmForm
from extractions.deposits.uploads import SealingHandler
from extractions.linkage.templates import template, template_name


@never_cache
@login_required
@require_safe
def deposit(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """What do I deposit, how, and what becomes of it?"""
    asked = pages.mine(request, number, pk)
    return render(request, "deposits/deposit.html", pages.deposit_context(request, asked, timezone.now(), ConfirmForm(user=request.user)))


@never_cache
@login_required
@require_POST
def confirm(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Give a fresh code; the table comes next."""
    asked, form = pages.verified(request, number, pk), ConfirmForm(request.POST, user=request.user)
    if form.is_valid():
        confirming.confirm(request.session, asked, form.cleaned_data["encoding"], at=timezone.now())
        return redirect(asked)
    return render(request, "deposits/deposit.html", pages.deposit_context(request, asked, timezone.now(), form), status=422)


@csrf_exempt  # so that nothing reads the table before its handler is set; the inner view checks
@never_cache
@login_required
@require_POST
def send(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take the table in: who sends it is known before a byte of it is read."""
    with pages.receiving(request, number, pk, timezone.now()) as handler:
        request.upload_handlers = [handler]
        return _send(request, handler)


@csrf_protect
def _send(request: HttpRequest, handler: SealingHandler) -> HttpResponse:
    confirming.forget(request.session)
    if settling.settle(handler, request.FILES, by=request.user, at=timezone.now()):
        messages.success(request, _("The table is received, encrypted and kept: here is your receipt."))
    return redirect(handler.asked)


@never_cache
@login_required
@require_safe
def blank(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Hand over the file to fill in; with its example line if asked for."""
    asked = pages.mine(request, number, pk).asked
    return _as_file(template(asked, with_example="exemple" in request.GET), template_name(asked), "text/csv; charset=utf-8")


@never_cache
@login_required
@require_safe
def errors(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Hand over where the errors are: lines, columns and codes."""
    content = pages.errors_as_csv(pages.verified(request, number, pk))
    return _as_file(content, f"{number}-erreurs.csv", "text/csv; charset=utf-8")


@never_cache
@login_required
@require_safe
def receipt(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Hand over the receipt of the table that stands."""
    return _as_file(pages.receipt_text(pages.mine(request, number, pk)).encode(), f"{number}-recepisse.txt", "text/plain; charset=utf-8")


@never_cache
@login_required
@require_safe
def certificate(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Hand over the proof that a table was destroyed."""
    found = pages.certificate_for(request, number, pk)
    return _as_file(found.text.encode(), f"{found.number}.txt", "text/plain; charset=utf-8")


def _as_file(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
