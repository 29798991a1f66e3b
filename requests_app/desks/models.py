"""What a secretariat keeps for its own work: saved lists, absences with their replacement, and the index of every text of a dossier."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from requests_app.models import Dossier


class SavedListQuerySet(models.QuerySet[Any]):
    """Saved lists, by who finds them."""

    def offered_to(self, user: Any, *, with_shared: bool = False) -> SavedListQuerySet:
        """Somebody's own lists and, if asked for, those that colleagues share."""
        return self.filter(Q(owner=user.pk) | Q(is_shared=True) if with_shared else Q(owner=user.pk))


class SavedList(models.Model):
    """A work-list with its filters and its order, under a name: the address's query, with nothing in it that a page number would date."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("Name of the list"), max_length=80)
    query = models.CharField(max_length=500)
    is_shared = models.BooleanField(_("Share it with the secretariat"), default=False)
    saved_at = models.DateTimeField()

    objects: ClassVar[Any] = SavedListQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="saved_list_name_once_per_person"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_list_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.query}"


class AbsenceQuerySet(models.QuerySet[Any]):
    """Absences, by day."""

    def on(self, day: Any) -> AbsenceQuerySet:
        """Those that last on a day."""
        return self.filter(from_on__lte=day, to_on__gte=day)


class Absence(models.Model):
    """The days, both included, on which somebody is away and a colleague stands in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    replacement = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="replacements")
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects: ClassVar[Any] = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="absence_ends_after_its_start"),
            models.CheckConstraint(condition=~Q(replacement=F("user")), name="absence_is_replaced_by_somebody_else"),
            ExclusionConstraint(
                name="absence_one_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (Func("from_on", "to_on", Value("[]"), function="DATERANGE", output_field=DateRangeField()), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["replacement", "to_on"], name="absence_replacement")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.from_on} – {self.to_on}"


class IndexedText(models.Model):
    """The words of one text of a dossier, whose source keeps the text itself; written by `indexing` only.

    Its index, over blocks of dossiers and words at once, is made by the migration: the newest dossiers are asked first.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    row = models.BigIntegerField()
    audience = models.CharField(max_length=20)
    tsv = SearchVectorField()

    class Meta:
        ordering = ["-dossier", "kind", "row"]
        constraints = [models.UniqueConstraint(fields=["kind", "row"], name="indexed_text_once_per_row")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.kind} {self.row}"
