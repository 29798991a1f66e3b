"""For those who watch over the site: the letters that could not be delivered."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from requests_app.policies import may_on_site
from requests_app.reading import require_on_site
from ui.pagination import page_of
from workflow import outbox
from workflow.models import MessageState, OutboxMessage


@never_cache
@login_required
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """The messages of the outbox that were given up, without any personal data."""
    require_on_site(request.user, "see_messages")
    dead = OutboxMessage.objects.filter(state=MessageState.DEAD).order_by("-queued_at", "-pk")
    context = {"page": page_of(dead, request, 50), "lag": outbox.lag(timezone.now()), "works": may_on_site(request.user, "see_work")}
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
