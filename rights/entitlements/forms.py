"""A right on a database, as its controller or a data protection officer declares it; and the end of one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from catalogue.models import Database
from requests_app.forms.base import MoveForm
from rights.entitlements.models import Entitlement
from rights.entitlements.policies import databases_of
from rights.entitlements.services import declaring
from rights.entitlements.states import ALONE_AT, MAJORITY, Available, Evidence, Way
from rights.states import OFFERED, Level

#: Columns that stand in the form under their own name.
_PLAIN = (
    *("right", "available", "scope_fr", "scope_en", "levels", "way", "own_page_url", "address", "mailbox"),
    *("evidence", "alone_from", "legal_basis", "source", "source_url", "to_confirm"),
)


def _long(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": 3}), **more)


class StatementForm(MoveForm):
    """Which right applies to a database, with which limits, since when, and where that is written."""

    database = forms.ModelChoiceField(label=_("Database"), queryset=Database.objects.none(), to_field_name="slug")
    right = forms.ChoiceField(label=_("Right"), choices=[(one.value, one.label) for one in OFFERED])
    available = forms.ChoiceField(label=_("Does it apply?"), choices=Available.choices)
    scope_fr = _long(_("What it covers, in French"), help_text=_("In plain words: everybody reads it."))
    scope_en = _long(_("What it covers, in English"))
    exceptions_fr = _long(
        _("Exceptions, in French"), help_text=_("One a line, in plain words: they are shown before a person sends a request.")
    )
    exceptions_en = _long(_("Exceptions, in English"), help_text=_("One a line, in the same order."))
    levels = forms.MultipleChoiceField(
        label=_("How far an opposition may go"),
        choices=Level.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For an opposition only."),
    )
    way = forms.ChoiceField(label=_("How it is exercised"), choices=Way.choices, initial=Way.WINDOW)
    own_page_url = forms.URLField(label=_("The controller's own page or form"), required=False, max_length=300, assume_scheme="https")
    address = _long(_("Postal address for a letter"))
    mailbox = forms.EmailField(label=_("Mailbox of the data protection officer"), required=False)
    siren = forms.CharField(
        label=_("SIREN of who answers"), required=False, max_length=9, help_text=_("Only when it is not the holder of the database.")
    )
    evidence = forms.ChoiceField(
        label=_("What shows who the person is"),
        choices=Evidence.choices,
        initial=Evidence.KNOWN,
        help_text=_("As little as this right needs; a document is asked for case by case, never from everybody."),
    )
    alone_from = forms.IntegerField(label=_("Age from which a minor acts alone"), min_value=ALONE_AT, max_value=MAJORITY, initial=ALONE_AT)
    legal_basis = forms.CharField(label=_("Legal basis"), required=False, max_length=300)
    source = forms.CharField(label=_("Where it is written"), max_length=300)
    source_url = forms.URLField(label=_("Address of that text"), required=False, max_length=300, assume_scheme="https")
    since = forms.DateField(label=_("Holds from"))
    last_day = forms.DateField(label=_("Last day"), required=False, help_text=_("Nothing as long as no end is known."))
    to_confirm = forms.BooleanField(label=_("To be confirmed by a lawyer"), required=False, initial=True)
    places = {"exceptions": "exceptions_fr"}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["database"].queryset = databases_of(user)  # type: ignore[attr-defined]

    def clean_siren(self) -> Organisation | None:
        """The organisation of this SIREN that the site knows."""
        siren = self.cleaned_data["siren"].replace(" ", "")
        found = Organisation.objects.filter(siren=siren).first() if siren else None
        if siren and found is None:
            self.add_error("siren", _("No organisation of this site has this SIREN."))
        return found

    def clean(self) -> dict[str, Any]:
        """A period ends after it begins; each exception has its English, or none has."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("last_day") and told.get("since") and told["last_day"] < told["since"]:
            self.add_error("last_day", _("The last day comes before the first one."))
        french, english = (_lines(told.get(name, "")) for name in ("exceptions_fr", "exceptions_en"))
        if english and len(english) != len(french):
            self.add_error("exceptions_en", _("Write as many lines as in French, in the same order."))
        told["exceptions"] = [
            {"fr": line, "en": english[place] if len(english) == len(french) else ""} for place, line in enumerate(french)
        ]
        return told

    def row(self) -> Entitlement:
        """The statement that was filled in."""
        told = self.cleaned_data
        last = told["last_day"]
        valid = DateRange(told["since"], last + timedelta(days=1) if last else None)
        plain = {name: told[name] for name in (*_PLAIN, "database", "exceptions")}
        return Entitlement(organisation=told["siren"], valid=valid, **plain)

    def declare(self, *, by: Any, at: datetime) -> bool:
        """State it, for somebody else to approve."""
        return self.attempt(lambda: declaring.declare(self.row(), by=by, at=at))


class EndForm(MoveForm):
    """From when on a statement holds no more."""

    last_day = forms.DateField(label=_("Last day"), help_text=_("Today at the earliest."))

    def end(self, row: Entitlement, *, by: Any, at: datetime) -> bool:
        """Give the statement its last day."""
        return self.attempt(lambda: declaring.end(row, last_day=self.cleaned_data["last_day"], by=by, at=at))


def as_told(row: Entitlement, since: date) -> dict[str, Any]:
    """The fields of a statement, to declare it anew from a day on."""
    told = {name: getattr(row, name) for name in _PLAIN}
    told |= {f"exceptions_{code}": "\n".join(one.get(code, "") for one in row.exceptions).strip() for code in ("fr", "en")}
    siren = row.organisation.siren if row.organisation else ""
    return told | {"database": row.database.slug, "siren": siren, "since": since}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
