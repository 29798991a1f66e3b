"""What is filled in about a template: its kind once, then title, first day, annexes and the facts that it cannot do without."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.library.services import drafts
from contracts.models import Template, TemplateVersion
from contracts.models.library import TEMPLATE_CODE
from contracts.states import AnnexKind, Kind
from contracts.text.clauses import Text
from contracts.text.facts import FACTS
from requests_app.forms.base import MoveForm
from requests_app.models import Dossier
from ui.forms import DsfrForm


class NewTemplateForm(MoveForm):
    """A template is entered under its code."""

    code = forms.RegexField(
        TEMPLATE_CODE,
        label=_("Code"),
        max_length=60,
        help_text=_("For example mise-a-disposition: it never changes."),
        error_messages={"invalid": _("A code has small letters and digits with single hyphens, and begins with a letter.")},
    )
    kind = forms.ChoiceField(label=_("Kind of convention"), choices=Kind.choices)
    since = forms.DateField(label=_("In force from"))
    begun: TemplateVersion | None = None

    def begin(self, *, by: Any, at: datetime) -> bool:
        """Enter the template and begin its first version."""
        return self.attempt(lambda: self._begin(by, at))

    def _begin(self, by: Any, at: datetime) -> None:
        told = self.cleaned_data
        template = drafts.begin_template(told["code"], told["kind"], by=by, at=at)
        self.begun = drafts.draw_up_template(template, drafts.Said(told["since"]), by=by, at=at)


class NewVersionForm(MoveForm):
    """A new version begins with the last approved one, each clause in its newest approved words."""

    since = forms.DateField(label=_("In force from"))
    begun: TemplateVersion | None = None

    def begin(self, template: Template, *, by: Any, at: datetime) -> bool:
        """Begin the draft."""
        return self.attempt(lambda: self._begin(template, by, at))

    def _begin(self, template: Template, by: Any, at: datetime) -> None:
        self.begun = drafts.draw_up_template(template, drafts.Said(self.cleaned_data["since"]), by=by, at=at)


class TemplateForm(MoveForm):
    """What a draft says beside its clauses."""

    title_fr = forms.CharField(label=_("Title, in French"), max_length=200)
    title_en = forms.CharField(label=_("Title, in English"), max_length=200, required=False)
    since = forms.DateField(label=_("In force from"))
    annexes = forms.MultipleChoiceField(
        label=_("Annexes that go with it"), choices=AnnexKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    required = forms.MultipleChoiceField(
        label=_("Facts without which nothing is prepared"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Those that the clauses call are asked for anyway."),
    )
    note = forms.CharField(
        label=_("What changes"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Asked of every version that follows another."),
    )

    def __init__(self, *args: Any, version: TemplateVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version, text = version, version.text
        offered: Any = self.fields["required"]
        offered.choices = [(one.code, one.label) for one in FACTS.values()]
        self.initial.update({"title_fr": text.title.fr, "title_en": text.title.en, "since": version.since, "note": version.note})
        self.initial.update({"annexes": list(text.annexes), "required": list(text.required)})

    def keep(self, *, by: Any, at: datetime) -> bool:
        """Write it into the draft."""
        told = self.cleaned_data
        title = Text(told["title_fr"].strip(), told["title_en"].strip())
        text = replace(self.version.text, title=title, annexes=tuple(told["annexes"]), required=tuple(told["required"]))
        said = drafts.Said(told["since"], told["note"])
        return self.attempt(lambda: drafts.change_template(self.version, text, said, by=by, at=at))


class DossierForm(DsfrForm):
    """On which dossier a template is tried out; one of those that the person may see."""

    dossier = forms.CharField(label=_("Reference of a dossier"), max_length=40, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_dossier(self) -> Dossier | None:
        """The dossier of this reference, among those that the person may see."""
        reference = self.cleaned_data["dossier"].strip()
        if not reference:
            return None
        found: Dossier | None = Dossier.objects.visible_to(self.user).filter(reference__iexact=reference).first()
        if found is None:
            raise forms.ValidationError(_("No dossier that you may see bears this reference."))
        return found

    @property
    def chosen(self) -> Dossier | None:
        """The dossier that was chosen, if one was."""
        return self.cleaned_data.get("dossier") if self.is_valid() else None
