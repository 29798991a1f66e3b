"""Which proposals are accepted or rejected, and why; a file that a counterparty has sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Organisation
from contracts.models import Convention, ConventionVersion
from contracts.negotiating.models import ReceivedText
from contracts.negotiating.services.receiving import receive
from contracts.negotiating.services.settling import accept, reject
from contracts.rules import LONGEST
from contracts.text.reading import LARGEST
from requests_app.forms.base import MoveForm
from ui.forms import DocumentField

ACCEPT, REJECT = "accept", "reject"


class SettleForm(MoveForm):
    """The answer to one or several proposals."""

    marks_optional = False
    proposals = forms.MultipleChoiceField(
        label=gettext_lazy("Proposals"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one proposal.")},
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[
            (ACCEPT, pgettext_lazy("answer", "Accept: together they give a new version")),
            (REJECT, pgettext_lazy("answer", "Reject, for the reason below")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Accept or reject.")},
    )
    because = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Needed to reject. Read by all the parties."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *sent: Any, choices: Iterable[int], initial: dict[str, Any] | None = None) -> None:
        super().__init__(*sent, initial=initial)
        self.fields["proposals"].choices = [(str(pk), str(pk)) for pk in choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[str]:
        """What is ticked, as the page shows it."""
        return [str(one) for one in self["proposals"].value() or []]

    def save(self, convention: Convention, *, by: Any, at: datetime) -> bool:
        """Answer, and say whether it was done."""
        given = self.cleaned_data
        chosen = [int(pk) for pk in given["proposals"]]
        answered = accept if given["answer"] == ACCEPT else reject
        return self.attempt(lambda: answered(convention, chosen, by=by, at=at, why=given["because"]))


class ReceivedForm(MoveForm):
    """The file, the version that it was made from, and, where the operator sends it, for whom."""

    version = forms.TypedChoiceField(
        label=gettext_lazy("Version that the changes were made in"),
        help_text=gettext_lazy("The one that was sent to you: its number stands on the page of its files."),
        coerce=int,
    )
    party = forms.TypedChoiceField(label=gettext_lazy("Who sent this file"), coerce=int, empty_value=None, required=False)
    file = DocumentField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("The word-processor file of the convention, with your changes in it; tracked changes count as accepted."),
        accepts=(".docx",),
        max_bytes=LARGEST,
    )

    def __init__(self, *sent: Any, versions: list[ConventionVersion], parties: list[Organisation] | None) -> None:
        super().__init__(*sent)
        self.versions = {one.number: one for one in versions}
        self.fields["version"].choices = [(one.number, _("Version %(number)s") % {"number": one.number}) for one in versions]  # type: ignore[attr-defined]
        self.parties = {one.pk: one for one in parties or []}
        if parties is None:
            del self.fields["party"]
        else:
            self.fields["party"].choices = [("", _("The operator")), *((one.pk, str(one)) for one in parties)]  # type: ignore[attr-defined]
        self.made: ReceivedText | None = None

    def save(self, convention: Convention, speaks: Organisation | None, *, by: Any, at: datetime) -> bool:
        """Keep the file and what is read in it, and say whether it was done."""
        given = self.cleaned_data
        party = self.parties.get(given.get("party") or 0) if "party" in self.fields else speaks

        def act() -> None:
            """Keep it, and remember which it was."""
            self.made = receive(convention, self.versions[given["version"]], given["file"], by=by, at=at, party=party)

        return self.attempt(act)
