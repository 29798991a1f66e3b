"""Who reports, the report itself, and what holders, committee and applicant write to each other about a dossier."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from committee.models import Allocation, Consultation, Examination, Member, Question, Report
from committee.queries.candidates import Proposal
from committee.services.allocating import allocate, take_back
from committee.services.asking import LONGEST as LONGEST_QUESTION
from committee.services.asking import answer, ask
from committee.services.consulting import LONGEST as LONGEST_REMARK
from committee.services.consulting import MOST_FILES, file_remark
from committee.services.reporting import LONGEST, WRITTEN, file_report, save_report
from requests_app.forms.autosaved import AutosavedForm
from requests_app.forms.base import MoveForm
from requests_app.forms.conflict import Conflict, Difference
from requests_app.forms.section import author_mark
from requests_app.services import Saved
from requests_app.states import EXPRESS_OPINIONS
from requests_app.talk.forms import DocumentsField

OPINIONS_SAID = {one.value: one.label for one in EXPRESS_OPINIONS}


def words(label: Any, help_text: Any = "", *, most: int, required: bool = True, rows: int = 6) -> forms.CharField:
    """A text of some lines; its length is limited by the domain."""
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": most})
    return forms.CharField(label=label, help_text=help_text, required=required, widget=widget)


class AllocationForm(MoveForm):
    """Who reports on a dossier, among those who are proposed."""

    members = forms.MultipleChoiceField(label=_("Rapporteurs"), required=False, widget=forms.CheckboxSelectMultiple)
    because = words(
        _("Why one rapporteur is enough"), _("Needed when only one is chosen. It stands in the papers."), most=2000, required=False, rows=3
    )

    def __init__(self, data: Any = None, *, examination: Examination, proposals: Iterable[Proposal]) -> None:
        super().__init__(data, initial={"because": examination.single_because})
        self.examination, self.proposals = examination, list(proposals)
        self.offered = {str(one.member.pk): one.member for one in self.proposals}
        self.fields["members"].choices = [(key, str(member)) for key, member in self.offered.items()]  # type: ignore[attr-defined]

    @property
    def ticked(self) -> set[int]:
        """Those who are chosen on the page: what was sent."""
        return {int(key) for key in self["members"].value() or [] if str(key).isdecimal()} if self.is_bound else set()

    def allocate(self, *, by: Any, at: datetime) -> bool:
        """Allocate the dossier and say whether it was done."""
        said = self.cleaned_data
        chosen: list[Member] = [self.offered[key] for key in said["members"]]
        return self.attempt(lambda: allocate(self.examination, chosen, by=by, at=at, because=said["because"]))


class TakeBackForm(MoveForm):
    """Why a dossier is taken back from a rapporteur."""

    because = words(_("Why the dossier is taken back"), _("Kept with the allocation; the rapporteur is not told why."), most=2000, rows=4)

    def take_back(self, allocation: Allocation, *, by: Any, at: datetime) -> bool:
        """Take it back and say whether it was done."""
        return self.attempt(lambda: take_back(allocation, by=by, at=at, because=self.cleaned_data["because"]))


#: What each part of the report is about, beyond its name.
HELP: dict[str, Any] = {
    "public_interest": _("What the project brings to all, and whether its purposes are allowed."),
    "relevance": _("The question asked, what is known already, and whether the project can answer."),
    "method": _("Design, population, comparison, bias, size."),
    "need": _("Are these data, these years and these identifiers necessary for the purpose, and nothing more?"),
    "ethics": _("Where there is something to say."),
    "information": _("How the persons are informed, or whether the derogation is justified."),
    "questions": _("What you would ask before the session. Writing it here asks nothing yet."),
    "proposal": _("It binds nobody: the committee votes."),
    "recommendations": _("Compulsory unless the opinion is plainly favourable."),
}


class ReportForm(AutosavedForm):
    """A rapporteur's report: every part is saved as it is written, nothing is required before it is filed."""

    author = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, report: Report, user: Any, reference: str) -> None:
        self.report = report
        initial = {name: getattr(report, name) for name in WRITTEN}
        initial |= {"revision": report.revision, "page": secrets.token_hex(8), "author": author_mark(user.pk, reference)}
        super().__init__(data, initial=initial)
        for name in WRITTEN:
            self.fields[name] = self._part(name)

    @staticmethod
    def _part(name: str) -> forms.Field:
        label = capfirst(Report._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        if name != "proposal":
            return words(label, HELP[name], most=LONGEST, required=False)
        choices = list(OPINIONS_SAID.items())
        return forms.ChoiceField(label=label, help_text=HELP[name], required=False, choices=choices, widget=forms.RadioSelect)

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """The fields that a person sees."""
        return [self[name] for name in WRITTEN]

    def values(self) -> dict[str, str]:
        """What may be saved: what is valid, less what the person leaves to the other version."""
        return {name: self.cleaned_data[name] for name in WRITTEN if name in self.cleaned_data and not self.leaves_theirs(name)}

    def save(self, *, by: Any, at: datetime) -> Saved:
        """Save what is valid; `full_clean` must have run. Raises NotAllowed, WrongState."""
        return save_report(self.report.allocation, self.values(), by=by, at=at, revision=self.read_at, page=self.open_page)

    def conflict_with(self, saved: Saved) -> Conflict | None:
        """Both versions of each part that differs, when another tab has saved meanwhile; none when both say the same."""
        mine = self.values()
        apart = [name for name, theirs in saved.theirs.items() if mine[name] != theirs] if saved.conflict else []
        found = [
            Difference(name, str(self[name].label), self._said(name, mine[name]), self._said(name, saved.theirs[name])) for name in apart
        ]
        return Conflict(saved.revision, found) if found else None

    def _said(self, name: str, value: str) -> str:
        return str(OPINIONS_SAID.get(value, value)) if name == "proposal" else value


class FilingForm(MoveForm):
    """The report is filed as it was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def file(self, allocation: Allocation, *, by: Any, at: datetime) -> bool:
        """File it and say whether it was done."""
        return self.attempt(lambda: file_report(allocation, by=by, at=at, revision=self.cleaned_data["revision"]))


class WordsForm(MoveForm):
    """A text to send, which survives the end of the session; what is said of the text depends on the page."""

    author = forms.CharField(required=False, widget=forms.HiddenInput)


class RemarkForm(WordsForm):
    """What a holder remarks."""

    words = words(
        _("Your remarks"), _("They join the papers of the committee, and can no longer be changed."), most=LONGEST_REMARK, rows=10
    )
    places = {"file": "enclosed"}
    enclosed = DocumentsField(
        label=_("Files enclosed"),
        help_text=_("At most %(most)d. They are read with your remarks, by the committee and by your organisation.") % {"most": MOST_FILES},
    )

    def file(self, consultation: Consultation, *, by: Any, at: datetime) -> bool:
        """File the remarks and say whether it was done."""
        said = self.cleaned_data
        return self.attempt(lambda: file_remark(consultation, said["words"], by=by, at=at, uploads=said["enclosed"]))


class QuestionForm(WordsForm):
    """What the committee asks."""

    words = words(
        _("Your question"),
        _("The applicant reads it as a question of the committee, without your name. It can no longer be changed."),
        most=LONGEST_QUESTION,
    )

    def ask(self, examination: Examination, *, by: Any, at: datetime) -> bool:
        """Put the question and say whether it was done."""
        return self.attempt(lambda: ask(examination, self.cleaned_data["words"], by=by, at=at))


class AnswerForm(WordsForm):
    """What the applicant answers."""

    words = words(_("Your answer"), _("It joins the papers of the committee, and can no longer be changed."), most=LONGEST_QUESTION, rows=8)

    def answer(self, question: Question, *, by: Any, at: datetime) -> bool:
        """Answer and say whether it was done."""
        return self.attempt(lambda: answer(question, self.cleaned_data["words"], by=by, at=at))
