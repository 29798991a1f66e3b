"""FranceConnect at the form, against a provider that runs: what it signs reaches the controller, and stays nowhere else."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from cryptography.hazmat.primitives import serialization as as_bytes
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rights.answering.documents import sealed_request
from rights.asking import confirming as confirming_views
from rights.asking import provider as at_the_provider
from rights.asking import travels
from rights.envelopes import sealing
from rights.envelopes.models import ControllerKey, Envelope
from rights.envelopes.services.keeping import LONGEST
from rights.envelopes.services.purging import purge
from rights.models import Request, Routing
from tests.rights.asking import PERSON as TYPED
from tests.rights.asking import Base, Walk, a_base, hidden
from tests.rights.factories import a_key
from tests.rights.oidc_provider import PERSON, SUBJECT
from tests.rights.test_canary import everything, needles
from tests.rights.vouching import claims_of, confirmed, confirming, identity_of, leave, there_and_back
from tools.environment import ROOT

pytestmark = pytest.mark.django_db


def test_what_the_provider_signs_reaches_each_controller_that_asks_for_it_and_stands_nowhere_else(
    provider: Path, settings: Any, capfd: Any
):
    one, other, plain = a_base(evidence="N3"), a_base("BNY", evidence="N3"), a_base("BNZ")
    walk = confirmed(Walk().to_identity(one, other, plain))
    assert walk.step == "identity" and "FranceConnect has confirmed who you are" in walk.text and 'id="confirm"' not in walk.text
    assert not walk.client.cookies[travels.COOKIE].value
    walk.fill(**TYPED).send()
    assert "Your request is received" in walk.text and Routing.objects.filter(evidence="N3").count() == 2
    for base in (one, other):
        envelope = Envelope.objects.get(routing__database=base.controller.database)
        content = identity_of(envelope, base)
        assert claims_of(content["userinfo"]).items() >= PERSON.items() and content["form"] == Request.objects.get().sending
        assert (envelope.attested_level, content["level"]) == ("N3", "N3") and envelope.attested_at is not None
        with pytest.raises(sealing.NotOpened):
            sealing.open_sealed(bytes(envelope.attestation), base.private, envelope.info)  # it does not open as a request
    assert Envelope.objects.get(routing__database=plain.controller.database).attestation is None
    marks = {one for name in PERSON.values() for one in needles(name)}
    written = "".join(capfd.readouterr()).encode()
    found = [place for place, content in everything(Path(settings.VAR_DIR)) if any(mark in content for mark in marks)]
    assert found == [] and not any(mark in written for mark in marks)
    assert [table for table, rows in every_row() if any(mark in rows for mark in marks)] == []


def every_row() -> Iterator[tuple[str, bytes]]:
    """Each table with all its rows as text; bytes stand there in hexadecimal."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            yield table, (cursor.fetchone()[0] or "").encode()


def test_a_browser_that_seals_by_itself_sends_it_along_and_it_cannot_be_swapped(provider: Path):
    one, other = a_base(evidence="N3"), a_base("BNY", evidence="N3")
    walk = confirmed(Walk().to_identity(one, other))
    fields = hidden(walk.text)
    other_form = hidden(Walk().to_identity(one, other).text)["token"]
    for wrong in (
        {f"identity_{one.slug}": fields[f"identity_{other.slug}"]},
        {f"identity_{one.slug}": [fields[f"identity_{one.slug}"][0][:-3] + "xyz"]},
        {"token": other_form},
    ):
        answer = sent_sealed(walk.client, fields | wrong, one, other)
        assert answer.status_code == 422 and not Request.objects.exists(), wrong
    assert "confirm it again" in answer.json()["errors"][0] or "changed" in answer.json()["errors"][0]
    assert sent_sealed(walk.client, fields, one, other).json() == {"taken": True}
    assert (
        claims_of(identity_of(Envelope.objects.get(routing__database=one.controller.database), one)["userinfo"]).items() >= PERSON.items()
    )


def sent_sealed(client: Client, fields: dict[str, list[str]], *bases: Base) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    told: dict[str, Any] = {**fields, "sealed": "1", "ticket": hidden_ticket(client, fields)}
    for base in bases:
        sealed = sealing.seal({"v": 1}, base.key.raw, sealing.info_of(base.slug, base.key.fingerprint))
        told |= {f"key-{base.slug}": base.key.fingerprint, f"sealed-{base.slug}": SimpleUploadedFile("sealed", sealed)}
    return client.post(reverse("asking:send"), told)


def hidden_ticket(client: Client, fields: dict[str, list[str]]) -> str:
    from rights.asking import passes

    return passes.ticket_from(fields["token"][0], timezone.now() - timedelta(seconds=5))


def test_nothing_of_the_choices_stands_in_the_address_or_in_clear_in_the_cookie(provider: Path):
    base = a_base("SECRETBASE", evidence="N3")
    walk = Walk().to_identity(base)
    where = leave(walk)
    cookie = walk.client.cookies[travels.COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/droits/demande/" and cookie["max-age"] == 600
    asked = parse_qs(urlsplit(where).query)
    assert asked["acr_values"] == ["eidas1"] and asked["code_challenge_method"] == ["S256"] and len(asked["state"][0]) >= 43
    for text in (where, cookie.value, base64.urlsafe_b64decode(cookie.value).decode("latin1")):
        assert base.slug not in text.lower() and "access" not in text
    assert (
        "sessionid" not in walk.client.cookies
        and walk.page["Referrer-Policy"] == "no-referrer"
        and walk.page["Cache-Control"] == "no-store"
    )
    settings_origin = (provider / "issuer").read_text()
    policy = Walk().to_identity(base).page["Content-Security-Policy"]
    assert f"form-action 'self' {settings_origin};" in policy + ";"


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("nonce", "not signed as it should be"),
        ("aud", "not signed as it should be"),
        ("issuer", "not signed as it should be"),
        ("old", "not signed as it should be"),
        ("other_key", "not signed as it should be"),
        ("unsigned", "not signed as it should be"),
        ("none", "not signed as it should be"),
        ("sub", "not signed as it should be"),
        ("acr", "not sure enough"),
        ("down", "does not answer"),
        ("huge", "does not answer"),
    ],
)
def test_a_provider_that_is_not_to_be_believed_changes_nothing_and_the_form_stands_as_it_was(provider: Path, fault: str, sentence: str):
    base = a_base(evidence="N3")
    walk = Walk().to_identity(base)
    before = hidden(walk.text)
    (provider / "fault").write_text(fault)
    confirmed(walk)
    assert sentence in walk.text and walk.step == "identity" and 'id="confirm"' in walk.text
    assert not any(name.startswith("identity_") for name in hidden(walk.text)) and hidden(walk.text)["token"] == before["token"]
    assert PERSON["family_name"] not in walk.text
    (provider / "fault").unlink()
    assert "FranceConnect has confirmed who you are" in confirmed(walk).text  # and trying again serves


def test_another_state_a_used_code_and_a_way_that_is_over_are_refused(provider: Path):
    base = a_base(evidence="N3")
    walk = Walk().to_identity(base)
    back = there_and_back(walk)
    cookie = walk.client.cookies[travels.COOKIE].value
    walk.page = walk.client.get(re.sub(r"state=[^&]+", "state=other", back))
    assert "not for this form" in walk.text and walk.step == "identity"
    walk.client.cookies[travels.COOKIE] = cookie
    walk.page = walk.client.get(back)
    assert "has confirmed who you are" in walk.text
    walk.client.cookies[travels.COOKIE] = cookie  # somebody keeps the cookie and comes back with the same code
    walk.page = walk.client.get(back)
    assert "has not confirmed who you are" in walk.text and walk.step == "identity"
    walk.page = walk.client.get(back)
    assert walk.page.status_code == 410 and walk.step == "who" and "used already" in walk.text
    walk.client.cookies[travels.COOKIE] = cookie
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert walk.client.get(back).status_code == 410
    walk.client.cookies[travels.COOKIE] = cookie
    walk.page = walk.client.get(
        reverse("asking:confirmed"), {"error": "access_denied", "state": parse_qs(urlsplit(back).query)["state"][0]}
    )
    assert "has not confirmed who you are" in walk.text


def test_a_right_that_needs_more_asks_the_provider_for_more(provider: Path):
    strong, base = a_base(evidence="N4"), a_base("BNY", evidence="N3")
    assert "fr-connect--plus" not in Walk().to_identity(base).text
    walk = Walk().to_identity(strong, base)
    assert 'class="fr-connect fr-connect--plus"' in walk.text and "What is FranceConnect+?" in walk.text
    assert parse_qs(urlsplit(leave(walk)).query)["acr_values"] == ["eidas2 eidas3"]
    confirmed(Walk().to_identity(strong, base)).fill(**TYPED).send()
    assert set(Envelope.objects.values_list("attested_level", "routing__evidence")) == {("N4", "N4")}


def test_the_provider_is_asked_for_few_at_a_time_and_rarely_for_one_form_and_nobody_is_shut_out(
    provider: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, time_machine: Any
):
    settings.RIGHTS_FORMS_PER_HOUR = 1
    base = a_base(evidence="N3")
    walk = Walk().to_identity(base)
    with at_the_provider._turn(), at_the_provider._turn():
        walk.page = walk.client.post(reverse("asking:confirm_identity"), confirming(walk.text))
        assert "try again in a few seconds" in walk.text and walk.step == "identity"
    back = there_and_back(walk)
    cookie = walk.client.cookies[travels.COOKIE].value
    asked: list[str] = []
    ask = at_the_provider._asked
    monkeypatch.setattr(at_the_provider, "_asked", lambda verb, url, **told: asked.append(url) or ask(verb, url, **told))
    for _time in range(8):  # the same cookie, kept by somebody, with codes made up
        walk.client.cookies[travels.COOKIE] = cookie
        walk.page = walk.client.get(re.sub(r"code=[^&]+", "code=made-up", back))
    assert len(asked) == confirming_views.TRIES and "Nothing is lost" in walk.text and walk.step == "identity"
    answer = walk.client.post(reverse("asking:confirm_identity"), confirming(walk.text))
    assert answer.status_code == 422 and "go to FranceConnect in" in answer.content.decode()
    time_machine.move_to(timezone.now() + timedelta(seconds=30), tick=True)
    assert "has confirmed who you are" in confirmed(walk).text


def test_nothing_is_offered_without_a_provider_nor_where_no_right_needs_it(provider: Path, settings: Any):
    assert 'id="confirm"' not in Walk().to_identity(a_base()).text
    base = a_base("BNY", evidence="N3")
    settings.RIGHTS_OIDC_ISSUER = "http://127.0.0.1:9"  # nobody is there
    walk = Walk().to_identity(base)
    walk.page = walk.client.post(reverse("asking:confirm_identity"), confirming(walk.text))
    assert "does not answer" in walk.text and walk.step == "identity"
    settings.RIGHTS_OIDC_ISSUER = "http://provider.example"  # not over HTTPS
    walk.page = walk.client.post(reverse("asking:confirm_identity"), confirming(walk.text))
    assert "does not answer" in walk.text
    settings.RIGHTS_OIDC_ISSUER = ""
    walk = Walk().to_identity(base)
    assert 'id="confirm"' not in walk.text and "will ask you later to show who you are" in walk.text
    assert "form-action 'self';" in walk.page["Content-Security-Policy"] + ";"
    assert walk.client.post(reverse("asking:confirm_identity"), hidden(walk.text)).status_code == 200


def test_a_key_that_changed_since_asks_for_it_once_more(provider: Path):
    base = a_base(evidence="N3")
    walk = confirmed(Walk().to_identity(base)).fill(**TYPED)
    a_key(base.controller, timezone.now())
    walk.send()
    assert "confirm it again" in walk.text and not Request.objects.exists()
    walk.fill(go="back")
    assert walk.step == "identity" and 'id="confirm"' in walk.text
    base.key = ControllerKey.objects.latest("pk")
    confirmed(walk).fill(**TYPED).send()
    assert Envelope.objects.get().key == base.key and Envelope.objects.get().attested_level == "N3"


def test_what_the_provider_said_goes_with_the_envelope_and_is_purged_with_it(provider: Path):
    base = a_base(evidence="N3")
    confirmed(Walk().to_identity(base)).fill(**TYPED).send()
    envelope = Envelope.objects.get()
    for change in ({"attestation": b"other"}, {"attestation": None}, {"attested_level": "N4"}):
        with pytest.raises(Exception, match=r"gone|Cannot update"), transaction.atomic():
            Envelope.objects.filter(pk=envelope.pk).update(**change)
    later = envelope.at + LONGEST + timedelta(seconds=1)
    with time_machine.travel(later, tick=False):
        purge(later)
    gone = Envelope.objects.get()
    assert gone.attestation is None and gone.sealed == b"" and gone.attested_level == "N3" and gone.purged_at is not None


def test_the_controllers_tool_verifies_the_signature_and_says_who_it_is(provider: Path, tmp_path: Path):
    base = a_base(evidence="N3")
    confirmed(Walk().to_identity(base)).fill(**TYPED).send()
    issuer = (provider / "issuer").read_text()
    document = json.loads(json.dumps(sealed_request(Envelope.objects.get(), Routing.objects.get()), default=str))
    (tmp_path / "one.json").write_text(json.dumps(document))
    (tmp_path / "moved.json").write_text(json.dumps(document | {"database": "other"}))
    (tmp_path / "without.json").write_text(json.dumps(document | {"attestation": None}))
    keys = requests.get(f"{issuer}/jwks", timeout=10).json()
    (tmp_path / "jwks.json").write_text(json.dumps(keys))
    swapped = {
        "keys": [one | {"x": keys["keys"][0]["y"], "y": keys["keys"][0]["x"]} if one["kty"] == "EC" else one for one in keys["keys"]]
    }
    (tmp_path / "wrong.json").write_text(json.dumps(swapped))
    pem = base.private.private_bytes(as_bytes.Encoding.PEM, as_bytes.PrivateFormat.PKCS8, as_bytes.NoEncryption())
    (tmp_path / "cle.pem").write_bytes(pem)

    def run(tool: str, *words: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-I", str(ROOT / "tools" / tool), *words, "--key", "cle.pem", "--into", "."]
        return subprocess.run(program, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert "non vérifiée ici" in run("rights_desk.py", "open", "one.json").stdout
    done = run("rights_identity.py", "one.json", "--issuer-keys", "jwks.json", "--issuer", issuer)
    assert done.returncode == 0, done.stderr
    assert "VÉRIFIÉE" in done.stdout and PERSON["family_name"] in done.stdout and SUBJECT not in done.stdout
    kept = tmp_path / document["number"] / "identite.jwt"
    assert claims_of(kept.read_text()).items() >= PERSON.items() and kept.stat().st_mode & 0o77 == 0
    for file, keyed, by, said in (
        ("one.json", "wrong.json", issuer, "est fausse"),
        ("one.json", "jwks.json", "https://elsewhere.example", "et non de"),
        ("moved.json", "jwks.json", issuer, "ne s'ouvre pas"),
        ("without.json", "jwks.json", issuer, "sans identité confirmée"),
    ):
        done = run("rights_identity.py", file, "--issuer-keys", keyed, "--issuer", by)
        assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr, (file, keyed, done.stderr)
