"""The health page: one word for everybody, the measures for an administrator."""

import os
import time
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import Role
from config import health
from workflow.models import MessageState, OutboxMessage

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def heartbeat(settings, tmp_path: Path) -> Path:
    """A worker that has just been heard of."""
    settings.VAR_DIR = tmp_path
    (tmp_path / "broker").mkdir()
    (tmp_path / "broker" / "heartbeat").touch()
    return tmp_path / "broker" / "heartbeat"


def late_message(minutes: int) -> None:
    due = timezone.now() - timedelta(minutes=minutes)
    OutboxMessage.objects.create(kind="mail", key="k", payload={}, queued_at=due, next_try_at=due, state=MessageState.QUEUED)


def test_all_is_well(client: Client) -> None:
    response = client.get(reverse("health"))
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize("ill", ["silent", "never"])
def test_a_silent_worker_is_told(client: Client, heartbeat: Path, ill: str) -> None:
    if ill == "silent":
        long_ago = time.time() - health.HEARTBEAT_SECONDS - 5
        os.utime(heartbeat, (long_ago, long_ago))
    else:
        heartbeat.unlink()
    response = client.get("/sante/")
    assert (response.status_code, response.content) == (503, b"ill\n")


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (11, 503)])
def test_messages_that_do_not_leave_are_told(client: Client, minutes: int, status: int) -> None:
    late_message(minutes)
    assert client.get("/sante/").status_code == status


def test_a_full_disk_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: Usage(10**12, 10**12, 10**6))
    assert client.get("/sante/").status_code == 503


def test_a_database_that_is_down_is_told_and_not_a_crash(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/sante/")
    assert (response.status_code, response.content) == (503, b"ill\n")


def test_a_probe_costs_two_queries_and_no_session(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        response = client.get("/sante/", HTTP_HOST="10.0.0.1")
    assert not response.cookies


def signed_in(client: Client, verified: bool, *roles: str) -> Client:
    user = User.objects.create_user(email="admin@example.org", password="x")
    for role in roles:
        RoleGrant.objects.create(user=user, role=role, granted_by=User.objects.system(), granted_at=timezone.now())
    client.force_login(user)
    if verified:
        device = user.totpdevice_set.create(name="default", confirmed=True)
        session = client.session
        session["otp_device_id"] = device.persistent_id
        session.save()
    return client


def test_an_administrator_reads_the_measures(client: Client) -> None:
    late_message(20)
    response = signed_in(client, True, Role.ADMINISTRATOR).get("/sante/")
    assert response.status_code == 503
    found = response.json()
    assert [code for code, check in found.items() if not check["well"]] == ["outbox"]
    assert set(found) == {"database", "worker", "outbox", "disk"}
    assert found["outbox"]["measure"] == "1200 s"


@pytest.mark.parametrize(("verified", "role"), [(False, Role.ADMINISTRATOR), (True, Role.OFFICER), (True, Role.APPLICANT)])
def test_nobody_else_reads_them(client: Client, verified: bool, role: str) -> None:
    response = signed_in(client, verified, *([role] if role != Role.APPLICANT else [])).get("/sante/")
    assert response.content == b"ok\n"
