"""The work-list: what must I do today? Its file, its rows in short, and the lists that somebody keeps under a name."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from requests_app.desks import worklist
from requests_app.desks.forms import SaveListForm
from requests_app.desks.frame import frame
from requests_app.desks.models import SavedList
from requests_app.desks.rows import Scribe, shown
from requests_app.desks.services import forget_list
from requests_app.desks.sheets import FORMATS
from requests_app.desks.summary import summary_for
from requests_app.policies import may_on_site
from requests_app.reading import dossier_for, require_on_site
from requests_app.talk.queries import unread_for
from ui.pagination import page_of
from workflow.periods import paris_day

ROWS_PER_PAGE = 60


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list that the address asks for; who has none is led to what is theirs."""
    if not may_on_site(request.user, "see_work"):
        return redirect("work:messages" if may_on_site(request.user, "see_messages") else "dossiers:index")
    today, asked = paris_day(timezone.now()), worklist.asked(request.user, request.GET)
    page = page_of(worklist.listed(request.user, asked, today).values_list("pk", flat=True), request, ROWS_PER_PAGE)
    scribe = Scribe(today)
    rows = shown([scribe.row(found) for found in worklist.in_order(list(page))], unread_for(request.user, page))
    context = {"page": page, "rows": rows, "ticked": frozenset(request.GET.getlist("ticked"))} | frame(request.user, asked, today)
    return render(request, "work/index.html", context)


@login_required
@require_safe
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """Exactly the list that is shown, all its pages, as a file."""
    require_on_site(request.user, "see_work")
    today, asked = paris_day(timezone.now()), worklist.asked(request.user, request.GET)
    return file_of(worklist.listed(request.user, asked, today), ending, f"dossiers-{asked.list}")


def file_of(dossiers: object, ending: str, name: str) -> StreamingHttpResponse:
    """These dossiers as a file for a spreadsheet, sent piece by piece; raises Http404 for an ending that is none."""
    if ending not in FORMATS:
        raise Http404
    today, (kind, write) = paris_day(timezone.now()), FORMATS[ending]
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-{today.isoformat()}.{ending}"',
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(write(dossiers, today), content_type=kind, headers=headers)


@never_cache
@login_required
@require_safe
def summary(request: HttpRequest, reference: str) -> HttpResponse:
    """A dossier in a few lines: a page of its own or, beside the list, only its inside."""
    require_on_site(request.user, "see_work")
    shown = summary_for(request, dossier_for(request, reference), timezone.now())
    return render(request, "work/summary.html" if request.headers.get("HX-Request") else "work/summary_page.html", shown)


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the list that is shown under a name, then come back to it."""
    require_on_site(request.user, "see_work")
    form = SaveListForm(request.POST)
    query = worklist.asked_in(request.user, request.POST.get("query", "")).query
    if form.is_valid() and form.save(query, by=request.user, at=timezone.now()):
        messages.success(request, _("The list is saved: it stands above your lists."))
    for sentences in form.errors.values():
        messages.error(request, " ".join(str(sentence) for sentence in sentences))
    return redirect(f"{reverse('work:index')}?{query}")


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a saved list of one's own."""
    forget_list(get_object_or_404(SavedList.objects.offered_to(request.user), pk=pk), by=request.user)
    messages.success(request, _("The saved list was removed."))
    return redirect("work:index")
