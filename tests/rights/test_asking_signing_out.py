"""Signing out of FranceConnect from the form: its token stays locked, says nobody's name, and nothing of the form is lost."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from rights.asking import passes, signing_out
from rights.envelopes.models import Envelope
from tests.rights.asking import PERSON as TYPED
from tests.rights.asking import Walk, a_base, hidden
from tests.rights.oidc_provider import SUBJECT
from tests.rights.test_asking_identity import every_row
from tests.rights.test_canary import everything, needles
from tests.rights.vouching import confirmed

pytestmark = pytest.mark.django_db
BUTTON = "Sign out of FranceConnect"


def way_out(walk: Walk) -> str:
    """What the page carries to sign out with."""
    return hidden(walk.text)["way_out"][0]


def sign_out(walk: Walk, carried: str) -> Any:
    return walk.client.post(reverse("asking:sign_out"), {"way_out": carried})


def test_a_person_signs_out_there_and_comes_back_to_a_page_of_its_own(provider: Path):
    walk = confirmed(Walk().to_identity(a_base(evidence="N3")))
    assert BUTTON in walk.text and 'target="_blank"' in walk.text.partition('id="sign-out"')[0].rpartition("<form")[2]
    answer = sign_out(walk, way_out(walk))
    assert answer.status_code == 303 and answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "no-referrer"
    issuer, told = (provider / "issuer").read_text(), parse_qs(urlsplit(answer["Location"]).query)
    assert answer["Location"].startswith(f"{issuer}/out?") and sorted(told) == ["id_token_hint", "post_logout_redirect_uri", "state"]
    assert told["post_logout_redirect_uri"] == ["http://testserver/droits/demande/identite/sortie/faite/"]
    back = requests.get(answer["Location"], allow_redirects=False, timeout=10)
    assert back.status_code == 302 and (provider / "left").read_text() == SUBJECT
    assert "You are signed out of FranceConnect" in walk.client.get(back.headers["Location"]).content.decode()
    walk.fill(**TYPED).send()
    assert "Your request is received" in walk.text and Envelope.objects.get().attested_level == "N3"


def test_the_token_is_read_nowhere_of_ours(provider: Path, settings: Any, capfd: Any):
    walk = confirmed(Walk().to_identity(a_base(evidence="N3")))
    pages = [walk.text]
    answer = sign_out(walk, way_out(walk))
    token = parse_qs(urlsplit(answer["Location"]).query)["id_token_hint"][0]
    marks = needles(SUBJECT) | {part.encode() for part in token.split(".")[1:]}
    assert needles(SUBJECT) & {one for one in needles(SUBJECT) if one in base64.b64encode(b"?" + SUBJECT.encode())}  # they do find it
    walk.fill(**TYPED)
    pages.append(walk.text)
    walk.send()
    pages += [walk.text, str(walk.client.cookies), answer.content.decode(), "".join(capfd.readouterr())]
    pages.append(walk.client.get(reverse("asking:signed_out"), {"state": "x"}).content.decode())
    assert not [text[:80] for text in pages if any(mark in text.encode() for mark in marks)]
    assert not [place for place, content in everything(Path(settings.VAR_DIR)) if any(mark in content for mark in marks)]
    assert not [table for table, rows in every_row() if any(mark in rows for mark in marks)]


def test_the_button_stays_while_it_serves_and_goes_when_it_does_not(provider: Path, settings: Any):
    base = a_base(evidence="N3")
    walk = confirmed(Walk().to_identity(base)).fill(**TYPED)
    assert walk.step == "review" and BUTTON not in walk.text
    walk.fill(go="back")
    carried = way_out(walk)
    assert walk.step == "identity" and BUTTON in walk.text
    assert BUTTON not in walk.fill(go="back").fill(**{f"right_{base.slug}": "access"}, way_out="forged").text
    with time_machine.travel(timezone.now() + passes.OPEN_FOR + timedelta(seconds=2), tick=False):
        assert sign_out(walk, carried).status_code == 410
    for wrong in ("", "forged", "é", carried[:-4] + "AAA="):
        answer = sign_out(walk, wrong)
        assert answer.status_code == 410 and "has not signed you out" in answer.content.decode() and "Location" not in answer
    settings.RIGHTS_OIDC_ISSUER = ""
    assert sign_out(walk, carried).status_code == 410


def test_only_what_this_site_sent_out_comes_back_as_signed_out_and_only_for_a_while(provider: Path):
    walk = confirmed(Walk().to_identity(a_base(evidence="N3")))
    back, said = reverse("asking:signed_out"), "has not signed you out"
    state = parse_qs(urlsplit(sign_out(walk, way_out(walk))["Location"]).query)["state"][0]
    assert walk.client.get(back, {"state": state}).status_code == 200 and re.fullmatch(r"[\w=-]{32,}", state)
    for wrong in ("", "x" * 40, way_out(walk)):
        answer = walk.client.get(back, {"state": wrong})
        assert answer.status_code == 410 and said in answer.content.decode()
    with time_machine.travel(timezone.now() + signing_out.BACK_WITHIN + timedelta(seconds=2), tick=False):
        assert walk.client.get(back, {"state": state}).status_code == 410


@pytest.mark.parametrize("fault", ["no_way_out", "way_out_elsewhere", "talkative"])
def test_it_is_not_offered_where_the_provider_has_no_such_page_or_its_token_would_say_a_name(provider: Path, fault: str):
    (provider / "fault").write_text(fault)
    walk = confirmed(Walk().to_identity(a_base(evidence="N3")))
    assert "FranceConnect has confirmed who you are" in walk.text
    assert BUTTON not in walk.text and "way_out" not in walk.text


def test_a_provider_that_is_down_meanwhile_is_said_and_loses_nothing(provider: Path, settings: Any):
    walk = confirmed(Walk().to_identity(a_base(evidence="N3")))
    settings.RIGHTS_OIDC_ISSUER = "http://127.0.0.1:9"
    cache.clear()
    answer = sign_out(walk, way_out(walk))
    assert answer.status_code == 422 and "press the button of your form again" in answer.content.decode()
