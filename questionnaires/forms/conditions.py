"""The condition builder: some tests on earlier questions, all or any of which must hold. Each test is one choice in a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaires.conditions import Condition
from questionnaires.definitions import in_language, label_of
from questionnaires.kinds import COMPARED, Kind, Question, Unfit, fit
from ui.forms import DsfrForm

ROWS = 4
SHOWN = 60  # characters of a question's label
ALWAYS, ALL, ANY = "always", "all", "any"


def flat(condition: Condition | None) -> tuple[str, list[Condition]] | None:
    """The condition as the builder shows it: how its tests are joined, and the tests; None when it is more intricate."""
    if not condition:
        return ALWAYS, []
    for joint in (ALL, ANY):
        if joint in condition:
            simple = all("question" in part and "in" not in part for part in condition[joint])
            return (joint, list(condition[joint])) if simple else None
    return (ALL, [condition]) if "question" in condition and "in" not in condition else None


def _key(question: str, test: str, value: Any = "") -> str:
    """One test as a value of the list: question, test, and the choice if there is one."""
    told = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    return f"{question}|{test}|{told}"


def _told_about(question: Question) -> list[tuple[str, str]]:
    """The tests on a question, each with its words, so that a closed list still says what is chosen."""
    words = Truncator(label_of(question)).chars(SHOWN)
    return [(key, f"{words} – {told}") for key, told in _choices_about(question)]


def _choices_about(question: Question) -> Iterator[tuple[str, Any]]:
    code, kind = question["code"], question["kind"]
    if kind == Kind.YES_NO:
        yield _key(code, "is", value=True), _("is “Yes”")
        yield _key(code, "is", value=False), _("is “No”")
    if kind in (Kind.ONE, Kind.SEVERAL):
        test, words = ("is", _("is “%(choice)s”")) if kind == Kind.ONE else ("has", _("includes “%(choice)s”"))
        yield from ((_key(code, test, choice["code"]), words % {"choice": in_language(choice)}) for choice in question["choices"])
    if kind in COMPARED:
        yield _key(code, "at_least"), _("is at least … (value beside)")
        yield _key(code, "at_most"), _("is at most … (value beside)")
    yield _key(code, "answered", value=True), _("is answered")
    yield _key(code, "answered", value=False), _("is not answered")


class ConditionForm(DsfrForm):
    """Must a question be answered, and when is it put?"""

    marks_optional = False

    required = forms.BooleanField(
        label=gettext_lazy("An answer is required"),
        required=False,
        help_text=gettext_lazy("Without it, a dossier to which the question is put cannot be filed."),
    )
    joint = forms.ChoiceField(
        label=gettext_lazy("The question is put"),
        widget=forms.RadioSelect,
        choices=[
            (ALWAYS, gettext_lazy("always")),
            (ALL, gettext_lazy("if all these conditions hold")),
            (ANY, gettext_lazy("if one of these conditions holds")),
        ],
    )

    def __init__(self, data: Any = None, *, place: Mapping[str, Any], earlier: Iterable[Question]) -> None:
        self.earlier = {question["code"]: question for question in earlier}
        shown = flat(place.get("condition"))
        self.is_intricate = shown is None
        joint, tests = shown or (ALWAYS, [])
        self.rows = max(ROWS, len(tests) + 1)
        super().__init__(data, initial={"required": place["required"], "joint": joint} | self._tests_shown(tests))
        offered = [("", _("None")), *((label_of(question), _told_about(question)) for question in self.earlier.values())]
        for row in range(self.rows):
            self.fields[f"test_{row}"] = forms.ChoiceField(
                label=_("Condition %(number)d") % {"number": row + 1}, required=False, choices=offered
            )
            self.fields[f"value_{row}"] = forms.CharField(
                label=_("Number or date (2027-05-14) of condition %(number)d") % {"number": row + 1}, required=False, max_length=30
            )

    def _tests_shown(self, tests: list[Condition]) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for row, test in enumerate(tests):
            name = next(one for one in ("is", "has", "at_least", "at_most", "answered") if one in test)
            compared = name in ("at_least", "at_most")
            shown[f"test_{row}"] = _key(test["question"], name, "" if compared else test[name])
            shown[f"value_{row}"] = str(test[name]) if compared else ""
        return shown

    @property
    def test_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of the builder: a test, and the value beside it."""
        return [(self[f"test_{row}"], self[f"value_{row}"]) for row in range(self.rows)]

    def clean(self) -> dict[str, Any]:
        """A joint needs a test, and a comparison a value."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.tests = [test for row in range(self.rows) if (test := self._test(row, cleaned)) is not None]
        if cleaned.get("joint") in (ALL, ANY) and not self.tests and not self.errors:
            self.add_error("joint", _("Choose at least one condition, or “always”."))
        return cleaned

    def _test(self, row: int, cleaned: Mapping[str, Any]) -> Condition | None:
        chosen = cleaned.get(f"test_{row}")
        if not chosen:
            return None
        code, test, value = chosen.split("|", 2)
        if test not in ("at_least", "at_most"):
            return {"question": code, test: {"yes": True, "no": False}.get(value, value) if self._says_yes_or_no(code, test) else value}
        try:
            return {"question": code, test: fit(self.earlier[code], _read(self.earlier[code], cleaned.get(f"value_{row}", "")))}
        except (Unfit, ValueError):
            self.add_error(f"value_{row}", _("Write a number, or a date as 2027-05-14."))
            return None

    def _says_yes_or_no(self, code: str, test: str) -> bool:
        return test == "answered" or self.earlier[code]["kind"] == Kind.YES_NO

    @property
    def condition(self) -> Condition:
        """The condition that was built; empty for “always”."""
        joint = self.cleaned_data["joint"]
        return {} if joint == ALWAYS else {joint: self.tests}


def _read(question: Question, text: str) -> Any:
    """A number or a day as it was typed, with a comma or a point; raises ValueError."""
    plain = text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", ".")
    if question["kind"] == Kind.DATE:
        return plain or "-"
    return int(plain) if question["kind"] == Kind.WHOLE else float(plain)
