"""The work-list: what must I do today? And, for those who watch over the site, the letters that could not be delivered."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from requests_app import worklist
from requests_app.move_forms import BulkAssignForm
from requests_app.policies import may_on_site
from requests_app.reading import require_on_site
from requests_app.worklist_frame import frame
from requests_app.worklist_rows import Scribe, csv_lines
from ui.pagination import page_of
from workflow import outbox
from workflow.models import MessageState, OutboxMessage
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
    rows = [scribe.row(found) for found in worklist.in_order(list(page))]
    context = {"page": page, "rows": rows} | frame(request.user, asked, today)
    return render(request, "work/index.html", context)


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Exactly the list that is shown, all its pages, as a CSV file."""
    require_on_site(request.user, "see_work")
    today, asked = paris_day(timezone.now()), worklist.asked(request.user, request.GET)
    lines = csv_lines(worklist.with_columns(worklist.listed(request.user, asked, today)), today)
    name = f"dossiers-{asked.list}-{today.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@login_required
@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Entrust the ticked dossiers to an officer, then come back to the same list."""
    form = BulkAssignForm(request.POST)
    for level, sentence in form.assign(request.POST.getlist("dossier"), by=request.user, at=timezone.now()):
        messages.add_message(request, level, sentence)
    return redirect(f"{reverse('work:index')}?{request.GET.urlencode()}")


@never_cache
@login_required
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """The messages of the outbox that were given up, without any personal data."""
    require_on_site(request.user, "see_messages")
    dead = OutboxMessage.objects.filter(state=MessageState.DEAD).order_by("-queued_at", "-pk")
    context = {"page": page_of(dead, request, 50), "lag": outbox.lag(timezone.now())}
    return render(request, "work/messages.html", context)


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a message that was given up once more."""
    require_on_site(request.user, "see_messages")
    message = get_object_or_404(OutboxMessage, pk=pk, state=MessageState.DEAD)
    outbox.revive(message, timezone.now())
    messages.success(request, _("The message will be tried again within a minute."))
    return redirect("work:messages")
