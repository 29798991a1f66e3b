"""The letters of a declaration: they go to the address that declared, which may have no account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.links import absolute
from registry.editing.links import address_of
from registry.editing.models import Declaration, Passage
from requests_app.move_forms import officers
from workflow import mail
from workflow.models import OutboxMessage
from workflow.outbox import handler, queue, still_there

#: At most one list of links per address in this time.
SLOT_SECONDS = 600


def begun(declaration: Declaration) -> None:
    """Queue the letter with the link, once for each link that is given out."""
    queue("declaration_link", f"declaration_link:{declaration.pk}:{declaration.links}", declaration=declaration.pk)


def links_again(latest: Declaration, at: datetime) -> None:
    """Queue one letter with every link of an address."""
    slot = int(at.timestamp()) // SLOT_SECONDS
    queue("declaration_links", f"declaration_links:{latest.pk}:{slot}", declaration=latest.pk)


def answered(passage: Passage) -> None:
    """Queue what the secretariat answered."""
    queue("declaration_answer", f"declaration_answer:{passage.pk}", passage=passage.pk)


def sent(declaration: Declaration, at: datetime) -> None:
    """Tell the officers that a declaration waits."""

    for officer in officers():
        key = f"declaration_sent:{declaration.pk}:{int(at.timestamp())}"
        mail.write_to(officer.pk, "mail/declaration_sent", key, declaration=declaration.pk)


@handler("declaration_link")
def write_link(message: OutboxMessage) -> None:
    """Write the link to the declarer."""
    one = still_there(Declaration.objects.all(), pk=message.payload["declaration"])
    mail.post(message, "mail/declaration_link", {"declarations": [_shown(one)]}, address=one.email, language=one.language)


@handler("declaration_links")
def write_links(message: OutboxMessage) -> None:
    """Write every link of the address to it."""
    latest = still_there(Declaration.objects.all(), pk=message.payload["declaration"])
    found = [_shown(one) for one in Declaration.objects.of_address(latest.email)[:50]]
    mail.post(message, "mail/declaration_link", {"declarations": found}, address=latest.email, language=latest.language)


@handler("declaration_answer")
def write_answer(message: OutboxMessage) -> None:
    """Write to the declarer what became of it."""
    passage = still_there(Passage.objects.select_related("declaration__fiche"), pk=message.payload["passage"])
    one = passage.declaration
    shown = {"declaration": one, "passage": passage, "link": address_of(one)}
    shown["fiche_address"] = absolute(one.fiche.get_absolute_url()) if one.fiche else ""
    shown["is_public"] = bool(one.fiche and one.fiche.live)
    mail.post(message, "mail/declaration_answer", shown, address=one.email, language=one.language)


@mail.context("mail/declaration_sent")
def _sent(payload: dict[str, Any]) -> dict[str, Any]:
    one = still_there(Declaration.objects.all(), pk=payload["declaration"])
    return {"declaration": one, "link": absolute(reverse("editing:desk_declaration", args=[one.pk]))}


def _shown(declaration: Declaration) -> dict[str, Any]:
    return {"title": declaration.title, "kind": declaration.get_kind_display(), "address": address_of(declaration)}
