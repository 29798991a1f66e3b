"""What awaits a person, over many dossiers at once and on one page, in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.http import HttpRequest

from requests_app.models import Dossier
from requests_app.policies import MAY, site_roles
from requests_app.reading import roles_for
from requests_app.talk.models import Side, Thread
from requests_app.talk.policies import is_open, side_of

#: `MessageQuerySet.awaiting_reader` for many dossiers, on each of which the reader may stand on another side.
AWAITING = """
    SELECT t.dossier_id, count(*)
    FROM (SELECT *, CASE WHEN dossier_id IN ({team}) THEN 'applicant' ELSE %s END AS own FROM talk_thread WHERE dossier_id = ANY(%s)) AS t
    JOIN talk_message m ON m.thread_id = t.id
    LEFT JOIN talk_reading r ON r.thread_id = t.id AND r.user_id = %s
    WHERE m.side <> t.own AND m.id > coalesce(r.read_up_to, 0) AND CASE t.own
        WHEN 'applicant' THEN t.last_of_secretariat > t.last_of_applicant AND m.id > t.last_of_applicant
        WHEN 'secretariat' THEN t.last_of_applicant > t.last_of_secretariat AND m.id > t.last_of_secretariat
        ELSE false END
    GROUP BY t.dossier_id
"""


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

    One query whatever their number: on a dossier of the person's team what the secretariat wrote, on others what the applicant did.
    """
    asked = list(dossier_ids)
    if not asked:
        return {}
    team, of_team = Dossier.objects.of_team(user).order_by().values("pk").query.sql_with_params()
    others = Side.SECRETARIAT.value if site_roles(user) & MAY["write_note"] else ""
    with connection.cursor() as cursor:
        cursor.execute(AWAITING.replace("{team}", team), [*of_team, others, asked, user.pk])
        return dict(cursor.fetchall())
