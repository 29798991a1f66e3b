"""Accepted quotes as rows, for the tests and the bench of replays: their snapshots are real, their life was not walked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organisation
from fees.quotes.models import Quote
from fees.tariff import dto
from fees.tariff.canonical import priced
from fees.tariff.facts import facts_from
from requests_app.models import Content, Dossier
from tests.accounts.factories import OrganisationFactory
from tests.fees.factories import a_keeper, a_line
from tests.fees.quoting import set_columns
from tests.requests_app.factories import a_draft, cast
from workflow import outbox
from workflow.models import OutboxMessage

#: The grid on trial: a fixed amount of the owner, and a price for each database that another one receives.
PAYEE = dto.Payee("552100554", "Institut d’essai")
HALF = dto.Modifier(
    "MOITIE",
    dto.Text("moitié prix", "half price"),
    dto.Stage.LINE,
    dto.Kind.COEFFICIENT,
    Decimal("0.5"),
    condition=dto.Check("requester.category", dto.Operator.EQ, ("academic",)),
)
FREE = dto.Modifier(
    "URGENCE",
    dto.Text("urgence de santé publique", "public-health emergency"),
    dto.Stage.TOTAL,
    dto.Kind.EXEMPT,
    condition=dto.Check("project.emergency", dto.Operator.IS_TRUE),
)


def content(fixed: str = "1000", each: str = "100", *more: dto.Line) -> dto.Content:
    """The content of a version of the grid on trial."""
    each_source = a_line(
        "SOURCES", each, mode=dto.Mode.UNIT, unit=dto.Unit.SOURCE, payee=PAYEE.code, quantity=(dto.Factor("data.sources"),)
    )
    return dto.Content((a_line("DOSSIER", fixed), each_source, *more), (HALF, FREE), (PAYEE,))


def asked(category: str = "industrial", sources: int = 2, *, emergency: bool = False, patients: int | None = None) -> dto.Inputs:
    """What a past quote was asked for."""
    facts = {"data.sources": sources, "project.emergency": emergency} | ({"requester.category": category} if category else {})
    facts |= {} if patients is None else {"data.patients": patients}
    return dto.Inputs(facts_from(facts), date(2026, 3, 1))


@transaction.atomic
def a_requester(people: dict[str, Any] | None = None, organisation: Organisation | None = None) -> Dossier:
    """A complete dossier of an organisation of its own."""
    dossier, now = a_draft(people or cast(), filled=False), timezone.now()
    set_columns(dossier, state="complete", journal_seq=1, submitted_at=now, completed_at=now, moved_at=now)
    Content.objects.filter(pk=dossier.pk).update(controller=organisation or OrganisationFactory())
    return dossier


def accepted_quotes(
    requests: Iterable[tuple[Dossier, dto.Inputs]],
    versions: tuple[dto.GridVersion, ...],
    vat: dto.VatTable,
    *,
    at: datetime | None = None,
    state: str = "superseded",
    accepted: bool = True,
    start: int = 1,
) -> None:
    """One accepted quote of each request, by these versions; written past the triggers."""
    by, at = a_keeper(), at or timezone.now()
    rows = [_row(number, dossier, inputs, versions, vat, by, at, state) for number, (dossier, inputs) in enumerate(requests, start)]
    for row in rows if not accepted else ():
        row.accepted_at, row.accepted_by, row.words, row.salt = None, None, "Trop cher.", "0" * 32
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        Quote.objects.bulk_create(rows)
        cursor.execute("SET session_replication_role = origin")


def _row(number: int, dossier: Dossier, inputs: dto.Inputs, versions: Any, vat: dto.VatTable, by: Any, at: datetime, state: str) -> Quote:
    result, text, digest = priced(inputs, versions, vat)
    amounts = {"net": result.net, "vat": result.vat, "gross": result.gross}
    about = {"number": f"DEV-2020-{number:05}", "purpose": "firm", "state": state, "dossier": dossier, "engine_version": result.engine}
    people = {"drawn_up_by": by, "issued_by": by, "accepted_by": by}
    days = {"drawn_up_at": at, "issued_at": at, "accepted_at": at, "valid_until": at.date()}
    return Quote(snapshot=text, snapshot_sha256=digest, **about, **amounts, **people, **days)


def steps(kind: str, most: int = 1_000) -> int:
    """Deliver the messages of this kind one by one, at most so many; the answer is how many there were."""
    count = 0
    while count < most and (message := OutboxMessage.objects.filter(kind=kind, state="queued").first()):
        assert outbox.deliver(message.pk, timezone.now())
        count += 1
    return count
