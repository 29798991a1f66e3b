"""The secretariat's questions on a dossier: its answers, saved section by section; what is missing; moving on to a newer version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaires.answering import asked, missing, reason_against
from questionnaires.definitions import (
    NOTHING,
    anchor_of,
    by_code,
    in_language,
    label_of,
    name_of,
    sections_of,
    title_of,
)
from questionnaires.differences import Change, changes
from questionnaires.kinds import REASONS, is_empty
from questionnaires.models import Version
from questionnaires.queries import current_version
from questionnaires.rebasing import Report, rebase
from requests_app.models import Content, Dossier
from requests_app.rebased import PREFIX, definition_for, take
from requests_app.sections import Section
from requests_app.services import Saved, refresh_content, require_editable, saved_last
from requests_app.states import EDITABLE, State
from workflow.engine import lock_and_reread
from workflow.refusals import Broken, WrongState


def address_of(dossier: Dossier, section: str) -> str:
    """The page of a section of questions."""
    return reverse("dossiers:questions", args=[dossier.reference, section])


@transaction.atomic
def save_answers(
    dossier: Dossier, section: str, answers: Mapping[str, Any], *, by: Any, at: datetime, revision: int, page: str = ""
) -> Saved:
    """Save the answers of one section, unless somebody has saved it since `revision`; else change nothing and show theirs.

    `answers` holds values as `questionnaires.kinds.fit` gives them, None for an answer taken away. Raises NotAllowed, WrongState.
    """
    lock_and_reread(dossier)
    require_editable(dossier, by)
    content = Content.objects.get(pk=dossier.pk)
    key = f"{PREFIX}{section}"
    current = int(content.revisions.get(key, 0))
    if revision != current and not saved_last(content, key, page):
        return Saved(current, conflict=True, theirs={code: content.answers.get(code) for code in answers})
    merged = {**content.answers, **answers}
    content.answers = {code: value for code, value in merged.items() if not is_empty(value)}
    content.revisions = {**content.revisions, key: current + 1, f"{key}@": page}
    content.saved_at = at
    content.save(update_fields=["answers", "revisions", "saved_at"])
    refresh_content(dossier)
    return Saved(current + 1, saved_at=at)


def missing_answers(dossier: Dossier) -> list[Broken]:
    """What keeps the dossier from being filed: required questions without an answer, and answers that their question does not take."""
    definition, answers = definition_for(dossier.content), dossier.content.answers
    lacking = {question["code"] for question in missing(definition, answers)}
    put = {question["code"] for question in asked(definition, answers)}
    return [
        Broken(_sentence(question, lacking, answers), where=f"{address_of(dossier, section['code'])}#{anchor_of(question)}")
        for section in sections_of(definition)
        for question in section["questions"]
        if question["code"] in lacking or (question["code"] in put and reason_against(question, answers.get(question["code"])))
    ]


def _sentence(question: Mapping[str, Any], lacking: set[str], answers: Mapping[str, Any]) -> str:
    said = {"question": label_of(question)}
    if question["code"] in lacking:
        return _("Answer the question “%(question)s”.") % said
    reason = REASONS[reason_against(question, answers.get(question["code"]))]
    return _("Mend the answer to “%(question)s”: %(reason)s") % (said | {"reason": reason})


def section_of(section: Mapping[str, Any]) -> Section:
    """A section of questions as the form knows sections."""
    names = tuple(name_of(question["code"]) for question in section["questions"])
    return Section(f"{PREFIX}{section['code']}", title_of(section), in_language(section["help"]), names, ())


# --- moving on ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Prospect:
    """What moving on to the version in force would change for this dossier."""

    version: Version | None
    changes: list[Change]
    answers: dict[str, Any]
    report: Report
    known: dict[str, Mapping[str, Any]]


def awaited_version(dossier: Dossier, at: datetime) -> tuple[bool, Version | None]:
    """Is there a version to move on to, and which? One that asks questions for the first time is offered to drafts only; one query."""
    present = dossier.content.questionnaire
    if dossier.state not in EDITABLE or (present is None and dossier.state != State.DRAFT):
        return False, None
    newest = current_version(dossier.procedure, at)
    return (newest.pk if newest else None) != (present.pk if present else None), newest


def prospect_of(dossier: Dossier, at: datetime) -> Prospect | None:
    """What moving on would change; None when the dossier has the version in force."""
    is_awaited, newest = awaited_version(dossier, at)
    if not is_awaited:
        return None
    old, new = definition_for(dossier.content), newest.definition if newest else NOTHING
    answers, report = rebase(old, new, dossier.content.answers, dossier.content.answers_set_aside)
    return Prospect(newest, changes(old, new), answers, report, {**by_code(old), **by_code(new)})


@transaction.atomic
def move_on(dossier: Dossier, *, by: Any, at: datetime, to: int | None) -> Report:
    """Take the version in force, whose id the person has seen; every answer is kept or set aside. Raises NotAllowed, WrongState."""
    lock_and_reread(dossier)
    require_editable(dossier, by)
    refresh_content(dossier)
    prospect = prospect_of(dossier, at)
    if prospect is None or (prospect.version.pk if prospect.version else None) != to:
        raise WrongState(_("The questionnaire has changed meanwhile: look at what changes once more."))
    report = take(dossier.content, prospect.version, at=at)
    refresh_content(dossier)
    return report
