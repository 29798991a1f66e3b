"""The destruction of what was received: stated by its recipient, checked by the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from extractions.delivery.models import Destruction, Package
from extractions.delivery.services import destruction
from extractions.rules import LONGEST
from requests_app.forms.base import MoveForm
from ui.forms import DayInput, DocumentField


class StateForm(MoveForm):
    """When and how the data were destroyed."""

    places = {"file": "paper"}
    destroyed_on = forms.DateField(label=_("Destroyed on"), widget=DayInput)
    words = forms.CharField(
        label=_("How, and which copies"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The method, the places, the backups; linkage tables and intermediate files too."),
    )
    paper = DocumentField(
        label=_("Proof of the destruction (PDF)"),
        help_text=_("Where there is one: the certificate of who hosted or erased the data. Nothing about a patient."),
        accepts=(".pdf",),
        required=False,
    )
    sworn = forms.BooleanField(
        label=_("I certify that no copy of these data is left with us or with those who worked for us."),
        error_messages={"required": _("Tick this box to certify.")},
    )

    def save(self, package: Package, *, by: Any, at: datetime) -> bool:
        """State it, and say whether it was done."""
        given = self.cleaned_data
        return self.attempt(lambda: destruction.state(package, given["destroyed_on"], given["words"], by=by, at=at, paper=given["paper"]))


class CheckForm(MoveForm):
    """What was stated is confirmed, or sent back with a reason."""

    verdict = forms.ChoiceField(
        label=_("Your check"),
        choices=[("confirm", _("I confirm the destruction")), ("send_back", _("I send the statement back"))],
        widget=forms.RadioSelect,
    )
    because = forms.CharField(
        label=_("What lacks, if you send it back"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )

    def save(self, row: Destruction, *, by: Any, at: datetime) -> bool:
        """Settle it, and say whether it was done."""
        given = self.cleaned_data
        confirmed = given["verdict"] == "confirm"
        return self.attempt(lambda: destruction.check(row, confirmed=confirmed, because=given["because"], by=by, at=at))
