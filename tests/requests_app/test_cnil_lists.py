"""Lists of decisions: read whatever program wrote them, matched by request number, recorded through the real moves, never twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from config.demo.pieces import small_pdf
from requests_app.cnil import importing
from requests_app.cnil.importing import apply, chosen_in, keep_list, matches, preview
from requests_app.cnil.models import DecisionList, ListPaper
from requests_app.cnil.papers import asks_paper
from requests_app.cnil.reading import MOST_BYTES, MOST_LINES, read, rows_in
from requests_app.cnil.tasks import sweep_orphan_papers
from requests_app.models import Dossier
from requests_app.states import State
from requests_app.transitions.base import Recorded
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.requests_app.factories import a_dossier
from workflow.models import JournalLine
from workflow.periods import paris_day
from workflow.refusals import NotAllowed, RuleBroken, WrongState

HEAD = "numero_demande;decision;numero_decision;date_decision;motif;conditions\n"
LINE = "925057;Autorisation;DR-2025-104;16/05/2025;;Informer | 31/12/2026 // Tenir un registre\n"


def with_cnil(people: dict[str, Any], request: str) -> Dossier:
    """A dossier before the CNIL under this request number."""
    dossier = a_dossier(State.WITH_CNIL, people)
    Dossier.objects.filter(pk=dossier.pk).update(cnil_request=request)
    return dossier


def today() -> str:
    return paris_day(timezone.now()).strftime("%d/%m/%Y")


def kept(text: str, by: Any) -> DecisionList:
    return keep_list(text.encode(), "liste.csv", by=by, at=timezone.now())[0]


def a_paper(text: str = "Décisions de la CNIL") -> SimpleUploadedFile:
    """The paper from which an officer transcribed a list."""
    return SimpleUploadedFile("decisions.pdf", small_pdf([text]))


def stored(folder: Path) -> list[Path]:
    """The files of papers on the disk."""
    return [path for path in (folder / "cnil").rglob("*") if path.is_file()]


# --- the file -------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_usual_encodings_and_separators_are_read(encoding: str, separator: str) -> None:
    text = (HEAD + "925057;Refus;;16/05/2025;Sécurité insuffisante;\n").replace(";", separator)
    line = read(rows_in(text.encode(encoding)))[0]
    assert (line.key, line.move, line.text, line.faults) == ("925057", "refuse", "Sécurité insuffisante", ())


def test_columns_may_stand_in_any_order_under_their_usual_names() -> None:
    text = "Date de décision;Numéro de demande;DÉCISION;Inconnue\n2025-05-16;n° 925 057;Prolongation;x\n"
    line = read(rows_in(text.encode()))[0]
    assert (line.key, line.move, str(line.on), line.faults) == ("925057", "cnil_extends", "2025-05-16", ())


def test_conditions_come_one_a_line_and_keep_their_days() -> None:
    assert read(rows_in((HEAD + LINE).encode()))[0].text == "Informer | 31/12/2026\nTenir un registre"


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (";Refus;;16/05/2025;Motif;", "request number"),
        ("925057;Peut-être;;16/05/2025;;", "Peut-être"),
        ("925057;Refus;;demain;Motif;", "demain"),
        ("925057;Autorisation;;16/05/2025;;", "number"),
        ("925057;Refus;;16/05/2025;;", "reasons"),
        ("925057;Incomplet;;16/05/2025;;", "reasons"),
    ],
)
def test_each_line_says_its_own_faults(cells: str, fault: str) -> None:
    with translation.override("en"):
        assert fault in " ".join(read(rows_in((HEAD + cells).encode()))[0].faults)


def test_a_decision_that_stands_twice_is_read_once() -> None:
    assert [len(line.faults) for line in read(rows_in((HEAD + LINE + LINE).encode()))] == [0, 1]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"a;b;c\n1;2;3\n",
        b"x" * (MOST_BYTES + 1),
        (HEAD + LINE * (MOST_LINES + 1)).encode(),
        b"\xff\xfe\x00",
        b"\x00" * 40,
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(sent: bytes) -> None:
    with pytest.raises(RuleBroken):
        rows_in(sent)


def test_words_of_a_closing_choose_its_reason_or_become_its_explanation() -> None:
    known, free = read(rows_in((HEAD + "1;Classement;;16/05/2025;hors champ;\n2;Classement;;16/05/2025;Doublon;\n").encode()))
    assert (known.closing, known.text, free.closing, free.text) == ("out_of_scope", "", "other", "Doublon")


def test_what_a_page_sends_back_is_read_with_care() -> None:
    assert chosen_in(["2", "x", "-1", "²", "9999999"]) == [2]


# --- the dossiers ---------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_list_is_shown_matched_before_anything_is_recorded(people: dict[str, Any]) -> None:
    dossier, other = with_cnil(people, "925 057"), a_dossier(State.OPINION_GIVEN, people)
    Dossier.objects.filter(pk=other.pk).update(cnil_request="925999")
    text = HEAD + f"925057;Autorisation;DR-2025-104;{today()};;\n925999;Refus;;{today()};Motif;\n925000;Refus;;{today()};Motif;\n"
    shown = preview(kept(text, people["officer"]), by=people["officer"], at=timezone.now())
    assert [(one.line.number, one.dossier) for one in shown["ready"]] == [(2, dossier)]
    assert [(one.line.number, bool(one.dossier), bool(one.why_not)) for one in shown["not_matched"]] == [(3, True, True), (4, False, True)]
    assert Dossier.objects.get(pk=dossier.pk).state == State.WITH_CNIL
    assert not JournalLine.objects.filter(action="authorise").exists()


@pytest.mark.django_db
def test_chosen_lines_are_recorded_by_real_moves_and_the_same_file_twice_records_nothing_twice(people: dict[str, Any]) -> None:
    dossier, left = with_cnil(people, "925057"), with_cnil(people, "925058")
    text = HEAD + f"925057;Autorisation;DR-2025-104;{today()};;Informer | 31/12/2026\n925058;Prolongation;;{today()};;\n"
    found = kept(text, people["cnil"])
    assert apply(found, [2], by=people["cnil"], at=timezone.now()).recorded == 1
    again = Dossier.objects.get(pk=dossier.pk)
    assert (again.state, again.authorisation_number, again.obligations.get().words) == (State.AUTHORISED, "DR-2025-104", "Informer")
    assert JournalLine.objects.get(subject_id=dossier.pk, action="authorise").actor_role == "cnil_liaison"
    assert Dossier.objects.get(pk=left.pk).moved_at == left.moved_at

    same, is_new = keep_list(text.encode(), "encore.csv", by=people["cnil"], at=timezone.now())
    assert (same.pk, is_new) == (found.pk, False)
    told = apply(same, [2], by=people["cnil"], at=timezone.now())
    assert (told.recorded, told.refused) == (0, 0)
    assert [one.done for one in matches(same, by=people["cnil"], at=timezone.now())] == [True, False]
    other = kept(text + "\n", people["officer"])
    assert apply(other, [2], paper=a_paper(), by=people["officer"], at=timezone.now()).refused == 1
    assert JournalLine.objects.filter(subject_id=dossier.pk, action="authorise").count() == 1


@pytest.mark.django_db
def test_a_refused_line_is_told_and_does_not_stop_the_others(people: dict[str, Any]) -> None:
    first, second = with_cnil(people, "925057"), with_cnil(people, "925058")
    found = kept(HEAD + f"925057;Refus;;{today()};Motif;\n925058;Classement;;{today()};conforme;\n", people["officer"])
    at = timezone.now()
    first.authorise(by=people["cnil"], at=at, act=Recorded(paris_day(at), "DR-2025-1"))
    told = apply(found, [2, 3], paper=a_paper(), by=people["officer"], at=timezone.now())
    assert (told.recorded, told.refused) == (1, 1)
    found.refresh_from_db()
    assert found.report["2"]["refused"]
    assert found.report["3"]["done"]
    assert Dossier.objects.get(pk=second.pk).acts.get(action="close_without_action").outcome == "conforms"


@pytest.mark.django_db
@pytest.mark.parametrize("stored", ["925-057", "9250-5.7", "n° 92505 7", "92505/7"])
def test_a_stored_number_is_found_wherever_its_separators_stand(people: dict[str, Any], stored: str) -> None:
    dossier = with_cnil(people, stored)
    found = matches(kept(HEAD + f"925057;Refus;;{today()};Motif;\n", people["cnil"]), by=people["cnil"], at=timezone.now())
    assert [(one.dossier, one.is_ready) for one in found] == [(dossier, True)]


@pytest.mark.django_db
def test_a_line_that_fails_loses_itself_alone_and_dossiers_are_locked_in_order(
    people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = with_cnil(people, "925057"), with_cnil(people, "925058"), with_cnil(people, "925059")
    text = HEAD + "".join(f"{number};Refus;;{today()};Motif;\n" for number in ("925059", "925058", "925057"))
    found, order, real = kept(text, people["cnil"]), [], importing._tried

    def tried(line: Any, dossier: Dossier, *args: Any, **options: Any) -> Any:
        refusal = real(line, dossier, *args, **options)
        if not options.get("rehearse"):
            order.append(dossier.pk)
            if dossier.pk == second.pk:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1 / 0")
        return refusal

    monkeypatch.setattr(importing, "_tried", tried)
    told = apply(found, [2, 3, 4], by=people["cnil"], at=timezone.now())
    assert (told.recorded, told.refused, order) == (2, 1, [first.pk, second.pk, third.pk])
    states = [Dossier.objects.get(pk=one.pk).state for one in (first, second, third)]
    assert states == [State.REFUSED, State.WITH_CNIL, State.REFUSED]
    found.refresh_from_db()
    assert (found.report["2"]["done"], bool(found.report["3"]["refused"]), found.report["4"]["done"]) == (True, True, True)


@pytest.mark.django_db
def test_two_dossiers_of_one_request_and_dates_to_come_are_left(people: dict[str, Any]) -> None:
    with_cnil(people, "925057"), with_cnil(people, "925057"), with_cnil(people, "925058")
    later = (paris_day(timezone.now()) + timedelta(days=2)).isoformat()
    found = matches(
        kept(HEAD + f"925057;Refus;;{today()};M;\n925058;Refus;;{later};M;\n", people["cnil"]), by=people["cnil"], at=timezone.now()
    )
    assert [one.is_ready for one in found] == [False, False]


@pytest.mark.django_db
def test_nobody_matches_a_dossier_of_their_own_organisation(people: dict[str, Any]) -> None:
    dossier = with_cnil(people, "925057")
    MembershipFactory(user=people["cnil"], organisation=dossier.content.controller)
    found = matches(kept(HEAD + f"925057;Refus;;{today()};M;\n", people["cnil"]), by=people["cnil"], at=timezone.now())
    assert found[0].dossier is None


@pytest.mark.django_db
def test_only_the_secretariat_and_the_cnil_send_lists(people: dict[str, Any]) -> None:
    for person in (people["owner"], UserFactory(auditor=True)):
        with pytest.raises(NotAllowed):
            kept(HEAD + LINE, person)


# --- the paper from which an officer transcribed the list --------------------------------------------
@pytest.mark.django_db
@pytest.mark.usefixtures("own_media")
def test_an_officer_records_no_decision_without_the_paper_and_every_act_names_the_list_and_its_paper(
    people: dict[str, Any], tmp_path: Path
) -> None:
    dossier, other = with_cnil(people, "925057"), with_cnil(people, "925058")
    found = kept(HEAD + f"925057;Refus;;{today()};Motif;\n925058;Incomplet;;{today()};Une pièce manque;\n", people["officer"])
    assert [one.is_ready for one in matches(found, by=people["officer"], at=timezone.now())] == [True, True]
    with pytest.raises(RuleBroken) as refused:
        apply(found, [2, 3], by=people["officer"], at=timezone.now())
    assert [one.where for one in refused.value.broken] == ["paper"]
    assert {Dossier.objects.get(pk=one.pk).state for one in (dossier, other)} == {State.WITH_CNIL}
    with pytest.raises(RuleBroken):
        apply(found, [2], paper=SimpleUploadedFile("decisions.pdf", b"MZ\x90\x00"), by=people["officer"], at=timezone.now())
    assert (ListPaper.objects.count(), stored(tmp_path)) == (0, [])

    assert apply(found, [2], paper=a_paper(), by=people["officer"], at=timezone.now()).recorded == 1
    paper = ListPaper.objects.get(decisions=found)
    facts = JournalLine.objects.get(subject_id=dossier.pk, action="refuse").facts
    assert (facts["list"], facts["paper_sha256"], "document" in facts) == (found.pk, paper.sha256, False)
    assert not dossier.attachments.filter(name=paper.name).exists()
    assert len(stored(tmp_path)) == 1


@pytest.mark.django_db
def test_the_tab_says_from_which_list_a_decision_came_and_leads_there_whoever_may_open_it(client: Any, people: dict[str, Any]) -> None:
    dossier = with_cnil(people, "925057")
    found = kept(HEAD + f"925057;Autorisation;DR-2026-104;{today()};;\n", people["cnil"])
    assert apply(found, [2], by=people["cnil"], at=timezone.now()).recorded == 1
    tab, said = reverse("cnil:dossier", args=[dossier.reference]), f"list of decisions no. {found.pk}"
    pages = {
        name: sign_in(client, people[name]).get(tab, headers={"accept-language": "en"}).content.decode()
        for name in ("cnil", "officer", "owner")
    }
    assert [said in page for page in pages.values()] == [True, True, True]
    assert {name: found.get_absolute_url() in page for name, page in pages.items()} == {"cnil": True, "officer": False, "owner": False}
    assert "liste.csv" not in pages["owner"]


@pytest.mark.django_db
def test_what_is_no_decision_needs_no_paper(people: dict[str, Any]) -> None:
    dossier = with_cnil(people, "925057")
    found = kept(HEAD + f"925057;Incomplet;;{today()};Une pièce manque;\n", people["officer"])
    assert apply(found, [2], by=people["officer"], at=timezone.now()).recorded == 1
    assert JournalLine.objects.get(subject_id=dossier.pk, action="cnil_finds_incomplete").facts["list"] == found.pk


@pytest.mark.django_db
@pytest.mark.usefixtures("own_media")
def test_a_paper_is_replaced_until_a_decision_rests_on_it(
    people: dict[str, Any], tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with_cnil(people, "925057"), with_cnil(people, "925058")
    found = kept(HEAD + f"925057;Refus;;{today()};M;\n925058;Refus;;{today()};M;\n", people["officer"])
    with django_capture_on_commit_callbacks(execute=True):
        for text in ("Mauvais papier", "Bon papier"):
            apply(found, [], paper=a_paper(text), by=people["officer"], at=timezone.now())
    assert (ListPaper.objects.count(), len(stored(tmp_path))) == (1, 1)
    apply(found, [2], by=people["officer"], at=timezone.now())
    found.refresh_from_db()
    assert not asks_paper(found, people["officer"])
    with pytest.raises(WrongState):
        apply(found, [3], paper=a_paper("Un autre"), by=people["officer"], at=timezone.now())
    assert len(stored(tmp_path)) == 1

    ListPaper.objects.update(scan_state="infected", scanned_at=timezone.now())
    assert asks_paper(found, people["officer"])
    with pytest.raises(RuleBroken):
        apply(found, [3], by=people["officer"], at=timezone.now())
    assert apply(found, [3], paper=a_paper("Le même, sain"), by=people["officer"], at=timezone.now()).recorded == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("own_media")
def test_the_page_asks_an_officer_for_the_paper_and_keeps_the_ticks_when_it_is_missing(client: Any, people: dict[str, Any]) -> None:
    with_cnil(people, "925057"), with_cnil(people, "925058")
    found = kept(HEAD + f"925057;Refus;;{today()};M;\n925058;Refus;;{today()};M;\n", people["officer"])
    sign_in(client, people["officer"])
    refused = client.post(found.get_absolute_url(), {"line": ["3"]}, headers={"accept-language": "en"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Attach the paper of the CNIL from which this list was transcribed" in page
    assert 'value="3" checked' in page
    assert 'value="2" checked' not in page
    done = client.post(found.get_absolute_url(), {"line": ["3"], "paper": a_paper()}, follow=True, headers={"accept-language": "en"})
    assert "1 decision is recorded." in done.content.decode()
    assert reverse("cnil:list_paper", args=[found.pk]) in done.content.decode()
    assert 'type="file"' not in done.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("own_media")
def test_the_paper_is_handed_over_to_who_may_open_the_list_and_never_in_quarantine(client: Any, people: dict[str, Any]) -> None:
    with_cnil(people, "925057")
    found = kept(HEAD + f"925057;Refus;;{today()};M;\n", people["officer"])
    address = reverse("cnil:list_paper", args=[found.pk])
    assert sign_in(client, people["officer"]).get(address).status_code == 404
    apply(found, [2], paper=a_paper(), by=people["officer"], at=timezone.now())
    readers = ("officer", "head", "cnil", "owner", "president")
    answers = {name: sign_in(client, people[name]).get(address) for name in readers}
    assert {name: answer.status_code for name, answer in answers.items()} == dict(zip(readers, (200, 200, 404, 404, 404), strict=True))
    assert b"".join(answers["officer"].streaming_content)[:5] == b"%PDF-"
    for state in ("waiting", "infected"):
        ListPaper.objects.update(scan_state=state, scanned_at=timezone.now())
        assert sign_in(client, people["officer"]).get(address).status_code == 409
        assert sign_in(client, people["officer"]).get(found.get_absolute_url()).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("own_media")
def test_the_sweep_of_files_keeps_the_papers_of_lists(people: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_cnil(people, "925057")
    found = kept(HEAD + f"925057;Refus;;{today()};M;\n", people["officer"])
    apply(found, [2], paper=a_paper(), by=people["officer"], at=timezone.now())
    (tmp_path / "cnil" / "listes" / "orphan.pdf").write_bytes(b"x")
    later = timezone.now() + timedelta(days=3)
    monkeypatch.setattr("requests_app.cnil.tasks.timezone.now", lambda: later)
    assert sweep_orphan_papers() == 1
    assert len(stored(tmp_path)) == 1


# --- the pages ------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_liaison_sends_a_list_looks_at_it_and_records_it(client: Any, people: dict[str, Any]) -> None:
    dossier = with_cnil(people, "925057")
    sign_in(client, people["cnil"])
    file = SimpleUploadedFile("liste.csv", (HEAD + f"925057;Autorisation;2025/104;{today()};;\n").encode())
    found = client.post(reverse("cnil:lists"), {"file": file}, follow=True, headers={"accept-language": "en"})
    assert dossier.reference in found.content.decode()
    assert "does not look like a number of the CNIL" in found.content.decode()
    address = found.redirect_chain[-1][0]
    done = client.post(address, {"line": ["2"]}, follow=True, headers={"accept-language": "en"})
    assert "1 decision is recorded." in done.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).state == State.AUTHORISED


@pytest.mark.django_db
def test_a_list_is_open_to_who_sent_it_and_to_the_head_only(client: Any, people: dict[str, Any]) -> None:
    found = kept(HEAD + LINE, people["cnil"])
    statuses = [sign_in(client, people[name]).get(found.get_absolute_url()).status_code for name in ("cnil", "head", "officer", "owner")]
    assert statuses == [200, 200, 404, 404]
