"""What the database itself refuses of sets: a version that leaves a gap, or that does not follow the one before."""

from __future__ import annotations

import pgtrigger


def follows_the_last() -> list[pgtrigger.Trigger]:
    """A version follows the last one: its number, its root, and what it knows."""
    return [
        pgtrigger.Trigger(
            name="opposition_set_follows_the_last",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            declare=[("last", "oppositions_oppositionset%ROWTYPE")],
            func=(
                "SELECT * INTO last FROM oppositions_oppositionset s WHERE s.database_id = NEW.database_id ORDER BY s.version DESC LIMIT 1;"
                " IF NEW.version <> coalesce(last.version, 0) + 1 OR NEW.previous_root <> coalesce(last.root, '')"
                " OR NEW.cutoff_at <= coalesce(last.cutoff_at, '-infinity') OR NEW.effective_at <= coalesce(last.effective_at, '-infinity')"
                " OR NEW.count <> coalesce(last.count, 0) + NEW.added - NEW.removed"
                " THEN RAISE EXCEPTION 'oppositions_oppositionset: a version follows the last one'; END IF; RETURN NEW;"
            ),
        )
    ]
