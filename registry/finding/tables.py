"""What the search keeps beside the fiches: a narrow row for each, numbers for filter values, a snapshot for a fast start, known words.

The rows of `FicheSearch`, `FicheWords` and `FacetCode` are written by PostgreSQL itself (trigger `fiche_is_searched`), in the transaction
that writes a fiche, so that nothing can forget them.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class FicheSearch(models.Model):
    """By what a fiche is found; nothing of it remains once the fiche is withdrawn."""

    #: The place of the fiche: its bit in every set.
    pos = models.PositiveIntegerField(primary_key=True)
    live = models.BooleanField()
    #: The version of the registry that last changed the row: a process that knows an older one reads it again.
    version = models.BigIntegerField(db_index=True)
    #: Numbers of `FacetCode`.
    facets = ArrayField(models.IntegerField())
    #: Number of the controller in `FacetCode`, 0 for none; the year of the authorisation, else of the start, 0 for none.
    organisation = models.IntegerField()
    year = models.SmallIntegerField()
    # The status, and the delay of the results, depend on the day: their dates stand here.
    opened_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    title_tsv = SearchVectorField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["title_tsv"], fastupdate=False, name="fiche_search_title_tsv"),
        ]

    def __str__(self) -> str:
        return str(self.pos)


class FicheWords(models.Model):
    """All the words of a fiche, apart: a search for a very common one reads hundreds of thousands of these rows, and only their places."""

    pos = models.PositiveIntegerField(primary_key=True)
    tsv = SearchVectorField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [GinIndex(fields=["tsv"], fastupdate=False, name="fiche_words_tsv")]

    def __str__(self) -> str:
        return str(self.pos)


class FacetCode(models.Model):
    """A value of a filter under a number; a controller is known by its name without accents nor signs, and keeps one name as label."""

    id = models.AutoField(primary_key=True)
    facet = models.CharField(max_length=20)
    code = models.CharField(max_length=120)
    label = models.CharField(max_length=250, blank=True, db_default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["facet", "code"], name="facet_code_has_one_number")
        ]

    def __str__(self) -> str:
        return f"{self.facet}:{self.code}"


class FacetSnapshot(models.Model):
    """The sets of one version, packed: a process starts from them and reads only what changed since."""

    epoch = models.UUIDField()
    version = models.BigIntegerField()
    packed = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="facet_snapshot_is_one")
        ]

    def __str__(self) -> str:
        return str(self.version)


class SearchWord(models.Model):
    """A word as fiches write it, and in how many it was seen: what a mistyped word is brought back to."""

    word = models.CharField(max_length=60, primary_key=True)
    folded = models.CharField(max_length=60)
    seen = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="search_word_trigrams"),
        ]

    def __str__(self) -> str:
        return self.word
