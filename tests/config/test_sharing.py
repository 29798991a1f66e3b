"""What the workers of the site share: read before they are made, and no connection is inherited."""

import logging

import pytest
from django.db import ProgrammingError, connection

from config import sharing
from registry.finding import loading
from tests.registry.factories import a_fiche


@pytest.fixture(autouse=True)
def _nothing_read_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    loading.forget()
    monkeypatch.setattr(sharing, "_give_memory_back", lambda: None)  # this process is not one that serves


@pytest.mark.django_db(transaction=True)
def test_the_filters_are_read_and_no_connection_is_left() -> None:
    fiche = a_fiche()
    sharing.share()
    assert connection.connection is None
    assert loading._kept is not None
    assert loading._kept.version == fiche.state_version


def test_a_database_without_tables_keeps_nobody_from_starting(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def no_table() -> None:
        raise ProgrammingError("relation does not exist")

    monkeypatch.setattr(sharing, "_filters", no_table)
    with caplog.at_level(logging.WARNING, "guichet.sharing"):
        sharing.share()
    assert "filters_read_later" in caplog.text
