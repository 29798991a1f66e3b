"""The page on which anybody checks a convention, by its code or by the file; open to everybody, and silent about the rest."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from contracts.check_codes import read_code
from contracts.signing import checking_page as page
from contracts.signing.forms.checking import CodeForm, FileForm
from contracts.signing.uploads import InMemory


@csrf_exempt  # so that nothing reads the file before its handler is set; the inner view checks
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Is this document what was signed?"""
    request.upload_handlers = [InMemory(request)]
    return _check(request)


@csrf_protect
def _check(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _by_code(request)
    page.brake(request)
    form, now = FileForm(request.POST, request.FILES), timezone.now()
    told = page.answer(form, now) if form.is_valid() else {}
    context = {"form": CodeForm(), "file_form": form} | told
    return render(request, "signing/check.html", context, status=page.status_of(told) if told else 422)


def _by_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.GET) if "code" in request.GET else CodeForm()
    if form.is_bound and form.is_valid():
        return redirect("signing:checked", form.cleaned_data["code"])
    return render(request, "signing/check.html", {"form": form, "file_form": FileForm()}, status=422 if form.errors else 200)


@never_cache
@require_safe
def checked(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of the convention of this code?"""
    page.brake(request)
    found = page.shown(page.known_by(read_code(code)))
    status = 200 if found else 404
    return render(request, "signing/checked.html", {"found": found, "file_form": FileForm(), "form": CodeForm()}, status=status)
