"""The completeness check: verdicts, the one message, what comes back changed, and what may not be lost."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from requests_app.checking.groups import BY_CODE, GROUPS
from requests_app.checking.items import items_of
from requests_app.checking.message import message_of
from requests_app.checking.models import CheckRound, Judgement, ReusableReason, RoundOutcome, Verdict
from requests_app.checking.reference import load_reasons
from requests_app.checking.services import (
    Said,
    ask_for_everything,
    conclude_complete,
    find_the_rest_fine,
    keep_verdict,
    must_be_checked,
)
from requests_app.checking.sheet import asked_points, sheet_of
from requests_app.models import Attachment, Dossier, DossierSource
from requests_app.sections import SECTIONS
from requests_app.states import State
from requests_app.transitions.base import Recorded
from tests.accounts.factories import UserFactory
from tests.accounts.mailbox import deliver_all
from tests.requests_app.factories import a_dossier, a_draft, make
from workflow.models import JournalLine
from workflow.outbox import muted
from workflow.periods import paris_day
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
FINE, TO_COMPLETE, NOT_APPLICABLE = Judgement.FINE, Judgement.TO_COMPLETE, Judgement.NOT_APPLICABLE


@pytest.fixture
def dossier(people: dict) -> Dossier:
    return a_dossier(State.SUBMITTED, people)


def again(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_related("content").get(pk=dossier.pk)


def judge(dossier: Dossier, item: str, people: dict, judgement: str = FINE, text: str = "", **said: Any) -> Any:
    seen = said.pop("seen", None)
    standing = sheet_of(dossier).of(item)
    revision = standing.revision if standing and seen is None else seen or 0
    return keep_verdict(
        dossier, item, Said(judgement, said.get("reasons", ()), text), by=people["officer"], at=timezone.now(), seen=revision
    )


def all_fine(dossier: Dossier, people: dict) -> None:
    """Everything that is left is fine, or needless with a word."""
    find_the_rest_fine(dossier, by=people["officer"], at=timezone.now())
    for one in sheet_of(dossier).unsettled:
        judge(dossier, one.item.code, people, NOT_APPLICABLE, "Sans objet ici.")


def change(dossier: Dossier, **values: Any) -> None:
    """What the applicant writes, as it stands once saved."""
    for name, value in values.items():
        setattr(dossier.content, name, value)
    dossier.content.save()
    dossier.content.forget()


def a_piece(dossier: Dossier, kind: str, people: dict, text: bytes = b"%PDF-1.7 un") -> Attachment:
    piece = Attachment(
        dossier=dossier,
        kind=kind,
        name=f"{kind}.pdf",
        storage_name=f"{secrets.token_hex(12)}.pdf",
        content_type="application/pdf",
        size=len(text),
        sha256=f"{hash(text) % 10**20:064d}",
        added_at=timezone.now(),
        added_by=people["owner"],
    )
    piece.file.save(piece.storage_name, ContentFile(text), save=False)
    piece.save()
    return piece


# --- items ---------------------------------------------------------------------------------------
def test_every_field_of_the_form_stands_in_exactly_one_item() -> None:
    grouped = [name for group in GROUPS for name in group.fields]
    assert sorted(grouped) == sorted(name for section in SECTIONS for name in section.fields)


def test_an_item_is_written_in_one_section_of_the_form() -> None:
    sections = {name: section.code for section in SECTIONS for name in section.fields}
    assert {group.code: {sections[name] for name in group.fields} for group in GROUPS} == {group.code: {group.section} for group in GROUPS}


def test_items_are_few_and_follow_the_form(dossier: Dossier) -> None:
    codes = [item.code for item in items_of(dossier)]
    assert codes.index("field:title") < codes.index("field:purpose") < codes.index("field:calendar")
    assert len(codes) == len(set(codes)) <= 40
    assert any(code.startswith("source:") for code in codes)
    assert any(code.startswith("piece:") for code in codes)


def test_identifiers_are_an_item_of_their_own_once_they_are_asked_for(dossier: Dossier) -> None:
    source = DossierSource.objects.get(content=dossier.content)
    code = f"identifiers:{source.database.slug}"
    assert sheet_of(again(dossier)).of(code) is None
    source.identifiers = {"residence": "Utile."}
    source.save()
    assert sheet_of(again(dossier)).of(code) is not None


def test_the_digest_moves_with_what_the_item_says_and_with_nothing_else(dossier: Dossier) -> None:
    before = {item.code: item.digest for item in items_of(dossier)}
    change(dossier, lay_summary=dossier.content.lay_summary + " Une phrase de plus.")
    after = {item.code: item.digest for item in items_of(again(dossier))}
    assert {code for code in before if before[code] != after[code]} == {"field:summary"}


# --- verdicts ------------------------------------------------------------------------------------
def test_the_first_verdict_begins_a_round_and_the_journal_notes_it_once(dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:title", people)
    judge(dossier, "field:summary", people, TO_COMPLETE, "Plus simple.")
    check = CheckRound.objects.get(dossier=dossier)
    assert (check.version, check.begun_by, check.closed_at) == (1, people["officer"], None)
    assert JournalLine.objects.filter(subject_id=dossier.pk, action="check").count() == 1


def test_the_journal_holds_no_word_of_a_verdict(dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:summary", people, TO_COMPLETE, "Phrase confidentielle.")
    assert not [line for line in JournalLine.objects.filter(subject_id=dossier.pk) if "confidentielle" in str(line.facts)]


@pytest.mark.parametrize("judgement", [TO_COMPLETE, NOT_APPLICABLE])
def test_what_is_not_fine_needs_a_reason(dossier: Dossier, people: dict, judgement: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        judge(dossier, "field:title", people, judgement)
    assert refused.value.broken[0].where == "text"
    assert not Verdict.objects.exists()


def test_a_reason_is_given_only_for_the_items_it_is_meant_for(dossier: Dossier, people: dict) -> None:
    about_summary = ReusableReason.objects.get(code="resume-technique")
    assert judge(dossier, "field:summary", people, TO_COMPLETE, reasons=[about_summary]).verdict.reasons.get() == about_summary
    with pytest.raises(RuleBroken):
        judge(dossier, "field:title", people, TO_COMPLETE, reasons=[about_summary])


def test_two_officers_on_one_item_the_second_is_told_and_nothing_is_lost(dossier: Dossier, people: dict) -> None:
    other = people | {"officer": UserFactory(officer=True)}
    judge(dossier, "field:title", people, TO_COMPLETE, "Titre trop long.", seen=0)
    met = judge(dossier, "field:title", other, FINE, seen=0)
    assert met.conflict
    assert (met.verdict.text, met.verdict.given_by) == ("Titre trop long.", people["officer"])
    kept = judge(dossier, "field:title", other, FINE, seen=met.verdict.revision)
    assert not kept.conflict
    assert Verdict.objects.get(item="field:title").judgement == FINE


def test_the_same_verdict_sent_twice_is_no_conflict(dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:title", people, TO_COMPLETE, "Trop long.", seen=0)
    assert not judge(dossier, "field:title", people, TO_COMPLETE, "Trop long.", seen=0).conflict
    assert Verdict.objects.get(item="field:title").revision == 1


def test_only_an_officer_checks_and_only_while_the_dossier_is_checked(dossier: Dossier, people: dict) -> None:
    with pytest.raises(NotAllowed):
        judge(dossier, "field:title", people | {"officer": people["owner"]})
    with pytest.raises(WrongState):
        judge(a_dossier(State.COMPLETE, people), "field:title", people)


def test_the_rest_is_found_fine_in_one_go_but_what_is_empty_is_left(dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:title", people, TO_COMPLETE, "Trop long.")
    count = find_the_rest_fine(dossier, by=people["officer"], at=timezone.now())
    sheet = sheet_of(dossier)
    assert count == sum(1 for one in sheet.standings if one.state == FINE) > 5
    assert sheet.of("field:title").state == TO_COMPLETE  # type: ignore[union-attr]
    assert [one.item.code for one in sheet.unsettled] == [one.item.code for one in sheet.standings if one.item.is_empty]
    assert sheet.unsettled


# --- concluding ----------------------------------------------------------------------------------
def test_one_message_lists_every_item_with_its_reasons_in_the_applicants_language(dossier: Dossier, people: dict) -> None:
    reason = ReusableReason.objects.get(code="resume-technique")
    judge(dossier, "field:summary", people, TO_COMPLETE, "Voir le troisième paragraphe.", reasons=[reason])
    judge(dossier, "field:dpo", people, TO_COMPLETE, "Boîte de fonction attendue.")
    judge(dossier, "field:title", people, FINE)
    people["owner"].language = "fr"
    people["owner"].save()
    french = message_of(dossier)
    assert reason.text_fr in french
    assert french.index("1. ") < french.index("Boîte de fonction attendue.") < french.index("2. ") < french.index("Voir le troisième")
    people["owner"].language = "en"
    people["owner"].save()
    assert reason.text_en in message_of(dossier)
    assert reason.text_fr not in message_of(dossier)


def test_the_message_becomes_the_act_closes_the_round_and_is_mailed(dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:dpo", people, TO_COMPLETE, "Boîte de fonction attendue.")
    ask_for_everything(dossier, by=people["officer"], at=timezone.now(), added="Bonjour.")
    act = dossier.acts.get(action="ask_for_complement")
    assert act.text.startswith("Bonjour.")
    assert "Boîte de fonction attendue." in act.text
    check = CheckRound.objects.get(dossier=dossier)
    assert (dossier.state, check.outcome) == (State.INCOMPLETE, RoundOutcome.COMPLEMENT)
    mail.outbox.clear()
    deliver_all()
    assert any("Boîte de fonction attendue." in str(letter.body) for letter in mail.outbox)


def test_nothing_to_complete_is_nothing_to_ask(dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:dpo", people, FINE)
    with pytest.raises(RuleBroken):
        ask_for_everything(dossier, by=people["officer"], at=timezone.now())
    assert again(dossier).state == State.SUBMITTED


def test_a_dossier_with_an_item_to_complete_is_declared_complete_by_no_road(dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:dpo", people, TO_COMPLETE, "Boîte de fonction attendue.")
    with pytest.raises(RuleBroken):
        conclude_complete(dossier, by=people["officer"], at=timezone.now())
    with pytest.raises(RuleBroken):
        dossier.declare_complete(by=people["officer"], at=timezone.now(), act=Recorded())
    judge(dossier, "field:dpo", people, NOT_APPLICABLE, "Pas de délégué : organisme étranger.")
    all_fine(dossier, people)
    conclude_complete(dossier, by=people["officer"], at=timezone.now())
    assert dossier.state == State.COMPLETE
    assert CheckRound.objects.get(dossier=dossier).outcome == RoundOutcome.COMPLETE


def test_a_dossier_is_not_declared_complete_from_the_check_before_every_item_was_seen(dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:dpo", people, FINE)
    with pytest.raises(RuleBroken) as refused:
        conclude_complete(dossier, by=people["officer"], at=timezone.now())
    left = len(sheet_of(dossier).unsettled)
    assert str(refused.value.broken[0].sentence).startswith(f"{left} ")
    assert again(dossier).state == State.SUBMITTED


def test_a_dossier_that_nobody_checked_is_declared_complete_by_no_road(dossier: Dossier, people: dict, settings: Any) -> None:
    settings.CHECKED_SINCE = paris_day(dossier.submitted_at)
    with pytest.raises(RuleBroken) as refused:
        dossier.declare_complete(by=people["officer"], at=timezone.now(), act=Recorded())
    assert str(refused.value.broken[0].sentence).startswith(f"{len(sheet_of(dossier).standings)} ")
    all_fine(dossier, people)
    dossier.declare_complete(by=people["officer"], at=timezone.now(), act=Recorded())
    assert again(dossier).state == State.COMPLETE


def test_a_dossier_filed_before_the_check_was_compulsory_and_history_replayed_go_without_it(
    dossier: Dossier, people: dict, settings: Any
) -> None:
    settings.CHECKED_SINCE = paris_day(dossier.submitted_at)
    assert must_be_checked(dossier)
    with muted():
        assert not must_be_checked(dossier)
    settings.CHECKED_SINCE = paris_day(dossier.submitted_at) + timedelta(days=1)
    dossier.declare_complete(by=people["officer"], at=timezone.now(), act=Recorded())
    assert again(dossier).state == State.COMPLETE


def test_a_decision_dated_back_closes_the_round_all_the_same(dossier: Dossier, people: dict) -> None:
    all_fine(dossier, people)
    dossier.declare_complete(by=people["officer"], at=timezone.now() - timedelta(days=1), act=Recorded())
    assert CheckRound.objects.get(dossier=dossier).closed_at is not None


# --- coming back ---------------------------------------------------------------------------------
def test_what_did_not_change_keeps_its_verdict_and_what_changed_is_to_check_again(dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:dpo", people, TO_COMPLETE, "Boîte de fonction attendue.")
    judge(dossier, "field:calendar", people, TO_COMPLETE, "Dates à revoir.")
    all_fine(dossier, people)
    ask_for_everything(dossier, by=people["officer"], at=timezone.now())
    change(dossier, dpo_contact="donnees@exemple.fr", title="Un autre titre")
    make(dossier, "resubmit", people, timezone.now())
    sheet = sheet_of(again(dossier))
    assert {one.item.code for one in sheet.unsettled} == {"field:dpo", "field:title"}
    assert [one.item.code for one in sheet.to_complete] == ["field:calendar"]


def test_what_was_asked_and_not_done_is_asked_again_in_the_next_round(dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:calendar", people, TO_COMPLETE, "Dates à revoir.")
    ask_for_everything(dossier, by=people["officer"], at=timezone.now())
    make(dossier, "resubmit", people, timezone.now())
    ask_for_everything(dossier, by=people["officer"], at=timezone.now())
    assert [one.verdict.asked for one in asked_points(dossier) if one.verdict] == ["Dates à revoir."]
    assert CheckRound.objects.filter(dossier=dossier, outcome=RoundOutcome.COMPLEMENT).count() == 2


def test_a_reason_rewritten_later_does_not_change_what_was_asked(dossier: Dossier, people: dict) -> None:
    reason = ReusableReason.objects.get(code="resume-technique")
    judge(dossier, "field:summary", people, TO_COMPLETE, reasons=[reason])
    ask_for_everything(dossier, by=people["officer"], at=timezone.now())
    former = reason.text_fr
    reason.text_fr = "Tout autre texte."
    reason.save()
    assert [one.verdict.asked for one in asked_points(dossier) if one.verdict] == [former]


def test_a_new_version_of_a_piece_is_to_check_again(dossier: Dossier, people: dict, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    piece = a_piece(dossier, "protocol", people)
    judge(dossier, "piece:protocol", people, FINE)
    assert sheet_of(dossier).of("piece:protocol").state == FINE  # type: ignore[union-attr]
    Attachment.objects.filter(pk=piece.pk).update(removed_at=timezone.now())
    a_piece(dossier, "protocol", people, b"%PDF-1.7 deux")
    assert sheet_of(dossier).of("piece:protocol").state == "changed"  # type: ignore[union-attr]


def test_the_completeness_loop_halves_one_round_trip_instead_of_five(people: dict, settings: Any, tmp_path: Any) -> None:
    """Five faults of different kinds: asked together they take one round trip; asked one by one, as by letters, they take five."""
    settings.MEDIA_ROOT = tmp_path
    assert round_trips(people, together=True) == 1
    assert round_trips(people, together=False) == 5


def faults_and_mendings(dossier: Dossier, people: dict) -> dict[str, Any]:
    """Five faults, each with what mends it."""
    source = DossierSource.objects.get(content=dossier.content)

    def justify() -> None:
        source.identifiers = {
            "residence": "La commune permet de relier chaque personne à l'indice de désavantage social de son lieu de vie."
        }
        source.save()
        dossier.content.forget()

    return {
        "field:summary": lambda: change(dossier, lay_summary="Une phrase courte. " * 15),
        "piece:protocol": lambda: a_piece(dossier, "protocol", people, b"%PDF-1.7 le bon protocole"),
        f"identifiers:{source.database.slug}": justify,
        "field:dpo": lambda: change(dossier, dpo_contact="dpo@exemple.fr"),
        "field:calendar": lambda: change(dossier, starts_on=date(2027, 1, 4), ends_on=date(2030, 1, 4)),
    }


def round_trips(people: dict, *, together: bool) -> int:
    """Check a faulty dossier until it is complete; the answer is how often the applicant had to be asked."""
    dossier = a_draft(people, dpo_contact="marie.curie@exemple.fr", starts_on=date(2020, 1, 6), ends_on=date(2021, 1, 6))
    DossierSource.objects.filter(content=dossier.content).update(identifiers={"residence": "Utile."})
    dossier.content.forget()
    make(dossier, "submit", people, timezone.now() - timedelta(days=2))
    dossier = again(dossier)
    mendings = faults_and_mendings(dossier, people)
    for code in mendings:
        judge(dossier, code, people, TO_COMPLETE, f"À reprendre : {code}.")
    all_fine(dossier, people)
    while asked := [one.item.code for one in sheet_of(dossier).to_complete][: None if together else 1]:
        if together:
            ask_for_everything(dossier, by=people["officer"], at=timezone.now())
        else:
            dossier.ask_for_complement(by=people["officer"], at=timezone.now(), act=Recorded(text=asked[0]))
        for code in asked:
            mendings[code]()
        make(dossier, "resubmit", people, timezone.now())
        assert {one.item.code for one in sheet_of(dossier).unsettled} == set(asked)
        for code in asked:
            judge(dossier, code, people, FINE)
    conclude_complete(dossier, by=people["officer"], at=timezone.now())
    assert again(dossier).state == State.COMPLETE
    return dossier.acts.filter(action="ask_for_complement").count()


# --- what the database holds ------------------------------------------------------------------------
def test_a_dossier_has_one_open_round_only(dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:title", people)
    with pytest.raises(IntegrityError, match="check_one_open_round_per_dossier"), transaction.atomic():
        CheckRound.objects.create(dossier=dossier, version=1, begun_at=timezone.now(), begun_by=people["officer"])


def test_an_item_has_one_verdict_a_round_and_a_known_one(dossier: Dossier, people: dict) -> None:
    verdict = judge(dossier, "field:title", people).verdict
    said = {"round": verdict.round, "digest": "0", "given_by": people["officer"], "given_at": timezone.now()}
    with pytest.raises(IntegrityError, match="verdict_once_per_item_and_round"), transaction.atomic():
        Verdict.objects.create(item="field:title", judgement=FINE, **said)
    with pytest.raises(IntegrityError, match="verdict_judgement_is_known"), transaction.atomic():
        Verdict.objects.create(item="field:dpo", judgement="perhaps", **said)
    with pytest.raises(IntegrityError, match="verdict_asks_only_what_is_to_complete"), transaction.atomic():
        Verdict.objects.create(item="field:dpo", judgement=FINE, asked="Quoi ?", **said)


def test_a_closed_round_says_how_it_ended(dossier: Dossier, people: dict) -> None:
    judge(dossier, "field:title", people)
    with pytest.raises(IntegrityError, match="check_round_closed_says_how"), transaction.atomic():
        CheckRound.objects.filter(dossier=dossier).update(closed_at=timezone.now())


def test_the_first_reasons_are_there_in_both_languages_and_loaded_once() -> None:
    assert ReusableReason.objects.count() >= 12
    assert not ReusableReason.objects.filter(text_en="").exists()
    assert load_reasons() == 0
    meant_for = {one.item for one in ReusableReason.objects.all() if one.item.startswith("field:")}
    assert meant_for <= set(BY_CODE)


def test_the_number_of_queries_of_the_list_does_not_grow(dossier: Dossier, people: dict, django_assert_max_num_queries: Any) -> None:
    for one in sheet_of(dossier).standings:
        judge(dossier, one.item.code, people, TO_COMPLETE, "À revoir.", reasons=[])
    fresh = again(dossier)
    with django_assert_max_num_queries(14):
        assert len(sheet_of(fresh).to_complete) > 10
