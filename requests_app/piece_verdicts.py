"""What follows the scan of a piece: its words are read for the search, or the team is told of the virus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.shortcuts import get_users_with_perms

from accounts.models import User
from files.quarantine import AFTER
from files.states import LOCKED
from files.words import words_of
from requests_app.models import Attachment, PieceText
from requests_app.searchable import EVERYBODY, SOURCES, Found, Source, changed
from workflow import mail
from workflow.engine import lock_and_reread, record
from workflow.models import OutboxMessage
from workflow.outbox import handler, queue, still_there


def follow(piece: Attachment) -> None:
    """After the scan: read a clean piece, journal and tell an infected one."""
    if not piece.is_infected:
        queue("read_piece", f"read:{piece.pk}", piece=piece.pk)
        return
    dossier = piece.dossier
    if dossier.journal_seq:
        lock_and_reread(dossier)
        at = max(piece.scanned_at or piece.added_at, dossier.moved_at or piece.added_at)
        record(dossier, "find_virus", by=User.objects.system(), at=at, facts={"document": piece.pk, "sha256": piece.sha256})
    team: Any = get_users_with_perms(dossier, only_with_perms_in=["owner", "editor"], with_group_users=False)
    for person in team:
        mail.write_to(person.pk, "mail/piece_infected", f"infected:{piece.pk}", piece=piece.pk)


AFTER[Attachment._meta.label_lower] = follow


@mail.context("mail/piece_infected")
def infected_shown(payload: dict[str, Any]) -> dict[str, Any]:
    """What the letter shows: the dossier, the piece, and where to send it again."""
    piece = still_there(Attachment.objects.select_related("dossier__content"), pk=payload["piece"])
    address = settings.SITE_URL.rstrip("/") + reverse("dossiers:pieces", args=[piece.dossier.reference])
    return {"piece": piece, "dossier": piece.dossier, "address": address}


@handler("read_piece")
def read_piece(message: OutboxMessage) -> None:
    """Read the words of a piece that may be read, and let the search know."""
    piece = Attachment.objects.exclude(scan_state__in=LOCKED).filter(pk=message.payload["piece"]).first()
    if piece is None:
        return
    with piece.file.open("rb") as file:
        words = words_of(file, piece.content_type)
    now = timezone.now()
    PieceText.objects.update_or_create(piece=piece, defaults={"text": words.text, "is_cut": words.is_cut, "read_at": now})
    changed("piece", piece.pk, now.isoformat())


def words_of_pieces(keys: Sequence[int]) -> dict[int, Found]:
    """What the search keeps of pieces: their names and their words; nothing of those that have left the dossier or are locked."""
    rows = PieceText.objects.filter(pk__in=keys, piece__removed_at=None).exclude(piece__scan_state__in=LOCKED).order_by("pk")
    told = rows.values_list("pk", "piece__dossier", "piece__name", "text")
    return {pk: Found(dossier, f"{name}\n{text}", EVERYBODY) for pk, dossier, name, text in told}


def words_found(pk: int) -> Found | None:
    """The same for one piece."""
    return words_of_pieces([pk]).get(pk)


SOURCES.add(
    Source(
        kind="piece",
        order=30,
        label=_("Pieces"),
        read=words_found,
        keys=lambda: PieceText.objects.filter(piece__removed_at=None).order_by("pk").values_list("pk", flat=True),
        address=lambda reference, pk: reverse("dossiers:content", args=[reference]) + f"#piece-{pk}",
        read_many=words_of_pieces,
    )
)
