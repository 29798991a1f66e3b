"""Named filters on databases and terms, so that no view spells a condition of its own."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.lookups import Unaccent
from django.db.models import CharField, Count, F, QuerySet, TextField, Value
from django.db.models.expressions import Combinable, Func
from django.db.models.functions import Cast, Concat, Lower

SEARCHED_FIELDS = ("acronym", "name_fr", "name_en", "theme_fr", "theme_en", "controller_name")


def sort_key(field: str) -> Func:
    """The key that sorts French words as a reader expects: without case nor accents."""
    return Unaccent(Lower(Cast(field, TextField())))


class TermQuerySet(QuerySet[Any]):
    """Values of the vocabularies."""

    def of(self, vocabulary: str) -> TermQuerySet:
        """The values of one vocabulary, in the order chosen by the administrators."""
        return self.filter(vocabulary=vocabulary).order_by("position", sort_key("label_fr"), "pk")

    def active(self) -> TermQuerySet:
        """The values that may still be chosen; a withdrawn value stays readable where it was used."""
        return self.filter(active=True)


class DatabaseQuerySet(QuerySet[Any]):
    """Databases of the catalogue."""

    def active(self) -> DatabaseQuerySet:
        """The databases shown to the public and offered to applicants."""
        return self.filter(active=True)

    def alphabetical(self) -> DatabaseQuerySet:
        """By acronym, accents and case ignored."""
        return self.order_by(sort_key("acronym"), "pk")

    def newest_first(self) -> DatabaseQuerySet:
        """By year of the order that enters them in the catalogue; those without an order come last."""
        return self.order_by(F("order_year").desc(nulls_last=True), sort_key("acronym"), "pk")

    def matching(self, words: str) -> DatabaseQuerySet:
        """The databases that contain every word, in any field and either language, accents ignored."""
        pieces: list[Combinable] = []
        for field in SEARCHED_FIELDS:
            pieces += [F(field), Value(" ")]
        found = self.annotate(haystack=Unaccent(Lower(Concat(*pieces, output_field=TextField()))))
        for word in words.split():
            found = found.filter(haystack__contains=Unaccent(Lower(Value(word, output_field=CharField()))))
        return found

    def count_by_level(self) -> dict[str, int]:
        """How many databases stand at each level."""
        return dict(self.order_by().values_list("level").annotate(Count("pk")))
