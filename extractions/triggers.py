"""What the database itself refuses: links between tickets that run in a circle or join two dossiers, answers that change."""

from __future__ import annotations

import pgtrigger

from contracts.triggers import kept as kept
from contracts.triggers import written_once as written_once


def acyclic() -> list[pgtrigger.Trigger]:
    """Two linked tickets belong to one dossier, and no chain of links comes back to where it began."""
    return [
        pgtrigger.Trigger(
            name="link_joins_one_dossier_without_a_circle",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update,
            declare=[("circle", "boolean")],
            func=(
                "PERFORM pg_advisory_xact_lock(hashtext('ticket_link'), t.dossier_id::int)"
                " FROM extractions_ticket t WHERE t.id = NEW.before_id;"
                " IF (SELECT count(DISTINCT dossier_id) FROM extractions_ticket WHERE id IN (NEW.before_id, NEW.after_id)) <> 1 THEN"
                " RAISE EXCEPTION 'extractions_link: both tickets belong to one dossier'; END IF;"
                " WITH RECURSIVE later(id) AS (SELECT NEW.after_id UNION"
                " SELECT l.after_id FROM extractions_link l JOIN later ON l.before_id = later.id)"
                " SELECT bool_or(id = NEW.before_id) FROM later INTO circle;"
                " IF circle THEN RAISE EXCEPTION 'extractions_link: a ticket would come before itself'; END IF;"
                " RETURN NEW;"
            ),
        )
    ]


def settled_once(name: str, table: str, *columns: str, by: str) -> list[pgtrigger.Trigger]:
    """A row whose columns do not change once `by` is filled: what was settled stays as it was."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return [
        pgtrigger.Trigger(
            name=f"{name}_is_settled_once",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=(
                f"IF OLD.{by} IS NOT NULL AND ({changed}) THEN"
                f" RAISE EXCEPTION '{table}: what was settled does not change'; END IF; RETURN NEW;"
            ),
        )
    ]
