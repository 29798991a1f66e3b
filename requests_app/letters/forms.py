"""Writing a template, beginning one, issuing a letter: what the domain refuses comes back beside its field, with all that was typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.base import MoveForm
from requests_app.letters import services
from requests_app.letters.models import Kind, Letter, Template, TemplateVersion
from requests_app.models import Dossier


class WordsForm(MoveForm):
    """What a template says, in both languages, and a dossier to try it on."""

    marks_optional = False

    subject_fr = forms.CharField(label=_("Subject in French"), max_length=200, required=False)
    body_fr = forms.CharField(label=_("Text in French"), required=False, widget=forms.Textarea(attrs={"rows": 12}))
    subject_en = forms.CharField(label=_("Subject in English"), max_length=200, required=False)
    body_en = forms.CharField(label=_("Text in English"), required=False, widget=forms.Textarea(attrs={"rows": 12}))
    reference = forms.CharField(
        label=_("Reference of a dossier to try it on"),
        required=False,
        max_length=30,
        help_text=_("“Preview” shows the text with the words of this dossier; nothing is saved."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, sent: Any = None, *, template: Template) -> None:
        self.template = template
        last = template.in_force
        shown = {part: getattr(last, part) for part in services.PARTS} if last else {}
        super().__init__(sent, initial=shown | {"seen": last.number if last else 0})

    def write(self, *, by: Any, at: datetime) -> bool:
        """Write the next version, or say what is wrong."""
        told = self.cleaned_data
        words = {part: told[part] for part in services.PARTS}
        return self.attempt(lambda: services.write_version(self.template, words, seen=told["seen"], by=by, at=at))


class NewTemplateForm(MoveForm):
    """A new template of letters or of texts."""

    kind = forms.ChoiceField(
        label=_("What is it for?"), choices=[(one.value, one.label) for one in (Kind.LETTER, Kind.WORDS)], widget=forms.RadioSelect
    )
    name_fr = forms.CharField(label=_("Name in French"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    code = forms.SlugField(
        label=_("Code"), max_length=60, help_text=_("Small letters, figures and hyphens; it stands in the address and never changes.")
    )
    law = forms.CharField(label=_("Text of law"), max_length=200, required=False)
    made: Template

    def begin(self, *, by: Any) -> bool:
        """Begin the template, or say what is wrong."""

        def make() -> None:
            self.made = services.begin_template(**self.cleaned_data, by=by)

        return self.attempt(make)


class LetterForm(MoveForm):
    """A letter as it will be issued: filled from its template, and still open to the officer's pen."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 18}))
    made: Letter

    def issue(self, dossier: Dossier, version: TemplateVersion, *, by: Any, at: datetime) -> bool:
        """Issue the letter, or say what is wrong."""

        def make() -> None:
            self.made = services.issue(dossier, version, **self.cleaned_data, by=by, at=at)

        return self.attempt(make)
