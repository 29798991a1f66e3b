"""The signatures of a convention: who must act, sending, calling back, reminding, the document and its evidence."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.reading import standing
from contracts.signing import evidence as proof
from contracts.signing import pages
from contracts.signing.forms.opening import OpenForm
from contracts.signing.forms.signing import ReasonForm
from contracts.signing.services import delegating, signing

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_safe
def cockpit(request: HttpRequest, number: str) -> HttpResponse:
    """Who must act now, and since when?"""
    return render(request, "signing/cockpit.html", pages.cockpit(request, number))


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Who signs, in which order, until when?"""
    convention = pages.sendable(request, number)
    form = OpenForm(request.POST if request.method == "POST" else None, convention=convention, now=timezone.now())
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The document is sealed and sent: those whose turn it is are written to."))
        return redirect("signing:cockpit", number)
    context = standing(request, convention) | {"form": form}
    return render(request, "signing/send.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Why is the request called back?"""
    asked = pages.current_for(request, number, "cancel")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.cancel(asked, by=request.user, at=timezone.now()):
        messages.success(request, _("The request is called back; those who were asked are told."))
        return redirect("signing:cockpit", number)
    return render(request, "signing/cancel.html", pages.beside(request, asked) | {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_POST
def remind(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Write once more to somebody whose turn it is."""
    signatory = pages.signatory_kept(request, number, pk, "remind")
    signing.remind(signatory, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s is written to once more.") % {"name": signatory.name})
    return redirect("signing:cockpit", number)


@login_required
@require_POST
def end_delegation(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Does who gave this delegation sign after all?"""
    signatory = pages.signatory_kept(request, number, pk, "end_delegation")
    back = delegating.end_delegation(signatory, by=request.user, at=timezone.now())
    messages.success(request, _("The delegation is ended: the signature is asked of %(name)s again.") % {"name": back.name})
    return redirect("signing:cockpit", number)


@never_cache
@login_required
@require_safe
def document(request: HttpRequest, number: str) -> HttpResponse:
    """Hand over the document as it is signed by now."""
    answer = HttpResponse(pages.document_for(request, number), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@never_cache
@login_required
@require_safe
def evidence(request: HttpRequest, number: str, ending: str) -> HttpResponse:
    """Hand over the evidence, to read or for machines."""
    asked = pages.evidence_for(request, number)
    write, kind = (proof.as_pdf, "application/pdf") if ending == "pdf" else (proof.as_json, "application/json")
    answer = HttpResponse(write(asked, timezone.now()), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}-preuve.{ending}"'
    return answer
