"""FranceConnect for tests: a provider that runs, the way to it out of a page, and what it said once the controller has opened it."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.cache import cache
from django.urls import reverse

from rights.envelopes import sealing
from rights.envelopes.models import Envelope
from tests.faults.test_deposits import until
from tests.rights.asking import Base, Walk
from tests.rights.oidc_provider import CLIENT, SECRET
from tools.environment import ROOT


@pytest.fixture(scope="module")
def provider_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A provider that runs, and its folder."""
    folder = tmp_path_factory.mktemp("provider")
    process = subprocess.Popen([sys.executable, "-m", "tests.rights.oidc_provider", str(folder)], cwd=ROOT, env={**os.environ})
    try:
        until(lambda: (folder / "issuer").exists())
        yield folder
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def provider(provider_folder: Path, settings: Any) -> Iterator[Path]:
    """The site has this provider."""
    settings.RIGHTS_OIDC_ISSUER = (provider_folder / "issuer").read_text()
    settings.RIGHTS_OIDC_CLIENT_ID, settings.RIGHTS_OIDC_CLIENT_SECRET = CLIENT, SECRET
    settings.SITE_URL = "http://testserver"
    cache.clear()
    yield provider_folder
    for name in ("fault", "locks", "left"):
        (provider_folder / name).unlink(missing_ok=True)
    cache.clear()


def confirming(page: str) -> dict[str, list[str]]:
    """The hidden fields of the form that leads to FranceConnect."""
    found: dict[str, list[str]] = {}
    body = page.partition('id="confirm">')[2].partition("</form>")[0]
    for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', body):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def leave(walk: Walk) -> str:
    """Press the button: the address where the browser goes."""
    walk.page = walk.client.post(reverse("asking:confirm_identity"), confirming(walk.text))
    assert walk.page.status_code == 303, walk.text
    return str(walk.page["Location"])


def there_and_back(walk: Walk) -> str:
    """To the provider and back: the address with which the browser returns."""
    answer = requests.get(leave(walk), allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    return answer.headers["Location"]


def confirmed(walk: Walk) -> Walk:
    walk.page = walk.client.get(there_and_back(walk))
    return walk


def identity_of(envelope: Envelope, base: Base) -> dict[str, Any]:
    info = sealing.identity_info(envelope.bound_to, base.key.fingerprint)
    return sealing.open_sealed(bytes(envelope.attestation), base.private, info)


def claims_of(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found
