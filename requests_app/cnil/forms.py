"""The forms of the room: the day of receipt, obligations, the commitment that a project rests on, a list of decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from requests_app import recording
from requests_app.cnil import services
from requests_app.cnil.importing import Applied, apply, chosen_in, keep_list
from requests_app.cnil.models import Commitment, DecisionList, Methodology, Obligation
from requests_app.cnil.papers import asks_paper
from requests_app.cnil.reading import MOST_BYTES
from requests_app.forms.base import MoveForm
from requests_app.models import Dossier
from requests_app.pieces import ACCEPTED
from requests_app.slots import cautions_about
from ui.forms import DayInput, DocumentField
from ui.words import day_in_words
from workflow.periods import paris_day

ANOTHER = "another"


def _words(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": options.pop("rows", 4)}), **options)


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **options)


class ReceiptForm(MoveForm):
    """On which day did the CNIL receive the complete file?"""

    on = _day(
        _("Received by the CNIL on"), help_text=_("As on its acknowledgement of receipt. The CNIL's period is counted from this day.")
    )
    because = _words(_("Why is the day corrected?"), help_text=_("The reason stays in the history of the dossier."), rows=3)

    def __init__(self, *args: Any, corrects: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not corrects:
            del self.fields["because"]

    def note(self, dossier: Dossier, *, by: Any, at: datetime) -> bool:
        """Record the day, or correct it."""
        return self.attempt(lambda: services.note_receipt(dossier, **self.cleaned_data, by=by, at=at))


class ObligationForm(MoveForm):
    """One more obligation."""

    words = _words(_("What does the CNIL ask for?"))
    due_on = _day(_("Until when?"), required=False, help_text=_("Leave it empty if the decision gives no day."))

    def add(self, dossier: Dossier, *, by: Any, at: datetime) -> bool:
        """Add it."""
        return self.attempt(lambda: services.add_obligation(dossier, **self.cleaned_data, by=by, at=at))


class MeetForm(MoveForm):
    """How was an obligation met?"""

    on = _day(_("Met on"))
    words = _words(_("How was it met?"), help_text=_("The secretariat and the CNIL's liaison read these words."))
    upload = DocumentField(label=_("Piece that shows it"), required=False, accepts=tuple(ACCEPTED.values()))
    places = {"file": "upload"}

    def meet(self, obligation: Obligation, *, by: Any, at: datetime) -> bool:
        """Record it."""
        return self.attempt(lambda: services.meet_obligation(obligation, **self.cleaned_data, by=by, at=at))


class WithdrawForm(MoveForm):
    """Why is an obligation taken back?"""

    because = _words(_("Why is it withdrawn?"), help_text=_("Written by mistake, lifted by the CNIL… The line stays, struck out."), rows=3)

    def withdraw(self, obligation: Obligation, *, by: Any, at: datetime) -> bool:
        """Take it back."""
        return self.attempt(lambda: services.withdraw_obligation(obligation, **self.cleaned_data, by=by, at=at))


class CommitmentForm(MoveForm):
    """The commitment of a controller to a methodology, in place of the one that it had."""

    organisation = forms.ModelChoiceField(label=_("Controller"), queryset=Organisation.objects.none(), empty_label=_("Choose a controller"))
    methodology = forms.ChoiceField(label=_("Methodology"), choices=Methodology.choices, widget=forms.RadioSelect)
    number = forms.CharField(label=_("Number of the commitment"), max_length=60)
    committed_on = _day(_("Date of the commitment"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.order_by("name", "pk")  # type: ignore[attr-defined]

    def commit(self, *, by: Any, at: datetime) -> bool:
        """Keep it."""
        said = self.cleaned_data
        told = {"number": said["number"], "committed_on": said["committed_on"], "by": by, "at": at}
        return self.attempt(lambda: services.commit(said["organisation"], said["methodology"], **told))


class VerifyForm(MoveForm):
    """On which commitment does the project rest: the one that its controller has given already, or another?"""

    rests_on = forms.ChoiceField(label=_("On which commitment does the project rest?"), widget=forms.RadioSelect)
    number = forms.CharField(label=_("Number of the commitment"), max_length=60, required=False)
    committed_on = _day(_("Date of the commitment"), required=False)
    happened_on = _day(_("Date of the check"))
    document = DocumentField(label=_("Receipt of the commitment"), required=False, accepts=tuple(ACCEPTED.values()))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    places = {"reference": "number", "at": "happened_on", "file": "document"}

    def __init__(self, *args: Any, opening: Any, dossier: Dossier, now: datetime, **kwargs: Any) -> None:
        self.opening, self.dossier, self.now = opening, dossier, now
        self.known: Commitment | None = None
        if dossier.procedure in Methodology.values and dossier.content.controller_id:
            self.known = services.in_force(dossier.content.controller_id, dossier.procedure)
        initial = {"happened_on": paris_day(now), "seen": dossier.journal_seq, "rests_on": str(self.known.pk) if self.known else ANOTHER}
        super().__init__(*args, initial=initial, **kwargs)
        self._offer()

    def _offer(self) -> None:
        if self.dossier.procedure not in Methodology.values:
            del self.fields["committed_on"]
        if self.known is None:
            del self.fields["rests_on"]
            for name in {"number", "committed_on"} & set(self.fields):
                self.fields[name].required = True
            return
        words = {"number": self.known.number, "day": day_in_words(self.known.committed_on)}
        offered = gettext("The controller's commitment %(number)s of %(day)s") % words
        self.fields["rests_on"].choices = [(str(self.known.pk), offered), (ANOTHER, gettext("Another one, which replaces it"))]  # type: ignore[attr-defined]
        for name in ("number", "committed_on"):
            self.fields[name].help_text = gettext("For another commitment only.")

    def clean_happened_on(self) -> Any:
        """The day, which cannot be yet to come; raises ValidationError."""
        if self.cleaned_data["happened_on"] > paris_day(self.now):
            raise ValidationError(gettext("This date is in the future."))
        return self.cleaned_data["happened_on"]

    def clean(self) -> dict[str, Any]:
        """The number of the commitment chosen or written; what looks odd is confirmed once."""
        said = super().clean() or self.cleaned_data
        if self.known and said.get("rests_on") == str(self.known.pk):
            said |= {"number": self.known.number, "committed_on": None}
        else:
            self._require_what_is_new(said)
        self.confirm(cautions_about(self.opening.name, self.dossier, {"reference": said.get("number", "")}, None))
        return said

    def _require_what_is_new(self, said: dict[str, Any]) -> None:
        if not said.get("number") and "number" not in self.errors:
            self.add_error("number", gettext("Give the number of the commitment."))
        if "committed_on" in self.fields and not said.get("committed_on") and "committed_on" not in self.errors:
            self.add_error("committed_on", gettext("Give the date of the commitment."))

    def verify(self, *, by: Any) -> bool:
        """Make the move: the project is authorised."""
        said = self.cleaned_data
        written = recording.Written(said["happened_on"], said["number"], "", said.get("document"), said.get("seen"))
        committed = said.get("committed_on")
        return self.attempt(lambda: services.verify(self.dossier, self.opening, written, committed_on=committed, by=by, at=self.now))


class ListForm(MoveForm):
    """One list of decisions."""

    file = DocumentField(label=_("List of decisions"), accepts=(".csv", ".txt"), max_bytes=MOST_BYTES)
    kept: DecisionList
    is_new: bool

    def keep(self, *, by: Any, at: datetime) -> bool:
        """Read and keep the list, or say why it cannot be read."""

        def keep() -> None:
            sent = self.cleaned_data["file"]
            self.kept, self.is_new = keep_list(sent.read(), sent.name, by=by, at=at)

        return self.attempt(keep)


class RecordForm(MoveForm):
    """Which lines of a list are recorded, and the paper from which they were transcribed."""

    paper = DocumentField(
        label=_("Paper of the CNIL from which this list was transcribed"),
        help_text=_("Compulsory for its decisions. It is kept with the list, not with the dossiers: it names them all."),
        required=False,
        accepts=tuple(ACCEPTED.values()),
    )
    marks_optional = False
    places = {"file": "paper"}
    told: Applied

    def __init__(self, *args: Any, decisions: DecisionList, by: Any) -> None:
        super().__init__(*args)
        self.decisions, self.by = decisions, by
        self.chosen = chosen_in(self.data.getlist("line")) if self.is_bound else []  # type: ignore[attr-defined]
        if not asks_paper(decisions, by):
            del self.fields["paper"]

    def record(self, *, at: datetime) -> bool:
        """Record the ticked lines, or say what they lack, with the ticks kept."""

        def record() -> None:
            self.told = apply(self.decisions, self.chosen, paper=self.cleaned_data.get("paper"), by=self.by, at=at)

        return self.attempt(record)
