"""Who asks, and what they say: it goes into envelopes. With scripts it is checked and sealed in the browser, and never comes here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import EmailValidator, RegexValidator
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from rights.asking import kinds
from rights.asking.capacities import Capacity, Holders, Motive, born_between
from rights.asking.drafts import NOTIFY
from rights.asking.needs import CONTACT, Needs
from rights.asking.uploads import TooMuch
from rights.entitlements.states import ALONE_AT
from ui.forms import DayInput, DsfrForm
from ui.words import day_in_words

#: What browsers fill in by themselves, of the person who types only (WCAG 1.3.5).
AUTOCOMPLETE = {
    "asker_given_names": "given-name",
    "asker_name": "family-name",
    "given_names": "given-name",
    "birth_name": "family-name",
    "birth_date": "bday",
    "answer_email": "email",
    "answer_phone": "tel",
    "answer_address": "street-address",
    NOTIFY: "email",
}
OF_ASKER = frozenset({"asker_given_names", "asker_name", *CONTACT, NOTIFY})
GROUPS = (
    (_("You"), ("asker_given_names", "asker_name", "holders", "motive")),
    (_("The person concerned"), ("given_names", "birth_name", "used_name", "birth_date", "birth_place", "death_date", "nir", "reference")),
    (_("What you say to the controller"), ("words",)),
    (_("Where the controller may answer"), CONTACT),
)


class IdentityForm(DsfrForm):
    """Only what at least one of the chosen controllers needs."""

    #: One of them is, mostly: calling each optional would be wrong.
    wanted_at_times = CONTACT

    asker_given_names = forms.CharField(label=_("Your given names"), max_length=150)
    asker_name = forms.CharField(label=_("Your name"), max_length=150)
    holders = forms.ChoiceField(label=_("The other holder of parental authority"), choices=[("", "—"), *Holders.choices])
    motive = forms.ChoiceField(label=_("Why you ask"), choices=[("", "—"), *Motive.choices])
    given_names = forms.CharField(label=_("Given names"), help_text=_("All of them, as on the birth certificate."), max_length=150)
    birth_name = forms.CharField(label=_("Name at birth"), max_length=150)
    used_name = forms.CharField(label=_("Name in use, if another"), max_length=150, required=False)
    birth_date = forms.DateField(label=_("Date of birth"), widget=DayInput())
    birth_place = forms.CharField(
        label=_("Town of birth"), help_text=_("For a birth abroad, the country too."), max_length=150, required=False
    )
    death_date = forms.DateField(label=_("Date of death"), widget=DayInput())
    nir = forms.CharField(
        label=_("Social security number"),
        help_text=_("It finds you without mistake among all insured persons. It goes to the national insurer only. 13 or 15 signs."),
        max_length=21,
        required=False,
        validators=[RegexValidator(r"^[0-9ABab\s]{13,21}$", _("A social security number has 13 or 15 signs."))],
        widget=forms.TextInput(attrs={"pattern": r"[0-9ABab\s]{13,21}", "spellcheck": "false"}),
    )
    reference = forms.CharField(
        label=_("A number by which the controller knows the person"),
        help_text=_("For instance a patient number, if you have one at hand."),
        max_length=80,
        required=False,
    )
    words = forms.CharField(
        label=_("What you want to say"), widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}), max_length=4000, required=False
    )
    answer_email = forms.EmailField(label=_("E-mail address"), help_text=_("One of these three is enough."), required=False)
    answer_phone = forms.CharField(label=_("Telephone"), max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    answer_address = forms.CharField(
        label=_("Postal address"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
    )
    notify_email = forms.EmailField(
        label=_("Tell me by e-mail when something has changed"),
        help_text=_(
            "This address alone is for the window. Its letters name neither the database nor the right. "
            "You confirm it first, and it is erased 30 days after the end."
        ),
        required=False,
    )

    def __init__(self, posted: QueryDict | None, needs: Needs, today: date, **kwargs: Any) -> None:
        super().__init__(posted, **kwargs)
        self.needs, self.today = needs, today
        self.fields = {name: self.fields[name] for name in (*needs.names, NOTIFY)}
        for name, field in self.fields.items():
            own = name in OF_ASKER or not needs.is_represented
            field.widget.attrs["autocomplete"] = AUTOCOMPLETE.get(name, "off") if own else "off"
            field.widget.attrs.update(_said_if_wrong(field))
        if needs.wants_words:
            self.fields["words"].required = True
            self.fields["words"].help_text = _("Say what is wrong, and what is right.")
        self._limit_dates()

    def clean(self) -> dict[str, Any]:
        """Somewhere to answer is needed: nothing else can open what a controller seals for somebody whose browser has no key."""
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in CONTACT) and not set(CONTACT) & set(self.errors):
            self.add_error(
                "answer_email", _("Give at least one way to answer you: an e-mail address, a telephone number or a postal address.")
            )
        if self.needs.wants_reach and not (cleaned.get("answer_email") or cleaned.get("answer_phone")) and not self.errors:
            self.add_error("answer_email", _("One of the controllers needs an e-mail address or a telephone number that answers."))
        return cleaned

    def clean_birth_date(self) -> date:
        """A date that goes with the person for whom one asks."""
        born: date = self.cleaned_data["birth_date"]
        first, last = born_between(self.needs.capacity, self.today, self.needs.alone_from)
        if not (first or date.min) <= born <= last:
            raise forms.ValidationError(self._age_said, code="age")
        return born

    def clean_death_date(self) -> date:
        """No day to come."""
        died: date = self.cleaned_data["death_date"]
        if died > self.today:
            raise forms.ValidationError(_NOT_YET)
        if died < (self.cleaned_data.get("birth_date") or died):
            raise forms.ValidationError(_("This day is before the birth."))
        return died

    @property
    def answers(self) -> dict[str, str]:
        """What was typed, as it is sealed: texts, and days as YYYY-MM-DD."""
        found = {name: self.cleaned_data.get(name) or "" for name in self.needs.names}
        return {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in found.items()}

    @property
    def groups(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """The fields under their headings."""
        for title, names in GROUPS:
            shown = [self[name] for name in names if name in self.fields]
            if shown:
                yield title, shown

    @property
    def told(self) -> list[tuple[Any, str]]:
        """What was typed, for reading over."""
        return [(self.fields[name].label, _shown(self, name)) for name in self.fields if self.cleaned_data.get(name)]

    @property
    def _age_said(self) -> Any:
        """What is said of a date of birth that does not go with the person for whom one asks."""
        if self.needs.capacity == Capacity.MINOR and self.needs.alone_from > ALONE_AT:
            return _("For one of these databases a minor asks alone from the age of %(age)s only.") % {"age": self.needs.alone_from}
        return AGES[Capacity(self.needs.capacity)]

    def _limit_dates(self) -> None:
        """The first and last days that the browser lets somebody choose, and what it says of any other."""
        if "birth_date" in self.fields:
            first, last = born_between(self.needs.capacity, self.today, self.needs.alone_from)
            told = {"max": last, "data-range": self._age_said} | ({"min": first} if first else {})
            self.fields["birth_date"].widget.attrs.update({name: str(value) for name, value in told.items()})
        if "death_date" in self.fields:
            self.fields["death_date"].widget.attrs.update({"max": str(self.today), "data-range": str(_NOT_YET)})


_NOT_YET = _("This day has not come yet.")
AGES: dict[Capacity, Any] = {
    Capacity.SELF: _("You said that you are 18 or over: this date says otherwise. Change it, or go back and say for whom you ask."),
    Capacity.MINOR: _("You said that you are 15, 16 or 17: this date says otherwise. Change it, or go back and say for whom you ask."),
    Capacity.CHILD: _("You said that the child is under 18: this date says otherwise. An adult asks alone."),
    Capacity.PROTECTED: _("You said that the person is an adult: this date says otherwise."),
    Capacity.MANDATE: _("Only an adult gives a mandate: this date says otherwise."),
    Capacity.DECEASED: _NOT_YET,
}


_OTHER_KIND = _("A file is not what its name says, or not of an accepted kind: PDF, JPEG or PNG.")


def _too_much() -> str:
    limit = {"count": kinds.MOST_FILES, "size": filesizeformat(settings.RIGHTS_FILES_MAX_BYTES)}
    return str(_("Too many files, or too large: at most %(count)d files and %(size)s together.") % limit)


def _said_if_wrong(field: forms.Field) -> dict[str, str]:
    """What a browser with scripts says of an answer that is not in its form: the words of the check that is made here without them."""
    checks = [one for one in field.validators if isinstance(one, (RegexValidator, EmailValidator))]
    said = checks[0].message if checks else field.error_messages.get("invalid")
    return {"data-wrong": str(said)} if said else {}


class SeveralFiles(forms.FileInput):
    """A chooser of several files."""

    allow_multiple_selected = True


class FilesForm(DsfrForm):
    """Files to join, in memory. A browser without scripts chooses them on the last page, since no page can hand them on."""

    def __init__(self, needs: Needs, given: Iterable[UploadedFile] | None = None) -> None:
        super().__init__({} if given is not None else None)
        self.given = list(given or [])
        self.fields["files"] = forms.Field(
            label=_("Proof that you may act for this person") if needs.is_represented else _("A document that shows what is right"),
            help_text=_("PDF, JPEG or PNG, %(count)d files at most, %(size)s together. No identity document: none is asked for.")
            % {"count": kinds.MOST_FILES, "size": filesizeformat(settings.RIGHTS_FILES_MAX_BYTES)},
            required=False,
            widget=SeveralFiles(
                attrs={"accept": ",".join(kinds.ENDINGS), "multiple": True, "data-too-much": _too_much(), "data-wrong": str(_OTHER_KIND)}
            ),
        )
        self.marks_optional = not needs.is_represented
        self.must, self.wanted = needs.is_represented, needs.wants_files

    def clean(self) -> dict[str, Any]:
        """Few files, not too large together, of known kinds, with a proof of quality where one is needed."""
        if (
            len(self.given) > kinds.MOST_FILES
            or any(isinstance(one, TooMuch) for one in self.given)
            or self._size > settings.RIGHTS_FILES_MAX_BYTES
        ):
            self.add_error("files", _too_much())
        elif any(_type(one) is None for one in self.given):
            self.add_error("files", _OTHER_KIND)
        elif self.must and not self.given:
            self.add_error("files", _("Join the document that shows that you may act for this person."))
        return self.cleaned_data

    def contents(self) -> list[tuple[str, str, bytes]]:
        """Name, type and bytes of each file."""
        found = []
        for one in self.given if self.wanted else []:
            kind = _type(one) or ""
            one.seek(0)
            found.append((str(one.name), kind, one.read()))
        return found

    @property
    def _size(self) -> int:
        return sum(one.size or 0 for one in self.given)


def _type(one: UploadedFile) -> str | None:
    one.seek(0)
    return kinds.type_of(str(one.name), one.read(kinds.BEGINNING))


def _shown(form: IdentityForm, name: str) -> str:
    """An answer in words."""
    value, field = form.cleaned_data[name], form.fields[name]
    if isinstance(value, date):
        return day_in_words(value)
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    return str(dict(choices).get(value, form.data.get(name, value)))
