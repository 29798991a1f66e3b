"""The pages of the form. Nearly all of them answer a form that was sent, and none of them keeps anything."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rights.asking import confirming, contacts, pages, sendings
from rights.asking.privacy import private


@private
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """Ask: the first page, and each one after the one that was sent."""
    if request.method == "POST" and "step" in request.POST:
        return pages.answer(request, timezone.now())
    return pages.begin(request, timezone.now())


@private
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send the form."""
    if "sealed" in request.POST:
        return sendings.send_sealed(request, timezone.now())
    return sendings.send_open(request, timezone.now())


@private
@require_POST
def receipt(request: HttpRequest) -> HttpResponse:
    """What was sent, and the code with which it is followed."""
    return sendings.receipt(request, timezone.now())


@private
@require_POST
def receipt_text(request: HttpRequest) -> HttpResponse:
    """Hand over the receipt as a text."""
    return sendings.receipt_text(request, timezone.now())


@private
@require_POST
def letter(request: HttpRequest) -> HttpResponse:
    """The same by post: a letter to print."""
    return pages.letter(request, timezone.now())


@private
@require_POST
def confirm_identity(request: HttpRequest) -> HttpResponse:
    """Go to FranceConnect, to say there who one is."""
    return confirming.leave_for_provider(request, timezone.now())


@private
@require_GET
def confirmed(request: HttpRequest) -> HttpResponse:
    """Back from FranceConnect: the form, as it was."""
    return confirming.come_back(request, timezone.now())


@private
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Leave quickly: the browser forgets what it holds of this site."""
    answer = render(request, "asking/left.html")
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


@private
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm the address for the letters: on a button, since mail programs follow links by themselves."""
    contact = contacts.of_token(token, contacts.CONFIRM)
    if contact is None:
        return render(request, "asking/link_is_over.html", status=410)
    if request.method == "POST":
        contacts.confirm(contact, at=timezone.now())
    return render(request, "asking/confirm.html", {"is_done": request.method == "POST" or contact.confirmed_on is not None})


@private
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: HttpRequest, token: str) -> HttpResponse:
    """Erase the address for the letters."""
    contact = contacts.of_token(token, contacts.FORGET)
    if contact is not None and request.method == "POST":
        contacts.forget(contact)
        contact = None
    return render(request, "asking/forget.html", {"is_gone": contact is None})
