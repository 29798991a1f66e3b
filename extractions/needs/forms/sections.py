"""The sections of a draft: what holds for the whole need, and what is asked of one database with its criteria as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.text.clean import clean
from extractions.needs.codes import Nomenclature
from extractions.needs.content import (
    Channel,
    Content,
    Criterion,
    DatabaseNeed,
    Form,
    Format,
    Named,
    Rhythm,
    Sense,
    with_database,
)
from extractions.needs.models import NeedDraft
from extractions.needs.services.drafting import SavedMeanwhile, save_section
from extractions.needs.settings import minimum_cell
from extractions.needs.words import CHANNELS, FORMATS, FORMS, NOMENCLATURES, RHYTHMS, SENSES
from extractions.rules import LONGEST
from requests_app.forms.base import MoveForm
from requests_app.forms.fields import WholeField
from ui.forms import DayInput

MOST_CRITERIA = 60
MOST_VARIABLES = 5000
#: Of the name of a variable; what is longer is a sentence.
LONGEST_NAME = 80
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def tidy(text: str) -> str:
    """Lines of plain text, without invisible signs and without blank lines at the ends."""
    return "\n".join(clean(line) for line in text.splitlines()).strip()


def names_in(text: str) -> tuple[str, ...]:
    """Names as they were pasted, one a line or separated by signs, each once."""
    found = text.replace(";", "\n").replace(",", "\n").replace("\t", "\n").splitlines()
    return tuple(dict.fromkeys(filter(None, map(clean, found))))


class TidyField(forms.CharField):
    """A text of several lines."""

    def __init__(self, *, label: Any, rows: int = 4) -> None:
        super().__init__(label=label, required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}))

    def clean(self, value: Any) -> str:
        """The text as it is kept."""
        return tidy(super().clean(value))


class SectionForm(MoveForm):
    """A section of a draft: what was saved meanwhile is told once, and what was typed stays."""

    marks_optional = False
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, draft: NeedDraft, section: str, initial: dict[str, Any], **more: Any) -> None:
        revision = int(draft.revisions.get(section, 0))
        super().__init__(data, initial={"revision": revision} | initial, **more)
        self.draft, self.section = draft, section

    def changed(self, content: Content) -> Content:
        """The need with this section as it was typed."""
        raise NotImplementedError

    def save(self, *, by: Any, at: datetime) -> bool:
        """Save the section, and say whether it was done."""
        return self.attempt(lambda: self._save(by, at))

    def _save(self, by: Any, at: datetime) -> None:
        try:
            save_section(self.draft, self.section, self.cleaned_data["revision"], self.changed, by=by, at=at)
        except SavedMeanwhile as refusal:
            typed: Any = self.data
            self.data = typed.copy()
            self.data[self.add_prefix("revision")] = str(refusal.revision)  # type: ignore[index]
            raise


def _choices(words: Any) -> list[tuple[str, Any]]:
    return [(str(code), label) for code, label in words.items()]


class GeneralForm(SectionForm):
    """What holds for the whole need: whom it is about, in which form the data come, how often, by which way."""

    population = TidyField(label=_("Population"))
    targeting = TidyField(label=_("Targeting criteria"))
    form = forms.ChoiceField(label=_("Form of the data"), choices=_choices(FORMS), required=False, widget=forms.RadioSelect)
    minimum_cell = WholeField(label=_("Fewest persons in a cell of a table"), required=False, max_value=10_000)
    format = forms.ChoiceField(label=_("Format of the files"), choices=[("", _("Choose")), *_choices(FORMATS)], required=False)
    format_words = forms.CharField(label=_("Which format, or what is to be known of it"), required=False, max_length=300)
    rhythm = forms.ChoiceField(label=_("Rhythm of the updates"), choices=[("", _("Choose")), *_choices(RHYTHMS)], required=False)
    channel = forms.ChoiceField(label=_("Channel wished for"), choices=_choices(CHANNELS), required=False, widget=forms.RadioSelect)
    channel_words = forms.CharField(label=_("Which system or transfer"), required=False, max_length=300)
    remarks = TidyField(label=_("Remarks"))

    def __init__(self, data: Any = None, *, draft: NeedDraft) -> None:
        said = draft.said
        names = [*("population", "targeting", "form", "minimum_cell", "format", "format_words")]
        names += ["rhythm", "channel", "channel_words", "remarks"]
        super().__init__(data, draft=draft, section="general", initial={name: getattr(said, name) for name in names})
        least = minimum_cell()
        self.fields["minimum_cell"].help_text = _("For aggregate tables only; never below %(least)s.") % {"least": least}
        self.fields["channel"].help_text = _("The convention decides: this is what you wish for.")

    def clean(self) -> dict[str, Any]:
        """Tables have a least cell, and individual data have none."""
        given: dict[str, Any] = super().clean() or {}
        least, asked = minimum_cell(), given.get("minimum_cell")
        if given.get("form") == Form.AGGREGATES:
            if asked is not None and asked < least:
                self.add_error("minimum_cell", _("No cell of a table counts fewer than %(least)s persons.") % {"least": least})
            given["minimum_cell"] = asked or least
        else:
            given["minimum_cell"] = None
        return given

    def changed(self, content: Content) -> Content:
        """The need with this section as it was typed."""
        given = self.cleaned_data
        plain = {name: given[name] for name in ("population", "targeting", "minimum_cell", "remarks")}
        plain |= {name: clean(given[name]) for name in ("format_words", "channel_words")}
        for name, kind in (("form", Form), ("format", Format), ("rhythm", Rhythm), ("channel", Channel)):
            plain[name] = kind(given[name]) if given[name] else None
        return replace(content, **plain)


def blank_row() -> dict[str, Any]:
    """A criterion that was not written yet."""
    return {"code": "", "sense": Sense.INCLUDES, "kind": Nomenclature.CIM10, "words": "", "from": None, "to": None}


class DatabaseForm(SectionForm):
    """What is asked of one database; its criteria are rows, and one more stands ready."""

    year_from = WholeField(label=_("From year"), required=False, min_value=_FIRST_YEAR, max_value=_LAST_YEAR)
    year_to = WholeField(label=_("To year"), required=False, min_value=_FIRST_YEAR, max_value=_LAST_YEAR)
    history_years = WholeField(label=_("Historical depth, in years"), required=False, min_value=0, max_value=99)
    criteria_words = TidyField(label=_("Population in this database, in words"))
    variables_words = TidyField(label=_("Families of variables, in words"))
    variables = forms.CharField(
        label=_("Variables"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Paste their names: one a line, or with commas or semicolons between them."),
    )

    def __init__(self, data: Any = None, *, draft: NeedDraft, slug: str, offered: tuple[Named, ...], typed: Any = None) -> None:
        said = draft.said.database(slug)
        assert said is not None
        self.said: DatabaseNeed = said
        self.offered = {one.code: one for one in offered}
        kept = [{"code": it.code, "sense": it.sense, "kind": it.nomenclature} | _rest_of(it) for it in said.criteria]
        posted = data if data is not None else typed
        count = len(kept) + 1 if posted is None else _whole(posted.get("rows"), len(kept) + 1)
        count += 1 if typed is not None else 0
        self.rows_count = min(count, MOST_CRITERIA)
        super().__init__(data, draft=draft, section=f"db:{slug}", initial=self._initial(kept, typed))
        if self.offered:
            choices = [(one.code, one.name) for one in offered]
            self.fields["components"] = forms.MultipleChoiceField(
                label=_("Components"), choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )
            self.order_fields(["revision", "components"])
        for place in range(1, self.rows_count + 1):
            self._add_row(place)

    def _initial(self, kept: list[dict[str, Any]], typed: Any) -> dict[str, Any]:
        """What the draft says, or what was typed when one more row was asked for."""
        if typed is not None:
            return {name: typed.getlist(name) if name == "components" else typed.get(name) for name in typed}
        names = ("year_from", "year_to", "history_years", "criteria_words", "variables_words")
        found: dict[str, Any] = {name: getattr(self.said, name) for name in names}
        found |= {"variables": "\n".join(self.said.variables), "components": [one.code for one in self.said.components]}
        for place, row in enumerate([*kept, blank_row()], 1):
            found |= {f"c{place}_{name}": value for name, value in row.items()}
        return found

    def _add_row(self, place: int) -> None:
        hidden = forms.CharField(widget=forms.HiddenInput, required=False, max_length=10)
        row: dict[str, forms.Field] = {
            "code": hidden,
            "sense": forms.ChoiceField(label=_("Inclusion or exclusion"), choices=_choices(SENSES), initial=Sense.INCLUDES, required=False),
            "kind": forms.ChoiceField(label=_("What it speaks of"), choices=_choices(NOMENCLATURES), required=False),
            "words": TidyField(label=_("The criterion in words"), rows=2),
            "from": forms.DateField(label=_("Looked for from"), required=False, widget=DayInput),
            "to": forms.DateField(label=_("Looked for until"), required=False, widget=DayInput),
            "drop": forms.BooleanField(label=_("Remove this criterion"), required=False),
        }
        for name, field in row.items():
            self.fields[f"c{place}_{name}"] = field

    def rows(self) -> Iterator[tuple[int, dict[str, Any], int]]:
        """Each row with its place, its fields by name, and how many codes its list has."""
        for place in range(1, self.rows_count + 1):
            fields = {name: self[f"c{place}_{name}"] for name in ("code", "sense", "kind", "words", "from", "to", "drop")}
            known = self.said.criterion(fields["code"].value() or "")
            yield place, fields, len(known.codes) if known else 0

    def clean(self) -> dict[str, Any]:
        """Years and periods in their order; a list keeps the nomenclature under which it was checked."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("year_from"), given.get("year_to")
        if first and last and first > last:
            self.add_error("year_to", _("The last year comes before the first."))
        self._check_variables(names_in(given.get("variables") or ""))
        for place in range(1, self.rows_count + 1):
            self._check_row(place, given)
        return given

    def _check_variables(self, names: tuple[str, ...]) -> None:
        if len(names) > MOST_VARIABLES:
            self.add_error("variables", _("The most is %(most)s variables.") % {"most": MOST_VARIABLES})
        if long := next((name for name in names if len(name) > LONGEST_NAME), None):
            sentence = _("“%(beginning)s…” is too long for the name of a variable: write words into the field above.")
            self.add_error("variables", sentence % {"beginning": long[:40]})

    def _check_row(self, place: int, given: dict[str, Any]) -> None:
        row = {name: given.get(f"c{place}_{name}") for name in ("code", "kind", "words", "from", "to", "drop")}
        if row["drop"]:
            return
        if row["from"] and row["to"] and row["from"] > row["to"]:
            self.add_error(f"c{place}_to", _("This day comes before the first."))
        known = self.said.criterion(row["code"] or "")
        if not row["words"] and (known or row["from"] or row["to"]) and not self.has_error(f"c{place}_words"):
            self.add_error(f"c{place}_words", _("Say the criterion in words, or remove it."))
        if known and known.codes and row["kind"] != known.nomenclature:
            sentence = _("Its list of codes was checked as “%(kind)s”: empty it before the criterion speaks of something else.")
            self.add_error(f"c{place}_kind", sentence % {"kind": NOMENCLATURES[known.nomenclature]})

    def changed(self, content: Content) -> Content:
        """The need with this database as it was typed; each criterion keeps the list that it has."""
        given, slug = self.cleaned_data, self.said.slug

        def change(one: DatabaseNeed) -> DatabaseNeed:
            components = tuple(self.offered[code] for code in given.get("components", [])) if self.offered else one.components
            names = ("year_from", "year_to", "history_years", "criteria_words", "variables_words")
            plain = {name: given[name] for name in names} | {"variables": names_in(given["variables"])}
            return replace(one, components=components, criteria=tuple(self._criteria(one)), **plain)

        return with_database(content, slug, change)

    def _criteria(self, one: DatabaseNeed) -> Iterator[Criterion]:
        for place in range(1, self.rows_count + 1):
            row = {name: self.cleaned_data.get(f"c{place}_{name}") for name in ("code", "sense", "kind", "words", "from", "to", "drop")}
            if row["drop"] or not row["words"]:
                continue
            known = one.criterion(row["code"] or "")
            code, codes = (known.code, known.codes) if known else ("", ())  # the draft gives it its code as it is saved
            sense, kind = Sense(row["sense"] or Sense.INCLUDES), Nomenclature(row["kind"] or Nomenclature.OTHER)
            yield Criterion(code, sense, kind, row["words"], row["from"], row["to"], codes)


def _rest_of(criterion: Criterion) -> dict[str, Any]:
    return {"words": criterion.words, "from": criterion.period_from, "to": criterion.period_to}


def _whole(said: Any, otherwise: int) -> int:
    return max(int(said), 1) if isinstance(said, str) and said.isdecimal() and len(said) < 4 else otherwise
