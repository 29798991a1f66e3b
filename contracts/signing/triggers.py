"""What the database itself refuses: an event out of the chain, a revision that changes, a signature that is taken back."""

from __future__ import annotations

import pgtrigger

from contracts.triggers import kept, written_once

_OF_SIGNATORY = ("request_id", "party_id", "person_id", "name", "order_group", "method", "field", "delegation_id")
_OF_REQUEST = ("convention_id", "version_id", "mode", "level", "sent_by_id")


def _frozen(name: str, table: str, columns: tuple[str, ...]) -> pgtrigger.Trigger:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return pgtrigger.Trigger(
        name=f"{name}_is_frozen",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"IF {changed} THEN RAISE EXCEPTION '{table}: who signs what never changes'; END IF; RETURN NEW;",
    )


def request_kept() -> list[pgtrigger.Trigger]:
    """A request says for ever of which version it asks for signatures."""
    return [_frozen("signature_request", "signing_signaturerequest", _OF_REQUEST), *kept("signature_request", "signing_signaturerequest")]


def signatory_kept() -> list[pgtrigger.Trigger]:
    """Who is asked stays; a signature is given once, and never taken back."""
    once = "OLD.signed_at IS NOT NULL AND (NEW.signed_at IS DISTINCT FROM OLD.signed_at OR NEW.stage <> OLD.stage)"
    return [
        _frozen("signatory", "signing_signatory", _OF_SIGNATORY),
        *kept("signatory", "signing_signatory"),
        pgtrigger.Trigger(
            name="signatory_signs_once",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"IF {once} THEN RAISE EXCEPTION 'signing_signatory: a signature is given once'; END IF; RETURN NEW;",
        ),
    ]


def chained() -> list[pgtrigger.Trigger]:
    """An event follows the last one of its request, carries its hash, and is never changed."""
    last = "SELECT e.seq, e.hash FROM signing_signatureevent e WHERE e.request_id = NEW.request_id ORDER BY e.seq DESC LIMIT 1"
    return [
        *written_once("signature_event"),
        pgtrigger.Trigger(
            name="signature_event_follows_the_last",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            declare=[("before", "RECORD")],
            func=(
                f"{last} INTO before; IF NEW.seq <> COALESCE(before.seq, 0) + 1 OR NEW.prev_hash <> COALESCE(before.hash, '') THEN "
                "RAISE EXCEPTION 'signing_signatureevent: an event follows the last one'; END IF; RETURN NEW;"
            ),
        ),
    ]


def scan_kept() -> list[pgtrigger.Trigger]:
    """A scan says for ever who signed; it is checked or discarded once."""
    once = " OR ".join(
        f"(OLD.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name})"
        for name in ("confirmed_at", "confirmed_by_id", "discarded_at", "discarded_by_id")
    )
    return [
        _frozen(
            "signed_scan", "signing_signedscan", ("signatory_id", "file", "sha256", "signed_by", "function", "signed_on", "added_by_id")
        ),
        *kept("signed_scan", "signing_signedscan"),
        pgtrigger.Trigger(
            name="signed_scan_is_settled_once",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"IF {once} THEN RAISE EXCEPTION 'signing_signedscan: settled once'; END IF; RETURN NEW;",
        ),
    ]


def delegation_kept() -> list[pgtrigger.Trigger]:
    """A delegation says for ever who gave what to whom; it can be ended, once."""
    columns = ("organisation_id", "given_by_id", "given_to_id", "since", "until", "file", "sha256", "added_by_id")
    return [_frozen("delegation", "signing_delegation", columns), *kept("delegation", "signing_delegation")]
