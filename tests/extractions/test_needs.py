"""The expression of needs: codes by their form, versions written once, agreed by both sides, changed only through an amendment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import Database
from extractions.needs.codes import Code, Nomenclature, parse
from extractions.needs.content import (
    Channel,
    Content,
    Criterion,
    DatabaseNeed,
    Form,
    Format,
    Origin,
    Rhythm,
    Sense,
    read,
    sha256,
    write,
)
from extractions.needs.models import Need, NeedDraft, NeedVersion
from extractions.needs.services.drafting import SavedMeanwhile, begin_draft, save_section
from extractions.needs.services.proposing import agree, note_agreed, propose
from extractions.queries import times_of
from extractions.services.opening import cnam, link
from extractions.states import Kind, TicketState
from requests_app.amendments.models import Amendment
from requests_app.content import DossierSource
from requests_app.policies import EDITOR
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.extractions.factories import Scene, a_scene, a_ticket
from tests.fees.quoting import set_columns
from tests.racing import meanwhile
from workflow.models import JournalLine
from workflow.outbox import deliver_waiting
from workflow.refusals import NotAllowed, RuleBroken, WrongState

CIM10, CCAM, ATC, OTHER = Nomenclature.CIM10, Nomenclature.CCAM, Nomenclature.ATC, Nomenclature.OTHER


# ---- lists of codes


@pytest.mark.parametrize(
    ("nomenclature", "text", "codes"),
    [
        (
            CIM10,
            "c34.1;Tumeur, lobe supérieur\nC50 C61\nC00 – C97\tTumeurs\nI21*\nC34.*",
            ["C00-C97", "C34*", "C341", "C50", "C61", "I21*"],
        ),
        (CIM10, 'code,libelle\n"C18","Côlon, sigmoïde"\nM8000/3 x', ["C18"]),
        (CIM10, "E10 - Diabète de type 1\nE11: Diabète de type 2", ["E10", "E11"]),
        (CCAM, "deqp003 Électrocardiographie\nYYYY010, DZQM006", ["DEQP003", "DZQM006", "YYYY010"]),
        (ATC, "A10BA02 metformine\nA10B,A10BA\nA\nN02", ["A", "A10B", "A10BA", "A10BA02", "N02"]),
        (OTHER, "GHM-01 séjour\n12.5", ["12.5", "GHM-01"]),
    ],
)
def test_codes_are_read_with_any_separators_and_labels(nomenclature: Nomenclature, text: str, codes: list[str]) -> None:
    assert [one.code for one in parse(text, nomenclature).codes] == codes


@pytest.mark.parametrize(
    ("nomenclature", "text", "lines"),
    [
        (CIM10, "C34\nC5O\nC97-C00\n34C, C50", [(2, "form"), (3, "range"), (4, "form")]),
        (CCAM, "DEQP003\nDEQP03\nDEQ0003 acte", [(2, "form"), (3, "form")]),
        (ATC, "A10BA02\nE10\nA1\nA10BA022", [(2, "form"), (3, "form"), (4, "form")]),
        (OTHER, "1840575116001", [(1, "form")]),
    ],
)
def test_a_faulty_code_is_named_by_its_line(nomenclature: Nomenclature, text: str, lines: list[tuple[int, str]]) -> None:
    found = parse(text, nomenclature)
    assert [(one.line, one.why) for one in found.faults] == lines and found.wrong == len(lines)


def test_what_stands_twice_is_merged_with_the_label_that_is_known() -> None:
    found = parse("C34\nC34.1\nc341 Lobe supérieur\nC34", CIM10)
    assert found.codes == (Code("C34", ""), Code("C341", "Lobe supérieur")) and found.merged == 2


_WORDS = st.text('aZ9é’ \n"\\\u2028\U0001f9ec', max_size=8)
_CODES = st.lists(st.builds(Code, st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True), _WORDS), max_size=4, unique_by=lambda one: one.code)
_CRITERIA = st.lists(
    st.builds(Criterion, st.from_regex(r"c[1-9]", fullmatch=True), st.sampled_from(Sense), st.sampled_from(Nomenclature), _WORDS,
              st.none() | st.dates(), st.none(), _CODES.map(tuple)),
    max_size=3, unique_by=lambda one: one.code,
)  # fmt: skip
_DATABASES = st.builds(DatabaseNeed, st.sampled_from(["dcir"]), _WORDS, year_from=st.none() | st.integers(1990, 2030),
                       variables=st.lists(_WORDS, max_size=3).map(tuple), criteria=_CRITERIA.map(tuple))  # fmt: skip


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.builds(Content, _WORDS, _WORDS, st.builds(Origin, st.integers(0, 9)), databases=st.lists(_DATABASES, max_size=1).map(tuple),
                 form=st.none() | st.sampled_from(Form), minimum_cell=st.none() | st.integers(1, 99)))  # fmt: skip
def test_a_need_comes_back_from_its_text_as_it_was(content: Content) -> None:
    assert read(write(content)) == content


# ---- drafts, versions, agreements


def with_editor(scene: Scene) -> Scene:
    """The same, with somebody of the team who writes and commits nobody."""
    scene.people["editor"] = UserFactory(device=True)
    assign_perm(EDITOR, scene["editor"], scene.dossier)
    return scene


def a_need(scene: Scene, **changes: Any) -> NeedDraft:
    """A draft of the applicant, whole enough to be proposed, for the tickets at the CNAM."""
    draft = begin_draft(scene.dossier, cnam(), by=scene["owner"], at=timezone.now())
    database = replace(draft.said.databases[0], year_from=2015, year_to=2022, criteria_words="Adultes", variables=("BEN_SEX_COD",))
    said = {"form": Form.INDIVIDUAL, "format": Format.CSV, "rhythm": Rhythm.ONCE, "channel": Channel.SPACE, "databases": (database,)}
    text = write(replace(draft.said, **said | changes))
    NeedDraft.objects.filter(pk=draft.pk).update(content=text)
    return NeedDraft.objects.get(pk=draft.pk)


def proposed(scene: Scene, by: str = "owner", *, at: datetime | None = None, because: int | None = None, **changes: Any) -> NeedVersion:
    """A version that somebody of the applicant's side proposes."""
    draft = a_need(scene, **changes)
    return propose(draft, sha256(draft.content), "", because, by=scene[by], at=at or timezone.now())


def agreed(scene: Scene, version: NeedVersion, by: str = "cnam") -> bool:
    return agree(NeedVersion.objects.get(pk=version.pk), version.sha256, by=scene[by], at=timezone.now())


@pytest.mark.django_db
def test_the_first_draft_says_what_the_dossier_says() -> None:
    scene = a_scene(population="Adultes épileptiques", data_form="pseudonymised")
    identifiers = {"birth_month": "Âge au diagnostic"}
    DossierSource.objects.filter(content=scene.dossier.pk).update(year_from=2015, year_to=2020, variables="Soins", identifiers=identifiers)
    a_ticket(scene)
    said = begin_draft(scene.dossier, cnam(), by=scene["owner"], at=timezone.now()).said
    assert (said.population, said.form, said.rhythm) == ("Adultes épileptiques", Form.INDIVIDUAL, Rhythm.ONCE)
    [one] = said.databases
    assert (one.year_from, one.year_to, one.variables_words) == (2015, 2020, "Soins")
    assert [(it.code, it.justification) for it in one.identifiers] == [("birth_month", "Âge au diagnostic")]


@pytest.mark.django_db
def test_a_need_goes_not_beyond_what_the_dossier_asks_for(in_english: None) -> None:
    scene = a_scene()
    DossierSource.objects.filter(content=scene.dossier.pk).update(year_from=2016, year_to=2022)
    a_ticket(scene)
    with pytest.raises(RuleBroken, match="more years need an amendment"):
        proposed(scene)
    assert not NeedVersion.objects.exists()


@pytest.mark.django_db
def test_both_sides_agree_to_one_version_and_the_tickets_move_once(in_english: None) -> None:
    scene = a_scene()
    first, second, past = a_ticket(scene, Kind.COHORT), a_ticket(scene, Kind.TARGETING), a_ticket(scene, Kind.AGGREGATES, "extraction")
    version = proposed(scene)
    assert version.applicant_agreed_by == scene["owner"] and version.desk_agreed_at is None
    assert agreed(scene, version)
    for ticket in (first, second):
        ticket = type(ticket).objects.get(pk=ticket.pk)
        assert ticket.state == TicketState.NEED_AGREED
        [line] = JournalLine.objects.filter(subject_type="ticket", subject_id=ticket.pk, action="agree_need")
        assert line.facts == {"version": 1, "need_sha256": version.sha256}
    assert type(past).objects.get(pk=past.pk).state == TicketState.EXTRACTION
    later = a_ticket(scene, Kind.UPDATE)
    assert later.state == TicketState.NEED_AGREED, "a ticket opened later takes the agreed need up"


@pytest.mark.django_db
def test_an_editor_proposes_and_somebody_who_commits_agrees(in_english: None) -> None:
    scene = with_editor(a_scene())
    ticket = a_ticket(scene)
    version = proposed(scene, "editor")
    assert version.applicant_agreed_at is None
    with pytest.raises(NotAllowed):
        agreed(scene, version, "editor")
    assert not agreed(scene, version, "cnam")
    assert type(ticket).objects.get(pk=ticket.pk).state == TicketState.NEED_TO_SPECIFY, "the applicant has the next word"
    with pytest.raises(WrongState, match="agreed to this version already"):
        agreed(scene, version, "cnam2")
    assert agreed(scene, version, "owner")


@pytest.mark.django_db
def test_the_turn_goes_back_to_the_desk_once_the_applicant_has_answered() -> None:
    scene = a_scene()
    ticket = a_ticket(scene)
    ticket.ask_need(by=scene["cnam"], at=timezone.now(), because="Quelle période ?")
    assert ticket.side == "applicant"
    proposed(scene)
    again = type(ticket).objects.get(pk=ticket.pk)
    assert again.state == TicketState.CREATED and again.side == "cnam"


@pytest.mark.django_db
def test_the_time_of_the_desk_on_a_proposed_need_is_counted_before_its_ticket_is_ready() -> None:
    scene, start = a_scene(), timezone.now() - timedelta(days=9)
    before, ticket = a_ticket(scene, Kind.INDIRECT_MATCHING, "matching", at=start), a_ticket(scene, at=start)
    link(before, ticket, by=scene["officer"], at=start)
    proposed(scene, at=start + timedelta(days=2))
    agree(NeedVersion.objects.get(), NeedVersion.objects.get().sha256, by=scene["cnam"], at=start + timedelta(days=5))
    (timed,) = times_of([type(ticket).objects.get(pk=ticket.pk)], start + timedelta(days=9))
    assert {side: length.days for side, length in timed.shares.items()} == {"cnam": 3}


@pytest.mark.django_db
def test_an_agreed_need_is_noted_only_as_it_was_agreed(in_english: None) -> None:
    scene = a_scene()
    ticket = a_ticket(scene)
    with pytest.raises(RuleBroken, match="Both sides agree"):
        ticket.agree_need(by=scene["cnam"], at=timezone.now(), version=1, sha256="0" * 64)
    version = proposed(scene)
    agreed(scene, version)
    ticket = type(ticket).objects.get(pk=ticket.pk)
    ticket.ask_need(by=scene["cnam"], at=timezone.now(), because="À revoir.")
    with pytest.raises(RuleBroken, match="Both sides agree"):
        ticket.agree_need(by=scene["cnam"], at=timezone.now(), version=1, sha256="0" * 64)
    ticket.agree_need(by=scene["cnam"], at=timezone.now(), version=1, sha256=version.sha256)


@pytest.mark.django_db
def test_the_desk_alone_takes_back_what_it_asked_for_and_nobody_undoes_what_they_have_not_read(client: Client, english_pages: None) -> None:
    scene = a_scene()
    ticket = a_ticket(scene)
    version = proposed(scene)
    agreed(scene, version)
    sign_in(client, scene["cnam"])
    ask, note = reverse("extractions:move", args=[ticket.number, "ask_need"]), reverse("needs:note", args=[ticket.number])
    seen = client.get(ask).context["form"]["seen"].value()
    assert client.post(ask, {"because": "Préciser la période.", "seen": seen}).status_code == 302
    with pytest.raises(NotAllowed):
        note_agreed(type(ticket).objects.get(pk=ticket.pk), version.sha256, by=scene["owner"], at=timezone.now())
    sign_in(client, scene["owner"])
    assert client.get(note).status_code == 404 and note not in client.get(ticket.get_absolute_url()).content.decode()
    sign_in(client, scene["cnam"])
    assert note in client.get(ticket.get_absolute_url()).content.decode()
    assert client.post(note, {"seen": version.sha256}).status_code == 302
    stale = client.post(ask, {"because": "Encore.", "seen": seen})
    assert stale.status_code == 422 and "has moved on since" in stale.content.decode() and "Encore." in stale.content.decode()
    again = type(ticket).objects.get(pk=ticket.pk)
    assert again.state == TicketState.NEED_AGREED
    with pytest.raises(WrongState, match="noted on this ticket already"):
        note_agreed(again, version.sha256, by=scene["cnam"], at=timezone.now())


@pytest.mark.django_db
def test_the_database_keeps_a_version_as_it_was_proposed_and_agreed() -> None:
    scene = a_scene()
    a_ticket(scene)
    version = proposed(scene)
    agreed(scene, version)
    rows, other = NeedVersion.objects.filter(pk=version.pk), write(Content("x", "y", Origin(0)))
    for change in (
        {"content": other, "sha256": sha256(other)},
        {"note": "autre"},
        {"desk_agreed_by": scene["cnam2"].pk},
        {"applicant_agreed_at": None, "applicant_agreed_by": None},
    ):
        with pytest.raises(DatabaseError, match="settled"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        rows.delete()


@pytest.mark.django_db
def test_one_person_never_agrees_for_both_sides() -> None:
    scene = a_scene()
    a_ticket(scene)
    version = proposed(scene)
    with pytest.raises(DatabaseError, match="two_persons"), transaction.atomic():
        NeedVersion.objects.filter(pk=version.pk).update(desk_agreed_by=version.applicant_agreed_by, desk_agreed_at=timezone.now())


@pytest.mark.django_db
def test_an_agreed_need_changes_only_through_an_amendment(in_english: None) -> None:
    scene = a_scene()
    ticket = a_ticket(scene)
    version = proposed(scene)
    agreed(scene, version)
    with pytest.raises(RuleBroken, match="only after an amendment"):
        begin_draft(scene.dossier, cnam(), by=scene["owner"], at=timezone.now())
    said = {"number": 1, "kind": "modification", "before": {}, "after": {}, "begun_at": timezone.now(), "begun_by": scene["owner"]}
    early = {"applied_at": timezone.now() - timedelta(days=2), "applied_version": 2}
    amendment = Amendment.objects.create(dossier=scene.dossier, **said | early)
    with pytest.raises(RuleBroken, match="only after an amendment"):
        begin_draft(scene.dossier, cnam(), by=scene["owner"], at=timezone.now())
    Amendment.objects.filter(pk=amendment.pk).update(applied_at=timezone.now())
    with pytest.raises(RuleBroken, match="because of which"):
        proposed(scene, remarks="Deux années de plus.")
    second = proposed(scene, because=amendment.pk, remarks="Deux années de plus.")
    assert (second.number, second.because) == (2, amendment)
    set_columns(ticket, state="extraction")
    agreed(scene, second)
    ticket = type(ticket).objects.get(pk=ticket.pk)
    assert ticket.state == TicketState.EXTRACTION, "it goes on with the version that it was worked on"


@pytest.mark.django_db
def test_two_people_who_write_in_one_section_are_told(in_english: None) -> None:
    scene = with_editor(a_scene())
    a_ticket(scene)
    draft = a_need(scene)
    now = timezone.now()
    save_section(draft, "general", 0, lambda said: replace(said, remarks="Un"), by=scene["editor"], at=now)
    with pytest.raises(SavedMeanwhile):
        save_section(draft, "general", 0, lambda said: replace(said, remarks="Deux"), by=scene["owner"], at=now)
    save_section(draft, "db:snds", 0, lambda said: replace(said, targeting="Trois"), by=scene["owner"], at=now)
    said = NeedDraft.objects.get(pk=draft.pk).said
    assert (said.remarks, said.targeting) == ("Un", "Trois")
    with pytest.raises(RuleBroken, match="NIR of a person"):
        save_section(draft, "general", 1, lambda said: replace(said, remarks="voir 1 84 05 75 116 001"), by=scene["owner"], at=now)


@pytest.mark.django_db
def test_the_code_of_a_removed_criterion_is_never_given_again_by_either_side() -> None:
    scene = a_scene()
    a_ticket(scene)
    drafts = {who: begin_draft(scene.dossier, cnam(), by=scene[who], at=timezone.now()) for who in ("owner", "cnam")}
    saved = dict.fromkeys(drafts, 0)

    def keeping(who: str, *kept: Criterion) -> list[str]:
        def change(said: Content) -> Content:
            return replace(said, databases=(replace(said.databases[0], criteria=kept),))

        found = save_section(drafts[who], "db:snds", saved[who], change, by=scene[who], at=timezone.now())
        saved[who] += 1
        return [one.code for one in read(found.content).databases[0].criteria]

    new = [Criterion("", Sense.INCLUDES, OTHER, words) for words in ("Un", "Deux")]
    assert keeping("owner", *new) == ["c1", "c2"]
    assert keeping("owner", replace(new[0], code="c1")) == ["c1"], "the second is removed"
    assert keeping("cnam", *new) == ["c3", "c4"], "the other side's draft has codes of its own"
    assert keeping("owner", replace(new[0], code="c1"), replace(new[1], words="Trois")) == ["c1", "c5"]


@pytest.mark.django_db
def test_codes_given_before_they_were_counted_are_counted_by_the_migration() -> None:
    scene = a_scene()
    a_ticket(scene)
    database = DatabaseNeed("snds", "SNDS", criteria=(Criterion("c7", Sense.INCLUDES, OTHER, "Sept"),))
    draft = begin_draft(scene.dossier, cnam(), by=scene["owner"], at=timezone.now())
    NeedDraft.objects.filter(pk=draft.pk).update(content=write(replace(draft.said, databases=(database,))))
    import_module("extractions.needs.migrations.0002_criteria_made").count(apps, None)
    assert Need.objects.get().criteria_made == 7


@pytest.mark.django_db(transaction=True)
def test_two_sides_that_agree_at_the_same_moment_move_each_ticket_once() -> None:
    with transaction.atomic():
        scene = with_editor(a_scene())
        ticket = a_ticket(scene)
        version = proposed(scene, "editor")
    with meanwhile(lambda: agreed(scene, version, "cnam")) as answers:
        assert not agreed(scene, version, "owner")
    assert answers == [True]
    assert type(ticket).objects.get(pk=ticket.pk).state == TicketState.NEED_AGREED
    assert JournalLine.objects.filter(subject_type="ticket", subject_id=ticket.pk, action="agree_need").count() == 1


# ---- pages


def address(scene: Scene, name: str, *more: Any, body: Any = None) -> str:
    return reverse(f"needs:{name}", args=[scene.dossier.reference, (body or cnam()).pk, *more])


@pytest.mark.django_db
def test_a_need_is_read_by_its_two_sides_and_the_secretariat_and_by_no_other_holder(client: Client, english_pages: None) -> None:
    scene = a_scene()
    a_ticket(scene)
    a_ticket(scene, organisation=scene.holder)
    proposed(scene)
    for name, seen in (("owner", 200), ("cnam", 200), ("officer", 200), ("holder_agent", 404)):
        sign_in(client, scene[name])
        assert client.get(address(scene, "need")).status_code == seen, name
        assert client.get(address(scene, "document", 1)).status_code == seen, name
    assert client.get(address(scene, "need", body=scene.holder)).status_code == 200
    sign_in(client, scene["officer"])
    assert client.post(address(scene, "begin")).status_code == 404
    sign_in(client, scene["cnam"])
    assert client.get(address(scene, "need", body=scene.holder)).status_code == 404
    assert client.get(address(scene, "draft")).status_code == 404, "the draft of the other side is not read"


@pytest.mark.django_db
def test_a_form_keeps_what_was_typed_wrongly_and_rows_are_added_without_script(client: Client, english_pages: None) -> None:
    scene = a_scene()
    a_ticket(scene)
    slug = a_need(scene).said.databases[0].slug
    sign_in(client, scene["owner"])
    page = address(scene, "database", slug)
    typed = {"revision": "0", "rows": "1", "year_from": "2020", "year_to": "2016", "variables": "A, B", "c1_words": "Cancer du poumon",
             "c1_sense": "includes", "c1_kind": "cim10"}  # fmt: skip
    wrong = client.post(page, typed)
    assert wrong.status_code == 422 and "Cancer du poumon" in wrong.content.decode()
    added = client.post(page, typed | {"add": "1"})
    assert added.status_code == 200 and "c2_words" in added.content.decode() and 'value="2016"' in added.content.decode()
    for slip in ({"history_years": "-3"}, {"variables": "A, " + "b" * 81}):
        assert client.post(page, typed | {"year_to": "2022"} | slip).status_code == 422
    assert client.post(page, typed | {"year_to": "2022"}).status_code == 302
    [criterion] = NeedDraft.objects.get().said.databases[0].criteria
    assert (criterion.code, criterion.words) == ("c1", "Cancer du poumon")
    stale = client.post(page, typed | {"year_to": "2021"})
    assert stale.status_code == 422 and "has saved this section meanwhile" in stale.content.decode()
    codes = address(scene, "codes", slug, "c1")
    bad = client.post(codes, {"revision": "0", "codes": "C34\nC5O"})
    assert bad.status_code == 422 and "Line 2" in bad.content.decode() and "C5O" in bad.content.decode()
    assert client.post(codes, {"revision": "0", "file": SimpleUploadedFile("codes.csv", b"%PDF-1.7 code")}).status_code == 422
    sent = SimpleUploadedFile("codes.csv", "code;libellé\nC34.1;Lobe supérieur\nC34.1;\n".encode("cp1252"))
    assert client.post(codes, {"revision": "0", "file": sent}).status_code == 302
    [criterion] = NeedDraft.objects.get().said.databases[0].criteria
    assert criterion.codes == (Code("C341", "Lobe supérieur"),)
    assert "C341;Lobe supérieur" in client.get(address(scene, "draft_codes_file", slug, "c1")).content.decode()


@pytest.mark.django_db
def test_a_need_is_proposed_agreed_and_compared_on_its_pages(client: Client, english_pages: None) -> None:
    scene = a_scene()
    ticket = a_ticket(scene)
    draft = a_need(scene)
    sign_in(client, scene["owner"])
    seen = sha256(draft.content)
    assert client.post(address(scene, "propose"), {"seen": "0" * 64}).status_code == 409
    assert client.post(address(scene, "propose"), {"seen": seen, "note": "Première version"}).status_code == 302
    assert "Still to agree" in client.get(ticket.get_absolute_url()).content.decode()
    assert client.get(address(scene, "agree", 1)).status_code == 409
    sign_in(client, scene["cnam"])
    assert client.post(address(scene, "agree", 1), {"seen": seen}).status_code == 422
    client.post(address(scene, "begin"))
    own = NeedDraft.objects.get(side="desk")
    text = write(replace(own.said, remarks="Livrer par année."))
    NeedDraft.objects.filter(pk=own.pk).update(content=text)
    assert client.post(address(scene, "propose"), {"seen": sha256(text)}).status_code == 302
    assert "Livrer par année." in client.get(address(scene, "changes", 2)).content.decode()
    sign_in(client, scene["owner"])
    assert client.post(address(scene, "agree", 1), {"seen": seen, "agreed": "on"}).status_code == 409
    assert client.post(address(scene, "agree", 2), {"seen": sha256(text), "agreed": "on"}).status_code == 302
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "This ticket is worked on version 2" in page
    assert "agreed by both sides" in client.get(reverse("extractions:dossier", args=[scene.dossier.reference])).content.decode()
    assert Need.objects.count() == 1 and Database.objects.exists()


@pytest.mark.django_db
def test_the_side_whose_word_is_missing_is_written_to_and_both_once_it_is_agreed(mailoutbox: list[Any], in_english: None) -> None:
    scene = a_scene()
    a_ticket(scene)
    deliver_waiting(timezone.now)
    mailoutbox.clear()
    version = proposed(scene)
    deliver_waiting(timezone.now)
    to = {one for letter in mailoutbox for one in letter.to}
    assert {scene["cnam"].email, scene["cnam2"].email} <= to and scene["owner"].email not in to and scene["holder_agent"].email not in to
    assert all(address(scene, "need") in letter.body for letter in mailoutbox)
    mailoutbox.clear()
    agreed(scene, version)
    deliver_waiting(timezone.now)
    to = {one for letter in mailoutbox for one in letter.to}
    assert {scene["owner"].email, scene["cnam2"].email} <= to and scene["cnam"].email not in to


@pytest.mark.django_db
def test_the_pages_of_a_need_ask_the_same_number_of_questions_whatever_it_serves(client: Client) -> None:
    scene = a_scene()
    ticket = a_ticket(scene)
    proposed(scene, remarks="Un")
    sign_in(client, scene["cnam"])

    def counted() -> list[int]:
        found = []
        for page in (address(scene, "need"), ticket.get_absolute_url(), reverse("extractions:dossier", args=[scene.dossier.reference])):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        return found

    counted()
    few = counted()
    for kind in (Kind.TARGETING, Kind.AGGREGATES, Kind.UPDATE):
        a_ticket(scene, kind)
    proposed(scene, remarks="Deux")
    proposed(scene, remarks="Trois")
    assert all(many <= once for many, once in zip(counted(), few, strict=True))
