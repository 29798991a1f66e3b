"""What the database itself refuses: a version that changes, a party that moves after the approval, a row that is written twice."""

from __future__ import annotations

import pgtrigger

#: While a convention is in one of these states its parties are still being settled.
_OPEN = "('draft', 'review', 'negotiation')"
_CLOSED = "EXISTS (SELECT 1 FROM contracts_convention c WHERE c.id = {row}.convention_id AND c.state NOT IN " + _OPEN + ")"


def written_once(name: str) -> list[pgtrigger.Trigger]:
    """A row that is written once."""
    return [pgtrigger.Protect(name=f"{name}_is_written_once", operation=pgtrigger.Update | pgtrigger.Delete)]


def kept(name: str, table: str) -> list[pgtrigger.Trigger]:
    """A row that is never deleted."""
    return [
        pgtrigger.Trigger(
            name=f"{name}_is_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func=f"RAISE EXCEPTION '{table}: a row is never deleted';",
        )
    ]


def settled_before_approval() -> list[pgtrigger.Trigger]:
    """Nobody joins, leaves or changes as a party once the text is approved."""
    refuse = "RAISE EXCEPTION 'contracts_party: the parties of an approved convention never change'; END IF;"
    return [
        pgtrigger.Trigger(
            name=f"party_does_not_{word}",
            when=pgtrigger.Before,
            operation=operation,
            func=f"IF {_CLOSED.format(row=row)} THEN {refuse} RETURN {row};",
        )
        for word, operation, row in (
            ("join", pgtrigger.Insert, "NEW"),
            ("change", pgtrigger.Update, "NEW"),
            ("leave", pgtrigger.Delete, "OLD"),
        )
    ]
