"""The journal: append-only at three levels, chained, and honest about tampering."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from requests_app.models import Dossier
from requests_app.states import State
from tests.requests_app.factories import a_dossier
from workflow import checkpoints, journal, keys
from workflow.models import AppendOnly, Checkpoint, JournalLine
from workflow.seals import text_digest

pytestmark = pytest.mark.django_db


def tamper(sql: str, *values: object) -> None:
    """Change the database behind the back of its triggers, as somebody with every right could."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_each_move_writes_one_line_and_the_chain_holds() -> None:
    dossier = a_dossier(State.RUNNING)
    lines = list(JournalLine.objects.filter(subject_type="dossier", subject_id=dossier.pk))
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    assert dossier.journal_head == lines[-1].hash
    assert list(journal.faults()) == []


def test_a_line_is_never_changed_by_the_model() -> None:
    line = JournalLine.objects.filter(subject_id=a_dossier(State.SUBMITTED).pk).get()
    with pytest.raises(AppendOnly):
        line.save()
    with pytest.raises(AppendOnly):
        line.delete()


@pytest.mark.parametrize(
    "change", ["UPDATE workflow_journalline SET law = 'x'", "DELETE FROM workflow_journalline", "TRUNCATE workflow_journalline CASCADE"]
)
def test_the_database_refuses_to_change_a_line(change: str) -> None:
    a_dossier(State.SUBMITTED)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_changed_line_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    dossier = a_dossier(State.WITH_COMMITTEE)
    other = a_dossier(State.COMPLETE)
    tamper("UPDATE workflow_journalline SET to_state = 'closed' WHERE subject_id = %s AND seq = 2", dossier.pk)
    faults = [(fault.subject_id, fault.seq) for fault in journal.faults()]
    assert faults == [(dossier.pk, 2)]
    assert other.pk not in {subject for subject, _seq in faults}
    with pytest.raises(CommandError, match=f"dossier {dossier.pk}, line 2"):
        call_command("verify_journal")


@pytest.mark.parametrize(
    ("column", "value"), [("actor_id", 1), ("actor_role", "auditor"), ("at", "2020-01-01"), ("facts", "{}"), ("law", "x"), ("action", "x")]
)
def test_every_column_is_sealed(column: str, value: object) -> None:
    dossier = a_dossier(State.COMPLETE)
    tamper(f"UPDATE workflow_journalline SET {column} = %s WHERE subject_id = %s AND seq = 1", value, dossier.pk)
    assert [(fault.subject_id, fault.seq) for fault in journal.faults()] == [(dossier.pk, 1)]


def test_a_removed_line_is_named() -> None:
    dossier = a_dossier(State.WITH_COMMITTEE)
    tamper("DELETE FROM workflow_clock WHERE subject_id = %s", dossier.pk)
    tamper("DELETE FROM workflow_journalline WHERE subject_id = %s AND seq = 2", dossier.pk)
    assert [(fault.subject_id, fault.seq) for fault in journal.faults()] == [(dossier.pk, 2)]


def test_a_chain_cut_at_its_end_is_named() -> None:
    dossier = a_dossier(State.COMPLETE)
    tamper("DELETE FROM workflow_journalline WHERE subject_id = %s AND seq = 2", dossier.pk)
    with pytest.raises(CommandError, match="end of the chain"):
        call_command("verify_journal")


def rewrite(dossier: Dossier) -> None:
    """Forge a whole chain anew, hashes and head included, as somebody with the source code could."""
    head = journal.GENESIS
    for line in JournalLine.objects.filter(subject_type="dossier", subject_id=dossier.pk):
        line.law, line.previous = "forged", head
        head = journal.digest(line)
        tamper("UPDATE workflow_journalline SET law = 'forged', previous = %s, hash = %s WHERE id = %s", line.previous, head, line.pk)
    tamper("UPDATE requests_app_dossier SET journal_head = %s WHERE id = %s", head, dossier.pk)


def test_a_chain_forged_whole_no_longer_fits_the_signed_checkpoint() -> None:
    dossier = a_dossier(State.COMPLETE)
    keys.make("journal")
    assert checkpoints.sign(timezone.now()) is not None
    call_command("verify_journal")
    rewrite(dossier)
    assert list(journal.faults()) == []
    with pytest.raises(CommandError, match="checkpoint"):
        call_command("verify_journal")


def test_a_day_is_signed_once_and_later_lines_do_not_disturb_it() -> None:
    a_dossier(State.COMPLETE)
    keys.make("journal")
    checkpoints.sign(timezone.now())
    assert checkpoints.sign(timezone.now()) is None
    a_dossier(State.COMPLETE)
    assert list(checkpoints.faults()) == []


def test_a_forged_signature_is_named() -> None:
    a_dossier(State.COMPLETE)
    keys.make("journal")
    checkpoints.sign(timezone.now())
    tamper("UPDATE workflow_checkpoint SET signature = repeat('0', 128)")
    assert ["signature" in fault for fault in checkpoints.faults()] == [True]
    assert Checkpoint.objects.count() == 1


def test_a_line_holds_no_free_text() -> None:
    dossier = a_dossier(State.INCOMPLETE)
    act = dossier.acts.get(action="ask_for_complement")
    line = JournalLine.objects.get(subject_id=dossier.pk, action="ask_for_complement")
    assert act.text not in str(line.facts)
    assert line.facts["text_sha256"] == text_digest(act.salt, act.text)
