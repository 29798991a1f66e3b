"""What the database itself refuses: an issued quote that changes, a payer that moves, a row that is written twice."""

from __future__ import annotations

import pgtrigger

#: What nobody writes once a quote is issued; what became of it has columns of its own.
FROZEN = (
    *("dossier_id", "number", "purpose", "snapshot", "snapshot_sha256", "engine_version", "net", "vat", "gross"),
    *("choices", "drawn_up_at", "drawn_up_by_id", "issued_at", "issued_by_id", "valid_until", "previous_id"),
)
_CHANGED = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FROZEN)
_OF_PAYER = ("quote_id", "organisation_id", "position", "share", "lines")
_MOVED = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _OF_PAYER)
_ISSUED = "EXISTS (SELECT 1 FROM quotes_quote q WHERE q.id = {row}.quote_id AND q.state <> 'draft')"


def kept_once_issued() -> list[pgtrigger.Trigger]:
    """An issued quote keeps every figure; no quote is ever deleted."""
    return [
        pgtrigger.Trigger(
            name="quote_is_frozen",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Q(old__state__df="draft"),
            func=f"IF {_CHANGED} THEN RAISE EXCEPTION 'quotes_quote: an issued quote never changes'; END IF; RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name="quote_is_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func="RAISE EXCEPTION 'quotes_quote: a quote is never deleted';",
        ),
    ]


def payers_kept() -> list[pgtrigger.Trigger]:
    """Once the quote is issued nobody joins, leaves or pays another share; an acceptance is given once."""
    refuse = "RAISE EXCEPTION 'quotes_quotepayer: the payers of an issued quote never change'; END IF;"
    return [
        pgtrigger.Trigger(
            name="payer_is_frozen",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=(
                f"IF ({_MOVED} OR (OLD.accepted_at IS NOT NULL AND NEW.accepted_at IS DISTINCT FROM OLD.accepted_at)) "
                f"AND {_ISSUED.format(row='OLD')} THEN {refuse} RETURN NEW;"
            ),
        ),
        pgtrigger.Trigger(
            name="payer_does_not_join",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=f"IF {_ISSUED.format(row='NEW')} THEN {refuse} RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name="payer_does_not_leave",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func=f"IF {_ISSUED.format(row='OLD')} THEN {refuse} RETURN OLD;",
        ),
    ]


def written_once(name: str) -> list[pgtrigger.Trigger]:
    """A row that is written once."""
    return [pgtrigger.Protect(name=f"{name}_is_written_once", operation=pgtrigger.Update | pgtrigger.Delete)]


def signed_paper_kept() -> list[pgtrigger.Trigger]:
    """A signed paper says for ever who signed what and when; it is checked or discarded once, and never deleted."""
    fixed = ("payer_id", "file", "sha256", "signed_by", "function", "signed_on", "added_by_id", "added_at")
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed)
    once = " OR ".join(
        f"(OLD.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name})"
        for name in ("confirmed_at", "confirmed_by_id", "discarded_at", "discarded_by_id")
    )
    return [
        pgtrigger.Trigger(
            name="signed_paper_is_frozen",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"IF {changed} OR {once} THEN RAISE EXCEPTION 'quotes_paperacceptance: written once'; END IF; RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name="signed_paper_is_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func="RAISE EXCEPTION 'quotes_paperacceptance: never deleted';",
        ),
    ]
