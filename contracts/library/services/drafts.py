"""A clause or a template is begun, a new version is drawn up from the last approved one, and a draft is rewritten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from contracts.clauses.policies import may_keep
from contracts.models import Clause, ClauseVersion, Template, TemplateVersion
from contracts.states import TextState
from contracts.text.clauses import ClauseText, Entry, TemplateText, Text, clause_content, sha256, template_content
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

Version = ClauseVersion | TemplateVersion


@dataclass(frozen=True)
class Said:
    """What a version of a template says beside its clauses: its first day, and what changes."""

    since: date
    note: str = ""


def require_keeper(by: Any) -> None:
    """Raise NotAllowed for somebody who does not draw up texts."""
    if not (may_keep(by) or getattr(by, "is_system", False)):
        raise NotAllowed(_("Only a legal officer draws up clauses and templates."))


@transaction.atomic
def begin_clause(code: str, *, by: Any, at: datetime, position: int | None = None) -> Clause:
    """Enter a new clause, still without words. Raises NotAllowed, RuleBroken."""
    require_keeper(by)
    if Clause.objects.filter(code=code).exists():
        raise RuleBroken(Broken(_("Another clause bears this code."), where="code"))
    last = Clause.objects.aggregate(Max("position"))["position__max"] or 0
    return Clause.objects.create(code=code, position=last + 10 if position is None else position, created_by=by, created_at=at)


@transaction.atomic
def draw_up_clause(clause: Clause, text: ClauseText | None = None, *, note: str = "", by: Any, at: datetime) -> ClauseVersion:
    """Begin a draft: with these words, else with those of the last approved version. Raises NotAllowed, RuleBroken."""
    require_keeper(by)
    locked = Clause.objects.select_for_update().get(pk=clause.pk)
    _require_no_draft(locked)
    last = locked.versions.filter(state=TextState.APPROVED).order_by("number").last()
    if text is None:
        text = last.text if last else ClauseText(locked.code, 1, Text(), Text())
    content = clause_content(text)
    version: ClauseVersion = ClauseVersion.objects.create(clause=locked, content=content, **_begun(locked, content, note, by, at))
    record(version, "draw_up", by=by, at=at, facts={"clause": locked.code, "content": version.content_sha256})
    return version


def _require_no_draft(thing: Clause | Template) -> None:
    """Two drafts of one text would contradict each other. Raises RuleBroken."""
    if thing.versions.filter(state__in=[TextState.DRAFT, TextState.IN_REVIEW]).exists():
        raise RuleBroken(Broken(_("A draft is there already: go on with it, or drop it.")))


def _begun(thing: Clause | Template, content: str, note: str, by: Any, at: datetime) -> dict[str, Any]:
    given = thing.versions.aggregate(Max("number"))["number__max"] or 0
    told = {"number": given + 1, "content_sha256": sha256(content), "note": note.strip()}
    return told | {"author": by, "writers": [by.pk], "created_at": at, "edited_at": at}


@transaction.atomic
def change_clause(version: ClauseVersion, text: ClauseText, note: str, *, by: Any, at: datetime) -> bool:
    """Rewrite a draft, and say whether anything changed. Raises NotAllowed, WrongState."""
    return _change(version, clause_content(text), {"note": note.strip()}, by, at)


@transaction.atomic
def begin_template(code: str, kind: str, *, by: Any, at: datetime) -> Template:
    """Enter a new template, still without clauses. Raises NotAllowed, RuleBroken."""
    require_keeper(by)
    if Template.objects.filter(code=code).exists():
        raise RuleBroken(Broken(_("Another template bears this code."), where="code"))
    last = Template.objects.aggregate(Max("position"))["position__max"] or 0
    return Template.objects.create(code=code, kind=kind, position=last + 10, created_by=by, created_at=at)


@transaction.atomic
def draw_up_template(template: Template, said: Said, text: TemplateText | None = None, *, by: Any, at: datetime) -> TemplateVersion:
    """Begin a draft: with these clauses, else with those of the last approved version, each in its newest approved words."""
    require_keeper(by)
    locked = Template.objects.select_for_update().get(pk=template.pk)
    _require_no_draft(locked)
    last = locked.versions.filter(state=TextState.APPROVED).order_by("number").last()
    if text is None:
        text = newest(last.text) if last else TemplateText(locked.code, 1, locked.kind, Text())
    content = template_content(text)
    told = _begun(locked, content, said.note, by, at)
    version: TemplateVersion = TemplateVersion.objects.create(template=locked, content=content, valid=DateRange(said.since, None), **told)
    record(version, "draw_up", by=by, at=at, facts={"template": locked.code, "content": version.content_sha256})
    return version


@transaction.atomic
def change_template(version: TemplateVersion, text: TemplateText, said: Said, *, by: Any, at: datetime) -> bool:
    """Rewrite a draft, and say whether anything changed. Raises NotAllowed, WrongState."""
    return _change(version, template_content(text), {"note": said.note.strip(), "valid": DateRange(said.since, None)}, by, at)


def _change(version: Version, content: str, columns: dict[str, Any], by: Any, at: datetime) -> bool:
    lock_and_reread(version)
    if not version.is_draft:
        raise WrongState(_("Only a draft is changed: draw up a new version, or have this one sent back."))
    told = columns | {"content": content, "content_sha256": sha256(content)}
    changed = {name: value for name, value in told.items() if getattr(version, name) != value}
    if not changed:
        return False
    record(version, "edit", by=by, at=at, facts={"content": told["content_sha256"], "changed": sorted(changed)})
    for name, value in changed.items():
        setattr(version, name, value)
    version.edited_at, version.writers = at, sorted({*version.writers, by.pk})
    version.save(update_fields=[*changed, "edited_at", "writers"])
    return True


def newest(text: TemplateText) -> TemplateText:
    """The same template with each clause in its newest approved version; a clause that has none any more falls away."""
    entries = entries_of([one.code for one in text.entries])
    return replace(text, entries=tuple(entries[one.code] for one in text.entries if one.code in entries))


def entries_of(codes: list[str]) -> dict[str, Entry]:
    """The newest approved version of each clause, by code; one query."""
    rows = ClauseVersion.objects.filter(state=TextState.APPROVED, clause__code__in=codes).select_related("clause").order_by("number")
    return {row.clause.code: Entry(row.clause.code, row.number, row.content_sha256) for row in rows}
