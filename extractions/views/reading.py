"""Tickets as they are read: the board, the tab of a dossier, the page of one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from extractions import pages
from extractions.board import board_shown


@never_cache
@login_required
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """Where does each ticket wait, and on whom?"""
    return render(request, "extractions/board.html", board_shown(request, timezone.now()))


@never_cache
@login_required
@require_safe
def tab(request: HttpRequest, reference: str) -> HttpResponse:
    """Where are the data of this dossier, and whose turn is it?"""
    return render(request, "extractions/tab.html", pages.tab_for(request, reference, timezone.now()))


@never_cache
@login_required
@require_safe
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """Where does this ticket stand, and who must act?"""
    return render(request, "extractions/ticket.html", pages.ticket_shown(request, number, timezone.now()))
