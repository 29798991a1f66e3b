"""The data asked for: databases, one small form each, and what goes with them: other sources, matching, form of the data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Component, Database, Level, Term, categories_of
from requests_app.choices import DataForm
from requests_app.content import SOURCE_FIELDS, YEARS, DossierSource
from requests_app.forms.content import long_text
from requests_app.forms.fields import TermField, TermsField, YesNoField
from requests_app.forms.one_source import SourceForm
from requests_app.forms.section import SectionForm
from requests_app.services import Saved, save_data_asked_for


class SourcesForm(SectionForm):
    """From which databases, whether they are matched, and in which form."""

    code = "sources"
    in_passing = False
    headings = {"other_sources": gettext_lazy("Other sources and matching"), "data_form": gettext_lazy("Form of the data")}

    other_sources = long_text(
        gettext_lazy("Sources outside the catalogue"),
        gettext_lazy("A cohort, a register, a hospital's own data: what it is, who holds it, for which years."),
        max_words=500,
        rows=4,
    )
    data_categories = TermsField(
        "data_category",
        label=gettext_lazy("Categories of data that the databases do not bring by themselves"),
        help_text=gettext_lazy("Tick them for your other sources."),
    )
    matching = YesNoField(
        label=gettext_lazy("Are data on the same person brought together from several sources (matching)?"),
        help_text=gettext_lazy("For example a cohort's data joined with those of the national health data system."),
    )
    matching_kind = TermField("matching_kind", label=gettext_lazy("Kind of matching"), widget=forms.RadioSelect)
    matching_method = long_text(
        gettext_lazy("How the sources are matched"),
        gettext_lazy("By which data, through which third party, and what is destroyed afterwards. It will be published."),
        max_words=300,
        rows=4,
    )
    data_form = forms.ChoiceField(
        label=gettext_lazy("In which form do you need the data?"),
        choices=DataForm.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The least detailed one that answers the question."),
    )
    data_form_reasons = long_text(
        gettext_lazy("Why this form is needed"),
        gettext_lazy("Why anonymised or aggregated data would not be enough."),
        max_words=300,
        rows=3,
    )
    add_source = forms.ModelChoiceField(
        Database.objects.none(),
        to_field_name="slug",
        required=False,
        label=gettext_lazy("Add a database"),
        empty_label=gettext_lazy("Choose"),
        help_text=gettext_lazy("Choose it, then press “Add”: its components and years appear above."),
    )

    def furnish(self) -> None:
        """Make one small form for each database that is asked for, or that the page shows."""
        self.present = {source.database.slug: source for source in self.content.sources_used()}
        typed: Any = self.data
        shown = {slug for slug in typed.getlist("source") if "\0" not in slug} if self.is_bound else set(self.present)
        components = Prefetch("components", Component.objects.order_by("position", "pk"))
        databases = Database.objects.filter(slug__in=shown | set(self.present)).alphabetical().prefetch_related(components)
        self.source_forms = [
            SourceForm(self.data if self.is_bound else None, database=one, present=self.present.get(one.slug))
            for one in databases
            if one.slug in shown
        ]
        self._offer_others(shown)

    def _offer_others(self, shown: set[str]) -> None:
        """Offer the other databases, by their place in the national system."""
        field: Any = self.fields["add_source"]
        field.queryset = Database.objects.active().exclude(slug__in=shown).alphabetical()
        offered = list(field.queryset)
        levels = [(level.label, [(one.slug, one.label) for one in offered if one.level == level]) for level in Level]
        field.choices = [("", _("Choose")), *((label, found) for label, found in levels if found)]

    def clean_add_source(self) -> Database | None:
        """The database to add; the button alone adds none."""
        chosen: Database | None = self.cleaned_data["add_source"]
        if chosen is None and "add" in self.data:
            raise forms.ValidationError(_("Choose the database to add."))
        return chosen

    @property
    def parts(self) -> list[Any]:
        """The databases."""
        return list(self.source_forms)

    @cached_property
    def brought(self) -> list[Term]:
        """The categories of data that the databases bring by themselves."""
        used = self.content.sources_used()
        components = [component.pk for source in used for component in source.components.all()]
        return list(categories_of([source.database.pk for source in used], components))

    def is_valid(self) -> bool:
        """Are the section and every database valid?"""
        return all([super().is_valid(), *(form.is_valid() for form in self.source_forms)])

    def sources(self) -> list[Mapping[str, Any]]:
        """The databases as they are to be saved, with the one just added."""
        kept = [form for form in self.source_forms if form.is_valid() or not form.data.get(form.add_prefix("remove"))]
        rows: list[Mapping[str, Any]] = [form.values() for form in kept if not form.cleaned_data.get("remove")]
        added = self.cleaned_data.get("add_source")
        return [*rows, {"database": added}] if added and not self.in_passing else rows

    def save(self, *, by: Any, at: datetime) -> Saved:
        """Save fields and databases, all or none. Raises NotAllowed, WrongState."""
        sources = None if self.leaves_theirs("sources") else list(self.sources())
        return save_data_asked_for(self.dossier, self.values(), sources, by=by, at=at, revision=self.read_at, page=self.open_page)

    def save_in_passing(self, *, by: Any, at: datetime) -> Saved:
        """While typing, no database is added: the choice is not confirmed yet."""
        self.in_passing = True
        return self.save(by=by, at=at)

    def mine(self, theirs: Mapping[str, Any]) -> dict[str, Any]:
        """The fields and the databases, in the form in which the other version comes."""
        typed = [_snapshot(source) for source in self.sources()]
        return super().mine(theirs) | {"sources": typed}


def _snapshot(source: Mapping[str, Any]) -> dict[str, Any]:
    """A typed database in the form in which a saved one tells itself."""
    told = DossierSource.nothing_said() | {name: value for name, value in source.items() if name in SOURCE_FIELDS and name not in YEARS}
    return told | {
        "database": source["database"].slug,
        "components": sorted(component.code for component in source.get("components", [])),
        "years": [source.get(name) for name in YEARS],
    }
