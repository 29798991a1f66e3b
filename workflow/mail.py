"""E-mail, the first channel of the outbox: a template name and ids are queued, the letter is written when it is delivered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from workflow.models import OutboxMessage
from workflow.outbox import handler, queue

Context = Callable[[dict[str, Any]], dict[str, Any]]
CONTEXTS: dict[str, Context] = {}


def context(template: str) -> Callable[[Context], Context]:
    """Register how the ids of a letter's payload become what its template shows."""

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
    reader = get_user_model().objects.filter(pk=payload["user"], is_active=True).first()
    if reader is None:
        return
    template = payload["template"]
    with translation.override(reader.language):
        shown = {"reader": reader, "user": reader, "site_url": settings.SITE_URL, "site_name": settings.SITE_NAME}
        shown |= CONTEXTS[template](payload) if template in CONTEXTS else {}
        subject, _blank, text = render_to_string(f"{template}.txt", shown).strip().partition("\n")
        html = render_to_string(f"{template}.html", shown)
    body = re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"  # what a template leaves out leaves no hole
    letter = EmailMultiAlternatives(subject.strip(), body, settings.DEFAULT_FROM_EMAIL, [reader.email])
    letter.extra_headers["Message-ID"] = message_id(message.key)
    letter.attach_alternative(html, "text/html")
    letter.send()


def message_id(key: str) -> str:
    """The same message always carries the same Message-ID, so that a mail sent twice is seen once."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
