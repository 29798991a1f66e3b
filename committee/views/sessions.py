"""The pages of a session: the list, one session, when and where, its moves, and who is there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committee import session_page as pages
from committee.forms.sessions import (
    AnnounceForm,
    ApproveForm,
    CancelForm,
    ChairForm,
    ConfirmForm,
    MeetingForm,
    PlanForm,
    PresenceForm,
)
from committee.models import Session
from committee.policies import may_on_site
from committee.queries.sessions import check_calendar, roster
from committee.reference import rules_on
from committee.services import sessions as services
from workflow.periods import paris_day

reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _status(form: Any) -> int:
    return 422 if form.is_bound else 200


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which sessions are to come, which were held, and does the calendar keep the rules?"""
    pages.require_room(request)
    plans = may_on_site(request.user, "plan_sessions")
    context = pages.list_of(request, timezone.now()) | {
        "plans": plans,
        "calendar": check_calendar(paris_day(timezone.now())) if plans else None,
    }
    return render(request, "committee/sessions/index.html", context)


@never_cache
@login_required
@reads_and_writes
def new(request: HttpRequest) -> HttpResponse:
    """A session is put into the calendar."""
    pages.require_room(request, "plan_sessions")
    form = PlanForm(_sent(request), initial={"urgent": "urgent" in request.GET, "begins": "09:30", "ends": "17:00"})
    if form.is_valid() and form.plan(by=request.user, at=timezone.now()) and form.planned:
        messages.success(request, _("The session %(reference)s is planned.") % {"reference": form.planned.reference})
        return redirect(form.planned)
    return render(request, "committee/sessions/meeting.html", {"form": form, "session": None}, status=_status(form))


@login_required
@require_POST
def publish_all(request: HttpRequest) -> HttpResponse:
    """Every planned session to come goes into the public calendar."""
    pages.require_room(request, "plan_sessions")
    waiting = Session.objects.to_come().filter(published_at=None, urgent=False, starts_at__gt=timezone.now())
    done = services.publish(waiting, by=request.user, at=timezone.now())
    messages.success(request, _("Sessions published: %(count)d.") % {"count": done})
    return redirect("committee:sessions")


@never_cache
@login_required
@require_safe
def session(request: HttpRequest, reference: str) -> HttpResponse:
    """When and where, what is on the agenda, who comes, and what do I do next?"""
    found = pages.session_for(request, reference)
    return render(request, "committee/sessions/session.html", pages.page_of(request, found))


@login_required
@require_POST
def publish(request: HttpRequest, reference: str) -> HttpResponse:
    """One session goes into the public calendar."""
    found = pages.session_to(request, reference, "publish")
    services.publish([found], by=request.user, at=timezone.now())
    messages.success(request, _("The session is in the public calendar."))
    return redirect(found)


@never_cache
@login_required
@reads_and_writes
def reschedule(request: HttpRequest, reference: str) -> HttpResponse:
    """Another day, another hour, another place."""
    found = pages.session_to(request, reference, "reschedule")
    form = MeetingForm(_sent(request), session=found)
    if form.is_valid() and form.reschedule(by=request.user, at=timezone.now()):
        messages.success(request, _("Day, hours and place are kept; the public calendar follows."))
        return redirect(found)
    return render(request, "committee/sessions/meeting.html", {"form": form, "session": found}, status=_status(form))


@never_cache
@login_required
@reads_and_writes
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """The session will not take place."""
    found = pages.session_to(request, reference, "cancel")
    form = CancelForm(_sent(request))
    if form.is_valid() and form.cancel(found, by=request.user, at=timezone.now()):
        messages.success(request, _("The session is cancelled; its dossiers wait for another one."))
        return redirect(found)
    return render(request, "committee/sessions/cancel.html", {"form": form, "session": found}, status=_status(form))


@never_cache
@login_required
@reads_and_writes
def convene(request: HttpRequest, reference: str) -> HttpResponse:
    """The members are convened, with the agenda as it stands."""
    found = pages.session_to(request, reference, "convene")
    form = ConfirmForm(_sent(request))
    if form.is_valid() and form.make(found.convene, by=request.user, at=timezone.now()):
        messages.success(request, _("The members are convened: each receives a message."))
        return redirect(found)
    return render(request, "committee/sessions/convene.html", pages.page_of(request, found) | {"form": form}, status=_status(form))


@never_cache
@login_required
@reads_and_writes
def presence(request: HttpRequest, reference: str) -> HttpResponse:
    """Who is there, who is excused, who is represented?"""
    found = pages.session_to(request, reference, "note_presence")
    seats = roster(found)
    form = PresenceForm(_sent(request), session=found, seats=seats)
    if form.is_valid() and form.note(by=request.user, at=timezone.now()):
        messages.success(request, _("Presence is noted."))
        return redirect("committee:open" if "open" in request.POST else "committee:presence", reference)
    context = {"form": form, **pages.rights_and(request, found), **pages.presence_shown(request, found, seats)}
    return render(request, "committee/sessions/presence.html", context, status=_status(form))


@never_cache
@login_required
@reads_and_writes
def announce(request: HttpRequest, reference: str) -> HttpResponse:
    """Do I come, or who represents me?"""
    found, seats, mine = pages.seat_in(request, reference)
    form = AnnounceForm(_sent(request), session=found, seats=seats, mine=mine)
    if form.is_valid() and form.announce(by=request.user, at=timezone.now()):
        messages.success(request, _("Your answer is noted."))
        return redirect(found)
    context = {"form": form, "session": found, "mine": mine, "figures": rules_on(found.day)}
    return render(request, "committee/sessions/announce.html", context, status=_status(form))


@never_cache
@login_required
@reads_and_writes
def open_session(request: HttpRequest, reference: str) -> HttpResponse:
    """The quorum is reached: the session begins."""
    found = pages.session_to(request, reference, "open_session")
    form = ChairForm(_sent(request), session=found)
    if form.is_valid() and form.open_session(by=request.user, at=timezone.now()):
        messages.success(request, _("The session is open."))
        return redirect(found)
    return render(request, "committee/sessions/open.html", pages.room_of(request, found) | {"form": form}, status=_status(form))


@never_cache
@login_required
@reads_and_writes
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """Every dossier has its vote or was put off: the session ends."""
    found = pages.session_to(request, reference, "close_session")
    form = ConfirmForm(_sent(request))
    if form.is_valid() and form.make(found.close_session, by=request.user, at=timezone.now()):
        messages.success(request, _("The session is closed. Its minutes are being made in the background: they join its papers."))
        return redirect(found)
    return render(request, "committee/sessions/close.html", pages.closing_of(request, found) | {"form": form}, status=_status(form))


@never_cache
@login_required
@reads_and_writes
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    """A later session approves the minutes of this one."""
    found = pages.session_to(request, reference, "approve_minutes")
    form = ApproveForm(_sent(request), session=found)
    if form.is_valid() and form.approve(by=request.user, at=timezone.now()):
        messages.success(request, _("The minutes are approved."))
        return redirect(found)
    return render(request, "committee/sessions/approve.html", pages.approval_of(request, found) | {"form": form}, status=_status(form))
