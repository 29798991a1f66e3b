"""The forms of the secretariat's own organisation: what to do with the ticked dossiers, a list to save, an absence, a search."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from requests_app.desks.models import Absence
from requests_app.desks.services import declare_absence, may_organise, save_list
from requests_app.forms.base import MoveForm
from requests_app.move_forms import officers
from ui.forms import DsfrForm
from ui.words import day_in_words

ASSIGN, REMIND, AS_CSV, AS_XLSX = "assign", "remind", "csv", "xlsx"
ACTIONS = {
    ASSIGN: _("Entrust them to an officer"),
    REMIND: _("Remind the applicants"),
    AS_XLSX: _("Download them (XLSX)"),
    AS_CSV: _("Download them (CSV)"),
}


class ColleagueField(forms.ModelChoiceField):
    """An officer of the secretariat; who is away today says so in the list."""

    def __init__(self, **options: Any) -> None:
        self.away: Mapping[int, Absence] = {}
        super().__init__(queryset=User.objects.none(), **options)

    def label_from_instance(self, obj: Any) -> str:
        """The name and, for somebody who is away, until when."""
        absence = self.away.get(obj.pk)
        if absence is None:
            return str(obj)
        return gettext("%(name)s (away until %(day)s)") % {"name": obj, "day": day_in_words(absence.to_on)}


class BulkForm(DsfrForm):
    """What is to be done with the ticked dossiers, or with the whole list."""

    action = forms.ChoiceField(label=_("With the ticked dossiers"), choices=list(ACTIONS.items()))
    officer = ColleagueField(label=_("Officer, to entrust them"), empty_label=_("Choose an officer"), required=False)
    whole = forms.BooleanField(label=_("Take the whole list, its first 500 dossiers"), required=False)

    def __init__(self, *args: Any, away: Mapping[int, Absence] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["officer"]
        field.queryset, field.away = officers(), away or {}

    def clean(self) -> dict[str, Any]:
        """Entrusting needs an officer."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("action") == ASSIGN and not said.get("officer") and "officer" not in self.errors:
            self.add_error("officer", gettext("Choose an officer of the list."))
        return said


class SaveListForm(MoveForm):
    """A name for the list that is shown."""

    name = forms.CharField(label=_("Name of the list"), max_length=80)
    is_shared = forms.BooleanField(label=_("Share it with the secretariat"), required=False)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)

    def save(self, query: str, *, by: Any, at: datetime) -> bool:
        """Keep the list and say whether it was kept."""
        said = self.cleaned_data
        return self.attempt(lambda: save_list(name=said["name"], query=query, is_shared=said["is_shared"], by=by, at=at))


class AbsenceForm(MoveForm):
    """From when to when somebody is away, and who stands in."""

    user = ColleagueField(label=_("Who is away"), empty_label=None)
    from_on = forms.DateField(label=_("First day"))
    to_on = forms.DateField(label=_("Last day"))
    replacement = ColleagueField(label=_("Who stands in"), empty_label=_("Choose a colleague"))

    def __init__(self, *args: Any, by: Any, today: date, **kwargs: Any) -> None:
        self.by = by
        super().__init__(*args, initial={"user": by.pk, "from_on": today}, **kwargs)
        every = officers()
        user, replacement = self.fields["user"], self.fields["replacement"]
        mine = [one.pk for one in every if may_organise(by, one)]
        user.queryset, replacement.queryset = every.filter(pk__in=mine), every  # type: ignore[attr-defined]

    def declare(self, *, at: datetime) -> bool:
        """Declare the absence and say whether it was."""
        return self.attempt(lambda: declare_absence(**self.cleaned_data, by=self.by, at=at))
