"""Grids in force, a dossier that is complete, its facts and its quotes, for the tests of quotes and of what follows from them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Organisation
from accounts.roles import Role
from catalogue.models import Database
from fees.models import TariffGrid, VatRate, VatTreatment
from fees.quotes.models import FactEntry, Quote
from fees.quotes.services import deciding, drawing_up
from fees.quotes.states import Origin, QuotePurpose
from fees.services.loading import load
from requests_app.models import Content, Dossier, DossierSource
from requests_app.signatures import Signature
from requests_app.states import State
from tests.accounts.factories import OrganisationFactory, RoleGrantFactory, UserFactory
from tests.recordings import Numbers, recorded
from tests.requests_app.factories import a_dossier, a_draft, cast, term
from workflow import clocks

#: What the content of a dossier does not say and the example grid asks for.
SETTLED = {"estimate.prep_days": "12", "project.emergency": "false"}
DECLARED = {"requester.thesis": "false", "data.refreshes": "1", "project.storage_gb": "800"}


def a_fee_manager(**said: Any) -> Any:
    """Somebody who draws up grids and quotes, with a second factor."""
    return UserFactory(roles=[Role.FEE_MANAGER], **said)


def grids_in_force(at: datetime | None = None, *, example: bool = False) -> None:
    """The shipped grids and VAT, published by their real moves; an example charges nobody, so it counts as a real one unless told."""
    if at is None:
        recorded(
            f"grids, example {example}", lambda: _load(timezone.now() - timedelta(days=30), example), anywhere=lambda _known: _no_grid()
        )
    else:
        _load(at, example)


def _load(at: datetime, example: bool) -> Numbers:
    load(author=a_fee_manager(), approver=a_fee_manager(), at=at)
    every_grid(illustrative=example)
    return ()


def _no_grid() -> bool:
    return not any(model.objects.exists() for model in (TariffGrid, VatRate, VatTreatment))


def every_grid(**columns: Any) -> None:
    """Write columns of all grids, past the guard of what published versions rest on."""
    with transaction.atomic():
        for grid in TariffGrid.objects.order_by("pk"):
            set_columns(grid, **columns)


def a_complete_dossier(people: dict[str, Any] | None = None, state: str = State.COMPLETE, **changes: Any) -> Dossier:
    """A dossier of 45,000 patients over 24 months that has come to the desk of the fee manager, with all facts said but the estimate."""
    matched = {"matching": True, "matching_kind": term("matching_kind"), "matching_method": "Par le NIR chiffré."}
    dossier = a_dossier(state, people or cast(), population_size=45_000, **matched | changes)
    say_all(dossier)
    return dossier


def a_light_dossier(people: dict[str, Any] | None = None, state: str = State.COMPLETE, **changes: Any) -> Dossier:
    """The same without having walked the procedure: rows that say what the moves would have written."""
    people, now = people or cast(), timezone.now()
    dossier = a_draft(people, at=now - timedelta(days=20), filled=False)
    said = {"controller": OrganisationFactory(), "controller_type": term("controller_type"), "title": "Suivi des personnes épileptiques"}
    said |= {"access_months": 24, "people": [{"name": "Anne Exemple"}], "population_size": 45_000, "matching": True}
    Content.objects.filter(pk=dossier.pk).update(**said | changes)
    DossierSource.objects.create(content_id=dossier.pk, database=Database.objects.get(level="main"))
    days = {"submitted_at": now - timedelta(days=15), "completed_at": now - timedelta(days=10), "moved_at": now - timedelta(days=10)}
    set_columns(dossier, state=state, journal_seq=1, **days)
    found = Dossier.objects.select_related("content__controller").get(pk=dossier.pk)
    say_all(found)
    return found


def set_columns(row: Any, **columns: Any) -> None:
    """Write columns past the triggers: how a row stands after a life that the test does not walk."""
    table, pk = row._meta.db_table, row.pk
    names = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE {table} SET {names} WHERE id = %s", [*columns.values(), pk])
        cursor.execute("SET LOCAL session_replication_role = origin")


def say_all(dossier: Dossier) -> None:
    """Enter every fact that the content does not hold and the example grid asks for."""
    for origin, facts in ((Origin.ASSESSED, SETTLED), (Origin.DECLARED, DECLARED)):
        for key, value in facts.items():
            say(dossier, key, value, origin)


def say(dossier: Dossier, key: str, value: str, origin: str = Origin.ASSESSED, **more: Any) -> FactEntry:
    """Enter one fact as a row."""
    by = dossier.created_by
    return FactEntry.objects.create(
        dossier=dossier,
        key=key,
        value=value,
        origin=origin,
        reason="Constaté au dossier.",
        entered_at=timezone.now(),
        entered_by=by,
        **more,
    )


def a_quote(dossier: Dossier, manager: Any, purpose: str = QuotePurpose.FIRM) -> Quote:
    """A quote that is drawn up."""
    return drawing_up.draw_up(dossier, purpose, by=manager, at=timezone.now())


def signed_by(person: Any, quote: Quote) -> Signature:
    """What somebody brings who has just read the quote, and given the code of their own device."""
    device = TOTPDevice.objects.filter(user=person).first()
    return Signature(device.persistent_id if device else "", {"quote": quote.snapshot_sha256})


def an_issued_quote(dossier: Dossier, manager: Any, purpose: str = QuotePurpose.FIRM) -> Quote:
    """A quote that is issued."""
    quote = a_quote(dossier, manager, purpose)
    deciding.issue(quote, by=manager, at=timezone.now(), signed=signed_by(manager, quote))
    return quote


def an_accepted_quote(dossier: Dossier, manager: Any, signatory: Any) -> Quote:
    """A quote that is accepted by the dossier's signatory."""
    quote = an_issued_quote(dossier, manager)
    deciding.accept(quote, by=signatory, at=timezone.now(), signed=signed_by(signatory, quote))
    return quote


def in_state(quote: Quote, state: str, by: Any) -> Quote:
    """The same quote as a row in another state."""
    now = timezone.now()
    columns: dict[str, Any] = {"state": state}
    if state not in ("draft", "cancelled"):
        columns |= {"issued_at": now, "issued_by_id": by.pk, "valid_until": now.date() + timedelta(days=90)}
    if state in ("accepted", "superseded"):
        columns |= {"accepted_at": now, "accepted_by_id": by.pk}
    if state in ("declined", "cancelled"):
        columns |= {"words": "Trop cher.", "salt": "0" * 32}
    set_columns(quote, **columns)
    if state == "issued":
        clocks.start(quote, "K-DEV", now, None)
    return Quote.objects.for_reading().get(pk=quote.pk)


def a_holder(*databases: Database) -> tuple[Organisation, Any]:
    """An organisation that holds these databases, and one of its agents."""
    holder = OrganisationFactory()
    agent = UserFactory(device=True)
    RoleGrantFactory(user=agent, role=Role.DATA_CONTROLLER_AGENT, organisation=holder)
    Database.objects.filter(pk__in=[one.pk for one in databases]).update(holder=holder)
    return holder, agent
