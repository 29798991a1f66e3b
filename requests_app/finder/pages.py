"""What the pages of the finder show: the question, the reasoning so far, the conclusion with its conditions, pieces and durations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from requests_app.finder.durations import distribution_of
from requests_app.finder.finding import Answered, Table
from requests_app.finder.forms import QuestionForm
from requests_app.finder.models import Orientation
from requests_app.finder.reference import read
from requests_app.required_pieces import pieces_to_prepare
from requests_app.slots import ONWARDS


@dataclass(frozen=True)
class Told:
    """An answer given, with the address at which it is changed: that of its question."""

    question: str
    answer: str
    url: str


def question_page(request: HttpRequest) -> dict[str, Any] | None:
    """The question that waits for an answer; None once every one is answered."""
    path, waiting = Table(read()).walk(request.GET.dict())
    if waiting is None:
        return None
    pressed = request.GET.get("asked") == waiting.code
    form = QuestionForm(waiting, request.GET if pressed else None)
    return {"form": form, "asked": waiting.code, "path": path, "back": _address(path[:-1]) if path else "", **_reasoning(path)}


def conclusion_page(request: HttpRequest) -> dict[str, Any]:
    """The procedure that the answers lead to."""
    table = Table(read())
    path, _waiting = table.walk(request.GET.dict())
    answers = {one.question.code: one.answer for one in path}
    conclusion = table.conclude(answers)
    own = conclusion.procedure
    pieces = pieces_to_prepare(own) if own else []
    return {
        "conclusion": conclusion,
        "others": table.others(answers),
        "path": path,
        "back": _address(path[:-1]),
        "here": f"{request.path}{_address(path)}",
        "distribution": distribution_of(own) if own else None,
        "pieces": [one for one in pieces if one.is_required],
        "onwards": [one for one in ONWARDS if conclusion.code in one.outcomes],
        "on_request": [one for one in pieces if not one.is_required],
        **_reasoning(path),
    }


def evidence_page(orientation: Orientation) -> dict[str, Any]:
    """The answers with which a dossier was begun, and what they concluded under the table of that day."""
    path, _waiting = Table(orientation.table.definition).walk(orientation.answers)
    return {"orientation": orientation, "conclusion": orientation.conclusion(), "path": path}


def _reasoning(path: list[Answered]) -> dict[str, Any]:
    """The answers so far, each with the way back to its question."""
    return {"told": [Told(one.question.label, one.in_words, _address(path[:rank])) for rank, one in enumerate(path)]}


def _address(path: list[Answered]) -> str:
    return "?" + urlencode({one.question.code: one.answer for one in path})
