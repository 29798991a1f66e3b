"""Envelopes: only the controller opens them, nothing goes to a key that nobody compared, and the window's copy goes in time."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import DatabaseError, transaction

from accounts.roles import Role
from rights.envelopes import sealing
from rights.envelopes.choices import Direction, MessageKind, SealedBy
from rights.envelopes.models import ControllerKey, Envelope
from rights.envelopes.services.keeping import (
    LONGEST,
    ONCE_OPENED,
    keep,
    keep_for_controller,
    keep_for_person,
    seal_complement_here,
    seal_here,
)
from rights.envelopes.services.keys import OVERLAP, is_taken, key_for, register_key, revoke_key, verify_key
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.rights.factories import a_controller, a_key, a_request, an_envelope, in_state, opened, person_of
from workflow.refusals import NotAllowed, RuleBroken, WrongState

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)


def pair() -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    private = ec.generate_private_key(ec.SECP256R1())
    return private, sealing.raw(private.public_key())


def test_what_is_sealed_opens_for_this_database_and_this_key_only():
    private, public = pair()
    name = sealing.fingerprint(public)
    info = sealing.info_of("bnx", name)
    assert info == b"guichet/rights/1|bnx|" + name.encode()
    sealed = sealing.seal({"words": "été"}, public, info)
    assert sealing.open_sealed(sealed, private, info) == {"words": "été"}
    other, _ = pair()
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    wrong = sealing.info_of("bny", name)
    for bytes_, key, bound in ((sealed, private, wrong), (sealed, other, info), (changed, private, info), (b"", private, info)):
        with pytest.raises(sealing.NotOpened):
            sealing.open_sealed(bytes_, key, bound)


def test_the_length_of_an_envelope_says_only_which_of_a_few_sizes_it_has():
    _, public = pair()
    lengths = {len(sealing.seal({"words": "x" * count}, public, b"")) for count in (0, 1, 50, 3000, 4000)}
    assert lengths == {4096 + sealing.OVERHEAD}
    assert sealing.is_sealed(sealing.seal({"words": "x" * 4096}, public, b""))
    assert not sealing.is_sealed(b"\x04" + b"x" * 4000) and not sealing.is_sealed(b"clear".ljust(4096 + sealing.OVERHEAD))
    with pytest.raises(sealing.TooLarge):
        sealing.padded(b"x" * sealing.SIZES[-1])
    assert sealing.unpadded(sealing.padded(b"x" * (4096 - 4))) == b"x" * (4096 - 4)
    for wrong in (b"", b"\xff" * 4096, sealing.padded(b"x")[:-1] + b"x"):
        with pytest.raises(sealing.NotOpened):
            sealing.unpadded(wrong)


@pytest.mark.django_db
def test_nothing_is_sealed_to_a_key_that_nobody_else_compared():
    there, (_, public) = a_controller(), pair()
    text = base64.b64encode(public).decode()
    RoleGrantFactory(user=there.agent, role=Role.DPO)
    key = register_key(organisation=there.organisation, public=text, valid_from=NOON, by=there.agent, at=NOON)
    assert key_for(there.organisation, NOON) is None and not is_taken(key, NOON)
    with pytest.raises(NotAllowed):
        verify_key(key, read_out=key.fingerprint, by=there.agent, at=NOON)
    comparer = UserFactory()
    RoleGrantFactory(user=comparer, role=Role.DPO)
    for wrong in ("", key.fingerprint[:15], "0" * 16, key.fingerprint + "0"):
        with pytest.raises(RuleBroken):
            verify_key(key, read_out=wrong, by=comparer, at=NOON)
    verify_key(key, read_out=key.grouped[:19].upper(), by=comparer, at=NOON)
    assert key_for(there.organisation, NOON) == key
    with pytest.raises(WrongState):
        verify_key(key, read_out=key.fingerprint, by=comparer, at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        ControllerKey.objects.filter(pk=key.pk).update(public=base64.b64encode(pair()[1]).decode())


@pytest.mark.django_db
def test_a_private_key_is_never_taken_and_nobody_registers_for_another_controller():
    there, other = a_controller(), a_controller("BNY")
    text = base64.b64encode(pair()[1]).decode()
    with pytest.raises(NotAllowed):
        register_key(organisation=there.organisation, public=text, valid_from=NOON, by=other.agent, at=NOON)
    for wrong in ("-----BEGIN PRIVATE" + " KEY-----", "", "é", base64.b64encode(b"\x04" + bytes(64)).decode()):
        with pytest.raises(RuleBroken):
            register_key(organisation=there.organisation, public=wrong, valid_from=NOON, by=there.agent, at=NOON)


@pytest.mark.django_db
def test_a_new_key_takes_over_and_what_was_begun_under_the_old_one_may_be_finished():
    there = a_controller()
    old, _ = a_key(there, at=NOON)
    later = NOON + timedelta(days=10)
    new, _ = a_key(there, at=later)
    assert key_for(there.organisation, later - timedelta(minutes=1)) == old and key_for(there.organisation, later) == new
    assert is_taken(old, later + OVERLAP - timedelta(minutes=1)) and not is_taken(old, later + OVERLAP)
    revoke_key(new, reason="exposed", by=there.agent, at=later)
    assert not is_taken(ControllerKey.objects.get(pk=new.pk), later) and key_for(there.organisation, later) == old


@pytest.mark.django_db
def test_an_envelope_is_kept_for_its_own_controller_once_and_the_bytes_never_change():
    there, other = a_controller(), a_controller("BNY")
    (key, private), (foreign, _) = a_key(there), a_key(other)
    routing = a_request(there).routings[0]
    now = routing.received_at + timedelta(seconds=1)
    with pytest.raises(RuleBroken):
        keep(routing, foreign, seal_here({}, routing.database, foreign), sealed_by=SealedBy.SERVER, at=now)
    with pytest.raises(RuleBroken):
        keep(routing, key, b"words in clear", sealed_by=SealedBy.BROWSER, at=now)
    first = an_envelope(routing, key, {"words": "one"})
    assert an_envelope(routing, key, {"words": "two"}) == first
    found = Envelope.objects.get()
    assert opened(found, private) == {"words": "one"} and found.kept_until == found.at + LONGEST
    with pytest.raises(DatabaseError), transaction.atomic():
        Envelope.objects.filter(pk=first.pk).update(sealed=b"\x04" * 10)


@pytest.mark.django_db
def test_messages_are_bound_to_their_request_and_come_once():
    there = a_controller()
    key, private = a_key(there)
    routing = a_request(there).routings[0]
    mine, public = pair()
    name = sealing.fingerprint(public)
    sealed = sealing.seal({"words": "yes"}, public, sealing.message_info(sealing.ANSWER, routing.database.slug, name, routing.number))
    told = {"kind": MessageKind.ANSWER, "sealed_to": name, "at": NOON}
    answer = keep_for_person(routing, sealed, **told)
    assert keep_for_person(routing, sealed, **told) == answer and answer.direction == Direction.TO_PERSON
    assert opened(answer, mine) == {"words": "yes"}
    complement = keep_for_controller(
        routing, key, seal_complement_here({"words": "no"}, routing, key), at=routing.received_at + timedelta(days=1)
    )
    assert opened(complement, private) == {"words": "no"} and routing.sealed_messages.count() == 2


@pytest.mark.django_db
def test_the_copy_of_the_window_goes_soon_after_the_controller_opened_it():
    there = a_controller()
    key, _ = a_key(there)
    taken = a_request(there)
    routing = taken.routings[0]
    an_envelope(routing, key)
    in_state(routing, "transmit", "take_up", by=there.agent)
    found = Envelope.objects.get()
    assert timedelta(0) < found.kept_until - found.at - ONCE_OPENED < timedelta(minutes=1)
    routing.withdraw(by=person_of(taken), at=routing.moved_at)
    assert Envelope.objects.get().kept_until == routing.ended_at
