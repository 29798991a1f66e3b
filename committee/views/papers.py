"""The papers: those of a session, what is being made, the files, and the page on which anybody checks one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committee import papers_page
from committee.documents import delivery
from committee.forms.papers import CheckForm
from committee.services import productions


@never_cache
@login_required
@require_safe
def papers(request: HttpRequest, reference: str) -> HttpResponse:
    """What may be read before and after the session, in one place."""
    session = papers_page.session_for(request, reference)
    return render(request, "committee/papers/session.html", {"shown": papers_page.papers_shown(request, session), "session": session})


@login_required
@require_POST
def archive(request: HttpRequest, reference: str) -> HttpResponse:
    """Gather what the reader may see, to be read without a connection."""
    session = papers_page.session_for(request, reference)
    return redirect("committee:production", productions.begin_archive(session, by=request.user, at=timezone.now()).pk)


@login_required
@require_POST
def minutes(request: HttpRequest, reference: str) -> HttpResponse:
    """Make the minutes again."""
    session = papers_page.session_for(request, reference)
    return redirect("committee:production", productions.begin_minutes(session, by=request.user, at=timezone.now()).pk)


@login_required
@require_POST
def agenda(request: HttpRequest, reference: str) -> HttpResponse:
    """Make the agenda again, as it now stands."""
    delivery.renew_agenda(papers_page.session_for(request, reference), by=request.user)
    messages.success(request, _("The agenda is being made; the members will be told when it is there."))
    return redirect("committee:papers", reference)


@never_cache
@login_required
@require_safe
def production(request: HttpRequest, pk: int) -> HttpResponse:
    """How far is it?"""
    found = papers_page.production_for(request, pk)
    return render(request, "committee/papers/production.html", papers_page.production_shown(request, found))


@login_required
@require_safe
def production_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand the archive over."""
    return papers_page.archive_of(request, pk)


@login_required
@require_safe
def paper(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """Hand a paper over, in one of its two forms."""
    return papers_page.paper_of(request, number, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_paper(request: HttpRequest) -> HttpResponse:
    """Is this paper one of the committee's, and is the file what was sealed? Open to everybody."""
    is_asked = request.method == "POST" or "numero" in request.GET
    form = CheckForm(request.POST or request.GET, request.FILES) if is_asked else CheckForm()
    answered = is_asked and form.is_valid()
    return render(request, "committee/papers/check.html", {"form": form, "answered": answered}, status=422 if form.errors else 200)
