"""What the database itself refuses: an approved text that changes, a version that is deleted, an end that is set twice."""

from __future__ import annotations

import pgtrigger

#: Columns that no one writes once a version is approved.
FROZEN_COLUMNS = ("number", "content", "content_sha256", "note", "author_id", "writers", "approved_by_id", "approved_at")


def kept_once_approved(table: str, name: str, *more: str) -> list[pgtrigger.Trigger]:
    """A version that was approved never changes but to be retired, and no version is deleted."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in (*FROZEN_COLUMNS, *more))
    return [
        pgtrigger.Trigger(
            name=f"{name}_is_frozen",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Q(old__approved_at__isnull=False),
            func=f"IF {changed} THEN RAISE EXCEPTION '{table}: an approved text never changes'; END IF; RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name=f"{name}_is_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func=f"RAISE EXCEPTION '{table}: a version is never deleted';",
        ),
    ]


def ends_once(table: str, name: str) -> pgtrigger.Trigger:
    """An end is given once to an approved template, and its beginning stays."""
    return pgtrigger.Trigger(
        name=f"{name}_ends_once",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__approved_at__isnull=False, old__valid__df=pgtrigger.F("new__valid")),
        func=(
            "IF upper(OLD.valid) IS NOT NULL OR upper(NEW.valid) IS NULL OR lower(NEW.valid) <> lower(OLD.valid) THEN "
            f"RAISE EXCEPTION '{table}: an end is set once'; END IF; RETURN NEW;"
        ),
    )
