"""What every test stands on: the database put back, the guard on undefined template variables, and what is looked up only once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from django.utils import translation
from whitenoise.middleware import WhiteNoiseMiddleware

from tests import put_back, recordings
from tests.templates_guard import Guard
from tools import quick_migrations

put_back.install()
quick_migrations.install()

_flush = DatabaseOperations.execute_sql_flush


def _flush_past_the_guards(self: DatabaseOperations, sql_list: list[str]) -> None:
    """The journal refuses TRUNCATE, by a trigger: the command `flush` in a test may, as a replica may."""
    recordings.forget()
    _flush(self, ["SET LOCAL session_replication_role = replica;", *sql_list, "SET LOCAL session_replication_role = origin;"])


DatabaseOperations.execute_sql_flush = _flush_past_the_guards  # type: ignore[method-assign]


# In the settings and not on the engine: an engine is made anew whenever a test overrides DEBUG or INSTALLED_APPS.
settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Guard()


_scan = WhiteNoiseMiddleware.add_files_from_finders
_scanned: dict[tuple[str, str], dict[str, Any]] = {}


def _scan_once(self: WhiteNoiseMiddleware) -> None:
    """Every test client makes its own middleware: the static files, the same for all, are looked up by the first only."""
    place = (self.static_prefix, str(self.static_root))
    if place not in _scanned:
        _scan(self)
        _scanned[place] = dict(self.files)
    self.files.update(_scanned[place])


WhiteNoiseMiddleware.add_files_from_finders = _scan_once


@pytest.fixture(autouse=True)
def _first_language() -> None:
    """A test begins in the site's language, whatever language the last request of the test before it spoke."""
    translation.deactivate()


@pytest.fixture
def in_english() -> Iterator[None]:
    """Sentences are compared in the language of the code, whatever the catalogue says."""
    with translation.override("en"):
        yield


@pytest.fixture
def english_pages(client: Client) -> None:
    """The pages that the test's own client reads are in the language of the code."""
    client.cookies["django_language"] = "en"


@pytest.fixture
def whole_application() -> Iterator[None]:
    """The application itself is called, and not the test client: the end of a request leaves the test's connection open."""
    for when in (request_started, request_finished):
        when.disconnect(close_old_connections)
    yield
    for when in (request_started, request_finished):
        when.connect(close_old_connections)


@pytest.fixture
def own_media(settings: Any, tmp_path: Path) -> None:
    """The files that the test keeps lie in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path
