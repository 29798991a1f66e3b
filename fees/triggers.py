"""What the database itself refuses: a published version that changes, an end that is set twice or for a day gone by."""

from __future__ import annotations

import pgtrigger

#: Columns that no one writes once a version is published; its end and its state have rules of their own.
FROZEN_COLUMNS = (
    *("grid_id", "number", "label", "selecting_date", "amendment_policy", "content", "content_sha256", "engine_version"),
    *("author_id", "writers", "approved_by_id", "published_at", "decision_ref", "change_note_fr", "change_note_en"),
)
_CHANGED = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FROZEN_COLUMNS)
_TODAY = "(now() AT TIME ZONE 'Europe/Paris')::date"


def kept_once_published() -> list[pgtrigger.Trigger]:
    """A version that was published is never changed nor deleted; an end may be given to it once, for a day to come."""
    return [
        pgtrigger.Trigger(
            name="grid_version_is_frozen",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Q(old__state__in=["published", "withdrawn"]),
            func=f"IF {_CHANGED} THEN RAISE EXCEPTION 'fees_gridversion: a published version never changes'; END IF; RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name="grid_version_ends_once",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Q(old__state__in=["published", "withdrawn"], old__valid__df=pgtrigger.F("new__valid")),
            func=(
                "IF OLD.state = 'withdrawn' OR upper(OLD.valid) IS NOT NULL OR upper(NEW.valid) IS NULL "
                f"OR lower(NEW.valid) <> lower(OLD.valid) OR upper(NEW.valid) <= {_TODAY} THEN "
                "RAISE EXCEPTION 'fees_gridversion: an end is set once, for a day to come'; END IF; RETURN NEW;"
            ),
        ),
        pgtrigger.Trigger(
            name="grid_version_is_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func="RAISE EXCEPTION 'fees_gridversion: a version is never deleted';",
        ),
    ]


#: What quotes and invoices rest on; the words around it (names, summaries, legal basis, address) may still be mended.
FROZEN_OF_A_GRID = (
    *("owner_id", "owner_code", "owner_name", "scope", "currency", "holder_is_public", "billing", "illustrative", "for_comparison"),
    *("created_at", "created_by_id"),
)


def settled_once_published() -> list[pgtrigger.Trigger]:
    """The code of a grid never changes; whose it is and how it charges do not either once one of its versions was published."""
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FROZEN_OF_A_GRID)
    public = "EXISTS (SELECT 1 FROM fees_gridversion v WHERE v.grid_id = OLD.id AND v.published_at IS NOT NULL)"
    return [
        pgtrigger.Trigger(
            name="tariff_grid_is_settled",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=(
                f"IF NEW.code IS DISTINCT FROM OLD.code OR (({changed}) AND {public}) THEN "
                "RAISE EXCEPTION 'fees_tariffgrid: what published versions rest on never changes'; END IF; RETURN NEW;"
            ),
        )
    ]


def kept_once_approved(table: str, name: str, columns: tuple[str, ...]) -> list[pgtrigger.Trigger]:
    """A row that was approved counts in quotes: nothing of it changes but an end that is given once, and it is not deleted."""
    return frozen_once_approved(table, name, ("author_id", "entered_at", "approved_by_id", "approved_at", *columns))


def frozen_once_approved(table: str, name: str, columns: tuple[str, ...]) -> list[pgtrigger.Trigger]:
    """Once a row was approved these columns stay as they are, an end is given once, and it is not deleted."""
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
