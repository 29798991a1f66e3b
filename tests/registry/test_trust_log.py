"""The log in the database: each version enters it once, in order, with few reads; signed each day; and a fault anywhere is named."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from registry.models import Fiche, FicheVersion, RegistryState
from registry.public_core import columns_of
from registry.publication import say_what_is_shown_beside, write
from registry.trust import checkpoints, log, merkle, notes
from registry.trust.models import Checkpoint, LogEntry, LogNode
from registry.trust.published import checkpoint_lines, entry_lines, growth, proof_of, versions_shown
from registry.trust.services import restore, withdraw
from registry.trust.verifying import awaited, faults
from tests.accounts.factories import UserFactory
from tests.racing import meanwhile
from tests.registry.factories import a_fiche
from tests.registry.published import BEGUN, a_published, changed, version_of
from workflow import keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(settings: Any, tmp_path: Path) -> None:
    """The site has its key, and an address."""
    settings.KEYS_DIR, settings.SITE_URL = tmp_path, "https://guichet.exemple.fr"
    keys.make("registry")


@pytest.fixture
def past_the_guards() -> Callable[[str], None]:
    """What somebody who holds the database could do: the triggers are asleep."""

    def run(words: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL session_replication_role = replica; {words}; SET LOCAL session_replication_role = origin")

    return run


def three_fiches() -> list[Fiche]:
    """Three fiches, the first changed twice: five versions."""
    fiches = [a_published(title=f"Étude numéro {number}", at=BEGUN + timedelta(days=number)) for number in range(3)]
    changed(fiches[0], title="Étude renommée")
    changed(fiches[0], opened_on="2026-02-01")
    return fiches


def test_each_version_enters_the_log_with_the_hash_of_its_canonical_bytes() -> None:
    fiches = three_fiches()
    assert list(LogEntry.objects.values_list("index", "version__fiche", "version__number")) == [
        (0, fiches[0].pk, 1),
        (1, fiches[1].pk, 1),
        (2, fiches[2].pk, 1),
        (3, fiches[0].pk, 2),
        (4, fiches[0].pk, 3),
    ]
    for entry in LogEntry.objects.all():
        assert bytes(entry.leaf_hash) == merkle.leaf_hash(entry.version.canonical)
    assert {row.node for row in LogNode.objects.all()} == {merkle.Node(1, 0), merkle.Node(1, 1), merkle.Node(2, 0)}


def test_what_the_database_keeps_gives_the_roots_and_proofs_of_the_standard() -> None:
    three_fiches()
    leaves = [bytes(entry.leaf_hash) for entry in LogEntry.objects.all()]
    tree = merkle.Tree()
    for size, leaf in enumerate(leaves, start=1):
        tree.add(leaf)
        assert log.root(size) == tree.root
    for index, leaf in enumerate(leaves):
        assert merkle.includes(leaf=leaf, index=index, size=5, path=log.inclusion(index, 5), root=log.root(5))
    for old in range(1, 6):
        assert merkle.continues(old=old, old_root=log.root(old), new=5, new_root=log.root(5), path=log.consistency(old, 5))


def test_a_version_that_is_refused_leaves_no_hole_in_the_log() -> None:
    fiche = a_published()
    with transaction.atomic():
        changed(fiche, title="Un titre")
        transaction.set_rollback(True)
    changed(fiche, title="Un autre titre")
    assert list(LogEntry.objects.values_list("index", flat=True)) == [0, 1]
    assert not list(faults())


def test_entering_and_proving_ask_the_database_as_little_in_a_long_log_as_in_a_short_one() -> None:
    fiche = a_published()
    counts = []
    for number in range(34):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            version = changed(fiche, title=f"Titre {number}")
        about_log = [one for one in asked if "trust_log" in one["sql"]]
        with CaptureQueriesContext(connection) as proved:
            log.inclusion(0, log.size())
        counts.append((len(about_log), len(proved)))
        assert version.log_entry.index == number + 1
    assert max(one for one, _other in counts) <= 5
    assert max(other for _one, other in counts) <= 3


def test_entries_and_branches_cannot_be_changed_nor_deleted() -> None:
    three_fiches()
    for act in (
        lambda: LogEntry.objects.filter(index=0).update(leaf_hash=b"x" * 32),
        lambda: LogEntry.objects.filter(index=4).delete(),
        lambda: LogNode.objects.all().delete(),
    ):
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            act()


def test_what_a_bulk_load_wrote_past_the_log_is_taken_in_in_the_order_of_publication() -> None:
    a_published()
    loose = [a_fiche(origin="generated", version=1) for _number in range(3)]
    rows = [
        FicheVersion(fiche=one, number=1, kind="published", at=BEGUN, because="publish", said=one.said, state_version=one.state_version)
        for one in loose
    ]
    for row in reversed(rows):
        row.save()
    assert "3 published versions are not in the log" in " ".join(faults())
    assert log.catch_up() == 3
    assert log.catch_up() == 0
    assert list(LogEntry.objects.values_list("version__fiche", flat=True))[1:] == [one.pk for one in loose]


# --- checkpoints ---------------------------------------------------------------------------------
def test_a_checkpoint_a_day_is_signed_in_the_public_format(key: None) -> None:
    three_fiches()
    signed = checkpoints.sign(BEGUN + timedelta(days=9))
    assert signed is not None
    assert checkpoints.sign(BEGUN + timedelta(days=9, hours=3)) is None
    lines = signed.note.split("\n")
    assert lines[:2] == ["guichet.exemple.fr/repertoire/journal", "5"]
    assert base64.b64decode(lines[2]) == log.root(5)
    assert lines[3] == ""
    assert lines[4].startswith("— guichet.exemple.fr/repertoire/journal ")
    assert notes.verified(signed.note, signed.verifier) == notes.Head(lines[0], 5, log.root(5))


def test_the_example_of_the_format_is_read_as_its_authors_read_it() -> None:
    note = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )
    with pytest.raises(notes.BadNote, match="does not hold"):
        notes.verified(note, "example.com/behind-the-sofa+00000000+" + base64.b64encode(b"\x01" + b"k" * 32).decode())
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert note.startswith(notes.text_of(notes.Head("example.com/behind-the-sofa", 20852163, root)))


@pytest.mark.parametrize(
    "bend",
    [
        lambda note: note.replace("\n1\n", "\n2\n"),
        lambda note: note[:-6] + "AAA=\n",
        lambda note: note.replace("— g", "— h"),
        lambda note: "",
        lambda note: "a\n\nb",
    ],
)
def test_a_note_that_was_touched_is_refused(key: None, bend: Callable[[str], str]) -> None:
    a_published()
    signed = checkpoints.sign(BEGUN)
    assert signed is not None
    with pytest.raises(notes.BadNote):
        notes.verified(bend(signed.note), signed.verifier)


def test_without_a_key_or_anything_to_sign_there_is_no_checkpoint(settings: Any, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path
    a_published()
    assert checkpoints.sign(BEGUN) is None
    keys.make("registry")
    assert checkpoints.sign(BEGUN) is not None


def test_an_empty_registry_is_not_signed(key: None) -> None:
    assert checkpoints.sign(BEGUN) is None


def test_a_checkpoint_cannot_be_rewritten(key: None) -> None:
    a_published()
    checkpoints.sign(BEGUN)
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        Checkpoint.objects.update(size=3)


# --- what is published ---------------------------------------------------------------------------
def test_the_proof_of_a_version_can_be_checked_with_nothing_but_itself(key: None) -> None:
    fiches = three_fiches()
    checkpoints.sign(BEGUN + timedelta(days=9))
    changed(fiches[1], title="Après la signature")
    for version in versions_shown().order_by("pk"):
        proof = json.loads(json.dumps(proof_of(version)))
        leaf = merkle.leaf_hash(proof["canonical"].encode())
        assert leaf.hex() == proof["leaf_hash"]
        path, root = [bytes.fromhex(one) for one in proof["path"]], bytes.fromhex(proof["root"])
        assert merkle.includes(leaf=leaf, index=proof["index"], size=proof["tree_size"], path=path, root=root)
        if proof["index"] < 5:
            assert notes.verified(proof["checkpoint"]["note"], proof["checkpoint"]["key"]).root == root
        else:
            assert proof["checkpoint"] is None


def test_the_growth_between_two_sizes_is_proved_and_no_other_asked_for() -> None:
    three_fiches()
    told = growth(2, 5)
    path = [bytes.fromhex(one) for one in told["path"]]
    roots = bytes.fromhex(told["old_root"]), bytes.fromhex(told["new_root"])
    assert merkle.continues(old=2, old_root=roots[0], new=5, new_root=roots[1], path=path)
    for old, new in ((0, 5), (2, 6), (4, 3)):
        with pytest.raises(ValueError, match=r"log|grows"):
            growth(old, new)


def test_the_public_entries_hold_the_very_bytes_that_were_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.trust.published.BATCH", 2)
    three_fiches()
    lines = b"".join(entry_lines()).splitlines()
    assert [json.loads(line)["index"] for line in lines] == [0, 1, 2, 3, 4]
    for line in lines:
        content = line.partition(b'"content":')[2][:-1]
        assert merkle.leaf_hash(content).hex() == json.loads(line)["leaf_hash"]
        assert json.dumps(json.loads(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == content
    assert b"".join(entry_lines(3)).splitlines() == lines[3:]


def test_what_a_withdrawn_fiche_had_said_is_not_repeated_and_the_tree_can_still_be_computed(key: None) -> None:
    fiches, head = three_fiches(), UserFactory(head=True)
    withdraw(fiches[0].number, ground="withdrawn_secret", reason="Un secret y figurait.", by=head, at=BEGUN + timedelta(days=8))
    checkpoints.sign(BEGUN + timedelta(days=9))
    text = b"".join(entry_lines()).decode()
    assert "numéro 0" not in text
    assert "renommée" not in text
    assert "Un secret y figurait." in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["index"] for line in lines if "withheld" in line] == [0, 3, 4]
    assert lines[0]["withheld"]["number"] == fiches[0].number
    tree = merkle.Tree()
    for line in lines:
        tree.add(bytes.fromhex(line["leaf_hash"]))
    assert tree.root.hex() == json.loads(b"".join(checkpoint_lines()))["root"]
    assert proof_of(versions_shown().get(fiche=fiches[0], number=2))["canonical"] is None
    assert not list(faults())


@pytest.mark.parametrize("shows", [False, True])
def test_once_back_a_fiche_shows_what_it_had_said_only_if_that_was_decided(shows: bool) -> None:
    fiche, head = a_published(title="Un titre à cacher"), UserFactory(head=True)
    withdraw(fiche.number, ground="withdrawn_mistake", reason="Erreur.", by=head, at=BEGUN + timedelta(days=1))
    restore(fiche.number, reason="Le retrait était une erreur.", shows_earlier=shows, by=head, at=BEGUN + timedelta(days=2))
    assert [version.withheld for version in versions_shown().order_by("number")] == [not shows, False, False]
    assert not list(faults())


# --- whatever was altered, removed or moved is named ---------------------------------------------
FORGERIES = {
    "a text of an old version": "UPDATE registry_ficheversion SET said = jsonb_set(said, '{title}', '\"Faux\"') WHERE number = 2",
    "a date of an old version": "UPDATE registry_ficheversion SET at = at - interval '1 day' WHERE number = 2",
    "a reason of an old version": "UPDATE registry_ficheversion SET reason = 'Faux' WHERE number = 2",
    "a digest": "UPDATE registry_ficheversion SET sha256 = repeat('0', 64) WHERE number = 2",
    "a leaf": "UPDATE trust_logentry SET leaf_hash = sha256('faux') WHERE index = 3",
    "a branch": "UPDATE trust_lognode SET hash = sha256('faux') WHERE key = (SELECT min(key) FROM trust_lognode)",
    "a branch that is missing": "DELETE FROM trust_lognode WHERE key = (SELECT max(key) FROM trust_lognode)",
    "an entry in the middle": "DELETE FROM trust_logentry WHERE index = 2",
    "the last entry": "DELETE FROM trust_logentry WHERE index = 4",
    "a version with its entry": "DELETE FROM trust_logentry WHERE index = 3; DELETE FROM registry_ficheversion WHERE number = 2",
    "the order": "UPDATE trust_logentry SET index = 99 WHERE index = 3; UPDATE trust_logentry SET index = 3 WHERE index = 4; "
    "UPDATE trust_logentry SET index = 4 WHERE index = 99",
    "what a fiche says now": "UPDATE registry_fiche SET said = jsonb_set(said, '{population}', '\"Faux\"')",
    "a column of a fiche": "UPDATE registry_fiche SET title = 'Faux'",
    "a fiche that is hidden": "UPDATE registry_fiche SET live = false",
    "a checkpoint's root": "UPDATE trust_checkpoint SET root = repeat('0', 64)",
    "a checkpoint's note": "UPDATE trust_checkpoint SET note = replace(note, 'guichet', 'guiche7')",
    "a fiche's count": "UPDATE registry_fiche SET version = version + 1",
}


@pytest.mark.parametrize("words", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forgery_past_the_guards_of_the_database_is_named(key: None, past_the_guards: Callable[[str], None], words: str) -> None:
    three_fiches()
    checkpoints.sign(BEGUN + timedelta(days=9))
    assert not list(faults())
    with transaction.atomic():
        past_the_guards(words)
        assert list(faults())
        transaction.set_rollback(True)


def test_even_a_log_rewritten_whole_does_not_fit_what_was_signed(key: None, past_the_guards: Callable[[str], None]) -> None:
    fiches = three_fiches()
    checkpoints.sign(BEGUN + timedelta(days=9))
    changed(fiches[2], title="Après la signature")
    forged = version_of(fiches[0], 2)
    past_the_guards(f"UPDATE registry_ficheversion SET said = jsonb_set(said, '{{population}}', '\"Faux\"') WHERE id = {forged.pk}")
    forged.refresh_from_db()
    past_the_guards(f"UPDATE registry_ficheversion SET sha256 = '{hashlib.sha256(forged.canonical).hexdigest()}' WHERE id = {forged.pk}")
    past_the_guards("DELETE FROM trust_logentry; DELETE FROM trust_lognode")
    log.catch_up()
    assert [fault for fault in faults() if "have another root" not in fault] == []
    assert list(faults())


def test_the_command_prints_what_holds_and_fails_with_what_does_not(key: None, past_the_guards: Callable[[str], None]) -> None:
    three_fiches()
    checkpoints.sign(BEGUN + timedelta(days=9))
    told = StringIO()
    call_command("verify_registry", stdout=told)
    assert told.getvalue() == "3 fiches, 5 published versions and 1 signed checkpoints hold.\n"
    past_the_guards("UPDATE registry_fiche SET title = 'Faux'")
    errors = StringIO()
    with pytest.raises(CommandError, match="3 fault"):
        call_command("verify_registry", stderr=errors)
    assert errors.getvalue().count("its columns say something else") == 3


@pytest.mark.django_db(transaction=True)
def test_two_publications_at_once_take_their_places_one_after_the_other() -> None:
    first = a_published()
    with meanwhile(lambda: a_published(title="L'autre", at=BEGUN + timedelta(days=1))) as answers:
        changed(first, title="La première")
    assert isinstance(answers[0], Fiche)
    assert [entry.version.said["title"] for entry in LogEntry.objects.all()][1:] == ["La première", "L'autre"]
    assert not list(faults())


def test_a_suspension_and_the_national_number_are_in_the_log_and_cannot_be_changed_beside_it() -> None:
    fiche = a_published()
    RegistryState.objects.update(beside_told=True)
    write(fiche, columns_of(fiche.said | {"suspended": True, "national_number": "T91858520191002"}), at=BEGUN, because="suspend")
    content = json.loads(list(entry_lines())[-1].splitlines()[-1])["content"]
    assert (content["said"]["suspended"], content["said"]["national_number"]) == (True, "T91858520191002")
    assert not list(faults())
    Fiche.objects.filter(pk=fiche.pk).update(suspended=False, real_number="T91858520191003")
    assert [fault.endswith("(suspended, real_number)") for fault in faults()] == [True]
    Fiche.objects.filter(pk=fiche.pk).update(suspended=True, real_number="T91858520191002")
    fiche.refresh_from_db()
    write(
        fiche, columns_of({name: value for name, value in fiche.said.items() if name != "suspended"}), at=BEGUN, because="lift_suspension"
    )
    assert (fiche.suspended, fiche.real_number) == (False, "T91858520191002")


def test_a_fiche_of_before_says_its_national_number_at_the_next_signature_and_never_in_silence() -> None:
    fiche = a_published()
    Fiche.objects.filter(pk=fiche.pk).update(real_number="T91858520191002", suspended=True)
    assert not list(faults())  # an upgrade raises no alarm
    said = StringIO()
    call_command("verify_registry", stdout=said)
    assert said.getvalue().startswith("1 fiches of before do not yet say")
    assert say_what_is_shown_beside(BEGUN) == 1
    assert (awaited(), list(faults())) == (0, [])
    assert [step.because for step in fiche.versions.order_by("number")] == ["publish", "numbered"]


def test_once_fiches_of_before_have_spoken_nobody_writes_beside_the_log() -> None:
    fiche = a_published()
    assert say_what_is_shown_beside(BEGUN) == 0
    Fiche.objects.filter(pk=fiche.pk).update(real_number="T91858520191002")
    assert [fault.endswith("(real_number)") for fault in faults()] == [True]
    assert say_what_is_shown_beside(BEGUN) == 0
    assert list(faults())
