"""Between a request of a system and the sets: whose database or ticket it is, what is told of it, what is published or attested."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient
from catalogue.models import Database
from extractions.exchange import queries
from extractions.exchange.api_schemas import Paging
from extractions.exchange.calls import change, client_with, require_known
from extractions.exchange.once import NotFound, Offered, Told
from extractions.exchange.rules import tag_of
from extractions.models import Ticket
from extractions.states import Kind
from rights.oppositions import guard
from rights.oppositions.documents import ATTESTATION, RECHECK, SET, BadDocument, Signed, read
from rights.oppositions.models import OppositionSet
from rights.oppositions.policies import PUBLISH, may_publish
from rights.oppositions.services.attesting import attest, recheck
from rights.oppositions.services.publishing import last_of, publish, receipts_for
from rights.oppositions.words import BAD
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken

Document = dict[str, Any]


def client_of(request: HttpRequest) -> ApiClient:
    """The system that asks. Raises LacksScope."""
    return client_with(request, PUBLISH)


# --- sets ---
def database_of(client: ApiClient, code: str) -> Database:
    """The database of this code, if the system's body answers for its oppositions. Raises NotFound."""
    found = Database.objects.filter(slug=code).first()
    if found is None or not may_publish(client.user, found):
        raise NotFound(code)
    return found


def receipts(request: HttpRequest, code: str) -> tuple[Document, str]:
    """What the next version of a database is to hold, and the tag of the last one. Raises LacksScope, NotFound."""
    client = client_of(request)
    told = receipts_for(database_of(client, code), by=client.user, at=timezone.now())
    return told, tag_of(told["version"] - 1)


def versions(request: HttpRequest, code: str, filters: Paging) -> Document:
    """One page of the versions of a database. Raises LacksScope, NotFound, UnknownParameter, BadCursor."""
    client = client_of(request)
    require_known(request, Paging)
    found = OppositionSet.objects.filter(database=database_of(client, code)).select_related("database", "key")
    if filters.since is not None:
        found = found.filter(published_at__gte=queries.in_utc(filters.since))
    rows, following = queries.page_of(found, filters.cursor, filters.limit)
    return {"items": [_version(one) for one in rows], "next_cursor": following}


def publish_version(request: HttpRequest, code: str, key: str, if_match: str) -> Told:
    """Publish the next version, once per key. Raises LacksScope and what `once` raises."""
    return change(request, client_of(request), SETS, code, key, if_match, lambda held, by, at: _publish(request, held, by=by, at=at))


def _publish(request: HttpRequest, database: Database, **act: Any) -> None:
    signed = _sent(request, SET)
    if signed.said["database"] != database.slug:
        raise RuleBroken(Broken(_("It is the set of another database."), where="file"))
    publish(signed, **act)


def _newest(database: Database, _client: ApiClient) -> Document:
    return _version(OppositionSet.objects.of(database.pk).select_related("database", "key")[0])


def _version(one: OppositionSet) -> Document:
    same = ("version", "cutoff_at", "effective_at", "published_at", "root", "previous_root", "receipts_root", "receipts_size")
    told = {name: one.__dict__[name] for name in (*same, "count", "added", "removed")}
    return {"database": one.database.slug, **told, "key": one.key.fingerprint}


def _locked(database: Database) -> int:
    Database.objects.select_for_update(no_key=True).get(pk=database.pk)
    last = last_of(database)
    return last.version if last else 0


# --- deliveries ---
def ticket_of(client: ApiClient, number: str) -> Ticket:
    """The delivery ticket of this number among those of the system's body. Raises NotFound."""
    found = queries.ticket_of(client, number)
    if found.kind != Kind.DELIVERY:
        raise NotFound(number)
    return found


def delivery(request: HttpRequest, number: str) -> tuple[Document, str]:
    """What stands attested of a ticket's package and what lacks, and the ticket's tag. Raises LacksScope, NotFound."""
    client = client_of(request)
    told = _delivery(ticket_of(client, number), client)
    return told, tag_of(told["version"])


def send(request: HttpRequest, number: str, key: str, if_match: str, expected: str) -> Told:
    """Take an attestation, or what a second operator found, once per key. Raises LacksScope and what `once` raises."""
    take = TAKERS[expected]
    return change(
        request,
        client_of(request),
        DELIVERIES,
        number,
        key,
        if_match,
        lambda ticket, by, at: take(ticket, _sent(request, expected), by=by, at=at),
    )


def _delivery(ticket: Ticket, _client: ApiClient) -> Document:
    databases, number = guard.concerned(ticket), guard.number_due(ticket)
    lacking = guard.lacking(ticket, paris_day(timezone.now())) if ticket.is_open else ()
    return {
        "ticket": ticket.number,
        "project": ticket.dossier.reference or "",
        "package": number,
        "study": guard.study_asked(ticket, databases),
        "databases": [{"code": one.slug, "acronym": one.acronym} for one in databases],
        "attested": [_attested(one) for one in guard.attested(ticket, number)],
        "missing": [
            {"code": one.cause.value, "database": one.database.slug, "message": str(one.sentence), "law": one.law} for one in lacking
        ],
        "version": ticket.journal_seq,
    }


def _attested(one: Any) -> Document:
    told = {"database": one.version.database.slug, "version": one.version.version, "sha256": one.sha256, "signed_at": one.signed_at}
    return told | {"is_rechecked": hasattr(one, "recheck")}


def _sent(request: HttpRequest, expected: str) -> Signed:
    """The signed document that was sent. Raises RuleBroken, in the words of the page."""
    try:
        return read(request.body, expected)
    except BadDocument as error:
        raise RuleBroken(Broken(BAD[str(error.args[0])], where="file")) from None


SETS = Offered(database_of, _newest, _locked)
DELIVERIES = Offered(ticket_of, _delivery)
TAKERS: dict[str, Any] = {ATTESTATION: attest, RECHECK: recheck}
