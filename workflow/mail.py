"""E-mail, the first channel of the outbox: a template name and ids are queued, the letter is written when it is delivered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from workflow.models import OutboxMessage
from workflow.outbox import handler, queue

Context = Callable[[dict[str, Any]], dict[str, Any]]
CONTEXTS: dict[str, Context] = {}
#: Who else gets a letter, from its payload: upper floors register those who stand in for an absent reader.
COPIES: list[Callable[[dict[str, Any]], Iterable[int]]] = []
#: Words that somebody has put in place of a template's own: (template, language, what it shows) → subject and text, or None.
EDITED: list[Callable[[str, str, dict[str, Any]], tuple[str, str] | None]] = []
#: What stands on top of a copy: to whom the message went, by what they are there for and not by name.
COPY = _("Copy of a message sent to the officer in charge, for whom you stand in.")


def context(template: str) -> Callable[[Context], Context]:
    """Register how the ids of a letter's payload become what its template shows; `outbox.still_there` reads what may be gone by then."""

    def register(function: Context) -> Context:
        CONTEXTS[template] = function
        return function

    return register


def write_to(user_id: int, template: str, key: str, **ids: Any) -> None:
    """Queue one letter to one person; `key` makes it the only one of its kind."""
    queue("mail", f"mail:{key}:{user_id}", template=template, user=user_id, **ids)


@handler("mail")
def send(message: OutboxMessage) -> None:
    """Write and send a letter in its reader's language: first line of the text template is the subject."""
    payload = message.payload
    _copy(message)
    reader = get_user_model().objects.filter(pk=payload["user"], is_active=True).first()
    if reader is None:
        return
    post(message, payload["template"], {"reader": reader, "user": reader}, address=reader.email, language=reader.language)


def post(
    message: OutboxMessage,
    template: str,
    known: dict[str, Any],
    *,
    address: str,
    language: str,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Write a letter in a language and send it to an address, of an account or of somebody without one; `headers` join its own."""
    with translation.override(language):
        shown = {"site_url": settings.SITE_URL, "site_name": settings.SITE_NAME} | known
        shown["copy_note"] = str(COPY) if "copy_of" in message.payload else ""
        shown |= CONTEXTS[template](message.payload) if template in CONTEXTS else {}
        subject, text, html = _written(template, language, shown | {"at": message.queued_at})
    body = re.sub(r"\n{3,}", "\n\n", f"{shown['copy_note']}\n\n{text}".strip()) + "\n"  # what a template leaves out leaves no hole
    letter = EmailMultiAlternatives(" ".join(subject.split()), body, settings.DEFAULT_FROM_EMAIL, [address])
    letter.extra_headers |= {"Message-ID": message_id(message.key), **(headers or {})}
    letter.attach_alternative(html, "text/html")
    letter.send()


def _written(template: str, language: str, shown: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML: the edited words if there are any, else the template's own."""
    edited = next((words for edit in EDITED if (words := edit(template, language, shown)) is not None), None)
    if edited is not None:
        shown |= {"words": edited[1]}
        return edited[0], render_to_string("mail/edited.txt", shown), render_to_string("mail/edited.html", shown)
    subject, _blank, text = render_to_string(f"{template}.txt", shown).strip().partition("\n")
    return subject, text, render_to_string(f"{template}.html", shown)


def _copy(message: OutboxMessage) -> None:
    """Queue the letter for those who stand in for its reader; a copy is not copied again, and who gets the letter anyway gets it once."""
    if "copy_of" in message.payload:
        return
    base = message.key.rpartition(":")[0]
    for pk in {pk for also in COPIES for pk in also(message.payload)}:
        queue("mail", f"{base}:{pk}", **message.payload | {"user": pk, "copy_of": message.payload["user"]})


def message_id(key: str) -> str:
    """The same message always carries the same Message-ID, so that a mail sent twice is seen once."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
