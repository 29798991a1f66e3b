"""Tables that are asked for, in light rows; a service with its private key; a depositor at the page of the deposit."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pyrage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from extractions.deposits import confirming, storage
from extractions.deposits.models import Deposit, DepositRequest, ServiceKey
from extractions.deposits.services.asking import Named, Terms, open_deposit
from extractions.linkage.sealing import fingerprint
from extractions.models import Ticket
from extractions.states import Kind, TicketState
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.extractions.factories import Scene, a_scene, a_ticket
from tests.extractions.linkage import SOUND_1, table
from workflow.periods import paris_day

#: The service's private key: it is in no row and no folder of the site.
SERVICE = pyrage.x25519.Identity.generate()


def a_key() -> ServiceKey:
    """A key that one added and another confirmed."""
    public, now = str(SERVICE.to_public()), timezone.now()
    known = ServiceKey.objects.filter(recipient=public).first()
    if known:
        return known
    one, other = UserFactory(roles=[Role.ADMINISTRATOR], device=True), UserFactory(roles=[Role.ADMINISTRATOR], device=True)
    return ServiceKey.objects.create(
        label="Service de pseudonymisation",
        recipient=public,
        fingerprint=fingerprint(public),
        valid_from=date(2026, 1, 1),
        added_at=now,
        added_by=one,
        confirmed_at=now,
        confirmed_by=other,
    )


def asked_of(
    *depositors: Any, scene: Scene | None = None, centres: tuple[str, ...] = ("", "", ""), columns: str = "triplet_or_nir"
) -> list[DepositRequest]:
    """A ticket of direct matching that awaits a table of each of these persons, or of one person made here."""
    scene = scene or a_scene()
    people = depositors or (UserFactory(device=True),)
    ticket = a_ticket(scene, Kind.DIRECT_MATCHING, TicketState.NEED_AGREED)
    named = [Named(person, centre) for person, centre in zip(people, centres, strict=False)]
    terms = Terms(columns, a_key(), paris_day(timezone.now()) + timedelta(days=10))
    return open_deposit(ticket, named, terms, by=scene["cnam"], at=timezone.now())


def at_the_file(client: Client, asked: DepositRequest) -> Client:
    """The depositor, signed in with two factors, who has just given a fresh code."""
    sign_in(client, asked.depositor)
    session = client.session
    confirming.confirm(session, asked, "utf-8", at=timezone.now())
    session.save()
    return client


def address(asked: DepositRequest, name: str = "send") -> str:
    return reverse(f"deposits:{name}", args=[asked.ticket.number, asked.pk])


def send(client: Client, asked: DepositRequest, content: bytes, **more: Any) -> Any:
    """Send a table as the form does."""
    return client.post(address(asked), {"table": SimpleUploadedFile("Jeanne-Martin.csv", content), **more})


def deposited(client: Client, asked: DepositRequest, content: bytes | None = None) -> Deposit:
    """The deposit of a sound table."""
    send(at_the_file(client, asked), asked, content or table(SOUND_1))
    return Deposit.objects.get(request=asked, purge_reason="")


def opened(deposit: Deposit) -> bytes:
    """What the service reads with its private key."""
    clear = io.BytesIO()
    with storage.path_of(deposit.stored_as).open("rb") as sealed:
        pyrage.decrypt_io(sealed, clear, [SERVICE])
    return clear.getvalue()


def reread(ticket: Ticket) -> Ticket:
    return Ticket.objects.for_reading().get(pk=ticket.pk)
