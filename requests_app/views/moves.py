"""The page in front of each move: what it does, the few things it needs, and the button."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from requests_app.journal_words import done
from requests_app.models import Dossier
from requests_app.move_forms import ActForm
from requests_app.openings import FILED_ON_THEIR_OWN_PAGE, Opening, opening_or_404
from requests_app.reading import dossier_for, roles_for
from requests_app.recording import require_open
from requests_app.slots import is_made_there_only, snippets_for


def _shown(request: HttpRequest, dossier: Dossier, opening: Opening, form: ActForm) -> dict[str, Any]:
    """The page's context; where the move takes words, the texts that may be inserted."""
    snippets = snippets_for(request, dossier, timezone.now()) if "text" in form.fields else []
    return {"dossier": dossier, "opening": opening, "form": form, "snippets": snippets}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, reference: str, move: str) -> HttpResponse:
    """Ask what the move needs, make it, or say what stands against it with everything kept."""
    dossier = dossier_for(request, reference)
    opening = opening_or_404(dossier, move)
    if move in FILED_ON_THEIR_OWN_PAGE or is_made_there_only(move):
        return redirect(opening.url)
    require_open(dossier, move, roles_for(request, dossier), by=request.user)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ActForm(*sent, opening=opening, dossier=dossier, by=request.user, now=timezone.now())
    if form.is_valid() and form.perform():
        messages.success(request, done(move))
        return redirect(dossier)
    return render(request, "dossiers/moves/form.html", _shown(request, dossier, opening, form), status=422 if sent else 200)
