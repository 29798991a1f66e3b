"""The pages of those who follow the registry: its figures, its alerts; and the feed of a search."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from registry.following import alerts, links, page
from registry.following.forms import AlertForm
from registry.search import Query


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Who uses health data, for what, since when: the whole registry, or one search, in figures."""
    return render(request, "following/overview.html", page.overview_shown(request))


@require_safe
def table(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """One figure as a file."""
    return page.table_as_file(request, code, form)


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Tell me by e-mail when this search has new projects."""
    form, query = AlertForm(request.POST if request.method == "POST" else None), alerts.asked_in(request.GET)
    if form.is_valid() and form.ask(request, query, timezone.now()):
        messages.success(request, _("A letter is on its way: follow its link to confirm. Nothing else is sent before."))
        return redirect(f"{reverse('registry:index')}?{query}")
    shown = {"form": form, "query": query, "words": page.search_in_words(Query.from_address(request.GET))}
    return render(request, "following/ask.html", shown, status=422 if form.is_bound else 200)


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm the address of an alert."""
    found = links.of_token(token, links.CONFIRM)
    if found is None:
        return render(request, "following/link_is_over.html", status=410)
    if request.method == "POST":
        alerts.confirm(found, at=timezone.now())
        messages.success(request, _("Your alert is set: you are told of what is new, at most once a day."))
        return redirect(f"{reverse('registry:index')}?{found.query}")
    return render(request, "following/confirm.html", {"query": found.query})


@csrf_exempt  # the mail program of the reader sends this by itself (RFC 8058); the signed address is the right to do it
@never_cache
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Leave an alert."""
    found = links.of_token(token, links.LEAVE)
    if found is not None and request.method == "POST":
        alerts.leave(found)
        found = None
    return render(request, "following/leave.html", {"is_left": found is None})
