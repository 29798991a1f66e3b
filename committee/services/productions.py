"""What takes long is made step by step, each step in a transaction of its own: its progress shows, and a killed worker loses one step.

The steps are messages of the outbox: one for each dossier, and a last one that sets the whole.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from committee.documents import archive, sources
from committee.documents.archive import Entry, Sums
from committee.documents.source import chapter_from
from committee.models import Item, Paper, Production, RemarkFile, Session
from committee.models.papers import paper_path
from committee.policies import closed_to, may
from committee.queries.papers import papers_of, readable_papers
from committee.services.papers import copy_for, make_minutes
from committee.states import SessionState
from requests_app.models import Dossier
from workflow.outbox import queue
from workflow.refusals import NotAllowed, Refusal, WrongState


@transaction.atomic
def begin_minutes(session: Session, *, by: Any, at: datetime) -> Production:
    """Begin to make the minutes of a session that was held. Raises NotAllowed, WrongState."""
    if not may(by, "make_papers", session):
        raise NotAllowed(_("None of your roles allows you to make the minutes."))
    _require_held(session)
    return _begin(session, Production.Kind.MINUTES, by, at)


def _require_held(session: Session) -> None:
    if session.state != SessionState.HELD:
        raise WrongState(_("Minutes are made once the session is closed, and until they are approved."))


@transaction.atomic
def begin_archive(session: Session, *, by: Any, at: datetime) -> Production:
    """Begin to gather, for this person, the papers of a session that they may see. Raises NotAllowed."""
    if not may(by, "read_papers", session):
        raise NotAllowed(_("None of your roles allows you to read the papers of this session."))
    return _begin(session, Production.Kind.ARCHIVE, by, at)


def _begin(session: Session, kind: str, by: Any, at: datetime) -> Production:
    """One at a time for each person: who asks again is shown the one that runs."""
    told = {"asked_at": at, "total": session.items.count() + 1}
    made, is_new = Production.objects.get_or_create(session=session, kind=kind, asked_by=by, finished_at=None, defaults=told)
    if is_new:
        _queue(made)
    return made


def _queue(production: Production) -> None:
    queue("committee_production", f"production:{production.pk}:{production.done}", production=production.pk, step=production.done)


@transaction.atomic
def take_step(production: Production, step: int, *, at: datetime) -> None:
    """Make one part, or the whole from its parts, and queue the next; a step that was made already is passed over."""
    held = Production.objects.select_for_update(of=("self",)).select_related("session", "asked_by").get(pk=production.pk)
    if held.finished_at or held.done != step:
        return
    try:
        with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
            _make(held, at)
    except Refusal as refusal:
        _fail(held, str(refusal) or str(refusal.title), at)
    if not held.finished_at:
        _queue(held)


def _make(held: Production, at: datetime) -> None:
    items, made = sources.items_of(held.session), {part["item"] for part in held.parts}
    to_make = [item for item in items if item.pk not in made]
    if to_make:
        held.parts = [*held.parts, {"item": to_make[0].pk} | _PART[held.kind](held, to_make[0], at)]
    else:
        _WHOLE[held.kind](held, items, at)
        held.finished_at = at
    held.done, held.total = held.done + 1, held.done + max(len(to_make), 1) + (1 if to_make else 0)
    held.save()


def _minutes_part(_held: Production, item: Item, _at: datetime) -> dict[str, Any]:
    return {"chapter": asdict(sources.item_chapter(item))}


def _minutes_whole(held: Production, items: list[Item], at: datetime) -> None:
    told = {part["item"]: chapter_from(part["chapter"]) for part in held.parts}
    _require_held(Session.objects.select_for_update(of=("self",)).get(pk=held.session_id))  # approved meanwhile, they stay as they are
    held.paper = make_minutes(held.session, [told[item.pk] for item in items], by=held.asked_by, at=at)
    held.parts = []


def _archive_part(held: Production, item: Item, at: datetime) -> dict[str, Any]:
    """The documents of one dossier, set and stored for a while; nothing of a dossier that the reader may not see."""
    dossier = Dossier.objects.for_page().get(pk=item.examination.dossier_id)
    part: dict[str, Any] = {"files": []}
    if closed_to(held.asked_by, [dossier.pk]):
        return part
    made = {_("dossier"): archive.dossier_pdf(dossier, at), _("remarks and answers"): archive.exchanges_pdf(item)}
    for name, content in made.items():
        if content is not None:
            path = default_storage.save(paper_path(held, "part.pdf"), ContentFile(content))
            part["files"].append({"name": f"{archive.folder_of(item)}/{name}.pdf", "path": path})
    return part


def _archive_whole(held: Production, items: list[Item], at: datetime) -> None:
    """What the reader may see is asked once more: who withdrew meanwhile gets nothing of that dossier."""
    hidden = closed_to(held.asked_by, [item.examination.dossier_id for item in items])
    open_items = {item.pk: item for item in items if item.examination.dossier_id not in hidden}
    gone: list[str] = []
    with tempfile.TemporaryFile() as file:
        zipped = Sums(file)
        for paper in papers_of(held.session):
            zipped.add(Entry(f"{paper.number}.pdf", [copy_for(paper, "pdf", held.asked_by)]))
        for part in held.parts:
            if item := open_items.get(part["item"]):
                _pack(zipped, item, part, held.asked_by)
                gone += archive.left_out(item)
        zipped.close(held.session.reference, at, gone)
        held.file.save("archive.zip", File(file), save=False)
    forget_parts(held)
    held.parts = [{"item": item.pk, "dossier": item.examination.dossier_id} for item in open_items.values()]


def _pack(zipped: Sums, item: Item, part: dict[str, Any], reader: Any) -> None:
    for made in part["files"]:
        zipped.add(Entry(made["name"], archive.stored(made["path"])))
    papers = readable_papers(reader, item.examination.papers.for_reading().order_by("number"))
    for entry in archive.entries_of(item, papers):
        zipped.add(entry)


def _fail(held: Production, because: str, at: datetime) -> None:
    forget_parts(Production.objects.get(pk=held.pk))
    Production.objects.filter(pk=held.pk).update(failed_because=because, finished_at=at, parts=[])
    held.finished_at = at


def forget_parts(held: Production) -> None:
    """Delete the files of the steps once they are no longer needed; a rolled back transaction keeps its rows and finds them gone."""
    for path in [one["path"] for part in held.parts for one in part.get("files", ())]:
        transaction.on_commit(lambda path=path: default_storage.delete(path))  # type: ignore[misc]


_PART = {Production.Kind.MINUTES.value: _minutes_part, Production.Kind.ARCHIVE.value: _archive_part}
_WHOLE = {Production.Kind.MINUTES.value: _minutes_whole, Production.Kind.ARCHIVE.value: _archive_whole}


def may_download(user: Any, production: Production) -> bool:
    """May the person take the archive? The one who asked, and only while they may still see all that is in it."""
    dossiers = [part["dossier"] for part in production.parts if "dossier" in part]
    return production.asked_by_id == user.pk and bool(production.file) and not closed_to(user, dossiers)


def forget_before(before: datetime) -> int:
    """Delete archives, and what came to nothing, older than this; the answer is how many were."""
    old = Production.objects.filter(asked_at__lt=before, kind=Production.Kind.ARCHIVE)
    gone = list(old)
    for production in gone:
        forget_parts(production)
        if production.file:
            transaction.on_commit(lambda name=production.file.name: default_storage.delete(name))  # type: ignore[misc]
    Production.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return len(gone)


def give_up_before(before: datetime, *, at: datetime) -> int:
    """End what was begun before this and never came to an end, so that it can be asked anew; the answer is how many were."""
    said = _("It could not be made. Ask for it again.")
    return Production.objects.filter(finished_at=None, asked_at__lt=before).update(finished_at=at, failed_because=said)


def known_files(paths: list[str]) -> set[str]:
    """Of these files of the committee, those that a paper, a remark or a production still needs."""
    held = set(Paper.objects.filter(pdf__in=paths).values_list("pdf", flat=True))
    held |= set(Paper.objects.filter(docx__in=paths).values_list("docx", flat=True))
    held |= set(RemarkFile.objects.filter(file__in=paths).values_list("file", flat=True))
    held |= set(Production.objects.filter(file__in=paths).values_list("file", flat=True))
    under_way = Production.objects.filter(finished_at=None, kind=Production.Kind.ARCHIVE).values_list("parts", flat=True)
    return held | {file["path"] for parts in under_way for part in parts for file in part.get("files", ())}
