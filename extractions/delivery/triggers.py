"""What the database itself refuses: a package that is not what its list says, and what was announced or decided changing afterwards."""

from __future__ import annotations

import pgtrigger

from extractions.triggers import kept, settled_once

#: Of a package, what is written when it is announced.
ANNOUNCED = (
    *("ticket_id", "number", "is_partial", "is_update", "channel", "place", "file_count", "total_bytes", "manifest_sha256"),
    *("note", "replaces_id", "announced_at", "announced_by_id"),
)


def frozen(name: str, table: str, *columns: str) -> list[pgtrigger.Trigger]:
    """Columns that never change."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return [
        pgtrigger.Trigger(
            name=f"{name}_is_frozen",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"IF {changed} THEN RAISE EXCEPTION '{table}: what was written once does not change'; END IF; RETURN NEW;",
        )
    ]


def kept_a_year(name: str, table: str) -> list[pgtrigger.Trigger]:
    """A row that is deleted once it has been closed for a year, or listed for a year without ever being opened, and never before."""
    return [
        pgtrigger.Trigger(
            name=f"{name}_is_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func=(
                "IF coalesce(OLD.closed_on, CASE WHEN OLD.opened_on IS NULL THEN OLD.listed_at::date END, current_date)"
                " > current_date - interval '364 days' THEN"
                f" RAISE EXCEPTION '{table}: a row is never deleted before it was closed for a year'; END IF; RETURN OLD;"
            ),
        )
    ]


def package_kept() -> list[pgtrigger.Trigger]:
    """A package is what its list says, it stays as it was announced, and one decision is made on it."""
    return [
        *kept("package", "delivery_package"),
        *frozen("package", "delivery_package", *ANNOUNCED),
        *settled_once("package", "delivery_package", "outcome", "faults", "because", "decided_at", "decided_by_id", by="decided_at"),
        pgtrigger.Trigger(
            name="package_is_what_its_list_says",
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            timing=pgtrigger.Deferred,
            declare=[("files", "bigint"), ("sized", "bigint"), ("bytes", "numeric")],
            func=(
                "SELECT count(*), count(f.size), coalesce(sum(f.size), 0) INTO files, sized, bytes"
                " FROM delivery_packagefile f WHERE f.package_id = NEW.id;"
                " IF files <> NEW.file_count OR bytes > NEW.total_bytes OR (sized = files AND bytes <> NEW.total_bytes) THEN"
                " RAISE EXCEPTION 'delivery_package: it is not what its list of files says'; END IF; RETURN NULL;"
            ),
        ),
    ]


def file_within() -> list[pgtrigger.Trigger]:
    """No file joins a package beyond what was announced."""
    return [
        pgtrigger.Trigger(
            name="package_file_stands_within_it",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=(
                "IF NEW.position > (SELECT p.file_count FROM delivery_package p WHERE p.id = NEW.package_id) THEN"
                " RAISE EXCEPTION 'delivery_packagefile: the package has no place for it'; END IF; RETURN NEW;"
            ),
        )
    ]
