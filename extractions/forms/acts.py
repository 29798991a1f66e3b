"""What is done with a ticket: a plain move, a question and its answer, an agent, a day, a new ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from extractions.models import Ticket
from extractions.rules import LONGEST
from extractions.services import waiting, working
from extractions.services.opening import open_ticket
from extractions.services.unlinking import unlink
from extractions.states import Kind
from requests_app.forms.base import MoveForm
from ui.forms import DayInput


@dataclass(frozen=True)
class Plain:
    """What the page of a move says: what follows, what is said once it is done, and what is asked for."""

    follows: Any
    done: Any
    why: Any = None


#: The moves that are made on the plain page.
PLAIN: Mapping[str, Plain] = {
    "ask_need": Plain(
        _("The applicant is written to, and specifies the need."),
        _("The applicant is asked to specify the need."),
        _("What is to be specified"),
    ),
    "begin_targeting": Plain(_("The applicant sees that the population is being looked for."), _("The targeting has begun.")),
    "begin_format_check": Plain(_("The pseudonymisation service has fetched the table."), _("The format check has begun.")),
    "refuse_table": Plain(
        _("The depositor deposits another table. Quote nothing from the table: a line number and the kind of fault are enough."),
        _("The table is refused; another one is awaited."),
        _("Why it cannot be used"),
    ),
    "begin_pseudonymisation": Plain(_("The format is right: identifying columns become pseudonyms."), _("The pseudonymisation has begun.")),
    "validate_table": Plain(_("The pseudonymised table is whole."), _("The table is validated: the matching may begin.")),
    "begin_matching": Plain(_("The applicant sees that the sources are being brought together."), _("The matching has begun.")),
    "begin_extraction": Plain(_("The applicant sees that the data are being extracted."), _("The extraction has begun.")),
    "begin_quality_check": Plain(_("What was produced is compared with the agreed need."), _("The quality check has begun.")),
    "fail_quality": Plain(
        _("The work is done again from the agreed need."), _("The work is taken up again."), _("What is to be done again")
    ),
    "pass_quality": Plain(_("What comes after this ticket may begin."), _("The quality check is passed.")),
    "begin_delivery": Plain(_("The applicant sees that the data are being sent."), _("The delivery has begun.")),
    "reject": Plain(
        _("The ticket ends, and this cannot be undone. The applicant reads your reason."),
        _("The ticket is rejected."),
        _("Why it cannot be done"),
    ),
    "cancel": Plain(
        _("The ticket ends, and this cannot be undone. Those who see it read your reason."),
        _("The ticket is cancelled."),
        _("Why it has no object"),
    ),
}


def words(label: Any, **more: Any) -> forms.CharField:
    """A field for a few sentences."""
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}), **more)


class PlainMoveForm(MoveForm):
    """A move that nothing or a reason goes with, made on the ticket as it was read."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, data: Any = None, *, ticket: Ticket, move: str) -> None:
        super().__init__(data, initial={"seen": working.read_at(ticket)})
        self.ticket, self.move, self.plain = ticket, move, PLAIN[move]
        if self.plain.why:
            self.fields["because"] = words(self.plain.why)

    def save(self, *, by: Any, at: datetime) -> bool:
        """Make the move, and say whether it was done."""
        said = {name: words for name, words in self.cleaned_data.items() if name != "seen"}
        return self.attempt(lambda: working.move_as_read(self.ticket, self.move, self.cleaned_data["seen"], by=by, at=at, **said))


class AskForm(MoveForm):
    """A question to the applicant."""

    question = words(_("Your question to the applicant"), help_text=_("Until the answer comes, the time runs on the applicant's side."))

    def save(self, ticket: Ticket, *, by: Any, at: datetime) -> bool:
        """Ask, and say whether it was done."""
        return self.attempt(lambda: waiting.ask(ticket, self.cleaned_data["question"], by=by, at=at))


class AnswerForm(MoveForm):
    """The applicant's answer."""

    answer = words(_("Your answer"), help_text=_("Write nothing here about a person: no name, no number, no date of birth."))

    def save(self, ticket: Ticket, *, by: Any, at: datetime) -> bool:
        """Answer, and say whether it was done."""
        return self.attempt(lambda: waiting.answer(ticket, self.cleaned_data["answer"], by=by, at=at))


class AgentForm(MoveForm):
    """Who works at the ticket."""

    def __init__(self, data: Any = None, *, ticket: Ticket, agents: list[Any]) -> None:
        super().__init__(data, initial={"agent": ticket.agent_id})
        self.ticket = ticket
        self.known = {person.pk: person for person in agents}
        choices = [("", _("Nobody yet")), *((person.pk, str(person)) for person in agents)]
        self.fields["agent"] = forms.TypedChoiceField(label=_("Agent"), choices=choices, coerce=int, empty_value=None, required=False)

    def save(self, *, by: Any, at: datetime) -> bool:
        """Give the ticket to the agent, and say whether it was done."""
        agent = self.known.get(self.cleaned_data["agent"])
        return self.attempt(lambda: working.assign(self.ticket, agent, by=by, at=at))


class ExpectForm(MoveForm):
    """The day for which the work is announced."""

    expected_on = forms.DateField(
        label=_("Announced for"),
        required=False,
        widget=DayInput,
        help_text=_("The applicant reads this day; leave it empty to announce none."),
    )

    def save(self, ticket: Ticket, *, by: Any, at: datetime) -> bool:
        """Announce the day, and say whether it was done."""
        return self.attempt(lambda: working.expect(ticket, self.cleaned_data["expected_on"], by=by, at=at))


class UnlinkForm(MoveForm):
    """Which ticket does not come before this one any more, and why."""

    def __init__(self, data: Any = None, *, ticket: Ticket, before: list[Ticket]) -> None:
        super().__init__(data, initial={"before": before[0].pk})
        self.ticket, self.known = ticket, {one.pk: one for one in before}
        choices = [(one.pk, f"{one.number} – {one.get_kind_display()}") for one in before]
        self.fields["before"] = forms.TypedChoiceField(
            label=_("Does not come first any more"), choices=choices, coerce=int, widget=forms.RadioSelect
        )
        self.fields["because"] = words(_("Why"))

    def save(self, *, by: Any, at: datetime) -> bool:
        """Take the link back, and say whether it was done."""
        given = self.cleaned_data
        return self.attempt(lambda: unlink(self.known[given["before"]], self.ticket, given["because"], by=by, at=at))


class OpenForm(MoveForm):
    """A ticket that a person opens: an update, another matching, what the plan does not foresee."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose")), *Kind.choices])

    def __init__(self, data: Any = None, *, dossier: Any, bodies: list[Organisation], tickets: list[Ticket]) -> None:
        super().__init__(data)
        self.dossier, self.bodies = dossier, {body.pk: body for body in bodies}
        self.tickets = {ticket.pk: ticket for ticket in tickets}
        named: list[tuple[Any, Any]] = [(body.pk, str(body)) for body in bodies]
        named = named if len(named) == 1 else [("", _("Choose")), *named]
        self.fields["organisation"] = forms.TypedChoiceField(label=_("Body that does the work"), choices=named, coerce=int)
        known = [(ticket.pk, f"{ticket.number} – {ticket.get_kind_display()} ({ticket.organisation})") for ticket in tickets]
        if known:
            self.fields["after"] = forms.TypedMultipleChoiceField(
                label=_("Comes after"), choices=known, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
            )

    def save(self, *, by: Any, at: datetime) -> bool:
        """Open the ticket, and say whether it was done."""
        return self.attempt(lambda: self._open(by, at))

    def _open(self, by: Any, at: datetime) -> None:
        body = self.bodies[self.cleaned_data["organisation"]]
        after = [self.tickets[pk] for pk in self.cleaned_data.get("after", [])]
        self.made = open_ticket(self.dossier, Kind(self.cleaned_data["kind"]), body, by=by, at=at, after=after)
