"""From one version of a questionnaire to another without losing a word: every answer is kept, comes back, or is named as set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from questionnaires.answering import Answers
from questionnaires.definitions import Definition, by_code
from questionnaires.kinds import Kind, Question, Unfit, choice_codes, converted, is_empty

#: An answer without its question: question, kind, label, choices, value, reason; JSON, kept with the answers.
SetAside = Mapping[str, Any]
REMOVED = "removed"
#: What a question says; a change of any of them is worth a second look at the answer.
WORDS = ("label", "help", "choices")


@dataclass
class Report:
    """What became of the answers: codes of questions, and the answers set aside."""

    kept: list[str] = field(default_factory=list)
    came_back: list[str] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    still_aside: list[SetAside] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    reworded: list[str] = field(default_factory=list)

    @property
    def aside(self) -> list[SetAside]:
        """Everything that stands aside from now on, the oldest first; the same answer to the same question once."""
        every = [*self.still_aside, *self.set_aside]
        said = [(entry["question"], entry["value"]) for entry in every]
        return [entry for place, entry in enumerate(every) if said[place] not in said[:place]]


def rebase(old: Definition, new: Definition, answers: Answers, set_aside: Iterable[SetAside] = ()) -> tuple[dict[str, Any], Report]:
    """The answers under the new definition, and what became of each; neither argument is changed."""
    before, after = by_code(old), by_code(new)
    report = Report()
    rebased: dict[str, Any] = {}
    for code, value in answers.items():
        if not is_empty(value):
            kept = _carry(before.get(code), after.get(code), code, value, report)
            rebased |= {} if is_empty(kept) else {code: kept}
    for entry in reversed(list(set_aside)):
        _bring_back(entry, after.get(entry["question"]), rebased, report)
    report.still_aside.reverse()
    report.new = [code for code in after if code not in before]
    report.reworded = [code for code in after if code in before and any(before[code].get(name) != after[code].get(name) for name in WORDS)]
    return rebased, report


def _carry(old: Question | None, new: Question | None, code: str, value: Any, report: Report) -> Any:
    """The part of an answer that the new question takes; what it does not take is set aside."""
    if new is None:
        report.set_aside.append(entry_of(old, code, value, REMOVED))
        return None
    kind = old["kind"] if old else new["kind"]
    kept, left, reason = _split(value, kind, new)
    if not is_empty(left):
        report.set_aside.append(entry_of(old or new, code, left, reason))
    if not is_empty(kept):
        report.kept.append(code)
    return kept


def _split(value: Any, kind: str, question: Question) -> tuple[Any, Any, str]:
    """What the question takes of a value, what it does not, and why; of several choices, those that are gone leave alone."""
    try:
        return converted(value, kind, question), None, ""
    except Unfit as unfit:
        if unfit.reason == "choice" and kind == question["kind"] == Kind.SEVERAL:
            offered = choice_codes(question)
            return [one for one in offered if one in value], [one for one in value if one not in offered], unfit.reason
        return None, value, unfit.reason


def entry_of(question: Question | None, code: str, value: Any, reason: str) -> SetAside:
    """An answer set aside, with what is needed to read it without its question."""
    told = question or {}
    kept = {"kind": told.get("kind", ""), "label": told.get("label", {"fr": code, "en": code}), "choices": told.get("choices", [])}
    return {"question": code, **kept, "value": value, "reason": reason}


def _bring_back(entry: SetAside, question: Question | None, rebased: dict[str, Any], report: Report) -> None:
    """Give an answer back to its question if it takes it and has no other; choices that had left the list join those that stayed."""
    code, value = entry["question"], entry["value"]
    present = rebased.get(code)
    kept, left, reason = _split(value, entry["kind"] or (question or {}).get("kind", ""), question) if question else (None, value, REMOVED)
    joined = entry["reason"] == "choice" and isinstance(present, list) and isinstance(kept, list)
    if is_empty(kept) or not (is_empty(present) or joined):
        report.still_aside.append(entry)
        return
    rebased[code] = [one for one in choice_codes(question or {}) if one in {*(present or ()), *(kept or ())}] if joined else kept
    report.came_back.append(code)
    if not is_empty(left):
        report.still_aside.append({**entry, "value": left, "reason": reason})
