"""The draft dossier in which an amendment is written: a copy of what is authorised, with its team and its pieces."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Max
from guardian.shortcuts import assign_perm, get_users_with_perms

from files.quarantine import admit, first_state
from files.states import ScanState
from requests_app.amendments.models import Amendment, Kind
from requests_app.content import Content
from requests_app.models import Attachment, Dossier
from requests_app.policies import OWNER, TEAM_ROLES, team_of
from requests_app.searchable import changed
from requests_app.services import begin_dossier
from requests_app.versions import write_snapshot


def next_number(dossier: Dossier) -> int:
    """The number of the next amendment of a dossier; the caller holds the dossier's lock."""
    return int(dossier.amendments.aggregate(last=Max("number"))["last"] or 0) + 1


def draft_for(dossier: Dossier, number: int, said: Mapping[str, Any], *, kept: list[Attachment], by: Any, at: datetime) -> Dossier:
    """A draft of the same procedure and the same team that says `said` and amends the dossier: “GU-2026-000012-M2”.

    `kept` receives the copied pieces: the caller deletes their files if its transaction fails (`pieces.deleted_on_failure`).
    """
    draft = begin_dossier(by=by, at=at, procedure=dossier.procedure, reference=f"{dossier.reference}-M{number}")
    draft.amends, draft.is_demonstration = dossier, dossier.is_demonstration
    draft.save(update_fields=["amends", "is_demonstration"])
    write_snapshot(Content.objects.get(pk=draft.pk), said, at=at)
    draft._state.fields_cache.pop("content", None)
    _copy_team(dossier, draft)
    _copy_pieces(dossier, draft, kept)
    return draft


def _copy_team(dossier: Dossier, draft: Dossier) -> None:
    """The draft has the dossier's team and nobody else."""
    team: Any = get_users_with_perms(dossier, attach_perms=True, with_group_users=False)
    for person, roles in team.items():
        for role in set(roles) & TEAM_ROLES:
            assign_perm(role, person, draft)


def _copy_pieces(dossier: Dossier, draft: Dossier, kept: list[Attachment]) -> None:
    """The pieces in force, so that an unchanged one need not be sent again; papers of the procedure stay with their acts."""
    papers = dossier.acts.exclude(document=None).values("document")
    for piece in dossier.attachments.filter(removed_at=None).exclude(pk__in=papers).order_by("pk"):
        if piece.is_locked:
            continue
        with piece.file.open("rb") as file:
            _say_what_is_known(piece, file)
            piece.pk, piece._state.adding = None, True
            piece.dossier = draft
            piece.storage_name = secrets.token_hex(20) + Path(piece.storage_name).suffix
            piece.file.save(piece.storage_name, file, save=False)
            kept.append(piece)
            piece.save(force_insert=True)
        admit(piece)


def _say_what_is_known(piece: Attachment, file: Any) -> None:
    """A copy keeps the verdict “clean” with its day: it was given on the very same bytes, whose hash is computed here once more.

    Scanning them again would lock for minutes what the dossier itself hands over meanwhile. Any other copy is scanned.
    """
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    if piece.scan_state != ScanState.CLEAN or digest.hexdigest() != piece.sha256:
        piece.scan_state, piece.scanned_at, piece.signature = first_state(), None, ""


def hand_pieces_over(draft: Dossier, dossier: Dossier, *, at: datetime) -> list[int]:
    """Give the dossier the pieces that it has not got already, where search finds them from now on; the answer is their ids."""
    there = dossier.attachments.filter(removed_at=None).values("sha256")
    new = Attachment.objects.filter(dossier=draft, removed_at=None).exclude(sha256__in=there)
    ids = list(new.order_by("pk").values_list("pk", flat=True))
    new.update(dossier=dossier)
    for pk in ids:
        changed("piece", pk, at.isoformat())
    return ids


def _owner_for(amendment: Amendment, dossier: Dossier) -> Any:
    """Who writes on: the author if they still own the dossier, else one of its owners of today."""
    owners = [person for person, roles in team_of(dossier).items() if OWNER in roles]
    return next((one for one in (amendment.begun_by, amendment.registered_by) if one in owners), owners[0])


def replacement_of(
    amendment: Amendment, dossier: Dossier, wanted: Mapping[str, Any], *, kept: list[Attachment], by: Any, at: datetime
) -> Amendment:
    """The amendment that asks for the authorisation of a contested one: same change, same author, already qualified as substantial."""
    number, current = next_number(dossier), dossier.content.snapshot()
    author: Any = _owner_for(amendment, dossier)
    draft = draft_for(dossier, number, wanted, kept=kept, by=author, at=at)
    return Amendment.objects.create(
        dossier=dossier,
        number=number,
        kind=Kind(amendment.kind),
        begun_at=at,
        begun_by=author,
        draft=draft,
        replaces=amendment,
        before=current,
        summary=amendment.summary,
        answers=amendment.answers,
        table_version=amendment.table_version,
        substantial=True,
        qualified_at=at,
        qualified_by=by,
        qualified_digest=Content.digest(draft.content.snapshot()),
    )
