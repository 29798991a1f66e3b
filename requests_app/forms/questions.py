"""The form of one section of questions: the fields come from the version that the dossier keeps, all the rest is that of a section."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from questionnaires.answering import in_words
from questionnaires.definitions import PREFIX as FIELD
from questionnaires.definitions import name_of
from questionnaires.forms.answers import fields_for, shown_value, stored_value
from questionnaires.kinds import Question
from questionnaires.models import Question as BankQuestion
from requests_app.forms.conflict import Conflict, Difference
from requests_app.forms.section import SectionForm, author_mark
from requests_app.models import Dossier
from requests_app.questions import Prospect, address_of, save_answers, section_of
from requests_app.sections import Section
from requests_app.services import Saved


class QuestionsForm(SectionForm):
    """The questions of one section, those that are not put at present too: the page hides them, or says when they are put."""

    def __init__(self, data: Any = None, *, dossier: Dossier, user: Any, asked: Mapping[str, Any]) -> None:
        self.asked = asked
        self.questions: dict[str, Question] = {name_of(one["code"]): one for one in asked["questions"]}
        self.code = section_of(asked).code  # type: ignore[misc]  # each instance writes the section that it is given
        super().__init__(data, dossier=dossier, user=user)

    def _now(self) -> dict[str, Any]:
        answers = self.content.answers
        hidden = {"revision": int(self.content.revisions.get(self.code, 0)), "page": secrets.token_hex(8)}
        hidden["author"] = author_mark(self.user.pk, self.dossier.reference)
        return hidden | {name: shown_value(one, answers.get(one["code"])) for name, one in self.questions.items()}

    def furnish(self) -> None:
        """Ask the questions."""
        self.fields.update(fields_for(self.questions.values()))

    @property
    def section(self) -> Section:
        """The section that this form writes."""
        return section_of(self.asked)

    @property
    def address(self) -> str:
        """The page of the section."""
        return address_of(self.dossier, self.asked["code"])

    def values(self) -> dict[str, Any]:
        """The answers that may be saved, as they are stored, by the names of their fields."""
        return {name: stored_value(self.questions[name], value) for name, value in super().values().items()}

    def save(self, *, by: Any, at: datetime) -> Saved:
        """Save the answers that are valid. Raises NotAllowed, WrongState."""
        answers = {self.questions[name]["code"]: value for name, value in self.values().items()}
        return save_answers(self.dossier, self.asked["code"], answers, by=by, at=at, revision=self.read_at, page=self.open_page)

    def conflict(self, saved: Saved) -> Conflict | None:
        """Both versions of the answers that somebody else changed meanwhile, if any differ."""
        if not saved.conflict:
            return None
        mine = self.values()
        apart = [name for name, one in self.questions.items() if name in mine and mine[name] != saved.theirs.get(one["code"])]
        differences = [self._difference(name, mine[name], saved.theirs.get(self.questions[name]["code"])) for name in apart]
        return Conflict(saved.revision, differences) if differences else None

    def _difference(self, name: str, mine: Any, theirs: Any) -> Difference:
        question = self.questions[name]
        return Difference(name, str(self.fields[name].label), in_words(question, mine), in_words(question, theirs))


def typed_elsewhere(sent: Mapping[str, Any], asked: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """What was typed in answer to questions that this section does not ask any more: nothing of it is thrown away unseen."""
    known = {name_of(one["code"]) for one in (asked or {}).get("questions", [])}
    lists = getattr(sent, "lists", None)
    texts = {name: ", ".join(values) for name, values in (lists() if lists else ()) if name.startswith(FIELD) and name not in known}
    codes = [name.removeprefix(FIELD) for name, text in texts.items() if text.strip()]
    labels = {one.code: one.label for one in BankQuestion.objects.filter(code__in=codes)} if codes else {}
    return [(labels.get(code, code), texts[name_of(code)]) for code in codes]


class MoveOnForm(forms.Form):
    """The press of the button under the report: the version that the person has seen."""

    to = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, prospect: Prospect | None) -> None:
        seen = prospect.version.pk if prospect and prospect.version else None
        super().__init__(data, initial={"to": seen})
