"""What the database itself refuses: a statement that changes once it was approved, an end that is given twice, one that disappears."""

from __future__ import annotations

import pgtrigger


def kept_once_approved(table: str, name: str, columns: tuple[str, ...]) -> list[pgtrigger.Trigger]:
    """What people have read stays as it was: only an end is given, once, and nothing is deleted."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    moved = "NEW.valid IS DISTINCT FROM OLD.valid AND (upper(OLD.valid) IS NOT NULL OR lower(NEW.valid) <> lower(OLD.valid))"
    approved = pgtrigger.Q(old__approved_by__isnull=False)
    return [
        pgtrigger.Trigger(
            name=f"{name}_is_frozen",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=approved,
            func=f"IF {changed} OR ({moved}) THEN RAISE EXCEPTION '{table}: what was approved never changes'; END IF; RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name=f"{name}_is_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            condition=approved,
            func=f"RAISE EXCEPTION '{table}: what was approved is never deleted';",
        ),
    ]
