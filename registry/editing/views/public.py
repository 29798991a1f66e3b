"""Declaring to the registry: the first letter, the sections, the preview, sending. The link is the key: nobody signs in here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from registry.editing import declaring, pages
from registry.editing.forms.desk import AddressForm, BeginForm, SendForm
from registry.editing.links import path_of
from registry.editing.models import Declaration

View = Callable[..., HttpResponse]


def kept_private(view: View) -> View:
    """A page under a secret link is kept by no cache and found by no search engine."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return never_cache(shown)


@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """What is declared, and how it goes; the form that begins."""
    person = request.user if request.user.is_authenticated else None
    form = BeginForm(request.POST if request.method == "POST" else None, person=person, kind=request.GET.get("objet", ""))
    if form.is_valid() and form.begin(request, at=timezone.now()):
        if person and form.begun:
            return redirect(path_of(form.begun))
        messages.success(request, _("A letter with the link is on its way to your address. Open it to begin."))
        return redirect("editing:begin")
    mine = Declaration.objects.filter(account=person) if person else []
    return render(request, "editing/begin.html", {"form": form, "mine": [(one, path_of(one)) for one in mine]})


@never_cache
def links_again(request: HttpRequest) -> HttpResponse:
    """Send the links of an address again; the page never tells whether it has any."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.write_links(request, at=timezone.now()):
        messages.success(request, _("If declarations were begun with this address, a letter with their links is on its way."))
        return redirect("editing:begin")
    return render(request, "editing/links_again.html", {"form": form})


@kept_private
def declaration(request: HttpRequest, token: str) -> HttpResponse:
    """Where the declaration stands, what is missing, and sending it."""
    opened, now = pages.opened(token), timezone.now()
    asks = pages.asks_for_a_confirmation(opened, now)
    form = SendForm(request.POST if request.method == "POST" else None, asks=asks)
    if form.is_valid() and form.send(opened, at=now):
        messages.success(request, _("The declaration is sent. You will receive a message when the secretariat has read it."))
        return redirect("editing:declaration", token)
    return render(request, "editing/declaration.html", pages.overview(opened, form, now) | {"token": token})


@kept_private
def section(request: HttpRequest, token: str, code: str) -> HttpResponse:
    """One section: what is written is saved, and what the rules notice is said beside it."""
    opened, section_form = pages.section_form(token, code)
    now = timezone.now()
    form = section_form(request.POST if request.method == "POST" else None, declaration=opened)
    if form.is_valid():
        form.save(at=now)
        messages.success(request, _("Saved."))
        return redirect(pages.path_after(token, code, goes_on="following" in request.POST))
    return render(request, "editing/section.html", pages.section_page(opened, form, now) | {"token": token})


@kept_private
@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The fiche as it would be read."""
    opened = pages.opened(token)
    page = pages.page_of(opened, timezone.now())
    return render(request, "editing/preview.html", {"declaration": opened, "page": page, "fiche": page.fiche, "token": token})


@kept_private
@require_POST
def drop(request: HttpRequest, token: str) -> HttpResponse:
    """Give a change up."""
    declaring.drop_change(pages.opened(token), at=timezone.now())
    messages.success(request, _("The change is given up: what is published stands."))
    return redirect("editing:declaration", token)
