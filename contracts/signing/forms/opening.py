"""Sending a convention for signature: the order, the level, the last day, and for each party who signs and by which means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from contracts.authorities import is_demonstration
from contracts.models import Convention, Party
from contracts.signing.providers import is_open
from contracts.signing.services.opening import Asked, Terms, open_request
from contracts.signing.states import Level, Method, Mode
from contracts.states import PartyRole
from requests_app.forms.base import MoveForm
from workflow.periods import paris_day

#: How long those who sign have, unless something else is said.
USUAL = timedelta(days=30)
LONGEST = timedelta(days=365)
PARIS = ZoneInfo("Europe/Paris")


def signers_of(parties: Iterable[Party]) -> dict[int, list[User]]:
    """For each body, who may commit it by their own role; one query."""
    bodies = [party.organisation_id for party in parties]
    rows = User.objects.filter(is_active=True, role_grants__role=Role.SIGNATORY, role_grants__ended_at=None)
    named = rows.filter(role_grants__organisation__in=bodies).values_list("pk", "role_grants__organisation")
    people = User.objects.in_bulk({pk for pk, _body in named})
    found: dict[int, list[User]] = {body: [] for body in bodies}
    for pk, body in named.order_by("last_name", "first_name", "pk"):
        if body in found and people[pk] not in found[body]:
            found[body].append(people[pk])
    return found


class OpenForm(MoveForm):
    """The request as a whole, and a group of fields for each party."""

    mode = forms.ChoiceField(label=_("In which order?"), choices=Mode.choices, initial=Mode.SEQUENTIAL, widget=forms.RadioSelect)
    level = forms.ChoiceField(
        label=_("Level of signature (eIDAS)"),
        help_text=_("Only a qualified signature has the same effect as one by hand; this site itself never gives one."),
        choices=Level.choices,
        initial=Level.SIMPLE,
        widget=forms.RadioSelect,
    )
    expires_on = forms.DateField(label=_("Last day to sign"))

    def __init__(self, data: Any = None, *, convention: Convention, now: datetime) -> None:
        super().__init__(
            data, initial={"expires_on": paris_day(now + USUAL), "level": Level.SIMPLE if is_demonstration() else Level.ADVANCED}
        )
        self.convention, self.now = convention, now
        self.parties = convention.parties_read()
        self.signers = signers_of(self.parties)
        for place, party in enumerate(self.parties, 1):
            self._add(party, place)

    def _add(self, party: Party, place: int) -> None:
        """The fields of one party: who, by which means, in which group."""
        people = [one for one in self.signers[party.organisation_id] if not self._has_prepared(party, one)]
        means = [(method.value, method.label) for method in Method if is_open(method)]
        chosen: list[tuple[str, Any]] = [("", _("Somebody without an account: write the name below"))]
        key, first = f"p{party.pk}", people[0].pk if people else ""
        self.fields[f"{key}_person"] = forms.ChoiceField(
            label=_("Who signs"), choices=[*((str(one.pk), one.full_name) for one in people), *chosen], initial=first, required=False
        )
        self.fields[f"{key}_name"] = forms.CharField(
            label=_("Name, for somebody without an account"),
            max_length=200,
            required=False,
            initial="" if people else party.representative_name,
            help_text=_("For a signature made elsewhere, as the certificate bears it."),
        )
        self.fields[f"{key}_method"] = forms.ChoiceField(
            label=_("By which means"), choices=means, initial=Method.INTERNAL if people else Method.WET_INK
        )
        self.fields[f"{key}_group"] = forms.IntegerField(
            label=_("Rank or group"), min_value=1, max_value=99, initial=place, help_text=_("Not used when all sign at once.")
        )

    def _has_prepared(self, party: Party, person: User) -> bool:
        return PartyRole.OPERATOR.value in party.roles and person.pk in self.convention.preparers()

    @property
    def rows(self) -> list[tuple[Party, list[Any]]]:
        """Each party with its fields."""
        return [(party, [self[f"p{party.pk}_{name}"] for name in ("person", "name", "method", "group")]) for party in self.parties]

    def clean_expires_on(self) -> Any:
        """A day to come, within a year."""
        day = self.cleaned_data["expires_on"]
        if day < paris_day(self.now) or day > paris_day(self.now + LONGEST):
            raise forms.ValidationError(_("Choose a day to come, within a year."))
        return day

    @property
    def asked(self) -> list[Asked]:
        """Who is asked to sign."""
        found = []
        for party in self.parties:
            said = {name: self.cleaned_data[f"p{party.pk}_{name}"] for name in ("person", "name", "method", "group")}
            person = next((one for one in self.signers[party.organisation_id] if str(one.pk) == said["person"]), None)
            found.append(Asked(party, said["method"], person, said["name"], party.representative_function, said["group"]))
        return found

    def save(self, *, by: Any, at: datetime) -> bool:
        """Seal and send, or say what stands against it."""
        until = datetime.combine(self.cleaned_data["expires_on"], time(23, 59, 59), PARIS)
        terms = Terms(self.cleaned_data["mode"], self.cleaned_data["level"], until)
        return self.attempt(lambda: open_request(self.convention, self.asked, terms, by=by, at=at))
