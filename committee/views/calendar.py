"""The public calendar of the committee, as a page and as a feed; and the home page of its own people."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committee.home_page import home_of
from committee.icalendar import calendar as written
from committee.queries.sessions import feed as events
from committee.queries.sessions import public_calendar
from committee.reference import rules_on
from workflow.periods import paris_day


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """When does the committee meet?"""
    now = timezone.now()
    to_come, past = public_calendar(now)
    months = rules_on(paris_day(now)).calendar_months_ahead
    context = {"to_come": to_come, "past": past, "months": months, "feed_address": request.build_absolute_uri(reverse("committee:feed"))}
    return render(request, "committee/sessions/calendar.html", context)


@require_safe
def feed(_request: HttpRequest) -> HttpResponse:
    """The same for other calendars, which ask for it again by themselves."""
    answer = HttpResponse(written(_("Committee sessions"), events(timezone.now())), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="cesrees.ics"'
    answer.headers["Cache-Control"] = "public, max-age=900"
    return answer


@never_cache
@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What do I have to do before the next session?"""
    return render(request, "committee/sessions/home.html", home_of(request, timezone.now()))
