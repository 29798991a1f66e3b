"""What this room hangs on the pages of a dossier: its tabs, what awaits the reader, and a link beside each field of the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.policies import MAY, TEAM_ROLES
from requests_app.reading import roles_for
from requests_app.sections import SECTIONS
from requests_app.slots import Notice, Remark
from requests_app.talk.policies import may_write, reads_notes
from requests_app.talk.queries import threads_of, unread_for, unread_in
from requests_app.talk.subjects import names_of_questions, thread_address


def may_read_talk(request: HttpRequest, dossier: Any) -> bool:
    """Are the exchanges open to the reader?"""
    return bool(roles_for(request, dossier) & MAY["read_talk"])


def may_read_notes(request: HttpRequest, dossier: Any) -> bool:
    """Are the secretariat's notes open to the reader?"""
    return reads_notes(roles_for(request, dossier))


def unread(request: HttpRequest, dossier: Any) -> Iterable[Notice]:
    """On the first page: that messages await the reader."""
    count = unread_in(request, dossier)
    if count:
        text = ngettext("%(count)d message awaits you.", "%(count)d messages await you.", count) % {"count": count}
        waiting = [thread for thread in threads_of(request, dossier) if thread.unread]
        only = thread_address(dossier.reference, waiting[0].field) if len(waiting) == 1 else ""
        yield Notice(text, only or reverse("talk:index", args=[dossier.reference]), _("Read and answer"))


def on_cards(user: Any, dossiers: list[Any]) -> dict[int, Notice]:
    """On the cards of “My dossiers”: how many messages await the person."""
    waiting, named = unread_for(user, [one.pk for one in dossiers]), {one.pk: one.reference for one in dossiers}
    return {
        pk: Notice(
            ngettext("%(count)d message awaits you.", "%(count)d messages await you.", count) % {"count": count},
            reverse("talk:index", args=[named[pk]]),
            _("Read and answer"),
        )
        for pk, count in waiting.items()
    }


def beside_fields(request: HttpRequest, dossier: Any) -> Mapping[str, list[Remark]]:
    """Beside each field: its exchange with what is unread, or the way to begin one; one query for them all."""
    roles = roles_for(request, dossier)
    said = {thread.field: thread for thread in threads_of(request, dossier)}
    asks = may_write(roles, dossier)
    ask = _("Ask the secretariat about this") if roles & TEAM_ROLES else _("Ask the applicant about this")
    names = [*(name for section in SECTIONS for name in section.fields), *names_of_questions(dossier)] if asks else []
    found: dict[str, list[Remark]] = {name: [Remark(ask, thread_address(dossier.reference, name))] for name in names if name not in said}
    if asks and "section:sources" not in said:
        found.setdefault("sources", []).append(Remark(ask, thread_address(dossier.reference, "section:sources")))
    for code, thread in said.items():
        beside = "sources" if code.startswith(("source:", "section:sources")) else code
        text = _size(thread, code.removeprefix("source:") if code.startswith("source:") else "")
        found.setdefault(beside, []).append(Remark(text, thread_address(dossier.reference, code), "info" if thread.unread else ""))
    return found


def _size(thread: Any, about: str) -> str:
    """How many messages a thread has, and how many of them await the reader; `about` says on what, where it does not stand beside it."""
    size = ngettext("%(count)d message", "%(count)d messages", thread.size) % {"count": thread.size}
    size = f"{about}{_(': ')}{size}" if about else size
    if not thread.unread:
        return size
    return ngettext("%(size)s, %(count)d unread", "%(size)s, %(count)d unread", thread.unread) % {"size": size, "count": thread.unread}
