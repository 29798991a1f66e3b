"""What the database itself refuses: a proposal that changes or is answered twice, a file whose reading changes, a row that goes."""

from __future__ import annotations

import pgtrigger

from contracts.triggers import kept

#: What nobody writes after the proposal is made; its answer has columns of its own.
_PROPOSED = (
    *("convention_id", "version_id", "received_id", "kind", "article_code", "title", "body", "parameters", "after_code", "beyond"),
    *("reason", "party_id", "by_id", "at", "salt"),
)
#: What the scan and who sent a file may still write: its verdict, and that proposals were made of it.
_RECEIVED = (
    *("convention_id", "version_id", "file", "sha256", "size", "name", "content", "outside", "party_id", "by_id", "added_at"),
    *("content_type", "storage_name"),
)


def _changed(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)


def answered_once() -> list[pgtrigger.Trigger]:
    """A proposal keeps what it says, is answered once, and is never deleted."""
    return [
        pgtrigger.Trigger(
            name="proposal_is_frozen",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=(
                f"IF OLD.status <> 'proposed' OR {_changed(_PROPOSED)} THEN "
                "RAISE EXCEPTION 'negotiating_proposal: a proposal never changes, and is answered once'; END IF; RETURN NEW;"
            ),
        ),
        *kept("proposal", "negotiating_proposal"),
    ]


def read_once() -> list[pgtrigger.Trigger]:
    """A received text keeps what was read in it; proposals are made of it once."""
    return [
        pgtrigger.Trigger(
            name="received_text_is_frozen",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=(
                f"IF {_changed(_RECEIVED)} OR (OLD.taken_at IS NOT NULL AND NEW.taken_at IS DISTINCT FROM OLD.taken_at) THEN "
                "RAISE EXCEPTION 'negotiating_receivedtext: what was received never changes'; END IF; RETURN NEW;"
            ),
        ),
        *kept("received_text", "negotiating_receivedtext"),
    ]
