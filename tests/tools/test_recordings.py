"""What is played is what was walked, and is played only where the walk would have come to the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from requests_app.models import Attachment, Dossier
from requests_app.states import State
from tests import recordings
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_member
from tests.requests_app.factories import PARIS, a_dossier, cast
from workflow import outbox
from workflow.journal import faults
from workflow.models import JournalLine, OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recordings of this test alone."""
    monkeypatch.setattr(recordings, "_kept", {})


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was played."""
    found: list[Any] = []
    play = recordings._play
    monkeypatch.setattr(recordings, "_play", lambda recording: found.append(recording) or play(recording))
    return found


def scenes(number: int) -> Iterator[transaction.Atomic]:
    """So many transactions of tests, one after the other: what each writes is rolled back."""
    outer = connection.atomic_blocks[0]
    assert outer._from_testcase
    for _number in range(number):
        connection.needs_rollback = False
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK; BEGIN")
        yield outer


def rows() -> dict[str, list[Any]]:
    """What stands in the tables of a dossier."""
    models = (User, Dossier, Attachment, JournalLine)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_the_second_time_the_same_rows_and_files_stand_there(played: list[Any]) -> None:
    seen = []
    for _scene in scenes(2):
        dossier = a_dossier(State.INCOMPLETE)
        seen.append((rows(), [piece.file.read() for piece in dossier.attachments.order_by("pk")]))
        assert not list(faults()), "the chain of the journal holds"
        assert a_dossier(State.SUBMITTED).pk != dossier.pk
    assert seen[0] == seen[1]
    assert len(played) == 4, "two casts and two dossiers"


def test_after_anything_else_a_dossier_walks(played: list[Any]) -> None:
    for number, _scene in enumerate(scenes(3)):
        people = cast()
        if number == 1:
            UserFactory()
        if number == 2:
            a_member()
        played.clear()
        a_dossier(State.SUBMITTED, people)
        assert len(played) == (number == 1), "somebody without a role changes nothing, a member might"


def test_whoever_was_changed_is_not_as_recorded(played: list[Any]) -> None:
    for number, _scene in enumerate(scenes(2)):
        people = cast()
        User.objects.filter(pk=people["owner"].pk).update(last_name=f"Autre{number}")
        played.clear()
        a_dossier(State.SUBMITTED, people)
        assert not played


def test_another_day_walks(played: list[Any]) -> None:
    for number, _scene in enumerate(scenes(2)):
        with time_machine.travel(timezone.now() + timedelta(days=number), tick=True):
            assert timezone.now() - a_dossier(State.SUBMITTED).moved_at < timedelta(days=2, minutes=5)
    assert not played


@pytest.mark.parametrize("begins", [lambda days: timezone.now() - timedelta(days=days), lambda days: datetime(2026, 1, days, tzinfo=PARIS)])
def test_a_road_is_played_for_the_same_beginning_only(begins: Callable[[int], datetime], played: list[Any]) -> None:
    for _scene, days, count in zip(scenes(3), (20, 20, 21), (0, 1, 0), strict=True):
        people = cast()
        played.clear()
        begun = begins(days)
        assert abs(a_dossier(State.SUBMITTED, people, begun=begun).created_at - begun) < timedelta(minutes=5)
        assert len(played) == count


def test_what_was_walked_without_its_letters_is_not_played_with_them(played: list[Any]) -> None:
    for number, _scene in enumerate(scenes(2)):
        people = cast()
        played.clear()
        with outbox.muted() if number == 0 else nullcontext():
            a_dossier(State.SUBMITTED, people)
        assert OutboxMessage.objects.exists() == bool(number) and not played


def test_a_setting_of_the_test_s_own_walks(settings: Any, played: list[Any]) -> None:
    settings.TEAM_INVITATION_DAYS = 3
    for _scene in scenes(2):
        a_dossier(State.SUBMITTED)
    assert not played
