"""In production the site starts complete or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "GUICHET_MODE": "production",
    "SECRET_KEY": "for-this-test-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "ALLOWED_HOSTS": "guichet.example.org",
}


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "DATABASE_URL", "GUICHET_VAR")}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**kept, **COMPLETE, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_a_missing_secret_refuses_to_start_and_is_named_in_one_line(name: str) -> None:
    done = manage("check", **{name: ""})
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_production_is_what_an_empty_environment_means() -> None:
    done = manage("check", GUICHET_MODE="production", SECRET_KEY="", ALLOWED_HOSTS="", DATABASE_URL="")
    assert "production mode without SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL" in done.stderr


def test_the_deployment_check_is_clean() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "System check identified no issues" in done.stdout + done.stderr


def test_the_example_of_the_environment_is_read_by_a_shell_as_by_systemd() -> None:
    read = subprocess.run(
        ["sh", "-euc", "set -a; . deploy/guichet.env.example; printenv OPERATOR_NAME"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (read.stdout.strip(), read.stderr) == ("Plateforme des données de santé", "")
