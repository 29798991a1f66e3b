"""The pages of the form. Nearly all of them answer a form that was sent, and none of them keeps anything."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rights.asking import confirming, contacts, pages, provider, sendings, signing_out, unlocking
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
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out of FranceConnect, there."""
    return signing_out.leave_provider(request, timezone.now())


@private
@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """Back from there, signed out."""
    return signing_out.come_back(request, timezone.now())


@require_GET
def public_keys(request: HttpRequest) -> HttpResponse:
    """The public keys for which FranceConnect may lock what it says."""
    held = unlocking.public_keys()
    if held is None or not provider.is_offered():
        raise Http404
    return JsonResponse(held, headers={"Cache-Control": f"public, max-age={provider.KNOWN_FOR}"})


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
