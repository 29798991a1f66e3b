"""What is said while a text is prepared: the template, the facts that are missing, parameters; then a clause that changes."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contracts.drafting.forms.values import bounds_of, field_for, said_in, typed
from contracts.drafting.plan import Plan
from contracts.drafting.services import editing, preparing
from contracts.drafting.services.preparing import Wish
from contracts.models import Convention, TemplateVersion
from contracts.text.bodies import body_of
from contracts.text.clauses import ClauseText, Parameter
from contracts.text.document import Article, Negotiable
from contracts.text.facts import FACTS
from contracts.text.values import read_kept
from requests_app.forms.base import MoveForm
from requests_app.models import Dossier

LANGUAGES = [("fr", _("French")), ("en", _("English"))]


class BeginForm(MoveForm):
    """Which template, for what, in which language."""

    template = forms.ChoiceField(label=_("Template"), widget=forms.RadioSelect, choices=[])
    title = forms.CharField(
        label=_("Title"), max_length=300, required=False, help_text=_("Empty: that of the dossier, or of the template.")
    )
    language = forms.ChoiceField(label=_("Language of the text that prevails"), choices=LANGUAGES, initial="fr")

    def __init__(self, data: Any = None, *, dossier: Dossier | None, templates: list[TemplateVersion]) -> None:
        super().__init__(data)
        self.dossier, self.templates = dossier, {str(one.pk): one for one in templates}
        choice: Any = self.fields["template"]
        choice.choices = [(str(one.pk), f"{one.title} ({one.template.get_kind_display()})") for one in templates]
        choice.initial = str(templates[0].pk) if templates else None
        self.made: Convention | None = None

    def save(self, *, by: Any, at: datetime) -> bool:
        """Begin the convention, and say whether it was done."""
        return self.attempt(lambda: self._begin(by, at))

    def _begin(self, by: Any, at: datetime) -> None:
        said = self.cleaned_data
        template = self.templates[said["template"]]
        self.made = preparing.begin(self.dossier, template, by=by, at=at, title=said["title"], language=said["language"])


def name_of_fact(code: str) -> str:
    """The name of the field of a fact."""
    return code.replace(".", "__")


def name_of_parameter(clause: str, code: str) -> str:
    """The name of the field of a parameter."""
    return f"p__{clause}__{code}"


class TextForm(MoveForm):
    """The facts that are asked, the parameters of the clauses that may stand."""

    translated = forms.BooleanField(label=_("Add the other language, for information"), required=False)
    note = forms.CharField(
        label=_("What changes"), max_length=2000, required=False, help_text=_("The other side reads it beside the version.")
    )

    def __init__(self, data: Any = None, *, convention: Convention, plan: Plan) -> None:
        super().__init__(data)
        self.convention, self.plan = convention, plan
        self.places = {}
        version = convention.latest()
        document = version.document if version else None
        self.fields["translated"].initial = bool(document and document.translation)
        if version is None:
            del self.fields["note"]
        for code, needed in plan.asked.items():
            self._add(code, name_of_fact(code), field_for(FACTS[code].type, FACTS[code].label, required=needed))
            self.fields[name_of_fact(code)].initial = typed(FACTS[code].type, plan.initial.get(code))
        for clause, parameter in plan.parameters:
            article = document.article(clause.code) if document else None
            self._add_parameter(clause, parameter, (article.parameters if article else {}).get(parameter.code, parameter.default))

    def _add(self, place: str, name: str, field: forms.Field) -> None:
        self.fields[name], self.places[place] = field, name

    def _add_parameter(self, clause: ClauseText, parameter: Parameter, value: str) -> None:
        field = field_of(parameter)
        field.initial = typed(parameter.type, read_kept(parameter.code, parameter.type, value)) if value else None
        self._add(f"{clause.code}.{parameter.code}", name_of_parameter(clause.code, parameter.code), field)

    @property
    def asked(self) -> list[Any]:
        """The fields of the facts: those without which nothing is written first."""
        return [self[name_of_fact(code)] for code in sorted(self.plan.asked, key=lambda code: not self.plan.asked[code])]

    @property
    def parameters(self) -> list[tuple[str, list[Any]]]:
        """The fields of the parameters, by the title of their clause."""
        found: dict[str, list[Any]] = defaultdict(list)
        for clause, parameter in self.plan.parameters:
            found[clause.title.said(language())].append(self[name_of_parameter(clause.code, parameter.code)])
        return list(found.items())

    def save(self, *, by: Any, at: datetime) -> bool:
        """Write the next version, and say whether it was done."""
        return self.attempt(lambda: preparing.write_text(self.convention, self._wish(), by=by, at=at))

    def _wish(self) -> Wish:
        said = self.cleaned_data
        chosen: dict[str, dict[str, Any]] = defaultdict(dict)
        told = {code: said_in(FACTS[code].type, said.get(name_of_fact(code))) for code in self.plan.asked}
        for clause, parameter in self.plan.parameters:
            value = said_in(parameter.type, said.get(name_of_parameter(clause.code, parameter.code)))
            if value is not None:
                chosen[clause.code][parameter.code] = value
        return Wish({code: value for code, value in told.items() if value is not None}, chosen, said.get("note", ""), said["translated"])


def language() -> str:
    """The reader's language, as texts know it."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def field_of(parameter: Parameter, **told: Any) -> forms.Field:
    """The field of a parameter, with its bounds said."""
    label = parameter.label.said(language()) or parameter.code
    return field_for(parameter.type, label, **bounds_of(parameter.minimum, parameter.maximum), **told)


class ClauseForm(MoveForm):
    """Other words for a free clause."""

    title = forms.CharField(label=_("Title of the article"), max_length=300)
    body = forms.CharField(
        label=_("Text of the article"),
        max_length=20_000,
        help_text=_("A blank line begins a paragraph; “- ” and “1. ” at the beginning of a line make a list."),
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    note = forms.CharField(
        label=_("What changes"), max_length=2000, required=False, help_text=_("The other side reads it beside the version.")
    )

    def __init__(self, data: Any = None, *, convention: Convention, article: Article) -> None:
        super().__init__(data, initial={"title": article.title, "body": body_of(article.blocks)})
        self.convention, self.article = convention, article

    def save(self, *, by: Any, at: datetime) -> bool:
        """Write the next version with these words, and say whether it was done."""
        said = self.cleaned_data
        told = (said["title"], said["body"], said["note"])
        return self.attempt(lambda: editing.rewrite_clause(self.convention, self.article.code, *told, by=by, at=at))


class ParametersForm(MoveForm):
    """Other values for the parameters of a clause."""

    note = forms.CharField(
        label=_("What changes"), max_length=2000, required=False, help_text=_("The other side reads it beside the version.")
    )

    def __init__(self, data: Any = None, *, convention: Convention, article: Article, clause: ClauseText) -> None:
        super().__init__(data)
        self.convention, self.article, self.clause = convention, article, clause
        for one in clause.parameters:
            field, value = field_of(one, required=True), article.parameters.get(one.code, one.default)
            field.initial = typed(one.type, read_kept(one.code, one.type, value)) if value else None
            self.fields[one.code] = field
        self.places = {f"{article.code}.{one.code}": one.code for one in clause.parameters}
        self.order_fields([one.code for one in clause.parameters])

    def save(self, *, by: Any, at: datetime) -> bool:
        """Write the next version with these values, and say whether it was done."""
        values = {one.code: said_in(one.type, self.cleaned_data.get(one.code)) for one in self.clause.parameters}
        note = self.cleaned_data["note"]
        return self.attempt(lambda: editing.set_parameters(self.convention, self.article.code, values, note, by=by, at=at))


def clause_form(data: Any, convention: Convention, article: Article, clause: ClauseText | None) -> ClauseForm | ParametersForm:
    """The form in which an article is changed: its words where they are free, else its parameters."""
    if article.negotiable is Negotiable.FREE or clause is None:
        return ClauseForm(data, convention=convention, article=article)
    return ParametersForm(data, convention=convention, article=article, clause=clause)
