"""What the public asks to correct, and what became of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry.trust import corrections, links
from registry.trust.forms import CorrectionForm, field_in_words
from registry.trust.models import Correction
from registry.trust.pages import live_fiche, tallies


@never_cache
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Something is wrong in this fiche: what, and what should stand there?"""
    fiche = live_fiche(number)
    form = CorrectionForm(request.POST if request.method == "POST" else None, fiche=fiche)
    if form.is_valid() and form.ask(request, timezone.now()) and form.made:
        messages.success(request, _("Your request reached the secretariat. Thank you."))
        return redirect(form.made)
    return render(request, "trust/ask.html", {"form": form, "fiche": fiche}, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def correction(request: HttpRequest, token: str) -> HttpResponse:
    """What became of my request?"""
    found = get_object_or_404(Correction.objects.select_related("fiche", "corrected__fiche"), token=token)
    return render(request, "trust/correction.html", {"correction": found, "fiche": found.fiche, "field": field_in_words(found)})


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm the address to which the answer goes."""
    found = links.of_token(token)
    if found is None:
        return render(request, "trust/link_is_over.html", status=410)
    if request.method == "POST":
        corrections.confirm(found, at=timezone.now())
        messages.success(request, _("Your address is confirmed: the answer goes there."))
        return redirect(found)
    return render(request, "trust/confirm.html", {"correction": found, "fiche": found.fiche})


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """How many requests came, and how were they answered?"""
    return render(request, "trust/figures.html", tallies(timezone.now()))
