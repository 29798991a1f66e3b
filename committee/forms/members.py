"""What is typed about members: who they are, their mandates and offices, and the declaration of interests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Term, Vocabulary
from committee.models import Mandate, Member
from committee.services import declarations, mandates, members
from committee.states import LinkKind, MandateKind, Office, Quality
from requests_app.forms.base import MoveForm
from requests_app.organisations import known_as
from ui.forms import DsfrForm

EARLIEST_YEAR = 1950
MOST_LINKS = 60


class MemberForm(MoveForm):
    """What is said of a member or an expert."""

    email = forms.EmailField(label=_("E-mail address of the account"), help_text=_("The person signs up first, and confirms the address."))
    quality = forms.ChoiceField(label=_("Sits as"), choices=Quality.choices, widget=forms.RadioSelect)
    institution = forms.CharField(
        label=_("Proposed by"), required=False, max_length=200, help_text=_("The body that proposed this person; it is published.")
    )
    profession = forms.CharField(
        label=_("Profession and titles"), required=False, max_length=200, help_text=_("For example: professor of public health.")
    )
    domains = forms.ModelMultipleChoiceField(
        label=_("Medical domains"), queryset=Term.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    keywords = forms.CharField(
        label=_("Other expertise"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Keywords separated by commas. They serve to propose rapporteurs: methods, data, fields."),
    )
    active = forms.BooleanField(
        label=_("On the list: dossiers may be entrusted to this person"), required=False, help_text=_("For external experts only.")
    )

    def __init__(self, data: Any = None, *, member: Member | None = None) -> None:
        super().__init__(data, initial=_said_of(member))
        self.member = member
        self.fields["domains"].queryset = Term.objects.filter(vocabulary=Vocabulary.DOMAIN, active=True)  # type: ignore[attr-defined]
        if member is not None:
            del self.fields["email"]

    def clean_email(self) -> User:
        """The account of that address."""
        user = User.objects.people().with_email(self.cleaned_data["email"]).first()
        if user is None:
            raise forms.ValidationError(_("No account has this address: the person signs up first."))
        return user

    def keep(self, *, by: Any, at: datetime) -> bool:
        """Enter or change the member, or say why not."""
        said = dict(self.cleaned_data)
        if self.member is not None:
            member = self.member
            return self.attempt(lambda: members.update_member(member, by=by, at=at, **said))
        return self.attempt(lambda: self._enter(said.pop("email"), said, by, at))

    def _enter(self, user: User, said: dict[str, Any], by: Any, at: datetime) -> None:
        self.member = members.add_member(user=user, by=by, at=at, **said)


def _said_of(member: Member | None) -> dict[str, Any]:
    if member is None:
        return {"active": True}
    return {name: getattr(member, name) for name in members.SAID} | {"domains": list(member.domains.all())}


class MandateForm(MoveForm):
    """An appointment; its end follows from the rules."""

    kind = forms.ChoiceField(label=_("Mandate"), choices=MandateKind.choices, widget=forms.RadioSelect)
    starts_on = forms.DateField(label=_("From"))
    order = forms.CharField(
        label=_("Order of appointment"), required=False, max_length=200, help_text=_("Its date and its title, as published.")
    )
    replaces = forms.ModelChoiceField(
        label=_("Replaces"),
        queryset=Member.objects.none(),
        required=False,
        empty_label="–",
        help_text=_("For a replacement: a member whose mandate was ended early."),
    )

    def __init__(self, data: Any = None, *, member: Member) -> None:
        super().__init__(data, initial=_next_mandate(member))
        left = Mandate.objects.exclude(term_ends_on=None).values("member")
        self.fields["replaces"].queryset = Member.objects.filter(pk__in=left).select_related("user")  # type: ignore[attr-defined]

    def record(self, member: Member, *, by: Any, at: datetime) -> bool:
        """Record the mandate, or say why not."""
        return self.attempt(lambda: mandates.record_mandate(member, by=by, at=at, **self.cleaned_data))


def _next_mandate(member: Member) -> dict[str, Any]:
    """What is most likely recorded next: the first mandate of who has had none; the renewal of a first one, from the day it ends."""
    last = member.mandates.order_by("-starts_on").first()
    if last is None:
        return {"kind": MandateKind.FIRST}
    return {"kind": MandateKind.RENEWAL, "starts_on": last.ends_on} if last.kind == MandateKind.FIRST else {}


class EndMandateForm(MoveForm):
    """From which day somebody no longer sits."""

    on = forms.DateField(label=_("First day without a mandate"), help_text=_("On that day the person no longer sits."))

    def end(self, mandate: Mandate, *, by: Any, at: datetime) -> bool:
        """End the mandate, or say why not."""
        return self.attempt(lambda: mandates.end_mandate(mandate, on=self.cleaned_data["on"], by=by, at=at))


class OfficeForm(MoveForm):
    """To which office a member is named."""

    office = forms.ChoiceField(label=_("Office"), choices=Office.choices, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, offices: list[Office]) -> None:
        super().__init__(data)
        self.fields["office"].choices = [(office.value, office.label) for office in offices]  # type: ignore[attr-defined]

    def name(self, member: Member, *, by: Any, at: datetime) -> bool:
        """Name the member, or say why not."""
        return self.attempt(lambda: members.name_to_office(member, office=self.cleaned_data["office"], by=by, at=at))


class LinkForm(DsfrForm):
    """One declared interest."""

    marks_optional = False

    name = forms.CharField(
        label=_("Body"), required=False, max_length=250, help_text=_("Its full name, as its members write it."), widget=forms.TextInput()
    )
    kind = forms.ChoiceField(label=_("Kind of link"), required=False, choices=[("", "–"), *LinkKind.choices])
    since_year = forms.IntegerField(label=_("Since (year)"), required=False, min_value=EARLIEST_YEAR)
    until_year = forms.IntegerField(
        label=_("Until (year)"), required=False, min_value=EARLIEST_YEAR, help_text=_("Leave empty while it lasts.")
    )

    def clean(self) -> dict[str, Any]:
        """A line on which something is said names the body, the kind and the beginning."""
        said: dict[str, Any] = super().clean() or {}
        if not any(said.get(name) for name in self.fields) or self.errors:
            return said
        for name in ("name", "kind", "since_year"):
            if not said.get(name):
                self.add_error(name, _("Fill this in, or empty the line."))
        if said.get("until_year") and said.get("since_year") and said["until_year"] < said["since_year"]:
            self.add_error("until_year", _("It ends before it begins."))
        return said

    @property
    def link(self) -> declarations.Link | None:
        """The interest; None for an empty line."""
        if not self.cleaned_data.get("name"):
            return None
        return declarations.Link(organisation=known_as(self.cleaned_data["name"]), **self.cleaned_data)


class DeclarationForm(MoveForm):
    """The declaration as it was published, with its links: one small form each, and empty ones for the next."""

    made_on = forms.DateField(label=_("Date of the public declaration"))
    address = forms.URLField(
        label=_("Its public address"), max_length=300, assume_scheme="https", help_text=_("Its page on the national site of declarations.")
    )
    nothing_to_declare = forms.BooleanField(label=_("There is nothing to declare"), required=False)

    def __init__(self, data: Any = None, *, shown: Any = None, today: date) -> None:
        """`data` is to be recorded; `shown` only comes back to the page, with room for more links."""
        super().__init__(data, initial=_plain(shown, self.base_fields))
        self.today = today
        count = _count(data) if data is not None else _count(shown) + 3
        self.links = [LinkForm(data, prefix=f"link-{n}", initial=_plain(shown, LinkForm.base_fields, f"link-{n}-")) for n in range(count)]

    def is_valid(self) -> bool:
        """Is it valid, each link with it?"""
        return all([super().is_valid(), *(link.is_valid() for link in self.links)])

    def record(self, member: Member, *, by: Any, at: datetime) -> bool:
        """Record the declaration, or say why not."""
        links = [link for form in self.links if (link := form.link) is not None]
        return self.attempt(lambda: declarations.record_declaration(member, links=links, by=by, at=at, **self.cleaned_data))


def _count(data: Any) -> int:
    said = (data or {}).get("links", "0")
    return min(int(said), MOST_LINKS) if said.isascii() and said.isdigit() else 0


def _plain(data: Any, names: Any, prefix: str = "") -> dict[str, Any]:
    return {name: data[f"{prefix}{name}"] for name in names if data and f"{prefix}{name}" in data}
