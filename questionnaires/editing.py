"""What the editor's pages show: the list with what waits to be published, the draft with its faults, the preview, the versions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from questionnaires import targets
from questionnaires.checks import Fault, faults_of
from questionnaires.definitions import NOTHING, Definition, by_code, in_language, name_of, sections_of, title_of
from questionnaires.differences import Change, changes
from questionnaires.drafting import codes_in, definition_of
from questionnaires.forms.answers import TrialForm
from questionnaires.kinds import Kind, Question
from questionnaires.models import Question as BankQuestion
from questionnaires.models import Questionnaire, Version
from questionnaires.queries import count_of, listed
from questionnaires.wording import condition_in_words


@dataclass(frozen=True)
class Row:
    """One questionnaire of the list."""

    questionnaire: Any
    asked_for: str
    count: int
    waits: bool


def listed_rows() -> list[Row]:
    """Every questionnaire, with whether its draft says something that was not published; the bank is read once."""
    questionnaires = list(listed())
    wanted = {code for one in questionnaires for code in codes_in(one.draft)}
    bank = BankQuestion.objects.filter(code__in=wanted).as_bank()
    return [_row(one, bank) for one in questionnaires]


def _row(questionnaire: Any, bank: Mapping[str, Any]) -> Row:
    definition = definition_of(questionnaire.draft, bank)
    published = questionnaire.published or {**NOTHING, "title": None}
    title = {"fr": questionnaire.title_fr, "en": questionnaire.title_en}
    waits = {**definition, "title": title} != published
    return Row(questionnaire, ", ".join(targets.labels_of(questionnaire.targets)), count_of(definition), waits)


@dataclass(frozen=True)
class Place:
    """One question where it stands in the draft."""

    question: Question
    label: str
    kind: Any
    condition: str
    faults: list[Fault]


@dataclass(frozen=True)
class SectionShown:
    """One section of the draft."""

    code: str
    title: str
    help: str
    places: list[Place]
    faults: list[Fault]


def sections_shown(questionnaire: Questionnaire) -> dict[str, Any]:
    """The draft with what is wrong where, and the questions of the bank that it does not ask yet; the bank is read once."""
    bank = BankQuestion.objects.all().as_bank()
    definition = definition_of(questionnaire.draft, bank)
    faults = faults_of(definition, {"fr": questionnaire.title_fr, "en": questionnaire.title_en})
    asked, withdrawn = set(codes_in(questionnaire.draft)), set(BankQuestion.objects.filter(withdrawn=True).values_list("code", flat=True))
    known = by_code(definition)
    last = questionnaire.versions.order_by("-number").first()
    return {
        "questionnaire": questionnaire,
        "title": questionnaire.title,
        "sections": [_section(section, known, faults) for section in sections_of(definition)],
        "faults": faults,
        "count": count_of(definition),
        "last": last,
        "waits": last is None or not _same(last.definition, definition, questionnaire),
        "asked_for": targets.labels_of(questionnaire.targets),
        "offered": [(code, in_language(one["label"])) for code, one in bank.items() if code not in asked | withdrawn],
    }


def _same(published: Definition, definition: Definition, questionnaire: Questionnaire) -> bool:
    return bool({**definition, "title": {"fr": questionnaire.title_fr, "en": questionnaire.title_en}} == published)


def _section(section: Mapping[str, Any], known: Mapping[str, Question], faults: list[Fault]) -> SectionShown:
    here = [fault for fault in faults if fault.section == section["code"]]
    places = [
        Place(
            question,
            in_language(question["label"]),
            Kind(question["kind"]).label,
            condition_in_words(question["condition"], known),
            [fault for fault in here if fault.question == question["code"]],
        )
        for question in section["questions"]
    ]
    return SectionShown(
        section["code"], title_of(section), in_language(section["help"]), places, [fault for fault in here if not fault.question]
    )


# --- as the applicant sees it ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Put:
    """One question as it is put: its field, its condition as the page's script reads it, and in words."""

    question: Question
    bound: forms.BoundField
    condition: str
    words: str


def put(questions: Iterable[Question], form: forms.BaseForm, known: Mapping[str, Question]) -> list[Put]:
    """Some questions with their fields, in their order."""
    return [
        Put(one, form[name_of(one["code"])], json.dumps(one.get("condition") or {}), condition_in_words(one.get("condition"), known))
        for one in questions
    ]


def preview_shown(questionnaire: Questionnaire, definition: Definition, form: TrialForm) -> dict[str, Any]:
    """Every page of the questionnaire, one after the other."""
    known = by_code(definition)
    pages = [
        {"title": title_of(one), "help": in_language(one["help"]), "code": one["code"], "questions": put(one["questions"], form, known)}
        for one in sections_of(definition)
    ]
    return {"questionnaire": questionnaire, "pages": pages, "form": form, "checked": form.is_bound and form.is_valid()}


# --- versions ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class VersionShown:
    """One version, and what it changed."""

    version: Version
    count: int
    changes: list[Change]


def versions_shown(questionnaire: Questionnaire) -> list[VersionShown]:
    """Every version against the one before, the newest first; one query."""
    rows = list(questionnaire.versions.select_related("published_by").order_by("number"))
    before: list[Definition] = [NOTHING, *(row.definition for row in rows)]
    shown = [VersionShown(row, count_of(row.definition), changes(was, row.definition)) for was, row in zip(before, rows, strict=False)]
    return shown[::-1]
