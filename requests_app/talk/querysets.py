"""Named filters over threads, messages and notes: what is new for somebody, and what may be found by whom."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest


class ThreadQuerySet(models.QuerySet[Any]):
    """Threads, with what one reader has still to read in them."""

    def seen_by(self, user: Any, side: str) -> ThreadQuerySet:
        """With `size`, the number of messages, and `unread`, those that await this reader; the threads that await them come first."""
        counted = self.annotate(read_up_to=_read_up_to(user)).annotate(
            size=Count("messages"), unread=Count("messages", filter=awaiting(side, "messages__", "")), last=models.Max("messages__at")
        )
        first = Case(When(unread__gt=0, then=0), When(closed_at=None, then=1), default=2)
        return counted.order_by(first, F("last").desc(nulls_last=True), "-pk")


class MessageQuerySet(models.QuerySet[Any]):
    """Messages, by who still has to read them."""

    def awaiting_reader(self, user: Any, side: str) -> MessageQuerySet:
        """What the other side wrote, that this reader has not read and their side has not answered."""
        return self.annotate(read_up_to=_read_up_to(user, "thread_id")).filter(_unanswered(side) & awaiting(side, "", "thread__"))


class NoteQuerySet(models.QuerySet[Any]):
    """Notes of the secretariat."""

    def of_page(self, dossier: Any) -> NoteQuerySet:
        """Those of a dossier with their authors, the last first."""
        return self.filter(dossier=dossier).select_related("by").order_by("-at", "-pk")


def awaiting(side: str, message: str, thread: str) -> Q:
    """The condition of being unread for a side: written by the other one, after what was read and after the side's own last word."""
    if not side:
        return Q(pk__in=[])
    own = F(f"{thread}last_of_{side}")
    return Q(**{f"{message}pk__gt": Greatest(F("read_up_to"), own)}) & ~Q(**{f"{message}side": side})


def _unanswered(side: str) -> Q:
    """The threads in which the other side spoke last: in the others nothing awaits anybody, and their messages need not be read."""
    from requests_app.talk.models import Side

    return Q(**{f"thread__last_of_{Side(side).other}__gt": F(f"thread__last_of_{side}")})


def _read_up_to(user: Any, thread: str = "pk") -> Any:
    from requests_app.talk.models import Reading

    read = Reading.objects.filter(thread=OuterRef(thread), user=user).order_by("pk").values("read_up_to")[:1]
    return Coalesce(Subquery(read), Value(0, output_field=models.BigIntegerField()))
