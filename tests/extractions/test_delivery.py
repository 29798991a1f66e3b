"""Packages: announced with their list of files, answered once by somebody else, and what follows of the last acceptance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from extractions.delivery.choices import Channel
from extractions.delivery.manifest import FileLine, sha256_of
from extractions.delivery.models import Destruction, DestructionProof, Package, PackageFile
from extractions.delivery.rules import Delivered
from extractions.delivery.services import destruction, packages
from extractions.delivery.services.opening import open_if_delivered
from extractions.delivery.tasks import follow_deliveries
from extractions.models import Ticket
from extractions.notifications import LETTER, LETTERS
from extractions.states import Kind, TicketState
from requests_app.desks import worklist
from requests_app.desks.tally import tally
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.extractions.factories import Scene, a_scene, a_ticket
from tests.fees.quoting import set_columns
from tests.racing import meanwhile
from tests.requests_app.test_talk import a_pdf
from workflow import clocks, mail, silence, tasklist
from workflow.models import Clock, JournalLine, OutboxMessage
from workflow.periods import paris_day
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
SUM = "c" * 64


def told(count: int = 2, **more: Any) -> Delivered:
    """A package of so many files of a gigabyte."""
    files = tuple(FileLine(f"lot/{number:04d}.parquet", SUM, 10**9) for number in range(count))
    return Delivered(**{"files": files, "channel": Channel.SPACE, "place": "Espace projet EPIHOSP"} | more)


def delivering(scene: Scene) -> Ticket:
    """A delivery ticket whose packages are being sent."""
    return a_ticket(scene, Kind.DELIVERY, TicketState.DELIVERY)


def announced(scene: Scene, ticket: Ticket | None = None, **more: Any) -> Package:
    """A package that waits for an answer."""
    return packages.announce(ticket or delivering(scene), told(**more), by=scene["cnam"], at=timezone.now())


def test_a_package_keeps_its_list_and_the_applicant_has_a_set_time(in_english: None) -> None:
    scene = a_scene()
    big = Delivered(tuple(FileLine(f"{n}.parquet", SUM) for n in range(468)), Channel.SPACE, "Espace projet", total_bytes=6_400_000_000_000)
    package = packages.announce(delivering(scene), big, by=scene["cnam"], at=timezone.now())
    assert (package.number, package.file_count, package.total_bytes) == (1, 468, 6_400_000_000_000)
    assert package.manifest_sha256 == sha256_of(big.files) and package.ticket.state == TicketState.ACCEPTANCE
    assert clocks.running(package.ticket, "K-REC") is not None
    for rows, change in ((Package.objects.filter(pk=package.pk), {"place": "Ailleurs"}), (PackageFile.objects.all(), {"name": "autre"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="no place for it"), transaction.atomic():
        PackageFile.objects.create(package=package, position=469, name="de-trop", sha256=SUM)


def _written_with_one_file(row: dict[str, Any]) -> None:
    """A package as a row with one file, checked as if its transaction ended here."""
    PackageFile.objects.create(package=Package.objects.create(**row), position=1, name="un", size=10, sha256=SUM)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_a_package_that_is_not_what_its_list_says() -> None:
    scene, at = a_scene(), timezone.now()
    row = {"ticket": delivering(scene), "number": 1, "channel": "space", "place": "Ici", "manifest_sha256": SUM, "salt": "x"}
    row |= {"file_count": 3, "total_bytes": 10, "announced_at": at, "announced_by": scene["cnam"]}
    with pytest.raises(DatabaseError, match="not what its list of files says"), transaction.atomic():
        _written_with_one_file(row)
    for half in (
        {"outcome": "accepted", "decided_by": scene["owner"]},
        {"outcome": "refused", "decided_by": scene["owner"], "decided_at": at},
    ):
        with pytest.raises(DatabaseError, match=r"decided_by_somebody|refused_says_why"), transaction.atomic():
            Package.objects.create(**row | half)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"files": ()}, "from 1 to 5,000 files"),
        ({"place": " "}, "where it was delivered"),
        ({"channel": "pigeon"}, "which channel"),
        ({"files": (FileLine("un", SUM),)}, "size of the whole"),
        ({"total_bytes": 5}, "add up to another size"),
        ({"note": "Patient 1 85 05 78 006 084"}, "looks like a number of registration"),
    ],
)
def test_what_lacks_in_a_package_is_said(change: dict[str, Any], sentence: str, in_english: None) -> None:
    scene = a_scene()
    with pytest.raises(RuleBroken, match="announced with its list of files"):
        delivering(scene).announce(by=scene["cnam"], at=timezone.now(), package=1)
    Ticket.objects.get().cancel(by=scene["officer"], at=timezone.now(), because="Autre essai.")
    with pytest.raises(RuleBroken, match=sentence):
        packages.announce(delivering(scene), told(**change), by=scene["cnam"], at=timezone.now())


def test_who_delivers_does_not_accept_and_only_who_commits_the_project_does(in_english: None) -> None:
    scene = a_scene()
    package = announced(scene)
    for name in ("cnam", "cnam2", "officer"):
        with pytest.raises(NotAllowed):
            packages.accept(package, by=scene[name], at=timezone.now())
    packages.accept(package, by=scene["signatory"], at=timezone.now())
    assert package.ticket.state == TicketState.CLOSED and package.outcome == "accepted"
    with pytest.raises(WrongState, match="answered meanwhile"):
        packages.refuse(package, ["checksum"], "Trop tard.", by=scene["owner"], at=timezone.now())


def test_a_part_is_accepted_as_a_part_and_the_rest_follows(in_english: None) -> None:
    scene = a_scene()
    part = announced(scene, is_partial=True)
    with pytest.raises(RuleBroken, match="accept it as a part"):
        packages.accept(part, by=scene["owner"], at=timezone.now())
    packages.accept_part(part, by=scene["owner"], at=timezone.now())
    assert part.ticket.state == TicketState.DELIVERY
    rest = announced(scene, part.ticket)
    with pytest.raises(RuleBroken, match="accept it as such"):
        packages.accept_part(rest, by=scene["owner"], at=timezone.now())
    packages.accept(rest, by=scene["owner"], at=timezone.now())
    assert rest.number == 2 and rest.replaces is None


def test_a_refused_package_says_why_and_another_takes_its_place(in_english: None) -> None:
    scene = a_scene()
    package = announced(scene)
    for faults, words, sentence in (([], "Rien.", "choose at least one"), (["checksum"], " ", "what is wrong")):
        with pytest.raises(RuleBroken, match=sentence):
            packages.refuse(package, faults, words, by=scene["owner"], at=timezone.now())
    packages.refuse(package, ["checksum"], "Le fichier 0001 ne correspond pas.", by=scene["owner"], at=timezone.now())
    again = announced(scene, package.ticket)
    assert again.replaces == package and again.number == 2
    assert Clock.objects.filter(subject_type="ticket", code="K-REC").count() == 2


def test_silence_is_concluded_by_an_officer_once_the_time_has_passed(in_english: None) -> None:
    scene = a_scene()
    then = timezone.now() - timedelta(days=3)
    ticket = a_ticket(scene, Kind.DELIVERY, TicketState.DELIVERY, at=then)
    package = packages.announce(ticket, told(), by=scene["cnam"], at=then)
    with pytest.raises(RuleBroken, match="runs until"):
        packages.conclude(package, by=scene["officer"], at=timezone.now())
    Clock.objects.filter(code="K-REC").update(due_on=then.date() + timedelta(days=1))
    packages.conclude(package, by=scene["officer"], at=timezone.now())
    assert package.outcome == "concluded" and package.ticket.state == TicketState.CLOSED


def test_a_delivery_left_without_an_answer_stands_on_the_work_list_until_it_is_concluded(client: Client, english_pages: None) -> None:
    scene, then = a_scene(), timezone.now() - timedelta(days=3)
    ticket = a_ticket(scene, Kind.DELIVERY, TicketState.DELIVERY, at=then)
    package = packages.announce(ticket, told(), by=scene["cnam"], at=then)
    day, home = paris_day(timezone.now()), reverse("dossiers:page", args=[scene.dossier.reference])

    def decisions(who: str) -> list[Any]:
        person = User.objects.get(pk=scene[who].pk)
        rows = worklist.listed(person, worklist.Asked(list=worklist.PROPOSED), day)
        counted = tally(person, day).counts[worklist.PROPOSED]
        found = worklist.in_order(list(rows.values_list("pk", flat=True)))
        assert counted == len(found) and all(one["proposed"] for one in found)
        return [one["reference"] for one in found]

    assert decisions("officer") == []
    tasklist.open_task(package.ticket, "conclude", "officer", timezone.now())
    assert decisions("officer") == decisions("head") == [scene.dossier.reference]
    sign_in(client, scene["officer"])
    assert package.ticket.get_absolute_url() in client.get(home).content.decode()
    Clock.objects.filter(code="K-REC").update(due_on=then.date() + timedelta(days=1))
    packages.conclude(package, by=scene["officer"], at=timezone.now())
    assert decisions("officer") == [] and package.ticket.get_absolute_url() not in client.get(home).content.decode()


def test_a_rejected_ticket_takes_its_waiting_package_along() -> None:
    package = announced(scene := a_scene())
    package.ticket.reject(by=scene["officer"], at=timezone.now(), because="Convention suspendue.")
    package.refresh_from_db()
    assert package.outcome == "dropped"


def test_data_are_open_once_the_last_delivery_is_accepted_and_the_gate_is_open() -> None:
    scene = a_scene()
    first, other = announced(scene), a_ticket(scene, Kind.DELIVERY, TicketState.DELIVERY, organisation=scene.holder)
    packages.accept(first, by=scene["owner"], at=timezone.now())
    assert OutboxMessage.objects.filter(kind="delivered_dossier").exists()
    dossier = Dossier.objects.get(pk=scene.dossier.pk)
    assert not open_if_delivered(dossier, timezone.now())
    other.cancel(by=scene["officer"], at=timezone.now(), because="Sans objet.")
    set_columns(dossier, convention_on=None)
    assert not open_if_delivered(dossier, timezone.now()) and dossier.state == State.IN_PREPARATION
    set_columns(dossier, convention_on=timezone.now().date())
    assert open_if_delivered(dossier, timezone.now())
    assert dossier.state == State.RUNNING and not open_if_delivered(dossier, timezone.now())


def test_the_destruction_is_stated_by_the_recipient_checked_by_the_desk_and_owed_before_the_certificate(in_english: None) -> None:
    scene = a_scene()
    package, today = announced(scene), timezone.now().date()
    with pytest.raises(WrongState, match="awaits its answer"):
        destruction.state(package, today, "Effacé.", by=scene["owner"], at=timezone.now())
    packages.accept(package, by=scene["owner"], at=timezone.now())
    assert [str(one.sentence) for one in destruction.missing_destruction(scene.dossier)]
    row = destruction.state(package, timezone.localdate(), "Volume effacé, sauvegardes comprises.", by=scene["owner"], at=timezone.now())
    with pytest.raises(NotAllowed, match="somebody else checks it"):
        destruction.check(row, confirmed=True, because="", by=scene["owner"], at=timezone.now())
    destruction.check(row, confirmed=False, because="Et les sauvegardes ?", by=scene["cnam"], at=timezone.now())
    again = destruction.state(package, timezone.localdate(), "Sauvegardes effacées aussi.", by=scene["owner"], at=timezone.now())
    destruction.check(again, confirmed=True, because="", by=scene["officer"], at=timezone.now())
    assert not list(destruction.missing_destruction(scene.dossier))
    with pytest.raises(WrongState, match="stated already"):
        destruction.state(package, timezone.localdate(), "Encore.", by=scene["owner"], at=timezone.now())


def test_a_paper_proves_a_destruction_and_leaves_the_quarantine_before_it_counts(
    client: Client, english_pages: None, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    scene = a_scene()
    package = announced(scene)
    packages.accept(package, by=scene["owner"], at=timezone.now())
    address = reverse("delivery:destruction", args=[package.ticket.number, 1])
    form = {"destroyed_on": timezone.localdate().isoformat(), "words": "Volume effacé.", "sworn": "on"}
    sign_in(client, scene["owner"])
    refused = client.post(address, form | {"paper": SimpleUploadedFile("preuve.pdf", b"MZ no paper")})
    assert refused.status_code == 422 and not Destruction.objects.exists() and not list(tmp_path.rglob("*.*"))
    assert client.post(address, form | {"paper": a_pdf("preuve.pdf")}).status_code == 302
    row, proof = Destruction.objects.get(), DestructionProof.objects.get()
    line = JournalLine.objects.get(subject_type="ticket", action="state_destruction")
    assert line.facts["proof_sha256"] == proof.sha256 and "preuve" not in str(line.facts)
    page, check = (reverse(f"delivery:{name}", args=[package.ticket.number, 1, row.pk]) for name in ("proof", "check"))
    DestructionProof.objects.update(scan_state="waiting")
    sign_in(client, scene["cnam"])
    assert client.get(page).status_code == 404 and "being scanned" in client.get(check).content.decode()
    assert client.post(check, {"verdict": "confirm"}).status_code == 422, "it is confirmed once the paper was scanned"
    DestructionProof.objects.update(scan_state="clean", scanned_at=timezone.now())
    assert client.get(page).headers["Content-Disposition"].startswith("attachment") and page in client.get(check).content.decode()
    sign_in(client, scene["holder_agent"])
    assert client.get(page).status_code == 404
    sign_in(client, scene["cnam"])
    assert client.post(check, {"verdict": "confirm"}).status_code == 302
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        DestructionProof.objects.update(sha256="0" * 64)


def test_the_pages_of_a_destruction_are_for_the_recipient_then_for_the_desk(client: Client, english_pages: None) -> None:
    scene = a_scene()
    package = announced(scene)
    packages.accept(package, by=scene["owner"], at=timezone.now())
    address = reverse("delivery:destruction", args=[package.ticket.number, 1])
    form = {"destroyed_on": timezone.localdate().isoformat(), "words": "Volume effacé."}
    sign_in(client, scene["cnam"])
    assert client.get(address).status_code == 404
    sign_in(client, scene["owner"])
    assert client.post(address, form).status_code == 422  # what is certified is ticked
    assert client.post(address, form | {"sworn": "on"}).status_code == 302
    check = reverse("delivery:check", args=[package.ticket.number, 1, Destruction.objects.get().pk])
    assert client.get(check).status_code == 404
    sign_in(client, scene["cnam"])
    assert check in client.get(package.get_absolute_url()).content.decode()
    assert client.post(check, {"verdict": "send_back"}).status_code == 422
    assert client.post(check, {"verdict": "confirm"}).status_code == 302
    assert "Confirmed on" in client.get(package.get_absolute_url()).content.decode()


def test_the_pages_announce_show_hand_over_and_answer(client: Client, english_pages: None) -> None:
    scene = a_scene()
    ticket = delivering(scene)
    address = reverse("delivery:announce", args=[ticket.number])
    sign_in(client, scene["owner"])
    assert client.get(address).status_code == 404
    sign_in(client, scene["cnam"])
    form = {"channel": "space", "place": "Espace projet", "manifest": f"{SUM}  =un.csv\n", "is_partial": "on"}
    bad = client.post(address, form | {"manifest": f"{SUM}  un.csv\nrien\n"})
    assert bad.status_code == 422 and "Line 2: This is not a line of sha256sum" in bad.content.decode()
    assert client.post(address, form).status_code == 422  # the size is not known
    blank = {"manifest": "", "total_bytes": "5"}
    sent = client.post(address, form | blank | {"manifest_file": SimpleUploadedFile("liste.txt", b"\xff\xfe", "text/plain")})
    assert sent.status_code == 422 and "not a text in UTF-8" in sent.content.decode()
    pair = {"manifest_file": SimpleUploadedFile("liste.txt", form["manifest"].encode(), "text/plain"), "total_bytes": "5"}
    assert "not both" in client.post(address, form | pair).content.decode()
    assert client.post(address, form | {"total_bytes": "6 400 000 000 000"}).status_code == 302
    package = Package.objects.get()
    assert client.get(reverse("delivery:accept", args=[ticket.number])).status_code == 404
    sign_in(client, scene["owner"])
    page = client.get(package.get_absolute_url()).content.decode()
    assert "1 file, 6.4 TB" in page and "Accept the part" in page and SUM in page
    sums = client.get(reverse("delivery:sums", args=[ticket.number, 1]))
    assert sums.content.decode() == f"{SUM}  =un.csv\n"
    assert "'=un.csv;;" in client.get(reverse("delivery:table", args=[ticket.number, 1])).content.decode()
    on_ticket = client.get(ticket.get_absolute_url()).content.decode()
    assert "Accept a part" in on_ticket and "Accept the delivery" not in on_ticket
    assert client.post(reverse("delivery:refuse", args=[ticket.number]), {"because": "Non."}).status_code == 422
    assert client.post(reverse("delivery:accept", args=[ticket.number])).status_code == 302
    assert client.post(reverse("delivery:accept", args=[ticket.number])).status_code == 409
    scene.dossier.content.retention_years = 5
    scene.dossier.content.save()
    assert "The data may be kept for 5 years after the end" in client.get(package.get_absolute_url()).content.decode()
    assert "Packages delivered" in client.get(reverse("extractions:dossier", args=[scene.dossier.reference])).content.decode()
    sign_in(client, scene["holder_agent"])
    for name in ("package", "sums", "table"):
        assert client.get(reverse(f"delivery:{name}", args=[ticket.number, 1])).status_code == 404


def test_the_file_of_the_list_serves_as_well_as_its_words(client: Client) -> None:
    scene = a_scene()
    sign_in(client, scene["cnam"])
    table = SimpleUploadedFile("liste.csv", f"nom;taille;sha256\nun.csv;12;{SUM}\n".encode(), "text/csv")
    form = {"channel": "own_system", "place": "Système fils", "manifest": "", "total_bytes": "", "manifest_file": table}
    assert client.post(reverse("delivery:announce", args=[delivering(scene).number]), form).status_code == 302
    assert Package.objects.get().total_bytes == 12


def test_an_officer_is_told_of_the_silence_once_and_closes_it_on_a_page(client: Client, english_pages: None) -> None:
    scene, then = a_scene(), timezone.now() - timedelta(days=3)
    ticket = a_ticket(scene, Kind.DELIVERY, TicketState.DELIVERY, at=then)
    packages.announce(ticket, told(), by=scene["cnam"], at=then)
    sign_in(client, scene["officer"])
    address = reverse("delivery:conclude", args=[ticket.number])
    assert address not in client.get(ticket.get_absolute_url()).content.decode()
    Clock.objects.filter(code="K-REC").update(due_on=then.date() + timedelta(days=1))
    assert silence.lapse_all(timezone.now()) == 1
    follow_deliveries()
    letters = OutboxMessage.objects.filter(kind="mail", payload__about="unanswered")
    assert letters.count() >= 1 and follow_deliveries() == 0 and letters.count() == len({one.key for one in letters})
    assert address in client.get(ticket.get_absolute_url()).content.decode()
    assert client.post(address).status_code == 302
    assert Package.objects.get().outcome == "concluded"


@pytest.mark.parametrize(
    "about", ["go", "no_go", "announce", "accept", "accept_part", "refuse", "conclude", "unanswered", "state_destruction"]
)
def test_each_letter_says_which_ticket_and_leads_to_it(about: str, in_english: None) -> None:
    scene = a_scene()
    ticket = delivering(scene)
    shown = mail.CONTEXTS[LETTER]({"about": about, "ticket": ticket.pk, "user": scene["officer"].pk})
    assert ticket.number in shown["subject"] and scene.dossier.reference in shown["text"] and ticket.number in shown["address"]
    assert LETTERS[about].to(ticket)


def test_the_ticket_asks_the_same_number_of_questions_whatever_was_delivered(client: Client) -> None:
    scene = a_scene()
    part = announced(scene, is_partial=True)
    sign_in(client, scene["owner"])

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(part.ticket.get_absolute_url()).status_code == 200
        return len(queries)

    counted()
    few = counted()
    for _ in range(3):
        packages.accept_part(Package.objects.undecided().get(), by=scene["owner"], at=timezone.now())
        announced(scene, Ticket.objects.get(pk=part.ticket.pk), is_partial=True)
    assert counted() <= few


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_leave_one() -> None:
    with transaction.atomic():
        scene = a_scene()
        package = announced(scene)
    mine, theirs = Package.objects.for_reading().get(), Package.objects.for_reading().get()
    with meanwhile(lambda: packages.refuse(theirs, ["checksum"], "Faux.", by=scene["signatory"], at=timezone.now())) as answers:
        packages.accept(mine, by=scene["owner"], at=timezone.now())
    assert isinstance(answers[0], WrongState)
    package.refresh_from_db()
    assert package.outcome == "accepted"


@pytest.mark.django_db(transaction=True)
def test_one_package_is_announced_where_two_agents_do_it_at_once() -> None:
    with transaction.atomic():
        scene = a_scene()
        ticket = delivering(scene)
    other, by = Ticket.objects.for_reading().get(pk=ticket.pk), User.objects.get(pk=scene["cnam2"].pk)
    with meanwhile(lambda: packages.announce(other, told(), by=by, at=timezone.now())) as answers:
        packages.announce(ticket, told(), by=scene["cnam"], at=timezone.now())
    assert isinstance(answers[0], WrongState) and Package.objects.count() == 1


def test_a_refused_package_is_held_until_its_destruction_is_confirmed() -> None:
    scene = a_scene()
    package = announced(scene)
    packages.refuse(package, ["personal"], "Un fichier ne devrait pas être là.", by=scene["owner"], at=timezone.now())
    assert list(destruction.undestroyed(scene.dossier)) == [package]
    destruction.state(package, timezone.localdate(), "Paquet effacé.", by=scene["owner"], at=timezone.now())
