"""What the operator's side does for those who sign without an account: files sent by mail, signatures by hand, refusals by letter."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.signing import pages
from contracts.signing.forms.on_paper import AddScanForm, CheckScanForm, DiscardForm
from contracts.signing.forms.signing import ReasonForm, SignForm
from contracts.signing.network import network_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def upload(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Is this the document, with the signature that was awaited?"""
    signatory = pages.signatory_kept(request, number, pk, "add_scan")
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SignForm(*sent, signatory=signatory, user=request.user, network=network_of(request))
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The signature is checked and noted."))
        return redirect("signing:cockpit", number)
    context = pages.beside(request, signatory.request) | pages.second_factor(request, "signing:upload", signatory.request, pk)
    return render(request, "signing/upload.html", context | {"form": form, "signatory": signatory}, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def note_refusal(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Why does somebody without an account not sign?"""
    signatory = pages.signatory_kept(request, number, pk, "add_scan")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.refuse(signatory, by=request.user, at=timezone.now()):
        messages.success(request, _("The refusal is noted."))
        return redirect("signing:cockpit", number)
    context = pages.beside(request, signatory.request) | {"form": form, "signatory": signatory}
    return render(request, "signing/refuse.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def add_scan(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """What came back on paper?"""
    signatory = pages.signatory_kept(request, number, pk, "add_scan")
    form = AddScanForm(*((request.POST, request.FILES) if request.method == "POST" else ()), signatory=signatory)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The scan is kept; somebody else now compares it with the document."))
        return redirect("signing:cockpit", number)
    context = pages.beside(request, signatory.request) | {"form": form, "signatory": signatory}
    return render(request, "signing/add_scan.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def scan(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Is this the document, signed by whoever may sign it?"""
    found = pages.scan_for(request, number, pk)
    form = CheckScanForm(*((request.POST,) if request.method == "POST" else ()), scan=found, user=request.user)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The signature by hand is noted."))
        return redirect("signing:cockpit", number)
    context = pages.scan_context(request, found, form) | {"discard": DiscardForm()}
    return render(request, "signing/scan.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def discard(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Why does this scan prove nothing?"""
    found = pages.scan_for(request, number, pk)
    form = DiscardForm(request.POST)
    if form.is_valid() and form.save(found, by=request.user, at=timezone.now()):
        messages.success(request, _("The scan is discarded; another one may be recorded."))
        return redirect("signing:cockpit", number)
    context = pages.scan_context(request, found, CheckScanForm(scan=found, user=request.user)) | {"discard": form}
    return render(request, "signing/scan.html", context, status=422)


@never_cache
@login_required
@require_safe
def scan_file(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """Hand over the scan."""
    found = pages.open_scan(request, number, pk)
    answer = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
