"""What awaits a person, over many dossiers at once and on one page, in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.http import HttpRequest

from requests_app.models import Dossier
from requests_app.policies import MAY, site_roles
from requests_app.reading import roles_for
from requests_app.talk.models import Message, Side, Thread
from requests_app.talk.policies import is_open, side_of


def threads_of(request: HttpRequest, dossier: Any) -> list[Any]:
    """The threads of a dossier as the reader finds them, read once a page; none for who may not read them, none in a draft."""
    known: dict[int, list[Any]] = request.__dict__.setdefault("_threads_of_dossiers", {})
    if dossier.pk not in known:
        roles = roles_for(request, dossier)
        reads = bool(roles & MAY["read_talk"]) and is_open(dossier)
        known[dossier.pk] = list(Thread.objects.filter(dossier=dossier).seen_by(request.user, side_of(roles))) if reads else []
    return known[dossier.pk]


def unread_in(request: HttpRequest, dossier: Any) -> int:
    """How many messages of a dossier await the reader."""
    return sum(thread.unread for thread in threads_of(request, dossier))


def unread_for(user: Any, dossier_ids: Iterable[int]) -> dict[int, int]:
    """How many messages await a person in each of these dossiers, which the person sees; dossiers without any are left out.

    Three queries whatever their number: the dossiers of the person's teams, then what awaits each side.
    """
    asked = list(dossier_ids)
    team = set(Dossier.objects.of_team(user).filter(pk__in=asked).order_by().values_list("pk", flat=True)) if asked else set()
    found = _awaiting(user, Side.APPLICANT, team)
    if site_roles(user) & MAY["write_note"]:
        found |= _awaiting(user, Side.SECRETARIAT, set(asked) - team)
    return found


def unread_of_team(user: Any, dossier_ids: Iterable[int]) -> dict[int, int]:
    """The same for dossiers of the person's own teams, in one query."""
    return _awaiting(user, Side.APPLICANT, set(dossier_ids))


def _awaiting(user: Any, side: Side, dossiers: set[int]) -> dict[int, int]:
    if not dossiers:
        return {}
    waiting = Message.objects.awaiting_reader(user, side).filter(thread__dossier__in=dossiers)
    return dict(waiting.order_by().values("thread__dossier").annotate(count=Count("pk")).values_list("thread__dossier", "count"))
