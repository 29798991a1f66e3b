"""For whom, which databases, which right on each: the steps of which the window sees the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from requests_app.forms.base import sentence_of
from rights.asking.capacities import HINTS, Capacity
from rights.asking.choosing import granted_to
from rights.asking.drafts import PICKED
from rights.entitlements.services.offering import Granted, Offered, choice_for
from rights.services.opening import Choice
from rights.states import Level, Right
from ui.forms import DsfrForm
from workflow.refusals import RuleBroken


class Hinted(forms.ChoiceField):
    """One of several choices, each with a hint below its label."""

    def __init__(self, *, hints: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(widget=forms.RadioSelect, **kwargs)
        self.choice_hints = hints or {}


class CapacityForm(DsfrForm):
    """For whom."""

    capacity = Hinted(
        label=_("For whom do you ask?"),
        choices=Capacity.choices,
        hints={code.value: hint for code, hint in HINTS.items()},
        error_messages={"required": _("Say for whom you ask."), "invalid_choice": _("Say for whom you ask.")},
    )


class DatabasesForm(DsfrForm):
    """Which databases; those of which nothing was declared are shown beside, without a box."""

    databases = forms.MultipleChoiceField(
        label=_("Databases"),
        error_messages={
            "required": _("Choose at least one database."),
            "invalid_choice": _("One of the databases cannot be chosen any more. Look at your choice again."),
        },
    )

    def __init__(self, posted: QueryDict | None, offered: Iterable[Offered], **kwargs: Any) -> None:
        super().__init__(posted, **kwargs)
        field: Any = self.fields["databases"]
        field.choices = [(one.database.slug, one.database.label) for one in offered]


class RightsForm(DsfrForm):
    """One right on each database, how far an opposition goes there, and which study it concerns."""

    def __init__(self, posted: QueryDict | None, offered: Sequence[Offered], capacity: str, day: date, **kwargs: Any) -> None:
        super().__init__(posted, **kwargs)
        self.offered, self.day = offered, day
        #: What was chosen, once the form is valid.
        self.choices: list[Choice] = []
        #: Needed with an opposition, of no use without one.
        self.wanted_at_times: set[str] = set()
        for one in offered:
            self._add(one, list(granted_to(one, capacity)))

    def clean(self) -> dict[str, Any]:
        """Work the choices out; what cannot be asked for is said beside its field."""
        cleaned = super().clean() or {}
        for one in self.offered:
            self._choose(one, cleaned)
        return cleaned

    @property
    def groups(self) -> Iterator[tuple[Offered, dict[str, BoundField]]]:
        """Each database with its fields."""
        for one in self.offered:
            names = {name: f"{name}_{one.database.slug}" for name in PICKED}
            yield one, {name: self[field] for name, field in names.items() if field in self.fields}

    def _add(self, offered: Offered, granted: list[Granted]) -> None:
        slug, short = offered.database.slug, offered.database.acronym
        self.fields[f"right_{slug}"] = Hinted(
            label=_("Your right on %(database)s") % {"database": short},
            choices=[(one.right.value, one.right.label) for one in granted],
            hints={one.right.value: _limits(one) for one in granted},
            error_messages={"required": _("Choose one right for %(database)s.") % {"database": short}},
        )
        levels = next((one.levels for one in granted if one.right == Right.OPPOSITION), [])
        if not levels:
            return
        self.fields[f"level_{slug}"] = Hinted(
            label=_("How far does the opposition go?"),
            choices=[(level.value, level.label) for level in levels],
            required=False,
            initial=levels[0].value if len(levels) == 1 else None,
        )
        self.wanted_at_times.add(f"level_{slug}")
        if Level.STUDY in levels:
            self.fields[f"study_{slug}"] = forms.CharField(
                label=_("Number of the study in the public registry"),
                help_text=_("Copy it as it stands on the page of the study."),
                required=False,
                max_length=40,
            )
            self.wanted_at_times.add(f"study_{slug}")

    def _choose(self, offered: Offered, cleaned: dict[str, Any]) -> None:
        slug, right = offered.database.slug, cleaned.get(f"right_{offered.database.slug}")
        if not right:
            return
        level = cleaned.get(f"level_{slug}", "") if right == Right.OPPOSITION else ""
        study = cleaned.get(f"study_{slug}", "").strip().upper() if level == Level.STUDY else ""
        try:
            self.choices.append(choice_for(offered.database, right, level, study, self.day))
        except RuleBroken as refusal:
            for broken in refusal.broken:
                place = f"{broken.where}_{slug}"
                self.add_error(place if place in self.fields else f"right_{slug}", sentence_of(broken))


def _limits(granted: Granted) -> str:
    """What a right covers here and its exceptions, told where it is chosen."""
    statement = granted.statement
    if statement is None:
        return ""
    return " ".join(filter(None, [statement.scope, *statement.limits]))
