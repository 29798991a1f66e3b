"""The desk: what awaits the CNIL's decision, what it found incomplete, which obligations are due; and who is committed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.cnil.forms import CommitmentForm
from requests_app.cnil.models import Commitment
from requests_app.cnil.page import ROWS, desk_shown, enter_desk
from ui.pagination import page_of


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What awaits a decision, and by when?"""
    enter_desk(request)
    return render(request, "cnil/desk.html", desk_shown(request, timezone.now()))


@never_cache
@login_required
def commitments(request: HttpRequest) -> HttpResponse:
    """Which controllers are committed to which methodology?"""
    enter_desk(request, "keep_commitments")
    form = CommitmentForm(request.POST) if request.method == "POST" else CommitmentForm()
    if form.is_valid() and form.commit(by=request.user, at=timezone.now()):
        messages.success(request, _("The commitment is recorded: the controller's next projects may rest on it."))
        return redirect("cnil:commitments")
    page = page_of(Commitment.objects.for_list(), request, ROWS)
    return render(request, "cnil/commitments.html", {"form": form, "page": page}, status=422 if form.is_bound else 200)
