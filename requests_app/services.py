"""Changes to a dossier that are not moves: drafts, sections, pieces, assignment, reminders, suspensions, results."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from guardian.shortcuts import assign_perm

from questionnaires.queries import current_version
from questionnaires.rebasing import Report
from requests_app import policies, rules
from requests_app.content import SOURCE_FIELDS
from requests_app.models import Content, Dossier, DossierSource, Suspension
from requests_app.rebased import is_of_another_line, take
from requests_app.states import AFTER_AUTHORISATION, EDITABLE, Procedure, State
from workflow import clocks
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState
from workflow.seals import text_digest


@transaction.atomic
def begin_dossier(*, by: Any, at: datetime, procedure: str, reference: str = "", follows: Dossier | None = None) -> Dossier:
    """Begin a draft whose owner is the person; the reference is unique, and never used again."""
    if procedure not in Procedure.values:
        raise RuleBroken(Broken(_("Choose a procedure."), where="procedure"))
    pk = _next_id()
    dossier = Dossier(
        pk=pk,
        reference=reference or f"GU-{paris_day(at).year}-{pk:06d}",
        procedure=procedure,
        created_at=at,
        created_by=by,
        follows=follows,
    )
    dossier.save(force_insert=True)
    Content.objects.create(dossier=dossier, questionnaire=current_version(procedure, at))
    assign_perm(policies.OWNER, by, dossier)
    return dossier


@transaction.atomic
def change_procedure(dossier: Dossier, procedure: str, *, by: Any, at: datetime) -> Report | None:
    """Give a draft another procedure, with the questions that go with it; the answer is what became of its answers, if those changed.

    The content stays, no answer is lost. Raises NotAllowed, RuleBroken, WrongState once it was filed.
    """
    lock_and_reread(dossier)
    require_editable(dossier, by, "change_procedure")
    if dossier.state != State.DRAFT:
        raise WrongState(_("The procedure of a dossier that was filed can no longer be changed."))
    if dossier.amends_id:
        raise WrongState(_("An amendment follows the procedure of the dossier that it amends."))
    if procedure not in Procedure.values:
        raise RuleBroken(Broken(_("Choose a procedure."), where="procedure"))
    if procedure == dossier.procedure:
        return None
    record(dossier, "change_procedure", by=by, at=at, facts={"former_procedure": dossier.procedure, "procedure": procedure})
    dossier.procedure = procedure
    dossier.save(update_fields=["procedure"])
    return _take_questions_of(dossier, at)


def _take_questions_of(dossier: Dossier, at: datetime) -> Report | None:
    """Give a draft the questionnaire of its procedure; one that holds a version of it already keeps that version."""
    content, version = Content.objects.select_related("questionnaire").get(pk=dossier.pk), current_version(dossier.procedure, at)
    report = take(content, version, at=at) if is_of_another_line(content, version) else None
    refresh_content(dossier)
    return report


def _next_id() -> int:
    """The next number of the table's own sequence: no lock is shared between dossiers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('requests_app_dossier', 'id'))")
        return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class Saved:
    """What became of a section: its new revision, or the conflict with what somebody else wrote meanwhile."""

    revision: int
    conflict: bool = False
    saved_at: datetime | None = None
    theirs: Mapping[str, Any] = field(default_factory=dict)


def require_editable(dossier: Dossier, by: Any, action: str = "edit") -> None:
    """Raise unless the person may write here, and the content is not frozen."""
    if not policies.may(by, action, dossier):
        raise NotAllowed(_("You may read this dossier but not write in it."))
    if action == "edit" and dossier.state not in EDITABLE:
        raise WrongState(_("The dossier was filed: its content can no longer be changed at this stage."))


@transaction.atomic
def save_section(
    dossier: Dossier, section: str, values: Mapping[str, Any], *, by: Any, at: datetime, revision: int, page: str = ""
) -> Saved:
    """Save the fields of one section, if nobody has saved it since `revision`; else change nothing and show theirs.

    `values` holds model fields, lists of terms for the fields with several choices. `page` names the open page that saves: a
    page never conflicts with its own last save, whose answer may not have reached it yet. Raises NotAllowed, WrongState.
    """
    lock_and_reread(dossier)
    require_editable(dossier, by)
    content = Content.objects.get(pk=dossier.pk)
    current = int(content.revisions.get(section, 0))
    if revision != current and not saved_last(content, section, page):
        return Saved(current, conflict=True, theirs={name: _value_of(content, name) for name in values})
    several = {name: value for name, value in values.items() if content._meta.get_field(name).many_to_many}
    for name, value in values.items():
        if name not in several:
            setattr(content, name, value)
    content.revisions = {**content.revisions, section: current + 1, f"{section}@": page}
    content.saved_at = at
    content.save()
    for name, chosen in several.items():
        getattr(content, name).set(chosen)
    refresh_content(dossier)
    return Saved(current + 1, saved_at=at)


def saved_last(content: Content, section: str, page: str) -> bool:
    """Was it this open page that saved the section last?"""
    return bool(page) and content.revisions.get(f"{section}@") == page


@transaction.atomic
def save_data_asked_for(
    dossier: Dossier,
    values: Mapping[str, Any],
    sources: list[Mapping[str, Any]] | None,
    *,
    by: Any,
    at: datetime,
    revision: int,
    page: str = "",
) -> Saved:
    """Save the section of the data: its fields and, unless None, its databases; both or neither."""
    saved = save_section(dossier, "sources", values, by=by, at=at, revision=revision, page=page)
    if saved.conflict:
        asked = Content.objects.get(pk=dossier.pk).sources_used()
        return replace(saved, theirs={**saved.theirs, "sources": [source.snapshot() for source in asked]})
    return save_sources(dossier, sources, by=by, at=at, revision=saved.revision) if sources is not None else saved


def _value_of(content: Content, name: str) -> Any:
    if content._meta.get_field(name).many_to_many:
        return list(getattr(content, name).all())
    return getattr(content, name)


@transaction.atomic
def save_sources(
    dossier: Dossier, sources: list[Mapping[str, Any]], *, by: Any, at: datetime, revision: int, section: str = "sources"
) -> Saved:
    """Replace the databases asked for; each source gives `database`, and what is said of it: `components` and `SOURCE_FIELDS`."""
    lock_and_reread(dossier)
    require_editable(dossier, by)
    content = Content.objects.get(pk=dossier.pk)
    current = int(content.revisions.get(section, 0))
    if revision != current:
        return Saved(current, conflict=True, theirs={"sources": [source.snapshot() for source in content.sources_used()]})
    kept = [source["database"].pk for source in sources]
    content.sources.exclude(database__in=kept).delete()
    for source in sources:
        row, _new = DossierSource.objects.update_or_create(content=content, database=source["database"], defaults=_said_of(source))
        row.components.set(source.get("components", []))
    content.revisions = {**content.revisions, section: current + 1}
    content.saved_at = at
    content.save(update_fields=["revisions", "saved_at"])
    refresh_content(dossier)
    return Saved(current + 1, saved_at=at)


def _said_of(source: Mapping[str, Any]) -> dict[str, Any]:
    """Every column of a database asked for; what is not said is empty."""
    columns = [field for field in DossierSource._meta.concrete_fields if field.name in SOURCE_FIELDS]
    return {field.name: source.get(field.name, field.get_default()) for field in columns}


def refresh_content(dossier: Dossier) -> None:
    """Let the next reader of `dossier.content` read it anew."""
    dossier._state.fields_cache.pop("content", None)


@transaction.atomic
def delete_draft(dossier: Dossier, *, by: Any) -> None:
    """Delete a draft that was never filed; nothing of it is kept."""
    lock_and_reread(dossier)
    if policies.OWNER not in policies.roles_on(by, dossier):
        raise NotAllowed(_("Only the owner may delete a draft."))
    if dossier.state != State.DRAFT:
        raise WrongState(_("A dossier that was filed is never deleted: it can be withdrawn."))
    throw_away(dossier)


def throw_away(draft: Dossier) -> None:
    """Delete a draft that was never filed, and the files that it still keeps once this is certain; the caller has checked that it may."""
    files = [piece.file for piece in draft.attachments.all()]
    draft.delete()
    for file in files:
        transaction.on_commit(partial(file.storage.delete, file.name or ""))


@transaction.atomic
def state_wish(dossier: Dossier, *, by: Any, at: datetime) -> None:
    """The applicant states that the CNIL is to be seized (décret 2019-536, art. 91)."""
    lock_and_reread(dossier)
    if dossier.state != State.OPINION_GIVEN:
        raise WrongState(_("The CNIL can be seized only once the opinion is given."))
    rules.require(dossier, rules.goes_to_cnil)
    rules.require_room_conditions(dossier, "state_wish")
    record(dossier, "state_wish", by=by, at=at, law="décret 2019-536, art. 91")
    dossier.cnil_wished_at = at
    dossier.save(update_fields=["cnil_wished_at"])


@transaction.atomic
def assign(dossier: Dossier, *, officer: Any, by: Any, at: datetime) -> None:
    """Entrust a dossier to an officer, who must be able to instruct it."""
    if officer is not None and "officer" not in policies.roles_on(officer, dossier):
        raise RuleBroken(Broken(_("This person may not instruct this dossier: it comes from their own organisation."), where="officer"))
    record(dossier, "assign", by=by, at=at, facts={"officer": officer.pk if officer else None})
    dossier.officer = officer
    dossier.save(update_fields=["officer"])


@transaction.atomic
def remind(dossier: Dossier, *, by: Any, at: datetime) -> None:
    """Remind the applicant that a complement is awaited; a dossier is never closed as abandoned without it."""
    lock_and_reread(dossier)
    if dossier.state != State.INCOMPLETE:
        raise WrongState(_("No complement is awaited."))
    record(dossier, "remind", by=by, at=at)
    dossier.reminded_at = at
    dossier.save(update_fields=["reminded_at"])


@transaction.atomic
def suspend(dossier: Dossier, *, by: Any, at: datetime, cause: str, reason: str, until: date | None = None) -> Suspension:
    """Close the gate to the data, for a cause and a reason, until a day or until it is lifted."""
    lock_and_reread(dossier)
    if dossier.state not in AFTER_AUTHORISATION:
        raise WrongState(_("Only an authorised dossier can be suspended."))
    if not reason.strip():
        raise RuleBroken(Broken(_("Say why the dossier is suspended."), where="reason"))
    if until is not None and until < paris_day(at):
        raise RuleBroken(Broken(_("The last day of the suspension has passed already."), where="until"))
    if dossier.suspensions.filter(lifted_at=None).exists():
        raise WrongState(_("The dossier is suspended already."))
    salt = secrets.token_hex(16)
    suspension = Suspension.objects.create(dossier=dossier, cause=cause, reason=reason, salt=salt, since=at, until=until, suspended_by=by)
    dossier.__dict__.pop("open_suspension", None)
    record(dossier, "suspend", by=by, at=at, facts={"cause": cause, "until": until, "text_sha256": text_digest(salt, reason)})
    return suspension


@transaction.atomic
def lift_suspension(dossier: Dossier, *, by: Any, at: datetime) -> None:
    """Open the gate to the data again."""
    lock_and_reread(dossier)
    suspension = dossier.suspensions.filter(lifted_at=None).first()
    if suspension is None:
        raise WrongState(_("The dossier is not suspended."))
    suspension.lifted_at, suspension.lifted_by = at, by
    suspension.save(update_fields=["lifted_at", "lifted_by"])
    dossier.__dict__.pop("open_suspension", None)
    record(dossier, "lift_suspension", by=by, at=at)


@transaction.atomic
def publish_results(dossier: Dossier, *, by: Any, at: datetime, results: str, publications: list[dict[str, Any]] | None = None) -> None:
    """Give the method and the results for the registry; the clock of the results ends."""
    lock_and_reread(dossier)
    if dossier.state not in AFTER_AUTHORISATION:
        raise WrongState(_("Results are published once the project is authorised."))
    if not results.strip():
        raise RuleBroken(Broken(_("Write the results, with the method that led to them."), where="results"))
    dossier.results_on = paris_day(at)
    dossier.save(update_fields=["results_on"])
    Content.objects.filter(pk=dossier.pk).update(results=results, publications=publications or [])
    refresh_content(dossier)
    clocks.end(dossier, "K-RES", at)
    record(dossier, "publish_results", by=by, at=at, law="CSP, art. L1461-3")
