"""A result in counts, pass by pass; and the decision on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from extractions.matching.models import MatchingResult
from extractions.matching.rules import LONGEST_CRITERIA, MOST_PASSES, Counted, Pass
from extractions.matching.services.deciding import decide, record_result
from extractions.models import Ticket
from extractions.rules import LONGEST
from requests_app.forms.base import MoveForm
from requests_app.forms.fields import WholeField


class ResultForm(MoveForm):
    """How many were looked for, and for each pass its criteria and how many it found."""

    submitted = WholeField(
        label=_("Persons looked for"), min_value=1, help_text=_("Subjects of the applicant's source that entered the matching.")
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for place in range(1, MOST_PASSES + 1):
            self.fields[f"criteria_{place}"] = forms.CharField(
                label=_("Criteria of pass %(place)s") % {"place": place},
                max_length=LONGEST_CRITERIA,
                required=False,
                help_text=_("Names of variables, such as “sex, month of birth, commune”; never a value.") if place == 1 else "",
            )
            self.fields[f"found_{place}"] = WholeField(label=_("Found by pass %(place)s") % {"place": place}, min_value=0, required=False)

    def rows(self) -> Iterator[tuple[int, Any, Any]]:
        """The passes as pairs of fields."""
        for place in range(1, MOST_PASSES + 1):
            yield place, self[f"criteria_{place}"], self[f"found_{place}"]

    def clean(self) -> dict[str, Any]:
        """A pass has both its criteria and its count; those left empty at the end are left out."""
        given: dict[str, Any] = super().clean() or {}
        for place in range(1, MOST_PASSES + 1):
            criteria, found = given.get(f"criteria_{place}"), given.get(f"found_{place}")
            if criteria and found is None and not self.has_error(f"found_{place}"):
                self.add_error(f"found_{place}", str(_("Say how many this pass has found.")))
            if found is not None and not criteria and not self.has_error(f"criteria_{place}"):
                self.add_error(f"criteria_{place}", str(_("Name the criteria of this pass.")))
        return given

    def counted(self) -> Counted:
        """What was entered, as the domain takes it."""
        given = self.cleaned_data
        places = [place for place in range(1, MOST_PASSES + 1) if given.get(f"criteria_{place}")]
        return Counted(given["submitted"], tuple(Pass(given[f"criteria_{place}"], given[f"found_{place}"]) for place in places))

    def save(self, ticket: Ticket, *, by: Any, at: datetime) -> bool:
        """Record the result, and say whether it was done."""
        return self.attempt(lambda: record_result(ticket, self.counted(), by=by, at=at))


class DecisionForm(MoveForm):
    """Why we go on with this result, or do not; below the threshold a box says that this is meant."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    because = forms.CharField(label=_("Why"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any = None, *, ticket: Ticket, result: MatchingResult, goes_on: bool) -> None:
        super().__init__(data, initial={"seen": result.pk})
        self.ticket, self.result, self.goes_on = ticket, result, goes_on
        if goes_on and result.reaches:
            self.fields["because"].help_text = _("Leave it empty to note that the rate reaches the threshold.")
        elif goes_on:
            label = _("I go on although the rate is below the threshold.")
            self.fields["below"] = forms.BooleanField(label=label, error_messages={"required": _("Tick this box, or do not go on.")})
            self.fields["because"].required = True
        else:
            self.fields["because"].required = True
            self.fields["because"].help_text = _("The applicant reads it, and specifies the need anew.")

    def save(self, *, by: Any, at: datetime) -> bool:
        """Decide, and say whether it was done."""
        given = self.cleaned_data
        return self.attempt(lambda: decide(self.ticket, given["seen"], given["because"], goes_on=self.goes_on, by=by, at=at))
