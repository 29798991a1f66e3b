"""gunicorn serves the site as on a server: production settings, compressed static files with a manifest, two workers."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.test_production import COMPLETE
from tests.tools.test_demo import free_port
from tools.environment import ROOT

#: The command as it is, but for the effort of its compression: the best takes half a minute, and what is tested here is not the size.
COLLECT = """
import runpy, sys
import brotli
from whitenoise.compress import Compressor
Compressor.compress_brotli = staticmethod(lambda content: brotli.compress(content, quality=1))
sys.argv = ["manage.py", "collectstatic", "--noinput", "-v", "0"]
runpy.run_path("manage.py", run_name="__main__")
"""

pytestmark = pytest.mark.django_db  # the server has a connection of its own to the suite's database


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory, django_db_setup) -> dict[str, str]:
    """The environment of a server whose static files are built."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    kept = {key: os.environ[key] for key in ("PATH", "DATABASE_URL")}
    address = re.sub(r"@/\w+\?", f"@/{name}?", kept["DATABASE_URL"])
    environment = {
        **kept,
        **COMPLETE,
        "DATABASE_URL": address,
        "GUICHET_VAR": str(tmp_path_factory.mktemp("var")),
        "ALLOWED_HOSTS": "127.0.0.1",
        "BEHIND_PROXY": "true",
    }
    subprocess.run([sys.executable, "-c", COLLECT], cwd=ROOT, env=environment, check=True, capture_output=True)
    return environment


@pytest.fixture
def server(production: dict[str, str], tmp_path: Path) -> Iterator[tuple[str, Path]]:
    port, log = free_port(), tmp_path / "log"
    words = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
    with log.open("wb") as out, subprocess.Popen(words, cwd=ROOT, env={**production, "PORT": str(port)}, stdout=out, stderr=out) as running:
        for _try in range(100):
            try:
                fetch(f"http://127.0.0.1:{port}/sante/")
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", log
        running.terminate()
    print(log.read_text())  # shown by pytest when the test fails


def fetch(address: str) -> tuple[dict[str, str], str]:
    request = urllib.request.Request(address, headers={"X-Forwarded-Proto": "https"})
    with urllib.request.urlopen(request, timeout=20) as response:
        return dict(response.headers), response.read().decode()


def test_the_home_page_and_everything_it_names_is_served(server: tuple[str, Path]) -> None:
    address, log = server
    headers, page = fetch(f"{address}/?q=Jeanne+Martin")
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    named = re.findall(r'(?:src|href)="(/static/[^"#]+)', page)
    assert named
    for name in named:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), f"{name} is not in the manifest"
        assert "immutable" in fetch(address + name)[0]["Cache-Control"]
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert [line for line in lines if line["event"] == "request" and line["url_name"] == "home"]
    assert "Jeanne" not in log.read_text()
    assert "127.0.0.1" not in log.read_text()
