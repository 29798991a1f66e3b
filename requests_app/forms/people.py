"""The persons who will work on the data: one small form each, and an empty one for the next."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.section import SectionForm
from ui.forms import DsfrForm

PARTS = ("name", "organisation", "role", "profile")
MOST = 200


class PersonForm(DsfrForm):
    """One person with access."""

    marks_optional = False

    name = forms.CharField(
        label=_("First name and last name"), required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    organisation = forms.CharField(
        label=_("Employer"), required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    role = forms.CharField(
        label=_("Part in the project"), required=False, max_length=200, help_text=_("For example: biostatistics, data management.")
    )
    profile = forms.CharField(
        label=_("Skills"),
        required=False,
        max_length=300,
        help_text=_("What qualifies this person: diploma, training on the SNDS, experience."),
    )
    remove = forms.BooleanField(label=_("Take this person off the list"), required=False)

    @property
    def said(self) -> dict[str, str]:
        """What is written about the person."""
        return {part: str(self.cleaned_data.get(part) or "").strip() for part in PARTS}

    @property
    def heading(self) -> Any:
        """What the small form is called where its errors are summed up."""
        return self["name"].value() or _("Another person")


class PeopleForm(SectionForm):
    """Who will have access to the data."""

    code = "people"

    def furnish(self) -> None:
        """Make one small form for each person that the page shows or that is on the list, and an empty one."""
        shown = list(self.content.people)
        count = min(len(self.data.getlist("person")), MOST) if self.is_bound else len(shown) + 1  # type: ignore[attr-defined]
        before = [*shown, *({} for _more in range(count))][:count]
        self.person_forms = [self._person(number, initial) for number, initial in enumerate(before)]

    def _person(self, number: int, initial: dict[str, str]) -> PersonForm:
        form = PersonForm(self.data if self.is_bound else None, prefix=f"person-{number}", initial=initial)
        if not initial and not self.is_bound:
            del form.fields["remove"]
        return form

    @property
    def parts(self) -> list[Any]:
        """The persons."""
        return list(self.person_forms)

    def is_valid(self) -> bool:
        """Is what is said of each person valid?"""
        return all([super().is_valid(), *(form.is_valid() for form in self.person_forms)])

    def values(self) -> dict[str, Any]:
        """The list, without those taken off and those of whom nothing is said; an answer that is refused keeps what it was."""
        if self.leaves_theirs("people"):
            return {}
        return {"people": [said for form in self.person_forms if any((said := self._said(form)).values())]}

    def _said(self, form: PersonForm) -> dict[str, str]:
        form.full_clean()
        if form.cleaned_data.get("remove"):
            return {}
        kept = {part: str(form.initial.get(part, "")) for part in PARTS if part in form.errors}
        return form.said | kept
