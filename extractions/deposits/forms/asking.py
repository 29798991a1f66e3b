"""Of whom a table is asked, until when, and encrypted to which key."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from extractions.deposits.models import Deposit, DepositRequest, ServiceKey
from extractions.deposits.services import asking, purging
from extractions.deposits.sets import written_sets
from extractions.models import Ticket
from extractions.rules import LONGEST
from extractions.states import Kind
from requests_app.forms.base import MoveForm
from ui.forms import DayInput
from workflow.periods import paris_day

#: So many depositors at once; more are added one by one.
ROWS = 5
USUAL = timedelta(days=30)


class OpenForm(MoveForm):
    """The terms of the tables, and one row for each person who deposits one."""

    columns = forms.ChoiceField(label=_("Columns of the table"))
    key = forms.TypedChoiceField(
        label=_("Pseudonymisation service"),
        coerce=int,
        help_text=_("The table is encrypted to this key as it comes: only the service can open it, and nobody on this site."),
    )
    expires_on = forms.DateField(label=_("Last day to deposit"), widget=DayInput)
    places = {"depositor": "email_1"}

    def __init__(self, data: Any = None, *, ticket: Ticket, now: datetime, rows: int = ROWS) -> None:
        super().__init__(data, initial={"expires_on": paris_day(now + USUAL), "columns": _usual_set(ticket)})
        self.ticket, self.now, self.count = ticket, now, rows
        self.keys = {key.pk: key for key in ServiceKey.objects.usable(paris_day(now))}
        choices: dict[str, Any] = dict(self.fields)
        choices["columns"].choices = [(code, one["title"]) for code, one in written_sets().items()]
        choices["key"].choices = [(pk, str(key)) for pk, key in self.keys.items()]
        for place in range(1, rows + 1):
            first = place == 1
            self.fields[f"email_{place}"] = forms.EmailField(label=_("E-mail address of the depositor"), required=first)
            self.fields[f"centre_{place}"] = forms.CharField(label=_("Centre, where there are several"), max_length=120, required=False)
        self.named: list[asking.Named] = []

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """The two fields of each depositor."""
        return [(self[f"email_{place}"], self[f"centre_{place}"]) for place in range(1, self.count + 1)]

    def clean(self) -> dict[str, Any]:
        """Find the accounts: a table is deposited by a person who is known, and never by a link alone."""
        given = super().clean() or self.cleaned_data
        for place in range(1, self.count + 1):
            email = given.get(f"email_{place}")
            person = User.objects.filter(email__iexact=email, is_active=True, is_machine=False).first() if email else None
            if person is not None:
                self.named.append(asking.Named(person, given.get(f"centre_{place}", "")))
            elif email:
                self.add_error(f"email_{place}", _("Nobody has an account with this address: ask them to make one first."))
        return given

    def terms(self) -> asking.Terms:
        """The terms that were chosen."""
        return asking.Terms(self.cleaned_data["columns"], self.keys[self.cleaned_data["key"]], self.cleaned_data["expires_on"])

    def open(self, *, by: Any, at: datetime) -> bool:
        """Ask for the tables, and say whether it was done."""
        return self.attempt(lambda: asking.open_deposit(self.ticket, self.named, self.terms(), by=by, at=at))

    def add(self, *, by: Any, at: datetime) -> bool:
        """Ask one more person, and say whether it was done."""
        return self.attempt(lambda: asking.add_depositor(self.ticket, self.named[0], self.terms(), by=by, at=at))


def _usual_set(ticket: Ticket) -> str:
    """What this kind of matching mostly asks for."""
    return "reconstruction" if ticket.kind == Kind.RECONSTRUCTION_MATCHING else "triplet_or_nir"


class ExtendForm(MoveForm):
    """Another last day."""

    expires_on = forms.DateField(label=_("Last day to deposit"), widget=DayInput)

    def save(self, asked: DepositRequest, *, by: Any, at: datetime) -> bool:
        """Give the table its day, and say whether it was done."""
        return self.attempt(lambda: asking.extend(asked, self.cleaned_data["expires_on"], by=by, at=at))


class WithdrawForm(MoveForm):
    """That a table is not asked for any more."""

    def save(self, asked: DepositRequest, *, by: Any, at: datetime) -> bool:
        """Take the request back, and say whether it was done."""
        return self.attempt(lambda: asking.withdraw(asked, by=by, at=at))


class RefuseForm(MoveForm):
    """Why one table cannot be used."""

    because = forms.CharField(
        label=_("Why it cannot be used"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Quote nothing from the table: a line number and the kind of fault are enough."),
    )

    def save(self, deposit: Deposit, *, by: Any, at: datetime) -> bool:
        """Refuse the table, and say whether it was done."""
        return self.attempt(lambda: purging.refuse_one(deposit, self.cleaned_data["because"], by=by, at=at))
