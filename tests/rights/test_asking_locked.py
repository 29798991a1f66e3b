"""FranceConnect that locks what it says for this site: it fetches our keys, and what reaches the controller is what it signed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client
from django.urls import reverse
from joserfc import jwe
from joserfc.jwk import ECKey, import_key
from joserfc.util import urlsafe_b64encode

from rights import secret_keys
from rights.asking import unlocking
from rights.envelopes.models import Envelope
from tests.rights.asking import PERSON as TYPED
from tests.rights.asking import Walk, a_base
from tests.rights.oidc_provider import LOCKS, PERSON, SUBJECT
from tests.rights.test_canary import everything, needles
from tests.rights.vouching import claims_of, confirmed, identity_of
from workflow.keys import folder_of

ISSUED = ("ECDH-ES", "RSA-OAEP")


pytestmark = pytest.mark.django_db


@pytest.fixture
def locking(provider: Path) -> Any:
    """The provider has the keys that the site publishes, and locks what it says in this way; in a journey it fetches them by itself."""

    def choose(algorithm: str) -> None:
        (provider / "ours.json").write_bytes(Client().get(reverse("asking:public_keys")).content)
        (provider / "locks").write_text(f"{algorithm} {provider / 'ours.json'}")

    return choose


@pytest.mark.parametrize("algorithm", ISSUED)
@pytest.mark.parametrize("fault", ["", "nameless"])
def test_what_was_locked_for_the_site_reaches_the_controller_as_it_was_signed(
    provider: Path, locking: Any, settings: Any, capfd: Any, algorithm: str, fault: str
):
    locking(algorithm)
    (provider / "fault").write_text(fault)
    base = a_base(evidence="N3")
    walk = confirmed(Walk().to_identity(base))
    assert "FranceConnect has confirmed who you are" in walk.text and "Sign out of FranceConnect" in walk.text
    walk.fill(**TYPED).send()
    userinfo = identity_of(Envelope.objects.get(), base)["userinfo"]
    assert userinfo.count(".") == 2 and claims_of(userinfo).items() >= PERSON.items()
    marks = {one for name in (*PERSON.values(), SUBJECT) for one in needles(name)}
    written = "".join(capfd.readouterr()).encode() + walk.page.content
    assert not any(mark in written for mark in marks)
    assert not [place for place, content in everything(Path(settings.VAR_DIR)) if any(mark in content for mark in marks)]


@pytest.mark.parametrize("fault", ["stranger", "compressed", "none", "other_key", "sub"])
@pytest.mark.parametrize("algorithm", ISSUED)
def test_what_is_locked_for_another_or_not_signed_inside_is_not_believed(provider: Path, locking: Any, algorithm: str, fault: str):
    locking(algorithm)
    (provider / "fault").write_text(fault)
    walk = confirmed(Walk().to_identity(a_base(evidence="N3")))
    assert "not signed as it should be" in walk.text and walk.step == "identity" and "identity_bnx" not in walk.text


def test_without_a_key_nothing_is_published_and_nothing_locked_is_believed(provider: Path, locking: Any):
    locking("RSA-OAEP")
    walk = Walk().to_identity(a_base(evidence="N3"))
    answer = Client().get(reverse("asking:public_keys"))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/json" and "max-age" in answer["Cache-Control"]
    published = answer.json()["keys"]
    assert [sorted(one) for one in published] == [["crv", "kid", "kty", "use", "x", "y"], ["e", "kid", "kty", "n", "use"]]
    assert {one["use"] for one in published} == {"enc"}
    path = folder_of(secret_keys.FOLDER) / secret_keys.PROVIDER
    assert path.stat().st_mode & 0o77 == 0
    locked, kept = jwe.encrypt_compact({"alg": "ECDH-ES", "enc": "A256GCM"}, "a.b.c", import_key(published[0])), path.read_bytes()
    assert unlocking.unlocked(locked) == "a.b.c"
    path.unlink()
    try:
        assert Client().get(reverse("asking:public_keys")).status_code == 404
        with pytest.raises(unlocking.NotUnlocked):
            unlocking.unlocked(locked)
        assert unlocking.unlocked("a.b.c") == "a.b.c"
    finally:
        path.write_bytes(kept)
    path.chmod(0o600)
    assert "has confirmed who you are" in confirmed(walk).text


def test_the_keys_are_published_only_where_the_provider_is_offered(settings: Any):
    settings.RIGHTS_OIDC_ISSUER = ""
    assert Client().get(reverse("asking:public_keys")).status_code == 404


def test_an_older_key_still_opens_after_a_new_one_was_put_before_it():
    path = folder_of(secret_keys.FOLDER) / secret_keys.PROVIDER
    kept = path.read_bytes()
    [old] = [one for one in unlocking.public_keys()["keys"] if one["kty"] == "EC"]
    fresh = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.write_bytes(fresh + kept)
        published = unlocking.public_keys()["keys"]
        assert [one["kty"] for one in published] == ["EC", "EC", "RSA"] and published[1] == old and published[0]["kid"] != old["kid"]
        for one in published[:2]:
            locked = jwe.encrypt_compact({"alg": "ECDH-ES", "enc": "A256GCM", "kid": one["kid"]}, "a.b.c", import_key(one))
            assert unlocking.unlocked(locked) == "a.b.c"
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"alg": 1, "enc": "A256GCM"},
        {"alg": "ECDH-ES"},
        {"alg": "dir", "enc": "A256GCM"},
        {"alg": "RSA1_5", "enc": "A256GCM"},
        {"alg": "ECDH-ES", "enc": "A256GCM"},
        {"alg": "ECDH-ES", "enc": "A256GCM", "epk": {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}},
        {"alg": "ECDH-ES", "enc": "A256GCM", "epk": []},
        {"alg": "RSA-OAEP", "enc": "A256GCM", "crit": ["x"]},
        {"alg": "RSA-OAEP", "enc": "A256GCM", "kid": "nobody's"},
        [],
        None,
    ],
)
def test_a_malformed_token_is_refused_and_breaks_nothing(header: Any):
    head = urlsafe_b64encode(json.dumps(header).encode()).decode()
    for rest in (".AA.AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA", "....", ".é.é.é.é"):
        with pytest.raises(unlocking.NotUnlocked):
            unlocking.unlocked(head + rest)


def test_words_locked_in_a_way_that_is_not_taken_do_not_open():
    [key] = [one for one in unlocking.public_keys()["keys"] if one["kty"] == "RSA"]
    with pytest.raises(unlocking.NotUnlocked):
        unlocking.unlocked(jwe.encrypt_compact({"alg": "RSA-OAEP", "enc": "A128GCM"}, "a.b.c", import_key(key), registry=LOCKS))
    with pytest.raises(unlocking.NotUnlocked):
        unlocking.unlocked(jwe.encrypt_compact({"alg": "ECDH-ES", "enc": "A256GCM"}, "a.b.c", ECKey.generate_key("P-256")))


def test_a_site_that_had_its_other_secrets_already_is_given_this_one_and_keeps_the_others(tmp_path: Path):
    assert secret_keys.make_missing(tmp_path) == ["rights/pepper.key", "rights/contact.key", "rights/franceconnect.pem"]
    kept = (tmp_path / secret_keys.PEPPER).read_bytes()
    (tmp_path / secret_keys.PROVIDER).unlink()
    assert secret_keys.make_missing(tmp_path) == ["rights/franceconnect.pem"] and secret_keys.make_missing(tmp_path) == []
    assert (tmp_path / secret_keys.PEPPER).read_bytes() == kept
