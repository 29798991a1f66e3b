"""The pages of the keys: a controller registers its own, somebody else compares it unseen, and everybody reads the signed directory."""

from __future__ import annotations

import base64
import json

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from accounts.roles import Role
from rights.envelopes.models import ControllerKey
from rights.envelopes.services.keys import key_for, register_key, revoke_key
from rights.envelopes.services.purging import purge
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.rights.factories import a_controller, a_key
from tools.environment import ROOT
from workflow.models import OutboxMessage
from workflow.outbox import deliver_waiting

pytestmark = pytest.mark.django_db
KEYS, DIRECTORY = "/travail/droits/cles/", "/droits/cles/"


def signed_in(user) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def an_agent(there):
    """The agent's client, with the second factor that the role asks for."""
    TOTPDevice.objects.create(user=there.agent, name="default", confirmed=True)
    return signed_in(there.agent)


def test_a_key_goes_from_its_controller_to_the_directory_and_its_fingerprint_is_typed_as_heard():
    there, officer = a_controller(), signed_in(UserFactory(roles=[Role.DPO]))
    agent, private = an_agent(there), ec.generate_private_key(ec.SECP256R1())
    agent.cookies["django_language"] = "en"
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    sent = {"organisation": there.organisation.pk, "public": pem, "valid_from": "2020-01-01"}
    assert agent.post(KEYS + "nouvelle/", sent).status_code == 302
    key = ControllerKey.objects.get()
    seen = officer.get(KEYS).content.decode()
    assert key.fingerprint[:8] not in seen.replace(" ", "") and key.organisation.name in seen
    compare = reverse("envelopes:compare", args=[key.pk])
    assert key.fingerprint[:8] not in officer.get(compare).content.decode().replace(" ", "")
    assert agent.get(compare).status_code == 404
    assert key.grouped not in Client().get(DIRECTORY).content.decode()
    assert officer.post(compare, {"read_out": "0000 0000 0000 0000"}).status_code == 422
    assert officer.post(compare, {"read_out": key.grouped[:19]}).status_code == 302
    assert key.grouped in Client().get(DIRECTORY).content.decode()
    assert "has no key in use any more" not in agent.get(KEYS).content.decode()
    assert agent.post(reverse("envelopes:revoke", args=[key.pk]), {"reason": "lost"}).status_code == 302
    assert key_for(there.organisation, timezone.now()) is None
    assert f"{there.organisation.name} has no key in use any more" in agent.get(KEYS).content.decode()
    another = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    agent.post(KEYS + "nouvelle/", sent | {"public": another})
    assert "has no key in use any more" not in agent.get(KEYS).content.decode(), "one waits to be compared"


def test_the_private_half_pasted_by_mistake_is_refused_and_not_shown_again():
    there = a_controller()
    agent, private = an_agent(there), ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    answer = agent.post(KEYS + "nouvelle/", {"organisation": there.organisation.pk, "public": pem, "valid_from": "2020-01-01"})
    assert answer.status_code == 422 and pem.splitlines()[1] not in answer.content.decode()
    assert not ControllerKey.objects.exists()


def test_others_see_nothing_and_a_controller_sees_its_own_keys_alone():
    there, other = a_controller(), a_controller("BNY")
    key, _ = a_key(there)
    applicant, foreign = signed_in(UserFactory()), an_agent(other)
    assert {applicant.get(KEYS).status_code, applicant.get("/travail/droits/purges/").status_code} == {404}
    assert Client().get(KEYS).status_code == 302
    assert key.grouped not in foreign.get(KEYS).content.decode()
    assert foreign.get(reverse("envelopes:revoke", args=[key.pk])).status_code == 404
    sent = {"organisation": there.organisation.pk, "public": "x", "valid_from": "2020-01-01"}
    assert foreign.post(KEYS + "nouvelle/", sent).status_code == 422


def test_the_directory_is_signed_key_by_key_and_as_a_whole_and_says_what_was_revoked():
    there = a_controller()
    key, _ = a_key(there)
    waiting = base64.b64encode(
        ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )
    register_key(organisation=there.organisation, public=waiting.decode(), valid_from=timezone.now(), by=there.agent, at=timezone.now())
    revoke_key(key, reason="exposed", by=there.agent, at=timezone.now())
    held = json.loads(Client().get(DIRECTORY + "annuaire.json").content)
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(held["signature"]["public_key"]))
    public.verify(base64.b64decode(held["signature"]["signature"]), rfc8785.dumps(held["directory"]))
    [one] = held["directory"]["keys"]
    public.verify(base64.b64decode(one["signature"]), rfc8785.dumps(one["statement"]))
    assert one["statement"]["fingerprint"] == key.fingerprint and one["revoked"]["reason"] == "exposed"


def test_the_pages_ask_as_much_of_the_database_however_many_keys_there_are(django_assert_max_num_queries):
    officer, there = signed_in(UserFactory(roles=[Role.DPO])), a_controller()
    a_key(there)
    with django_assert_max_num_queries(100) as few:
        officer.get(KEYS), Client().get(DIRECTORY)
    for _ in range(3):
        a_key(there)
    with django_assert_max_num_queries(len(few.captured_queries)):
        officer.get(KEYS), Client().get(DIRECTORY)


def test_who_watches_over_the_site_reads_the_reports_of_the_purges():
    auditor = signed_in(UserFactory(roles=[Role.AUDITOR]))
    assert auditor.get("/travail/droits/purges/").status_code == 200
    [report] = purge(timezone.now())
    held = json.loads(auditor.get(f"/travail/droits/purges/{report.number}/rapport.json").content)
    assert held["document"] == report.document and report.sha256 in auditor.get("/travail/droits/purges/").content.decode()


def test_everybody_who_answers_for_the_controller_learns_what_is_done_with_its_keys(mailoutbox):
    there, _officer = a_controller(), UserFactory(roles=[Role.DPO])
    key, _ = a_key(there, told=True)
    User.objects.update(language="en")
    revoke_key(key, reason="lost", by=there.agent, at=timezone.now())
    waiting = OutboxMessage.objects.filter(kind="mail", payload__template="envelopes/mail/key", payload__user=there.agent.pk)
    assert {one.payload["about"] for one in waiting} == {"registered", "verified", "revoked"}
    deliver_waiting(timezone.now)
    mine = [one for one in mailoutbox if one.to == [there.agent.email]]
    assert len(mine) == 3 and all(there.organisation.name in one.subject for one in mine)
    said = {one.subject: one.body for one in mine}
    assert any("its private half is lost" in one for one in said.values()), "what it cannot open any more is not said to open"
    theirs = [one.body for one in mailoutbox if one.to != [there.agent.email]]
    assert any("call the controller at a number that you already know" in one for one in theirs), "who compares is told to call"
    assert not any("call the controller at a number" in one for one in said.values())


def test_the_page_shows_the_fingerprint_of_the_library_as_it_was_taken_over():
    kept = dict(line.split()[::-1] for line in (ROOT / "static/vendor/hpke/SHA256SUMS").read_text().splitlines())
    seen = Client().get(DIRECTORY).content.decode()
    assert kept["hpke.js"] in seen and "js/rights/sealing.js" in seen
    answer = Client().get(DIRECTORY + "rights_desk.py")
    assert b"".join(answer.streaming_content) == (ROOT / "tools/rights_desk.py").read_bytes()
