"""Linkage tables: asked of a person, encrypted as they come, read by nobody here, destroyed with a certificate."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from config import core_dumps
from extractions.deposits import rules, sets, storage, tasks
from extractions.deposits.models import Attempt, Deposit, DepositRequest, PurgeCertificate, ServiceKey
from extractions.deposits.services import asking, keys
from extractions.deposits.services.fetching import fetch
from extractions.deposits.uploads import SealingHandler
from extractions.states import Kind, TicketState
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.extractions.depositing import SERVICE, a_key, address, asked_of, at_the_file, deposited, opened, reread, send
from tests.extractions.factories import a_scene, a_ticket
from tests.extractions.linkage import KEY, PUBLIC, SOUND_1, table
from tests.racing import locked_in, meanwhile
from workflow.models import AccessRead, JournalLine, OutboxMessage
from workflow.outbox import deliver_waiting
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
SECRET = "DURANDEAU"
BAD = table("A1;1550275116001;3;19800312;2800375116002", f"A2;{SECRET};2;19800312;2800375116002")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DEPOSITS_DIR = tmp_path / "deposits"
    return settings.DEPOSITS_DIR


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# --- one deposit ---
def test_a_sound_table_is_kept_encrypted_and_its_service_alone_reads_it(client: Client, folder: Path) -> None:
    (asked,) = asked_of()
    content = table(SOUND_1, SOUND_1.replace("A1", "A2"))
    answer = send(at_the_file(client, asked), asked, content)
    assert (answer.status_code, answer["Location"]) == (302, asked.get_absolute_url())
    deposit = Deposit.objects.get()
    assert (deposit.lines, deposit.bytes) == (2, len(content))
    assert files(folder) == [f"{deposit.stored_as}.age"] and folder.stat().st_mode & 0o777 == 0o700
    assert content not in (folder / files(folder)[0]).read_bytes() and opened(deposit) == content
    assert reread(asked.ticket).state == TicketState.DEPOSITED
    page = client.get(asked.get_absolute_url()).content.decode()
    assert deposit.sha256 in page and deposit.sealed_sha256 in page and a_key().fingerprint in page
    assert deposit.sha256.encode() in client.get(address(asked, "receipt")).content


def test_a_table_with_errors_is_not_kept_and_its_page_names_lines_and_never_a_value(client: Client, folder: Path) -> None:
    (asked,) = asked_of()
    send(at_the_file(client, asked), asked, BAD)
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.lines, attempt.total) == ("errors", 2, 2)
    assert not Deposit.objects.exists() and files(folder) == []
    page, listed = client.get(asked.get_absolute_url()).content.decode(), client.get(address(asked, "errors")).content.decode("utf-8-sig")
    assert "Sexe bénéficiaire" in page and "sex_format" in listed and "nir_format" in listed
    assert SECRET not in page + listed + str(attempt.places) and "19800312" not in page + listed
    assert reread(asked.ticket).state == TicketState.AWAITING_DEPOSIT


def test_the_name_of_a_column_that_is_not_expected_is_shown_by_its_place_only(client: Client, folder: Path) -> None:
    (asked,) = asked_of()
    send(at_the_file(client, asked), asked, f"Id_acc;{SECRET}\nA1;2800375116002\n".encode())
    assert Attempt.objects.get().outcome == "refused" and files(folder) == []
    page = client.get(asked.get_absolute_url()).content.decode()
    assert SECRET not in page and "2" in page


def test_an_exception_in_the_middle_leaves_nothing_and_the_table_can_be_sent_again(
    client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (asked,) = asked_of()
    whole = SealingHandler.file_complete
    monkeypatch.setattr(SealingHandler, "file_complete", lambda *_told: 1 / 0)
    client.raise_request_exception = False
    assert send(at_the_file(client, asked), asked, table(SOUND_1)).status_code == 500
    assert files(folder) == [] and not Deposit.objects.exists()
    monkeypatch.setattr(SealingHandler, "file_complete", whole)
    assert deposited(client, asked).lines == 1


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"table": b""}, "no_file"),
        ({"other": b"x"}, "one_file"),
        ({"table": b"x", "more": b"y"}, "one_file"),
        ({"table": b"x" * 99}, "too_large"),
    ],
)
def test_anything_but_one_table_of_the_right_size_is_dropped(
    client: Client, folder: Path, settings: Any, sent: dict[str, bytes], code: str
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.DEPOSIT_MAX_BYTES = 98
    (asked,) = asked_of()
    given = {name: SimpleUploadedFile("a.csv", content) for name, content in sent.items() if content}
    at_the_file(client, asked).post(address(asked), given)
    assert Attempt.objects.get().code == code and files(folder) == []


def test_a_form_without_its_token_deposits_nothing(folder: Path) -> None:
    (asked,) = asked_of()
    client = at_the_file(Client(enforce_csrf_checks=True), asked)
    assert send(client, asked, table(SOUND_1)).status_code == 403
    assert files(folder) == [] and not Deposit.objects.exists() and not Attempt.objects.exists()


def test_a_code_serves_for_ten_minutes_and_for_one_file(client: Client, time_machine: Any, folder: Path) -> None:
    (asked,) = asked_of()
    sign_in(client, asked.depositor)
    assert send(client, asked, table(SOUND_1)).status_code == 403
    at_the_file(client, asked)
    time_machine.move_to(timezone.now() + timedelta(minutes=11), tick=True)
    assert send(client, asked, table(SOUND_1)).status_code == 403
    at_the_file(client, asked)
    send(client, asked, BAD)
    assert send(client, asked, table(SOUND_1)).status_code == 403
    assert files(folder) == []


def test_a_password_alone_deposits_nothing(client: Client, folder: Path) -> None:
    (asked,) = asked_of()
    at_the_file(client, asked)
    sign_in(client, asked.depositor, verified=False)
    session = client.session
    session.pop("otp_device_id", None)
    session.save()
    assert send(client, asked, table(SOUND_1)).status_code == 403
    assert "two_factor" not in client.get(asked.get_absolute_url()).content.decode() and files(folder) == []


def test_a_fresh_code_opens_the_second_step(client: Client) -> None:
    (asked,) = asked_of()
    sign_in(client, asked.depositor)
    wrong = client.post(address(asked, "confirm"), {"code": "000000", "encoding": "utf-8"})
    assert wrong.status_code == 422 and b'type="file"' not in wrong.content
    device = asked.depositor.staticdevice_set.create(name="x")
    device.token_set.create(token="abcdefgh")
    assert client.post(address(asked, "confirm"), {"code": "abcdefgh", "encoding": "cp1252"}).status_code == 302
    assert b'type="file"' in client.get(asked.get_absolute_url()).content


def test_the_template_has_the_header_of_the_request_even_after_the_sets_have_changed(client: Client, settings: Any, tmp_path: Path) -> None:
    (asked,) = asked_of()
    (tmp_path / "sets.toml").write_text(
        '[[sets]]\ncode = "other"\ntitle = "Autre"\ncolumns = [{code = "id", title = "Id", kind = "identifier"}]\n', encoding="utf-8"
    )
    settings.LINKAGE_COLUMN_SETS = str(tmp_path / "sets.toml")
    assert list(sets.written_sets()) == ["other"] and sets.check_sets() == []
    sign_in(client, asked.depositor)
    assert "NIR ouvrant droit" in client.get(address(asked, "blank")).content.decode("utf-8-sig")
    (tmp_path / "sets.toml").write_text('[[sets]]\ncode = "Bad code"\n', encoding="utf-8")
    assert [one.id for one in sets.check_sets()] == ["deposits.E001"]


# --- who ---
def test_nobody_but_the_depositor_sees_the_page_and_nobody_but_the_desk_has_the_encrypted_file(client: Client) -> None:
    scene = a_scene()
    (asked,) = asked_of(scene=scene)
    deposit = deposited(client, asked)
    file = reverse("deposits:file", args=[asked.ticket.number, deposit.pk])
    superuser = UserFactory(is_superuser=True, device=True)
    others = [scene[name] for name in ("owner", "officer", "cnam", "holder_agent")]
    for person in [*others, superuser, UserFactory(roles=[Role.ADMINISTRATOR], device=True), UserFactory(device=True)]:
        sign_in(client, person)
        pages = [asked.get_absolute_url(), *(address(asked, name) for name in ("blank", "errors", "receipt"))]
        assert {client.get(page).status_code for page in pages} == {404}, person
        assert client.post(address(asked)).status_code == 404
        allowed = person == scene["cnam"]
        assert client.post(file).status_code == (200 if allowed else 404), person
        assert client.get(file).status_code in (404, 405)
    sign_in(client, asked.depositor)
    assert client.post(file).status_code == 404


def test_each_fetch_leaves_a_trace_and_gives_what_only_the_service_opens(client: Client) -> None:
    scene = a_scene()
    (asked,) = asked_of(scene=scene)
    deposit = deposited(client, asked)
    sign_in(client, scene["cnam"])
    answer = client.post(reverse("deposits:file", args=[asked.ticket.number, deposit.pk]))
    import pyrage

    assert pyrage.decrypt(b"".join(answer.streaming_content), [SERVICE]) == table(SOUND_1)
    assert AccessRead.objects.filter(page="linkage_table", reader=scene["cnam"], subject_id=asked.ticket.pk).exists()
    assert JournalLine.objects.filter(action="fetch_deposit", subject_id=asked.ticket.pk).count() == 1
    deposit.refresh_from_db()
    assert deposit.fetched_by == scene["cnam"]


def test_no_row_of_a_deposit_is_changed_or_deleted(client: Client) -> None:
    (asked,) = asked_of()
    deposit = deposited(client, asked)
    for change in (lambda: Deposit.objects.filter(pk=deposit.pk).update(sha256="0" * 64), deposit.delete, asked.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# --- several persons, two at a time ---
def test_the_last_table_of_several_centres_moves_the_ticket_on(client: Client) -> None:
    first, second = asked_of(UserFactory(device=True), UserFactory(device=True), centres=("Brest", "Lille"))
    deposited(client, first)
    assert reread(first.ticket).state == TicketState.AWAITING_DEPOSIT
    sign_in(client, second.depositor)
    page = client.get(second.ticket.get_absolute_url()).content.decode()
    assert "Lille" in page and "Brest" not in page  # a depositor from outside sees their own only
    deposited(client, second)
    assert reread(first.ticket).state == TicketState.DEPOSITED


def test_one_of_several_tables_is_refused_and_the_others_stand(client: Client) -> None:
    scene = a_scene()
    first, second = asked_of(UserFactory(device=True), UserFactory(device=True), scene=scene, centres=("Brest", "Lille"))
    one, other = deposited(client, first), deposited(client, second)
    sign_in(client, scene["cnam"])
    page = reverse("deposits:refuse", args=[first.ticket.number, one.pk])
    assert client.post(page, {"because": "Ligne 4 : date impossible."}).status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.purge_reason, other.purge_reason) == ("refused", "")
    assert reread(first.ticket).state == TicketState.AWAITING_DEPOSIT
    deposited(client, first)
    assert reread(first.ticket).state == TicketState.DEPOSITED


@pytest.mark.django_db(transaction=True)
def test_of_two_deposits_at_the_same_moment_one_stands(client: Client, folder: Path) -> None:
    with transaction.atomic():
        (asked,) = asked_of()
    other = at_the_file(Client(), asked)
    at_the_file(client, asked)
    with meanwhile(lambda: send(other, DepositRequest.objects.get(pk=asked.pk), table(SOUND_1)).status_code) as answers:
        send(client, asked, table(SOUND_1))
    assert answers == [409] and Deposit.objects.count() == 1 and len(files(folder)) == 1


# --- asking ---
def test_a_table_is_taken_until_its_last_day_and_the_desk_gives_another(client: Client, time_machine: Any, in_english: None) -> None:
    scene = a_scene()
    (asked,) = asked_of(scene=scene)
    time_machine.move_to(timezone.now() + timedelta(days=12), tick=True)
    assert send(at_the_file(client, asked), asked, table(SOUND_1)).status_code == 422
    assert tasks.tell_expired() == 1 and tasks.tell_expired() == 1
    assert OutboxMessage.objects.filter(key__contains="deposit:expired", key__endswith=f":{asked.depositor_id}").count() == 1
    told = {"on": timezone.now().date() + timedelta(days=5), "at": timezone.now()}
    with pytest.raises(NotAllowed):
        asking.extend(asked, by=scene["owner"], **told)
    asking.extend(asked, by=scene["cnam"], **told)
    assert deposited(client, asked).lines == 1


def test_the_page_asks_accounts_only_and_writes_to_them(client: Client, english_pages: None) -> None:
    scene, person = a_scene(), UserFactory(device=True)
    ticket = a_ticket(scene, Kind.DIRECT_MATCHING, TicketState.NEED_AGREED)
    sign_in(client, scene["cnam"])
    page = reverse("deposits:open", args=[ticket.number])
    given = {
        "columns": "triplet_or_nir",
        "key": a_key().pk,
        "expires_on": timezone.now().date() + timedelta(days=9),
        "email_1": "x@example.org",
    }
    assert b"Nobody has an account" in client.post(page, given).content
    assert client.post(page, given | {"email_1": person.email.upper(), "centre_1": "Brest"}).status_code == 302
    assert reread(ticket).state == TicketState.AWAITING_DEPOSIT
    deliver_waiting(timezone.now)
    sign_in(client, person)
    assert client.get(DepositRequest.objects.get().get_absolute_url()).status_code == 200
    assert client.get(page).status_code == 404


def test_no_ticket_awaits_tables_of_nobody(in_english: None) -> None:
    scene = a_scene()
    ticket = a_ticket(scene, Kind.DIRECT_MATCHING, TicketState.NEED_AGREED)
    with pytest.raises(RuleBroken, match="Name at least one"):
        ticket.open_deposit(by=scene["cnam"], at=timezone.now())


# --- keys ---
def test_a_key_serves_once_somebody_else_has_confirmed_it_and_a_private_one_is_never_taken(client: Client, english_pages: None) -> None:
    one, other = UserFactory(roles=[Role.ADMINISTRATOR], device=True), UserFactory(roles=[Role.HEAD_OF_SECRETARIAT], device=True)
    sign_in(client, one)
    given = {"label": "Tiers", "recipient": str(KEY), "valid_from": "2026-01-01"}
    answer = client.post(reverse("deposits:keys"), given)
    assert answer.status_code == 422 and b"PRIVATE" in answer.content and str(KEY) not in answer.content.decode()
    assert client.post(reverse("deposits:keys"), given | {"recipient": PUBLIC}).status_code == 302
    key = ServiceKey.objects.get()
    assert client.post(reverse("deposits:key_confirm", args=[key.pk])).status_code == 403
    with pytest.raises(RuleBroken):
        rules.require_usable(key, timezone.now().date())
    sign_in(client, other)
    assert client.post(reverse("deposits:key_confirm", args=[key.pk])).status_code == 302
    rules.require_usable(key, timezone.now().date())
    assert client.post(reverse("deposits:key_end", args=[key.pk])).status_code == 403
    keys.end_key(key, by=one, at=timezone.now())
    with pytest.raises(RuleBroken):
        rules.require_usable(key, timezone.now().date())
    sign_in(client, UserFactory(roles=[Role.CNAM_AGENT], device=True))
    assert client.get(reverse("deposits:keys")).status_code == 404


# --- the end ---
def test_a_refused_table_is_destroyed_with_a_certificate_and_asked_for_again(client: Client, folder: Path) -> None:
    scene = a_scene()
    (asked,) = asked_of(scene=scene)
    deposit = deposited(client, asked)
    reread(asked.ticket).refuse_table(by=scene["cnam"], at=timezone.now(), because="Illisible.")
    with pytest.raises(WrongState):
        fetch(Deposit.objects.get(), by=scene["cnam"], at=timezone.now())
    deliver_waiting(timezone.now)
    certificate = PurgeCertificate.objects.get()
    assert files(folder) == [] and deposit.sealed_sha256 in certificate.text and deposit.sha256 in certificate.text
    sign_in(client, asked.depositor)
    shown = client.get(reverse("deposits:certificate", args=[asked.ticket.number, deposit.pk]))
    assert shown.content.decode() == certificate.text and re.fullmatch(r"DES-\d{4}-\d{5}", certificate.number)
    assert deposited(client, asked).pk != deposit.pk


def test_whoever_destroys_a_table_locks_its_ticket_before_it_and_what_was_decided_first_stands(
    client: Client,
) -> None:
    from extractions.deposits.models.deposits import PurgeReason, standing_of
    from extractions.deposits.services import purging

    scene = a_scene()
    (asked,) = asked_of(scene=scene)
    deposit = deposited(client, asked)
    stale = [Deposit.objects.get()]
    with CaptureQueriesContext(connection) as found:
        purging.refuse_one(deposit, "Illisible.", by=scene["cnam"], at=timezone.now())
    assert locked_in(found.captured_queries)[:2] == ["extractions_ticket", "deposits_deposit"]
    assert purging.ask_purge(stale, PurgeReason.ENDED, timezone.now()) == 0 and not standing_of(asked.ticket)
    assert Deposit.objects.get().purge_reason == "refused"
    with CaptureQueriesContext(connection) as found:
        made = purging.certify(Deposit.objects.get(), at=timezone.now())
    assert locked_in(found.captured_queries)[:2] == ["extractions_ticket", "deposits_deposit"]
    assert purging.certify(stale[0], at=timezone.now()) == made


@pytest.mark.parametrize("how", ["accept", "cancel", "end"])
def test_a_table_is_destroyed_once_the_data_are_delivered_or_have_no_object(client: Client, folder: Path, how: str) -> None:
    from extractions.deposits.services import purging

    scene = a_scene()
    (asked,) = asked_of(scene=scene)
    deposited(client, asked)
    line = JournalLine.objects.filter(subject_type="ticket", subject_id=asked.ticket.pk).last()
    if how == "cancel":
        reread(asked.ticket).cancel(by=scene["officer"], at=timezone.now(), because="Sans objet.")
    elif how == "end":
        purging.purge_of_dossier(scene.dossier, line)
    else:
        delivery = a_ticket(scene, Kind.DELIVERY, TicketState.ACCEPTANCE)
        purging.purge_delivered(delivery, line)
        assert Deposit.objects.get().purge_reason == ""  # the delivery is not accepted yet
        purging.purge_delivered(a_ticket(a_scene(), Kind.DELIVERY, TicketState.CLOSED), line)
        assert Deposit.objects.get().purge_reason == ""  # nor is another project's
        from tests.fees.quoting import set_columns

        set_columns(delivery, state=TicketState.CLOSED, ended_at=timezone.now())
        purging.purge_delivered(reread(delivery), line)
    deliver_waiting(timezone.now)
    assert files(folder) == [] and PurgeCertificate.objects.count() == 1
    assert Deposit.objects.get().purge_reason == ("delivered" if how == "accept" else "ended")


def test_what_a_dead_process_left_is_swept_and_what_rows_know_stays(client: Client, folder: Path) -> None:
    import os

    (asked,) = asked_of()
    kept = f"{deposited(client, asked).stored_as}.age"
    storage.Part()
    for name in ("0" * 32 + ".age", "1" * 32 + ".age.part"):
        (folder / name).write_bytes(b"x")
    for name in files(folder)[:-1] if files(folder)[-1] == kept else files(folder):
        if name.startswith(("0" * 32, "1" * 32)) or name == kept:
            os.utime(folder / name, (1, 1))
    assert tasks.sweep() == 2
    assert kept in files(folder) and len(files(folder)) == 2  # the part that is young may still be written to


def test_no_process_dumps_its_memory() -> None:
    import subprocess
    import sys

    for module in ("config.wsgi", "config.celery"):
        words = f"import {module}, resource; from config import celery; celery.furnish(); print(resource.getrlimit(resource.RLIMIT_CORE))"
        done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
        assert done.stdout.strip().endswith("(0, 0)"), module
    assert core_dumps.forbid.__doc__
