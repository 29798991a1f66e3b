"""The papers: one source for two files, numbers without a gap, seals, and what a reader who takes no part gets instead."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from docx import Document

from committee.documents import opinions, sources
from committee.documents.drawing import drawn
from committee.documents.source import Chapter, Source, from_data, table, without, words
from committee.models import Allocation, Attendance, Ballot, Decision, Deliberation, Examination, Item, Member, Paper, PaperSeries, Session
from committee.services import papers
from committee.services.examining import recuse
from committee.states import Ground, PaperKind, Presence
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_session, an_examination, on_agenda, seat
from tests.committee.test_papers_productions import steps
from tests.needs import needs
from workflow.models import JournalLine

pytestmark = [pytest.mark.django_db, needs("pango")]


def a_source(**said: Any) -> Source:
    chapters = (
        Chapter("Premier", (words("Un mot.\nDeux mots."), table(("N°", "Dossier", "Heure"), (("1", "DEM-1 – Asthme", "9 h"),), (7,)))),
        Chapter("1. DEM-1 – Asthme", (words("Asthme sévère."),), 7, 1),
    )
    told: dict[str, Any] = {"kind": "agenda", "subject": "Ordre du jour", "title": "Séance", "facts": (("Lieu", "Paris"),)}
    told |= {"chapters": chapters, "number": "ODJ-2026-0001"}
    return Source(**told | said)


def a_vote(item: Any, members: list[Member], **said: Any) -> Decision:
    told = {"opinion": "recommendations", "reasons": "Le besoin de données est démontré.", "seats": 3, "quorum": 2, "counted": 2}
    told |= {"votes_for": 1, "votes_against": 1, "abstentions": 0, "casting": "for", "carried": True, "salt": "0" * 32, "round": 1}
    told |= {"voted_at": timezone.now(), "recorded_by": item.added_by} | said
    decision = Decision.objects.create(item=item, **told)
    for place, member in enumerate(members):
        Ballot.objects.create(decision=decision, member=member, standing="present", position="against" if place else "for")
    return decision


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for grid in document.tables for row in grid.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


# --- one source, two files -------------------------------------------------------------------------
def test_the_same_source_gives_the_same_bytes_and_survives_the_database() -> None:
    first, again = drawn(a_source()), drawn(from_data(json.loads(json.dumps(a_source().as_data()))))
    assert (first.pdf, first.docx) == (again.pdf, again.docx)
    assert drawn(a_source(title="Autre")).pdf != first.pdf


def test_the_pdf_is_tagged_and_speaks_its_language_and_the_docx_has_headings() -> None:
    files = drawn(a_source())
    with pikepdf.open(io.BytesIO(files.pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "fr"
        assert b"pdfuaid" in document.Root.Metadata.read_bytes()
        tags = _tags(document.Root.StructTreeRoot)
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/P"} <= tags
    levels = [one.style.name for one in Document(io.BytesIO(files.docx)).paragraphs if one.style and one.style.name.startswith("Heading")]
    assert levels == ["Heading 1", "Heading 1"]


def _tags(node: Any) -> set[str]:
    found = {str(node.S)} if "/S" in node else set()
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            found |= _tags(kid)
    return found


def test_a_reader_who_takes_no_part_gets_the_place_of_a_dossier_and_nothing_that_names_it() -> None:
    own = without(a_source(), frozenset({7}))
    told = text_of(drawn(own).docx)
    assert "Asthme" not in told and "DEM-1" not in told
    assert own.chapters[0].blocks[1].rows[0][0] == "1"
    assert own.lacks and not own.dossiers
    assert without(a_source(), frozenset({8})) == a_source()


def test_a_dossier_named_as_similar_is_left_out_too() -> None:
    source = a_source(chapters=(Chapter("N° 2", (words("Semblable au dossier DEM-9.", [9]), words("Même base.")), 7, 2),))
    told = text_of(drawn(without(source, frozenset({9}))).docx)
    assert "DEM-9" not in told and "Même base." in told


# --- numbers and seals -----------------------------------------------------------------------------
def test_numbers_follow_each_other_by_kind_and_year() -> None:
    officer, session = UserFactory(officer=True), a_session()
    at = timezone.now()
    made = [papers.make_convocation(session, by=officer, at=at), papers.make_convocation(session, by=officer, at=at)]
    assert [paper.number for paper in made] == [f"CONV-{at.year}-0001", f"CONV-{at.year}-0002"]
    assert papers.make_agenda(session, by=officer, at=at).number == f"ODJ-{at.year}-0001"


def test_each_year_begins_anew() -> None:
    officer, session, now = UserFactory(officer=True), a_session(), timezone.now()
    PaperSeries.objects.create(kind=PaperKind.CONVOCATION, year=now.year - 1, last=7)
    assert papers.make_convocation(session, by=officer, at=now).number == f"CONV-{now.year}-0001"


def test_a_paper_that_fails_leaves_no_gap() -> None:
    officer, session = UserFactory(officer=True), a_session()

    def fail() -> None:
        with transaction.atomic():
            papers.make_convocation(session, by=officer, at=timezone.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert papers.make_convocation(session, by=officer, at=timezone.now()).number.endswith("-0001")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers_and_none_is_skipped() -> None:
    officer, sessions = UserFactory(officer=True), [a_session(reference=f"CES-X-{place}") for place in range(4)]
    gate, failed = threading.Barrier(len(sessions)), []

    def make(session: Session, place: int) -> None:
        try:
            gate.wait(10)
            with transaction.atomic():
                papers.make_convocation(session, by=officer, at=timezone.now())
                if place == 2:
                    raise KeyError
        except KeyError:
            failed.append(place)
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=(session, place)) for place, session in enumerate(sessions)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert failed == [2]
    assert sorted(int(number[-4:]) for number in Paper.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_a_paper_is_sealed_in_the_journal_and_by_the_hash_of_its_files() -> None:
    officer, session = UserFactory(officer=True), a_session()
    paper = papers.make_convocation(session, by=officer, at=timezone.now())
    for file, digest in ((paper.pdf, paper.pdf_sha256), (paper.docx, paper.docx_sha256)):
        with file.open("rb") as content:
            assert hashlib.sha256(content.read()).hexdigest() == digest
    line = JournalLine.objects.get(subject_type="session", subject_id=session.pk, action="make_papers")
    assert line.facts["pdf_sha256"] == paper.pdf_sha256 and line.facts["paper_number"] == paper.number
    assert from_data(paper.source).number == paper.number


# --- what the papers of a session say ------------------------------------------------------------------
def held_item(session: Session, members: list[Member], **said: Any) -> Any:
    item = on_agenda(session, an_examination(**said))
    item.ending, item.ended_at = "opinion", timezone.now()
    item.save()
    return item


def test_the_minutes_say_who_was_there_who_withdrew_and_how_it_was_decided() -> None:
    members, session = a_committee(4), a_session(timezone.now() - timedelta(hours=3))
    seat(session, members[:2])
    seat(session, members[2:3], Presence.EXCUSED)
    Attendance.objects.create(session=session, member=members[3], presence=Presence.REPRESENTED, represented_by=members[0])
    item = on_agenda(session, an_examination())
    recuse(item.examination.dossier, members[2], Ground.DECLARED, by=members[2].user, at=timezone.now(), words="Un secret de famille.")
    Deliberation.objects.create(item=item, notes="La durée a été discutée.", saved_at=timezone.now())
    a_vote(item, members[:2]).recommendations.create(position=1, words="Réduire la durée.")
    item.ending, item.ended_at = "opinion", timezone.now()
    item.save()
    told = text_of(papers.make_minutes(session, by=session.planned_by, at=timezone.now()).docx.read())
    for said in (*map(str, members), item.examination.dossier.reference, "La durée a été discutée.", "Réduire la durée.", "2"):
        assert said in told
    withdrawn = next(line for line in told.split("\n") if str(members[2]) in line and str(Ground.DECLARED.label) in line)
    assert str(members[0]) not in withdrawn
    assert "Un secret de famille." not in told


def test_minutes_made_before_the_signature_say_so_and_those_made_after_it_name_who_signed() -> None:
    members, session = a_committee(3), a_session(timezone.now() - timedelta(hours=3))
    seat(session, members)
    item = held_item(session, members)
    decision = a_vote(item, members[:2])
    with override("en"):
        assert "Opinion not signed yet when these minutes were made" in str(sources.item_chapter(item))
        Decision.objects.filter(pk=decision.pk).update(signed_at=timezone.now(), signed_by=members[0].user, signed_as="president")
        signed = str(sources.item_chapter(item))
        assert (f"Opinion signed by {members[0]}" in signed, "not signed" in signed) == (True, False)
        Decision.objects.filter(pk=decision.pk).update(signed_at=None, signed_by=None, signed_as="")
        Examination.objects.filter(pk=item.examination_id).update(closed_at=timezone.now())
        late = str(sources.item_chapter(Item.objects.get(pk=item.pk)))
        assert "Opinion not signed before the committee’s period ended" in late


def test_once_an_opinion_is_signed_minutes_made_before_it_are_offered_to_be_made_anew(client: Client) -> None:
    members, session = a_committee(3), a_session(timezone.now() - timedelta(hours=3))
    decision = a_vote(held_item(session, members), members[:2])
    session.convene(by=session.planned_by, at=timezone.now())
    seat(session, members)
    session.open_session(by=session.planned_by, at=timezone.now(), chair=members[0])
    session.close_session(by=session.planned_by, at=timezone.now())
    steps()  # the minutes that closing asks for
    page, words = reverse("committee:papers", args=[session.reference]), "1 opinion was signed since the minutes were made"
    client.cookies["django_language"] = "en"
    sign_in(client, session.planned_by)
    papers.make_minutes(session, by=session.planned_by, at=timezone.now())
    assert (papers.signed_since(session), words in client.get(page).content.decode()) == (0, False)
    Decision.objects.filter(pk=decision.pk).update(signed_at=timezone.now(), signed_by=members[0].user, signed_as="president")
    assert (papers.signed_since(session), words in client.get(page).content.decode()) == (1, True)
    assert "Make the minutes again: opinions were signed since" in client.get(session.get_absolute_url()).content.decode()
    assert words not in sign_in(client, members[2].user).get(page).content.decode()
    papers.make_minutes(session, by=session.planned_by, at=timezone.now())
    assert papers.signed_since(session) == 0


def test_a_dossier_put_off_says_why_in_the_minutes() -> None:
    session = a_session(timezone.now() - timedelta(hours=3))
    item = on_agenda(session, an_examination())
    item.ending, item.ended_at, item.ending_reason = "deferred", timezone.now(), "Une réponse est attendue."
    item.save()
    assert "Une réponse est attendue." in str(sources.item_chapter(item))


def test_the_agenda_has_one_line_a_dossier_in_a_constant_number_of_queries(django_assert_num_queries) -> None:
    session, member, now = a_session(), a_committee(1)[0], timezone.now()
    for _place in range(3):
        examination = on_agenda(session, an_examination()).examination
        Allocation.objects.create(examination=examination, member=member, allocated_at=now, allocated_by=member.user)
    with django_assert_num_queries(4):
        source = sources.agenda(session)
    rows = source.chapters[0].blocks[0].rows
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert len({row[2] for row in rows}) == 3  # each has its own hour


def test_the_opinion_tells_the_applicant_neither_the_count_nor_the_rapporteurs() -> None:
    members, session = a_committee(2), a_session(timezone.now() - timedelta(hours=3))
    item = on_agenda(session, an_examination())
    decision = a_vote(item, members)
    decision.recommendations.create(position=1, words="Réduire la durée.")
    Decision.objects.filter(pk=decision.pk).update(signed_at=timezone.now(), signed_by=members[0].user, signed_as="president")
    told = str(opinions.opinion(Decision.objects.get(pk=decision.pk)))
    assert "Le besoin de données est démontré." in told and "Réduire la durée." in told and str(members[0]) in told
    assert str(members[1]) not in told
    assert item.examination.dossier.reference in told


def test_a_paper_can_be_neither_changed_nor_deleted() -> None:
    session = a_session()
    paper = papers.make_convocation(session, by=session.planned_by, at=timezone.now())
    for act in (lambda: Paper.objects.filter(pk=paper.pk).update(number="CONV-1"), lambda: Paper.objects.filter(pk=paper.pk).delete()):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            act()


def test_an_agenda_that_changed_since_its_paper_is_noticed() -> None:
    session = a_session()
    on_agenda(session, an_examination())
    paper = papers.make_agenda(session, by=session.planned_by, at=timezone.now())
    assert not papers.agenda_has_changed(session, paper)
    on_agenda(session, an_examination())
    assert papers.agenda_has_changed(session, paper)
