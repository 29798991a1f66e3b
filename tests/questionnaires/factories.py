"""Questions, questionnaires and definitions for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from questionnaires import drafting, services
from questionnaires.kinds import WITH_CHOICES, Kind
from questionnaires.models import Question, Questionnaire, Version
from tests.accounts.factories import UserFactory

COLOURS = [
    {"code": code, "fr": fr, "en": en} for code, fr, en in (("red", "Rouge", "Red"), ("green", "Vert", "Green"), ("blue", "Bleu", "Blue"))
]


def asked(code: str, kind: Kind | str = Kind.SHORT, **more: Any) -> dict[str, Any]:
    """A question as a definition holds it."""
    plain = {
        "code": code,
        "kind": str(kind),
        "label": {"fr": f"Question {code} ?", "en": f"Question {code}?"},
        "help": {"fr": "", "en": ""},
    }
    choices = COLOURS if kind in WITH_CHOICES else []
    return plain | {"choices": choices, "max_words": None, "public": False, "required": True, "condition": {}} | more


def definition(*sections: list[dict[str, Any]]) -> dict[str, Any]:
    """A definition with these sections of questions."""
    title, nothing = {"fr": "Titre", "en": "Title"}, {"fr": "", "en": ""}
    shown = [
        {"code": f"s{number}", "title": {"fr": f"Partie {number}", "en": f"Part {number}"}, "help": nothing, "questions": questions}
        for number, questions in enumerate(sections, start=1)
    ]
    return {"title": title, "sections": shown}


def a_question(code: str, kind: Kind | str = Kind.SHORT, **more: Any) -> Question:
    """A question of the bank."""
    row = asked(code, kind)
    said = {"label_fr": row["label"]["fr"], "label_en": row["label"]["en"], "choices": row["choices"]} | more
    return Question.objects.create(code=code, kind=kind, **said)


def a_questionnaire(
    *sections: list[Question], targets: tuple[str, ...] = ("aut",), conditions: dict[str, Any] | None = None, optional: tuple[str, ...] = ()
) -> Questionnaire:
    """A questionnaire whose draft asks these questions, section by section."""
    by, at = UserFactory(officer=True), timezone.now() - timedelta(days=500)
    begun = services.begin_questionnaire(title_fr="Titre", title_en="Title", targets=targets, by=by, at=at)
    for number, questions in enumerate(sections, start=1):
        code = services.add_section(begun, {"fr": f"Partie {number}", "en": f"Part {number}"}, {"fr": "", "en": ""}, by=by, at=at)
        for question in questions:
            services.change_draft(
                begun, lambda draft, code=code, question=question: drafting.with_question(draft, code, question.code), by=by, at=at
            )
            condition, required = (conditions or {}).get(question.code, {}), question.code not in optional
            set_place(begun, question.code, required=required, condition=condition)
    return Questionnaire.objects.get(pk=begun.pk)


def set_place(questionnaire: Questionnaire, code: str, *, required: bool = True, condition: Any = None) -> None:
    """Say when a question is put and whether it is required."""
    services.change_draft(
        questionnaire,
        lambda draft: drafting.with_question_set(draft, code, required=required, condition=condition or {}),
        by=UserFactory(officer=True),
        at=timezone.now(),
    )


def publish(questionnaire: Questionnaire, at: datetime | None = None) -> Version:
    """Publish the draft, long ago unless told otherwise: dossiers of tests are begun in the past."""
    return services.publish(questionnaire, by=UserFactory(officer=True), at=at or timezone.now() - timedelta(days=450))
