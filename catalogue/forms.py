"""The forms by which administrators keep databases, their components, and the vocabularies."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from catalogue.models import Component, Database, Level, SourceStatus, Term, Vocabulary
from ui.forms import DsfrModelForm

RESERVED_SLUGS = frozenset({"nouvelle", "vocabulaires"})


class LevelFilterForm(forms.Form):
    """What the public list understands of its address; anything else is ignored."""

    q = forms.CharField(required=False, max_length=100, strip=True)
    level = forms.ChoiceField(required=False, choices=[("", ""), *Level.choices])
    sort = forms.ChoiceField(required=False, choices=[("", ""), ("acronym", ""), ("recent", "")])

    def understood(self) -> dict[str, str]:
        """The valid part of the query, with empty text for the rest."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class CategoriesField(forms.ModelMultipleChoiceField):
    """The data categories that a database or a component brings."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Term.objects.of(Vocabulary.DATA_CATEGORY).active(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            label=_("Data categories"),
            help_text=_("They are proposed to an applicant who chooses this source, and feed the registry's filter."),
            **kwargs,
        )


def as_lines(sources: list[dict[str, Any]]) -> str:
    """The sources as the form shows them: one a line, the year after a semicolon."""
    return "\n".join("; ".join(str(part) for part in (source["title"], source.get("year")) if part) for source in sources)


def from_lines(text: str) -> list[dict[str, Any]]:
    """The sources read from the form; raises ValidationError when what follows the semicolon is no year."""
    sources = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        title, _separator, year = line.rpartition(";") if ";" in line else (line, "", "")
        if year.strip() and not (year.strip().isdecimal() and len(year.strip()) == 4):
            raise ValidationError(_("“%(line)s”: write the year in four figures after the semicolon."), params={"line": line})
        sources.append({"title": title.strip(), "year": int(year) if year.strip() else None})
    return sources


class DatabaseForm(DsfrModelForm):
    """A database: who answers for it, on what subject, since which order."""

    categories = CategoriesField()
    source_lines = forms.CharField(
        label=_("Sources"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One document a line: title; year. The public page cites them."),
    )

    class Meta:
        model = Database
        fields: ClassVar = [
            "acronym", "slug", "name_fr", "name_en", "theme_fr", "theme_en", "level", "controller_name", "controller_confidence",
            "controller_source", "holder", "order_year", "order_date", "order_source", "first_year", "last_year", "notes_fr", "notes_en",
            "active",
        ]  # fmt: skip
        help_texts: ClassVar = {
            "slug": _("It makes the page's address and does not change afterwards: lower-case letters, figures and hyphens."),
            "controller_name": _("Leave empty when it is unknown: the page then says “not yet declared by the controller”."),
            "holder": _(
                "Its agents on this site remark on the dossiers that ask for the database; only verified organisations are offered."
            ),
            "name_en": _("Leave empty when there is no sure translation: the French name is shown."),
        }
        widgets: ClassVar = {"notes_fr": forms.Textarea(attrs={"rows": 3}), "notes_en": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holders: Any = self.fields["holder"]
        holders.queryset = Organisation.objects.filter(Q(verified_at__isnull=False) | Q(pk=self.instance.holder_id)).order_by("name", "pk")
        if self.instance.pk:
            del self.fields["slug"]
            self.initial["categories"] = [mapping.category_id for mapping in self.instance.category_mappings.all()]
            self.initial["source_lines"] = as_lines(self.instance.sources)

    def clean_slug(self) -> str:
        """Keep the addresses of the catalogue's own pages free."""
        slug = str(self.cleaned_data["slug"]).lower()
        if slug in RESERVED_SLUGS:
            raise ValidationError(_("This identifier is reserved: choose another one."))
        return slug

    def clean_source_lines(self) -> list[dict[str, Any]]:
        """The sources as they are stored."""
        return from_lines(self.cleaned_data["source_lines"])

    def clean(self) -> dict[str, Any]:
        """A confidence without a controller says nothing; years stand in order."""
        values = super().clean() or self.cleaned_data
        values["controller_name"] = values.get("controller_name") or None
        if not values["controller_name"]:
            values["controller_confidence"] = ""
        first, last = values.get("first_year"), values.get("last_year")
        if first and last and first > last:
            self.add_error("last_year", _("The last year comes before the first one."))
        return values

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, which the stubs do not know
        self.instance.sources = self.cleaned_data.get("source_lines", self.instance.sources)


class ComponentForm(DsfrModelForm):
    """A part of a database that may be asked for by itself."""

    categories = CategoriesField()

    class Meta:
        model = Component
        fields: ClassVar = ["name_fr", "name_en", "code", "description_fr", "description_en", "source", "position", "active"]
        widgets: ClassVar = {"description_fr": forms.Textarea(attrs={"rows": 3}), "description_en": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]
            self.initial["categories"] = [mapping.category_id for mapping in self.instance.category_mappings.all()]

    def clean_code(self) -> str:
        """A code is taken once in a database."""
        code = str(self.cleaned_data["code"])
        if self.instance.database.components.filter(code=code).exists():
            raise ValidationError(_("Another component of this database already has this code."))
        return code


class TermForm(DsfrModelForm):
    """One value of a vocabulary."""

    class Meta:
        model = Term
        fields: ClassVar = [
            "label_fr", "label_en", "code", "description_fr", "description_en", "source", "source_status", "position", "active",
        ]  # fmt: skip
        help_texts: ClassVar = {
            "code": _("Used in files and addresses; it does not change afterwards."),
            "source": _("Title and year of the text or document in which this value stands."),
            "active": _("A value that may no longer be chosen stays readable where it was used."),
        }
        widgets: ClassVar = {"description_fr": forms.Textarea(attrs={"rows": 3}), "description_en": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]
        else:
            self.initial.setdefault("source_status", SourceStatus.PROPOSED)

    def clean_code(self) -> str:
        """A code is taken once in a vocabulary."""
        code = str(self.cleaned_data["code"])
        if Term.objects.of(self.instance.vocabulary).filter(code=code).exists():
            raise ValidationError(_("Another value of this vocabulary already has this code."))
        return code
