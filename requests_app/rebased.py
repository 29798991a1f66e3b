"""The questions that a content holds, and giving it other ones: every answer is kept, comes back, or is set aside."""

from __future__ import annotations

from datetime import datetime

from questionnaires.definitions import NOTHING, Definition, sections_of
from questionnaires.models import Version
from questionnaires.rebasing import Report, rebase
from requests_app.content import Content

#: A section of a questionnaire beside those of the form: in the revisions, in the presence of colleagues.
PREFIX = "questions-"


def definition_for(content: Content) -> Definition:
    """What is asked of this dossier: the version that it keeps, or nothing."""
    return content.questionnaire.definition if content.questionnaire else NOTHING


def is_of_another_line(content: Content, version: Version | None) -> bool:
    """Is this a version of another questionnaire than the one whose questions the content holds?"""
    held = content.questionnaire.questionnaire_id if content.questionnaire else None
    return held != (version.questionnaire_id if version else None)


def take(content: Content, version: Version | None, *, at: datetime) -> Report:
    """Give the content this version of the questions and say what became of its answers; the caller has checked who may."""
    old, new = definition_for(content), version.definition if version else NOTHING
    answers, report = rebase(old, new, content.answers, content.answers_set_aside)
    sections = {one["code"] for one in (*sections_of(old), *sections_of(new))}
    content.questionnaire, content.answers = version, answers
    content.answers_set_aside = [dict(entry) for entry in report.aside]
    # Pages that are open under the former version must not save over the new one unseen.
    raised = {f"{PREFIX}{code}": int(content.revisions.get(f"{PREFIX}{code}", 0)) + 1 for code in sections}
    content.revisions = {**content.revisions, **raised, **{f"{key}@": "" for key in raised}}
    content.saved_at = at
    content.save(update_fields=["questionnaire", "answers", "answers_set_aside", "revisions", "saved_at"])
    return report
