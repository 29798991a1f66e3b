"""Questionnaires read for others: the version in force for a procedure, the lists of the editor, the draft written out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from questionnaires.definitions import NOTHING, Definition, questions_of
from questionnaires.drafting import codes_in, definition_of
from questionnaires.models import Question, Questionnaire, Version


def current_version(target: str, at: datetime) -> Version | None:
    """The version in force at an instant for a procedure (or a call for projects), if a questionnaire is asked there; one query."""
    return Version.objects.filter(questionnaire__uses__target=target, published_at__lte=at).order_by("-number").first()


def last_version(questionnaire: Questionnaire) -> Version | None:
    """The version that was published last."""
    return questionnaire.versions.order_by("-number").first()


def published_definition(questionnaire: Questionnaire) -> Definition:
    """What was published last, or nothing."""
    last = last_version(questionnaire)
    return last.definition if last else NOTHING


def draft_definition(questionnaire: Questionnaire) -> Definition:
    """The draft with its questions written out as a version would freeze them; one query whatever its length."""
    bank = Question.objects.filter(code__in=codes_in(questionnaire.draft)).as_bank()
    return {**definition_of(questionnaire.draft, bank), "title": {"fr": questionnaire.title_fr, "en": questionnaire.title_en}}


def listed() -> QuerySet[Questionnaire]:
    """Every questionnaire with the number and the date of its last version."""
    last = Version.objects.filter(questionnaire=OuterRef("pk")).order_by("-number")
    return (
        Questionnaire.objects.annotate(
            last_number=Subquery(last.values("number")[:1]),
            published_at=Subquery(last.values("published_at")[:1]),
            published=Subquery(last.values("definition")[:1]),
        )
        .select_related("edited_by")
        .prefetch_related("uses")
        .order_by(F("title_fr").asc(), "code")
    )


def used_in(question: Question) -> QuerySet[Questionnaire]:
    """The questionnaires whose draft asks the question."""
    named: dict[str, Any] = {"sections": [{"questions": [{"question": question.code}]}]}
    return Questionnaire.objects.filter(draft__contains=named).order_by("title_fr", "code")


def has_been_asked(question: Question) -> bool:
    """Does any published version ask the question?"""
    named: dict[str, Any] = {"sections": [{"questions": [{"code": question.code}]}]}
    return Version.objects.filter(definition__contains=named).exists()


def count_of(definition: Definition) -> int:
    """How many questions a definition asks."""
    return sum(1 for _question in questions_of(definition))
