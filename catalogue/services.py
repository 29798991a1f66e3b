"""Changes that administrators make; every one leaves its author and instant on the row, which the loader then respects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from catalogue.models import CategoryMapping, Component, Database, Reference, Term


def _sign(row: Reference, by: User, at: datetime) -> None:
    row.edited_by, row.edited_at = by, at


def keep_term(term: Term, *, by: User, at: datetime) -> Term:
    """Save a value of a vocabulary as the administrator wrote it."""
    _sign(term, by, at)
    term.save()
    return term


def switch_term(term: Term, *, by: User, at: datetime) -> Term:
    """Withdraw a value from the choices, or offer it again; what already carries it keeps it."""
    term.active = not term.active
    return keep_term(term, by=by, at=at)


@transaction.atomic
def keep_database(database: Database, categories: Iterable[Term], *, by: User, at: datetime) -> Database:
    """Save a database and the data categories that it brings as a whole."""
    _sign(database, by, at)
    database.save()
    kept = {category.pk for category in categories}
    database.category_mappings.exclude(category_id__in=kept).delete()
    known = set(database.category_mappings.values_list("category_id", flat=True))
    CategoryMapping.objects.bulk_create(CategoryMapping(database=database, category_id=pk) for pk in sorted(kept - known))
    return database


@transaction.atomic
def keep_component(component: Component, categories: Iterable[Term], *, by: User, at: datetime) -> Component:
    """Save a component and its data categories; its database becomes the administrators' own."""
    _sign(component.database, by, at)
    component.database.save(update_fields=["edited_by", "edited_at"])
    component.save()
    kept = {category.pk for category in categories}
    component.category_mappings.exclude(category_id__in=kept).delete()
    known = set(component.category_mappings.values_list("category_id", flat=True))
    CategoryMapping.objects.bulk_create(CategoryMapping(component=component, category_id=pk) for pk in sorted(kept - known))
    return component
