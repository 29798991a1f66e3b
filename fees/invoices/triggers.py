"""What the database itself refuses: an invoice that changes, a gap in the numbers, sums that do not hold, a credit that exceeds."""

from __future__ import annotations

import pgtrigger

#: What is written once and for all; states, the journal and the accountant's reference have columns of their own.
FROZEN = (
    *("series", "year", "sequence", "number", "kind", "dossier_id", "quote_id", "installment_id", "buyer_id", "corrects_id"),
    *("issued_at", "issued_on", "issued_by_id", "due_on", "tax_point", "period_from", "period_to", "currency", "net", "vat", "gross"),
    *("parties", "order_reference", "service_code", "words", "salt", "illustrative"),
)
_CHANGED = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FROZEN)

_NUMBERED = """
    IF NEW.sequence <> 1 + COALESCE((SELECT max(i.sequence) FROM invoices_invoice i WHERE i.series = NEW.series AND i.year = NEW.year), 0)
    THEN RAISE EXCEPTION 'invoices_invoice: the numbers of a series follow each other without a gap'; END IF;
    IF EXISTS (SELECT 1 FROM invoices_invoice i WHERE i.series = NEW.series AND i.year = NEW.year
               AND i.sequence = NEW.sequence - 1 AND i.issued_at > NEW.issued_at)
    THEN RAISE EXCEPTION 'invoices_invoice: numbers follow the order of issue'; END IF;
    RETURN NEW;
"""

_CREDITED = """
    SELECT i.corrects_id INTO corrected FROM invoices_invoice i WHERE i.id = NEW.invoice_id;
    IF corrected IS NULL THEN RETURN NEW; END IF;
    PERFORM 1 FROM invoices_invoice i WHERE i.id = corrected FOR UPDATE;
    SELECT v.taxable, v.vat INTO owed FROM invoices_invoicevat v WHERE v.invoice_id = corrected
        AND v.payee = NEW.payee AND v.category = NEW.category AND v.rate = NEW.rate;
    SELECT COALESCE(sum(v.taxable), 0) AS taxable, COALESCE(sum(v.vat), 0) AS vat INTO credited FROM invoices_invoicevat v
        JOIN invoices_invoice c ON c.id = v.invoice_id
        WHERE c.corrects_id = corrected AND v.payee = NEW.payee AND v.category = NEW.category AND v.rate = NEW.rate;
    IF owed IS NULL OR credited.taxable + NEW.taxable > owed.taxable OR credited.vat + NEW.vat > owed.vat
    THEN RAISE EXCEPTION 'invoices_invoicevat: a credit note never exceeds its invoice in a VAT group'; END IF;
    RETURN NEW;
"""


def _sums(row: str) -> str:
    """Lines make the groups, groups make the whole: checked when the transaction ends."""
    return f"""
    SELECT i.net, i.vat INTO whole FROM invoices_invoice i WHERE i.id = NEW.{row};
    SELECT COALESCE(sum(v.taxable), 0) AS net, COALESCE(sum(v.vat), 0) AS vat INTO groups
        FROM invoices_invoicevat v WHERE v.invoice_id = NEW.{row};
    IF groups.net <> whole.net OR groups.vat <> whole.vat
    THEN RAISE EXCEPTION 'invoices_invoice: the VAT groups do not make the whole'; END IF;
    IF EXISTS (
        SELECT 1 FROM (SELECT v.payee, v.category, v.rate, v.taxable FROM invoices_invoicevat v WHERE v.invoice_id = NEW.{row}) g
        FULL JOIN (SELECT l.payee, l.vat_category, l.vat_rate, sum(l.net) AS net FROM invoices_invoiceline l
                   WHERE l.invoice_id = NEW.{row} GROUP BY 1, 2, 3) m
        ON m.payee = g.payee AND m.vat_category = g.category AND m.vat_rate = g.rate
        WHERE m.net IS DISTINCT FROM g.taxable
    ) THEN RAISE EXCEPTION 'invoices_invoice: the lines do not make the VAT groups'; END IF;
    RETURN NULL;
    """


def sums_hold(name: str, row: str = "invoice_id") -> pgtrigger.Trigger:
    """At the end of the transaction, lines, groups and totals agree; nothing can be added to an issued document afterwards."""
    return pgtrigger.Trigger(
        name=f"{name}_sums_hold",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=[("whole", "RECORD"), ("groups", "RECORD")],
        func=_sums(row),
    )


def kept_for_ever() -> list[pgtrigger.Trigger]:
    """An issued document keeps every figure, is never deleted, and its number follows the last one."""
    return [
        pgtrigger.Trigger(
            name="invoice_is_frozen",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"IF {_CHANGED} THEN RAISE EXCEPTION 'invoices_invoice: an issued invoice never changes'; END IF; RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name="invoice_is_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func="RAISE EXCEPTION 'invoices_invoice: an invoice is never deleted';",
        ),
        pgtrigger.Trigger(name="invoice_is_numbered_in_order", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_NUMBERED),
        sums_hold("invoice", "id"),
    ]


def credit_within() -> pgtrigger.Trigger:
    """Group by group, the credit notes of an invoice never exceed it."""
    return pgtrigger.Trigger(
        name="vat_credit_within_invoice",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("corrected", "BIGINT"), ("owed", "RECORD"), ("credited", "RECORD")],
        func=_CREDITED,
    )


def written_once(name: str) -> pgtrigger.Trigger:
    """A row that is written once."""
    return pgtrigger.Protect(name=f"{name}_is_written_once", operation=pgtrigger.Update | pgtrigger.Delete)


def noted_once(name: str, table: str, *columns: str) -> list[pgtrigger.Trigger]:
    """A row whose amounts never change; what is noted on it later is noted once, and it is never deleted."""
    return _once(name, table, "noted_at", columns)


def ended_once(name: str, table: str, *columns: str) -> list[pgtrigger.Trigger]:
    """A row that ends once, keeps what it says, and is never deleted."""
    return _once(name, table, "resumed_at", columns)


def _once(name: str, table: str, later: str, columns: tuple[str, ...]) -> list[pgtrigger.Trigger]:
    fixed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return [
        pgtrigger.Trigger(
            name=f"{name}_is_frozen",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"IF {fixed} OR OLD.{later} IS NOT NULL THEN RAISE EXCEPTION '{table}: written once'; END IF; RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name=f"{name}_is_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func=f"RAISE EXCEPTION '{table}: never deleted';",
        ),
    ]
