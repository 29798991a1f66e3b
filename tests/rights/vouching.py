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
from django.core.cache import cache

from rights.envelopes import sealing
from rights.envelopes.models import Envelope
from tests.faults.test_deposits import until
from tests.rights.asking import Base
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
    (provider_folder / "fault").unlink(missing_ok=True)
    cache.clear()


def confirming(page: str) -> dict[str, list[str]]:
    """The hidden fields of the form that leads to FranceConnect."""
    found: dict[str, list[str]] = {}
    body = page.partition('id="confirm">')[2].partition("</form>")[0]
    for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', body):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def identity_of(envelope: Envelope, base: Base) -> dict[str, Any]:
    info = sealing.identity_info(envelope.bound_to, base.key.fingerprint)
    return sealing.open_sealed(bytes(envelope.attestation), base.private, info)


def claims_of(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found
