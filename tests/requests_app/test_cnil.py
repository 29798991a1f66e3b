"""Before the CNIL: slips and files, the day of receipt, obligations, commitments, the attestation of silence."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from files.printing import CannotPrint
from requests_app.cnil import notices, packing, services
from requests_app.cnil.enclosures import ENCLOSURES, Enclosed, Enclosures
from requests_app.cnil.models import Attestation, Commitment, CommitmentUse, Obligation, Transmission
from requests_app.cnil.rules import Condition, conditions_in, odd_numbers, reminder_day, request_key
from requests_app.cnil.tasks import remind_of_obligations, sweep_orphan_papers
from requests_app.models import Attachment, Dossier
from requests_app.openings import openings
from requests_app.policies import roles_on
from requests_app.states import Basis, Opinion, State
from requests_app.transitions.base import Recorded
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.files.corpus import a_pdf
from tests.needs import needs
from tests.racing import locked_in
from tests.requests_app.factories import a_dossier, make
from workflow import clocks, outbox
from workflow.models import Clock, JournalLine, OutboxMessage
from workflow.periods import due_on, paris_day
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


def again(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def deliver(kind: str) -> None:
    """Deliver the messages of one kind, as the worker does."""
    for pk in OutboxMessage.objects.filter(kind=kind).values_list("pk", flat=True):
        assert outbox.deliver(pk, timezone.now())


def authorised(people: dict[str, Any], text: str = "") -> Dossier:
    dossier = a_dossier(State.WITH_CNIL, people)
    at = timezone.now() - timedelta(hours=3)
    dossier.authorise(by=people["cnil"], at=at, act=Recorded(paris_day(at), "DR-2026-001", text))
    return again(dossier)


# --- the extension ---
def test_the_cnil_extends_once_on_a_request_even_if_its_period_starts_anew(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people)
    told, start = Recorded(kept_in={"paper_sha256": "0" * 64}), clocks.of(dossier).get(code="K-CNIL").started_at
    steps = iter(start + timedelta(hours=hours) for hours in range(1, 9))
    dossier.cnil_extends(by=people["cnil"], at=next(steps), act=told)
    dossier.cnil_finds_incomplete(by=people["cnil"], at=next(steps), act=Recorded(text="Une pièce manque."))
    dossier.complete_for_cnil(by=people["officer"], at=next(steps))
    clock = clocks.running(dossier, "K-CNIL")
    assert (clock.extended_at, clock.due_on) == (None, due_on(paris_day(clock.started_at), 2, "months", rolls=True))
    with pytest.raises(RuleBroken, match=r"even after complements|même après des compléments"):
        dossier.cnil_extends(by=people["cnil"], at=next(steps), act=told)
    assert clocks.running(dossier, "K-CNIL").extended_at is None
    page = openings(dossier, people["cnil"], roles_on(people["cnil"], dossier), list(clocks.of(dossier)), timezone.now())
    assert "cnil_extends" not in {one.name for one in page}


def test_a_period_that_was_not_extended_before_the_complements_is_extended_after_them(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.CNIL_INCOMPLETE, people)
    make(dossier, "complete_for_cnil", people, timezone.now() - timedelta(hours=2))
    make(dossier, "cnil_extends", people, timezone.now() - timedelta(hours=1))
    assert clocks.running(dossier, "K-CNIL").extended_at is not None


# --- transmissions --------------------------------------------------------------------------------
def test_each_transmission_has_a_number_without_a_gap_and_a_file_to_be_made(people: dict[str, Any]) -> None:
    first, second = a_dossier(State.WITH_CNIL, people), a_dossier(State.CNIL_INCOMPLETE, people)
    make(second, "complete_for_cnil", people, timezone.now() - timedelta(hours=1))
    numbers = list(Transmission.objects.order_by("pk").values_list("number", flat=True))
    year = paris_day(timezone.now()).year
    assert numbers == [f"BT-{year}-{rank:04d}" for rank in (1, 2, 3)]
    assert [one.kind for one in second.transmissions.all()] == ["first", "complements"]
    assert first.transmissions.get().received_on == first.cnil_received_on
    assert OutboxMessage.objects.filter(kind="cnil_package").count() == 3


@needs("pango")
def test_the_file_holds_the_dossier_its_pieces_the_slip_and_what_the_committee_encloses_each_with_its_sum(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people)
    ENCLOSURES.add(Enclosures("test", 10, lambda _dossier: [Enclosed("avis.pdf", [b"%PDF-avis"])]))
    try:
        deliver("cnil_package")
    finally:
        ENCLOSURES.remove("test")
    made = dossier.transmissions.get()
    with made.package.open("rb") as file:
        packed = file.read()
    assert (hashlib.sha256(packed).hexdigest(), len(packed)) == (made.package_sha256, made.package_size)
    archive = zipfile.ZipFile(io.BytesIO(packed))
    names = archive.namelist()
    assert {
        f"{dossier.reference}.pdf",
        f"{dossier.reference}.json",
        f"{made.number}.pdf",
        "avis.pdf",
        "manifest.json",
        "SHA256SUMS",
    } <= set(names)
    assert sum(name.startswith("pieces/") for name in names) == dossier.attachments.filter(removed_at=None).count() > 0
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["reference"], manifest["transmission"]) == (dossier.reference, made.number)
    assert all(hashlib.sha256(archive.read(one["name"])).hexdigest() == one["sha256"] for one in manifest["entries"])
    with made.slip.open("rb") as slip:
        assert slip.read() == archive.read(f"{made.number}.pdf")
    line = JournalLine.objects.get(subject_id=dossier.pk, action="pack_for_cnil")
    assert (line.facts["paper_number"], line.facts["sha256"]) == (made.number, made.package_sha256)


@needs("pango")
def test_a_piece_in_quarantine_is_left_out_and_the_file_can_be_made_again_once(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people)
    piece = dossier.attachments.order_by("pk").first()
    Attachment.objects.filter(pk=piece.pk).update(scan_state="waiting")
    deliver("cnil_package")
    made = dossier.transmissions.get()
    assert [one["sha256"] for one in made.left_out] == [piece.sha256]
    Attachment.objects.filter(pk=piece.pk).update(scan_state="unscanned")
    with pytest.raises(NotAllowed):
        services.ask_package(made, by=people["owner"], at=timezone.now())
    services.ask_package(made, by=people["cnil"], at=timezone.now())
    outbox.deliver(OutboxMessage.objects.filter(kind="cnil_package").latest("pk").pk, timezone.now())
    made.refresh_from_db()
    assert not made.left_out
    with pytest.raises(WrongState):
        services.ask_package(made, by=people["cnil"], at=timezone.now())


def test_the_period_of_the_cnil_is_counted_from_the_day_on_which_it_received_the_file(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people)
    before = Clock.objects.get(subject_id=dossier.pk, code="K-CNIL")
    day = paris_day(dossier.state_since) + timedelta(days=1)
    services.note_receipt(dossier, on=day, by=people["cnil"], at=timezone.now())
    clock = Clock.objects.get(pk=before.pk)
    assert (paris_day(clock.started_at), clock.start_line.action, again(dossier).cnil_received_on) == (day, "note_cnil_receipt", day)
    assert clock.due_on > before.due_on
    assert dossier.transmissions.get().receipt_noted_by == people["cnil"]


def test_the_file_was_not_received_before_it_left_nor_tomorrow_nor_by_the_applicant(people: dict[str, Any]) -> None:
    dossier, now = a_dossier(State.WITH_CNIL, people), timezone.now()
    sent_on = paris_day(dossier.state_since)
    for day in (sent_on - timedelta(days=1), paris_day(now) + timedelta(days=1)):
        with pytest.raises(RuleBroken):
            services.note_receipt(dossier, on=day, by=people["officer"], at=now)
    with pytest.raises(NotAllowed):
        services.note_receipt(dossier, on=sent_on, by=people["owner"], at=now)
    services.note_receipt(dossier, on=sent_on, by=people["officer"], at=now)
    with pytest.raises(WrongState):
        services.note_receipt(a_dossier(State.OPINION_GIVEN, people), on=sent_on, by=people["officer"], at=now)


def test_a_day_of_receipt_recorded_after_the_period_does_not_start_it_anew(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people, begun=timezone.now() - timedelta(days=140))
    before = Clock.objects.get(subject_id=dossier.pk, code="K-CNIL")
    with pytest.raises(RuleBroken, match="silence"):
        services.note_receipt(dossier, on=paris_day(timezone.now()), by=people["cnil"], at=timezone.now())
    clock = Clock.objects.get(pk=before.pk)
    assert (clock.due_on, clock.started_at) == (before.due_on, before.started_at)
    assert not JournalLine.objects.filter(subject_id=dossier.pk, action="note_cnil_receipt").exists()
    line = JournalLine.objects.filter(subject_id=dossier.pk).latest("seq")
    line.at = timezone.now()
    with pytest.raises(RuleBroken, match="silence"), transaction.atomic():
        clocks.count_from(dossier, "K-CNIL", timezone.now(), line)


def test_a_day_of_receipt_is_recorded_once_and_an_officer_corrects_it_either_way_with_a_reason(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people)
    sent_on = paris_day(dossier.state_since)
    first, later = sent_on + timedelta(days=1), sent_on + timedelta(days=2)
    services.note_receipt(dossier, on=first, by=people["cnil"], at=timezone.now())
    due = Clock.objects.get(subject_id=dossier.pk, code="K-CNIL").due_on
    with pytest.raises(NotAllowed):
        services.note_receipt(dossier, on=sent_on, because="Faute de frappe", by=people["cnil"], at=timezone.now())
    with pytest.raises(RuleBroken):
        services.note_receipt(dossier, on=sent_on, because=" ", by=people["officer"], at=timezone.now())
    services.note_receipt(dossier, on=sent_on, because="Faute de frappe", by=people["officer"], at=timezone.now())
    assert Clock.objects.get(subject_id=dossier.pk, code="K-CNIL").due_on < due
    services.note_receipt(dossier, on=later, because="Le premier jour était trop tôt", by=people["officer"], at=timezone.now())
    clock = Clock.objects.get(subject_id=dossier.pk, code="K-CNIL")
    assert clock.due_on == due_on(later, clock.rule.length, clock.rule.unit, rolls=clock.rule.rolls) > due
    assert again(dossier).cnil_received_on == later
    line = JournalLine.objects.filter(subject_id=dossier.pk, action="note_cnil_receipt").latest("seq")
    assert dossier.acts.get(pk=line.facts["act"]).text == "Le premier jour était trop tôt"
    assert "premier" not in json.dumps(line.facts)


def test_once_the_period_is_over_no_correction_starts_it_anew(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people, begun=timezone.now() - timedelta(days=140))
    sent, before = dossier.state_since, Clock.objects.get(subject_id=dossier.pk, code="K-CNIL").due_on
    services.note_receipt(dossier, on=paris_day(sent) + timedelta(days=1), by=people["cnil"], at=sent + timedelta(days=2))
    with pytest.raises(RuleBroken, match="silence"):
        services.note_receipt(dossier, on=paris_day(timezone.now()), because="Trop tôt", by=people["officer"], at=timezone.now())
    assert Clock.objects.get(subject_id=dossier.pk, code="K-CNIL").due_on <= before + timedelta(days=4)


def test_the_complements_have_a_day_of_receipt_of_their_own(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people)
    services.note_receipt(dossier, on=paris_day(dossier.state_since), by=people["cnil"], at=timezone.now() - timedelta(hours=3))
    make(dossier, "cnil_finds_incomplete", people, timezone.now() - timedelta(hours=2))
    make(dossier, "complete_for_cnil", people, timezone.now() - timedelta(hours=1))
    services.note_receipt(dossier, on=paris_day(timezone.now()), by=people["cnil"], at=timezone.now())
    assert again(dossier).cnil_received_on == paris_day(timezone.now())


@pytest.mark.needs("pango")
def test_a_file_is_sealed_with_the_dossier_locked_before_its_transmission(people: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_dossier(State.WITH_CNIL, people).transmissions.get()
    with CaptureQueriesContext(connection) as found:
        packing.pack(made, at=timezone.now())
    assert locked_in(found.captured_queries)[:2] == ["requests_app_dossier", "cnil_transmission"]
    made.refresh_from_db()
    assert made.packed_at

    def cannot(*_args: Any) -> None:
        raise CannotPrint("pas d'imprimante")

    monkeypatch.setattr(packing, "_write", cannot)
    other = a_dossier(State.WITH_CNIL, people).transmissions.get()
    packing.pack(other, at=timezone.now())
    with CaptureQueriesContext(connection) as found:
        services.ask_package(other, by=people["officer"], at=timezone.now())
    assert locked_in(found.captured_queries)[:2] == ["requests_app_dossier", "cnil_transmission"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Informer les personnes | 31/12/2026", [Condition("Informer les personnes", date(2026, 12, 31))]),
        ("- Audit | 2027-02-28\n\n• Sans date", [Condition("Audit", date(2027, 2, 28)), Condition("Sans date")]),
        ("Un taux de 5 | 10 %", [Condition("Un taux de 5 | 10 %")]),
        ("Jour qui n'est pas | 31/02/2026", [Condition("Jour qui n'est pas | 31/02/2026")]),
        ("a | b | 1/2/2026", [Condition("a | b", date(2026, 2, 1))]),
        ("| 1/2/2026", [Condition("| 1/2/2026")]),
    ],
)
def test_conditions_are_read_one_a_line_and_what_cannot_be_read_stays_words(text: str, found: list[Condition]) -> None:
    assert conditions_in(text) == found


def test_the_conditions_of_an_authorisation_become_obligations(people: dict[str, Any]) -> None:
    dossier = authorised(people, "Informer les personnes | 31/12/2026\nTenir un registre")
    rows = list(dossier.obligations.values_list("number", "words", "due_on"))
    assert rows == [(1, "Informer les personnes", date(2026, 12, 31)), (2, "Tenir un registre", None)]
    assert {one.act.action for one in dossier.obligations.all()} == {"authorise"}


def test_an_obligation_is_met_with_words_and_a_piece_once_and_the_journal_holds_no_word(people: dict[str, Any]) -> None:
    dossier = authorised(people, "Informer les personnes | 31/12/2026")
    row = dossier.obligations.get()
    with pytest.raises(RuleBroken):
        services.meet_obligation(row, words="  ", on=paris_day(timezone.now()), by=people["owner"], at=timezone.now())
    upload = SimpleUploadedFile("preuve.pdf", a_pdf())
    services.meet_obligation(
        row, words="Lettre envoyée", on=paris_day(timezone.now()), upload=upload, by=people["owner"], at=timezone.now()
    )
    row.refresh_from_db()
    assert (row.met_words, row.met_by, row.evidence.name) == ("Lettre envoyée", people["owner"], "preuve.pdf")
    line = JournalLine.objects.get(subject_id=dossier.pk, action="meet_obligation")
    assert (line.facts["obligation"], line.facts["document"]) == (1, row.evidence_id)
    assert "Lettre" not in json.dumps(line.facts)
    with pytest.raises(WrongState):
        services.meet_obligation(row, words="Encore", on=paris_day(timezone.now()), by=people["owner"], at=timezone.now())


def test_who_only_reads_meets_nothing_and_only_the_secretariat_and_the_cnil_add_or_withdraw(people: dict[str, Any]) -> None:
    dossier, now = authorised(people, "Informer"), timezone.now()
    row, today = dossier.obligations.get(), paris_day(now)
    with pytest.raises(NotAllowed):
        services.meet_obligation(row, words="Fait", on=today, by=UserFactory(auditor=True), at=now)
    with pytest.raises(NotAllowed):
        services.add_obligation(dossier, words="Autre", due_on=None, by=people["owner"], at=now)
    with pytest.raises(NotAllowed):
        services.withdraw_obligation(row, because="Erreur", by=people["owner"], at=now)
    assert services.add_obligation(dossier, words="Autre", due_on=today, by=people["cnil"], at=now).number == 2
    services.withdraw_obligation(row, because="Levée par la CNIL", by=people["officer"], at=now)
    assert [one.number for one in dossier.obligations.open()] == [2]
    with pytest.raises(WrongState):
        services.add_obligation(a_dossier(State.WITH_CNIL, people), words="Trop tôt", due_on=None, by=people["officer"], at=now)


def test_the_database_refuses_an_obligation_met_by_nobody(people: dict[str, Any]) -> None:
    dossier = authorised(people, "Informer")
    with pytest.raises(IntegrityError), transaction.atomic():
        dossier.obligations.update(met_at=timezone.now())


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2026, 5, 1), None),
        (date(2026, 5, 2), date(2026, 5, 2)),
        (date(2026, 5, 24), date(2026, 5, 2)),
        (date(2026, 5, 25), date(2026, 5, 25)),
        (date(2026, 6, 1), date(2026, 6, 1)),
        (date(2026, 6, 7), date(2026, 6, 1)),
        (date(2026, 6, 8), date(2026, 6, 8)),
        (date(2026, 6, 17), date(2026, 6, 15)),
    ],
)
def test_letters_remind_before_on_the_day_and_every_week_after(today: date, day: date | None) -> None:
    assert reminder_day(Obligation(words="x", due_on=TODAY), today) == day


def test_a_due_obligation_is_told_once_to_the_team_and_to_the_officer(people: dict[str, Any]) -> None:
    dossier = authorised(people, f"Informer | {paris_day(timezone.now()).isoformat()}")
    Dossier.objects.filter(pk=dossier.pk).update(officer=people["officer"])
    OutboxMessage.objects.all().delete()
    assert remind_of_obligations() == 1
    assert remind_of_obligations() == 0
    deliver("mail")
    assert {address for letter in sent.outbox for address in letter.to} == {
        people[name].email for name in ("owner", "signatory", "officer")
    }
    assert all("Informer" in letter.body for letter in sent.outbox)


def test_cards_say_what_is_late_in_one_query(people: dict[str, Any], django_assert_num_queries: Any) -> None:
    late = authorised(people, "Informer | 01/02/2026")
    soon = authorised(people, f"Informer | {paris_day(timezone.now()).isoformat()}")
    draft = a_dossier(State.DRAFT, people)
    with django_assert_num_queries(1):
        found = notices.on_cards(people["owner"], [late, soon, draft])
    assert {pk: notice.tone for pk, notice in found.items()} == {late.pk: "error", soon.pk: "warning"}


# --- numbers, silence, commitments ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("move", "number", "is_odd"),
    [
        ("authorise", "DR-2025-104", False),
        ("authorise", "dr-2025-104", False),
        ("authorise", "2025-104", True),
        ("seize_cnil", "925057", False),
        ("seize_cnil", "", False),
        ("seize_cnil", "DR-2025-104", True),
        ("refuse", "n'importe", False),
    ],
)
def test_a_number_that_does_not_look_like_the_cnils_is_said(move: str, number: str, is_odd: bool) -> None:
    assert bool(odd_numbers(move, number, TODAY)) is is_odd


@pytest.mark.parametrize("number", ["925057", " 925 057", "n° 925057", "N°925.057", "925-057"])
def test_request_numbers_are_compared_without_their_dress(number: str) -> None:
    assert request_key(number) == "925057"


@needs("pango")
def test_a_tacit_authorisation_is_attested_by_a_numbered_paper_once(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people, begun=timezone.now() - timedelta(days=140))
    make(dossier, "confirm_tacit_authorisation", people, timezone.now() - timedelta(minutes=5))
    message = OutboxMessage.objects.get(kind="cnil_attestation")
    assert outbox.deliver(message.pk, timezone.now())
    outbox.HANDLERS["cnil_attestation"](message)
    made = Attestation.objects.get(dossier=dossier)
    with made.file.open("rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == made.sha256
    assert made.number.startswith("ATA-")
    assert again(dossier).basis == Basis.TACIT


def committed(people: dict[str, Any], number: str, **content: Any) -> Dossier:
    dossier = a_dossier(State.COMPLETE, people, procedure="mr004", **content)
    at = timezone.now() - timedelta(hours=1)
    dossier.verify_commitment(by=people["officer"], at=at, act=Recorded(paris_day(at), number))
    return dossier


def test_the_commitment_of_a_controller_serves_its_next_projects_and_another_one_replaces_it(people: dict[str, Any]) -> None:
    controller = OrganisationFactory()
    first, second = (committed(people, "2200123 v 0", controller=controller) for _time in range(2))
    kept = Commitment.objects.get(organisation=controller)
    assert {use.commitment for use in CommitmentUse.objects.filter(dossier__in=[first, second])} == {kept}
    services.commit(
        controller, "mr004", number="2300456 v 0", committed_on=paris_day(timezone.now()), by=people["officer"], at=timezone.now()
    )
    other = committed(people, "2300456 v 0", controller=controller)
    assert services.in_force(controller, "mr004") == CommitmentUse.objects.get(dossier=other).commitment
    kept.refresh_from_db()
    assert kept.ended_on is not None


@pytest.mark.parametrize("number", ["2200123", " 2200123 "])
def test_the_number_of_another_controller_authorises_nothing_from_wherever_the_move_is_made(people: dict[str, Any], number: str) -> None:
    committed(people, "2200123")
    second = a_dossier(State.COMPLETE, people, procedure="mr004")
    with pytest.raises(RuleBroken) as refused:
        second.verify_commitment(by=people["officer"], at=timezone.now(), act=Recorded(paris_day(timezone.now()), number))
    assert [one.where for one in refused.value.broken] == ["number"]
    assert (again(second).state, second.acts.filter(action="verify_commitment").exists()) == (State.COMPLETE, False)
    told = {"number": "2200123", "committed_on": TODAY, "at": timezone.now()}
    with pytest.raises(RuleBroken):
        services.commit(OrganisationFactory(), "mr004", **told, by=people["officer"])
    with pytest.raises(NotAllowed):
        services.commit(OrganisationFactory(), "mr005", **told, by=people["owner"])


def test_a_mistyped_number_ends_no_commitment_and_an_ended_one_authorises_nothing(people: dict[str, Any]) -> None:
    controller = OrganisationFactory()
    committed(people, "2200123", controller=controller)
    next_one = a_dossier(State.COMPLETE, people, procedure="mr004", controller=controller)

    def verify(number: str) -> None:
        next_one.verify_commitment(by=people["officer"], at=timezone.now(), act=Recorded(paris_day(timezone.now()), number))

    with pytest.raises(RuleBroken, match="2200123"):
        verify("2200132")
    assert Commitment.objects.get(organisation=controller).ended_on is None
    services.commit(controller, "mr004", number="2300456", committed_on=TODAY, by=people["officer"], at=timezone.now())
    with pytest.raises(RuleBroken):
        verify("2200123")
    assert again(next_one).state == State.COMPLETE


def test_mr007_rests_on_an_express_favourable_opinion_only(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_COMMITTEE, people, begun=timezone.now() - timedelta(days=90))
    Dossier.objects.filter(pk=dossier.pk).update(procedure="mr007")
    make(dossier, "record_opinion", people, dossier.moved_at + timedelta(days=1), opinion=Opinion.RESERVED)
    with pytest.raises(RuleBroken):
        dossier.verify_commitment(by=people["officer"], at=timezone.now(), act=Recorded(reference="2200999"))


def test_files_that_no_transmission_knows_are_swept(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    folder = tmp_path / "cnil"
    folder.mkdir()
    (folder / "perdu.zip").write_bytes(b"x")
    import os

    os.utime(folder / "perdu.zip", (1, 1))
    assert sweep_orphan_papers() == 1
