"""The parties of a convention: one small form for each, and an empty one for the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.drafting.parties import Proposed
from contracts.drafting.services.preparing import set_parties
from contracts.models import Convention, Party
from contracts.states import PartyRole
from requests_app.forms.base import MoveForm
from requests_app.organisations import known_as
from ui.forms import DsfrForm

MOST = 20
WORDS = ("name", "legal_form", "address", "siren", "representative_name", "representative_function")


class PartyForm(DsfrForm):
    """One party, as the text names it."""

    marks_optional = False

    body = forms.CharField(
        label=_("Organisation"), help_text=_("Its SIREN, or its very name on this site."), max_length=250, required=False
    )
    roles = forms.MultipleChoiceField(label=_("As what"), choices=PartyRole.choices, widget=forms.CheckboxSelectMultiple, required=False)
    name = forms.CharField(label=_("Name in the text"), max_length=250, required=False)
    legal_form = forms.CharField(label=_("Legal form"), max_length=120, required=False)
    address = forms.CharField(label=_("Registered office"), max_length=300, required=False)
    siren = forms.RegexField(r"^[0-9]{9}$", label=_("SIREN"), required=False)
    representative_name = forms.CharField(label=_("Represented by"), max_length=200, required=False)
    representative_function = forms.CharField(label=_("Function"), max_length=200, required=False)
    remove = forms.BooleanField(label=_("Take this party off"), required=False)

    @property
    def heading(self) -> Any:
        """What the small form is called."""
        return self["name"].value() or self["body"].value() or _("Another party")

    def clean(self) -> dict[str, Any]:
        """The organisation is known, and is party as something."""
        said = super().clean() or {}
        named = (said.get("body") or "").strip()
        if not named or said.get("remove"):
            return said
        said["organisation"] = Organisation.objects.filter(siren=named.replace(" ", "")).first() or known_as(named)
        if said["organisation"] is None:
            self.add_error("body", _("No organisation of this site bears this SIREN or this name."))
        if not said.get("roles"):
            self.add_error("roles", _("Say as what it is party."))
        return said

    def proposed(self) -> Proposed | None:
        """The party that was typed; None for an empty form, or one that is taken off."""
        said = self.cleaned_data
        if said.get("remove") or not said.get("organisation"):
            return None
        organisation = said["organisation"]
        words = {name: said[name].strip() for name in WORDS}
        words["name"] = words["name"] or organisation.name
        return Proposed(organisation, tuple(said["roles"]), **words)


class PartiesForm(MoveForm):
    """All parties, in their order."""

    def __init__(self, data: Any = None, *, convention: Convention) -> None:
        super().__init__(data)
        self.convention = convention
        rows = [_initial(party) for party in convention.parties_read()]
        count = min(len(data.getlist("party")), MOST) if data is not None else min(len(rows) + 1, MOST)
        shown = [*rows, *({} for _more in range(count))][:count]
        self.party_forms = [PartyForm(data, prefix=f"party-{place}", initial=initial) for place, initial in enumerate(shown)]

    def is_valid(self) -> bool:
        """Is what is said of each party valid?"""
        return all([super().is_valid(), *(form.is_valid() for form in self.party_forms)])

    def save(self, *, by: Any, at: datetime) -> bool:
        """Settle the parties, and say whether it was done."""
        parties = [told for form in self.party_forms if (told := form.proposed()) is not None]
        return self.attempt(lambda: set_parties(self.convention, parties, by=by, at=at))


def _initial(party: Party) -> dict[str, Any]:
    return {"body": party.organisation.siren or party.organisation.name, "roles": party.roles} | {
        name: getattr(party, name) for name in WORDS
    }
