"""The page of each move: it makes the move with what was written, or says why not with everything kept; twice makes one."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app.models import Attachment, Dossier
from requests_app.move_forms import SCREENS, PublicationsField
from requests_app.policies import MAY, transcribes
from requests_app.recording import instant_of
from requests_app.services import state_wish, suspend
from requests_app.states import Basis, Opinion, State
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.files.corpus import a_pdf
from tests.requests_app.factories import a_dossier, make
from workflow.engine import moves_of
from workflow.models import JournalLine
from workflow.periods import PARIS, paris_day

pytestmark = pytest.mark.django_db


def address(dossier: Dossier, move: str) -> str:
    return reverse("dossiers:move", args=[dossier.reference, move])


def send(client: Client, dossier: Dossier, move: str, **typed):
    """Send the form of a move as the browser does, with the rank of the journal that the page showed."""
    typed = {"happened_on": paris_day(timezone.now()).isoformat(), "seen": dossier.journal_seq, "as_written": "on"} | typed
    return client.post(address(dossier, move), typed, headers={"accept-language": "en"})


def paper() -> SimpleUploadedFile:
    """The decision that an officer transcribes."""
    return SimpleUploadedFile("decision.pdf", a_pdf(), content_type="application/pdf")


def now_in(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def test_every_move_that_a_person_may_make_has_its_page() -> None:
    by_people = {name for name in moves_of(Dossier) if MAY[name] != frozenset({"system"})}
    assert by_people <= set(SCREENS)
    assert set(SCREENS) - by_people == {
        "take",
        "assign",
        "remind",
        "state_wish",
        "suspend",
        "lift_suspension",
        "publish_results",
        "ask_signature",
    }


#: Move → state from which it starts, who makes it, what is written, state to which it leads.
STORY = {
    "ask_for_complement": (State.SUBMITTED, "officer", {"text": "Le protocole manque."}, State.INCOMPLETE),
    "declare_complete": (State.SUBMITTED, "officer", {}, State.COMPLETE),
    "send_to_committee": (State.COMPLETE, "officer", {}, State.WITH_COMMITTEE),
    "extend_committee": (State.WITH_COMMITTEE, "president", {"text": "Expertise attendue."}, State.WITH_COMMITTEE),
    "record_opinion": (State.WITH_COMMITTEE, "president", {"opinion": "favourable"}, State.OPINION_GIVEN),
    "cnil_finds_incomplete": (State.WITH_CNIL, "cnil", {"text": "Une pièce manque."}, State.CNIL_INCOMPLETE),
    "complete_for_cnil": (State.CNIL_INCOMPLETE, "officer", {}, State.WITH_CNIL),
    "cnil_extends": (State.WITH_CNIL, "cnil", {}, State.WITH_CNIL),
    "authorise": (State.WITH_CNIL, "officer", {"reference": "DR-2026-7"}, State.AUTHORISED),
    "refuse": (State.WITH_CNIL, "officer", {"text": "Sécurité insuffisante.", "confirmed": "on"}, State.REFUSED),
    "close_without_action": (State.WITH_CNIL, "cnil", {"reason": "out_of_scope", "confirmed": "on"}, State.CLOSED_WITHOUT_ACTION),
    "begin_contracting": (State.AUTHORISED, "officer", {}, State.CONTRACTING),
    "enter_convention": (State.CONTRACTING, "officer", {"reference": "CONV-1"}, State.IN_PREPARATION),
    "open_data": (State.IN_PREPARATION, "officer", {}, State.RUNNING),
    "end": (State.RUNNING, "owner", {}, State.ENDED),
    "certify_destruction": (State.ENDED, "officer", {"confirmed": "on"}, State.DESTROYED),
    "close": (State.DESTROYED, "officer", {"confirmed": "on"}, State.CLOSED),
    "withdraw": (State.SUBMITTED, "owner", {"text": "Financement perdu.", "confirmed": "on"}, State.WITHDRAWN),
}


@pytest.mark.parametrize("move", STORY)
def test_a_move_is_made_from_its_page_with_one_line_in_the_journal(client: Client, people: dict, move: str) -> None:
    state, who, typed, target = STORY[move]
    dossier = a_dossier(state, people, begun=timezone.now() - timedelta(days=40))
    sign_in(client, people[who])
    assert client.get(address(dossier, move)).status_code == 200
    answer = send(client, dossier, move, **typed | ({"document": paper()} if transcribes(people[who], dossier, move) else {}))
    assert answer.status_code == 302, answer.content.decode()
    assert (now_in(dossier).state, now_in(dossier).journal_seq) == (target, dossier.journal_seq + 1)
    assert now_in(dossier).acts.latest("id").action == move


def test_the_day_written_becomes_the_instant_of_the_move_and_of_the_act(client: Client, people: dict) -> None:
    dossier = a_dossier(State.WITH_CNIL, people, begun=timezone.now() - timedelta(days=40))
    day = paris_day(timezone.now() - timedelta(days=5))
    send(sign_in(client, people["officer"]), dossier, "authorise", reference="DR-2026-7", happened_on=day.isoformat(), document=paper())
    found = now_in(dossier)
    assert (found.authorised_on, found.authorisation_number, found.basis) == (day, "DR-2026-7", Basis.EXPRESS)
    assert found.moved_at == datetime.combine(day, time(12), tzinfo=PARIS)


def test_on_the_day_of_the_last_event_the_move_does_not_come_before_it() -> None:
    now = timezone.now()
    yesterday = paris_day(now - timedelta(days=1))
    late = datetime.combine(yesterday, time(18), tzinfo=PARIS)
    early = datetime.combine(yesterday, time(8), tzinfo=PARIS)
    assert instant_of(yesterday, Dossier(moved_at=late), now) == late
    assert instant_of(yesterday, Dossier(moved_at=early), now) == datetime.combine(yesterday, time(12), tzinfo=PARIS)
    assert instant_of(paris_day(now), Dossier(moved_at=late), now) == now
    assert instant_of(None, Dossier(), now) == now


@pytest.mark.parametrize("days", [1, -60])
def test_a_day_out_of_order_comes_back_beside_the_date_with_everything_kept(client: Client, people: dict, days: int) -> None:
    dossier = a_dossier(State.SUBMITTED, people, begun=timezone.now() - timedelta(days=10))
    day = paris_day(timezone.now() + timedelta(days=days))
    answer = send(
        sign_in(client, people["officer"]), dossier, "ask_for_complement", text="Le protocole manque.", happened_on=day.isoformat()
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"happened_on"}
    assert "Le protocole manque." in answer.content.decode()
    assert now_in(dossier).state == State.SUBMITTED


def test_a_broken_rule_comes_back_beside_its_field_with_the_text_of_law(client: Client, people: dict) -> None:
    dossier = a_dossier(State.WITH_COMMITTEE, people, begun=timezone.now() - timedelta(days=15))
    answer = send(sign_in(client, people["officer"]), dossier, "record_opinion", opinion="unfavourable", reference="AV-12")
    assert answer.status_code == 422
    assert "art. 90" in answer.context["form"].errors["text"][0]
    assert 'value="AV-12"' in answer.content.decode()


def test_a_paper_is_kept_as_a_decision_with_the_act(client: Client, people: dict) -> None:
    dossier = a_dossier(State.WITH_CNIL, people, begun=timezone.now() - timedelta(days=40))
    send(sign_in(client, people["officer"]), dossier, "authorise", reference="DR-2026-7", document=paper())
    act = now_in(dossier).acts.latest("id")
    assert (act.document.kind, act.document.name) == (Attachment.Kind.DECISION, "decision.pdf")


def test_a_refused_move_keeps_no_paper_in_the_database_nor_on_the_disk(client: Client, people: dict, settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    dossier = a_dossier(State.WITH_COMMITTEE, people, begun=timezone.now() - timedelta(days=15))
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    paper = SimpleUploadedFile("avis.pdf", a_pdf(), content_type="application/pdf")
    answer = send(sign_in(client, people["officer"]), dossier, "record_opinion", opinion="reserved", document=paper)
    assert answer.status_code == 422
    assert not Attachment.objects.filter(name="avis.pdf").exists()
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_paper_of_the_wrong_kind_is_refused_beside_its_field(client: Client, people: dict) -> None:
    dossier = a_dossier(State.WITH_CNIL, people, begun=timezone.now() - timedelta(days=40))
    paper = SimpleUploadedFile("decision.pdf", b"MZ\x90\x00 not a paper", content_type="application/pdf")
    answer = send(sign_in(client, people["officer"]), dossier, "authorise", reference="DR-2026-7", document=paper)
    assert answer.context["form"].errors.keys() == {"document"}
    assert now_in(dossier).state == State.WITH_CNIL


def test_a_second_click_makes_nothing_and_says_what_the_first_one_did(client: Client, people: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    sign_in(client, people["officer"])
    first, second = (send(client, dossier, "declare_complete") for _click in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert "Declared complete" in second.content.decode()
    assert JournalLine.objects.filter(subject_id=dossier.pk, action="declare_complete").count() == 1


@pytest.mark.parametrize("move", ["remind", "take"])
def test_a_second_click_on_what_leaves_the_state_alone_makes_nothing_either(client: Client, people: dict, move: str) -> None:
    dossier = a_dossier(State.INCOMPLETE, people)
    sign_in(client, people["officer"])
    assert [send(client, dossier, move).status_code for _click in range(2)] == [302, 409]
    assert now_in(dossier).journal_seq == dossier.journal_seq + 1


def test_what_is_grave_is_confirmed_by_naming_the_dossier(client: Client, people: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    sign_in(client, people["owner"])
    assert (
        f"I confirm “Withdraw the dossier” for dossier {dossier.reference}."
        in client.get(address(dossier, "withdraw"), headers={"accept-language": "en"}).content.decode()
    )
    assert "Je confirme l’action" in client.get(address(dossier, "withdraw"), headers={"accept-language": "fr"}).content.decode()
    assert send(client, dossier, "withdraw", text="Financement perdu.").status_code == 422
    assert now_in(dossier).state == State.SUBMITTED


def test_a_day_to_come_is_told_with_the_other_errors(client: Client, people: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    answer = send(sign_in(client, people["officer"]), dossier, "ask_for_complement", happened_on="2999-01-01", text="")
    assert set(answer.context["form"].errors) == {"happened_on", "text"}


@pytest.mark.parametrize(
    ("who", "move", "status"), [("owner", "declare_complete", 403), ("officer", "withdraw", 403), ("officer", "authorise", 409)]
)
def test_somebody_without_the_role_or_at_the_wrong_time_is_told_so(client: Client, people: dict, who: str, move: str, status: int) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    sign_in(client, people[who])
    assert client.get(address(dossier, move)).status_code == status
    assert send(client, dossier, move).status_code == status


def test_a_stranger_finds_no_page_of_any_move(client: Client, people: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    sign_in(client, UserFactory())
    assert {client.get(address(dossier, move)).status_code for move in ("withdraw", "declare_complete")} == {404}


def test_the_owner_asks_for_the_cnil_and_the_officer_transmits(client: Client, people: dict) -> None:
    dossier = a_dossier(State.OPINION_GIVEN, people)
    assert send(sign_in(Client(), people["owner"]), dossier, "state_wish").status_code == 302
    assert send(sign_in(client, people["officer"]), now_in(dossier), "seize_cnil", reference="926001").status_code == 302
    found = now_in(dossier)
    assert (found.state, found.cnil_request, found.cnil_received_on) == (State.WITH_CNIL, "926001", paris_day(timezone.now()))


def test_the_head_confirms_a_tacit_authorisation_once_the_period_is_over(client: Client, people: dict) -> None:
    dossier = a_dossier(State.WITH_CNIL, people, begun=timezone.now() - timedelta(days=150))
    answer = send(sign_in(client, people["head"]), dossier, "confirm_tacit_authorisation", confirmed="on")
    assert answer.status_code == 302, answer.content.decode()
    assert now_in(dossier).basis == Basis.TACIT


def test_a_commitment_is_verified_on_its_own_page_and_needs_its_number(client: Client, people: dict) -> None:
    dossier = a_dossier(State.COMPLETE, people, procedure="mr004")
    sign_in(client, people["officer"])
    own = reverse("cnil:verify", args=[dossier.reference])
    assert send(client, dossier, "verify_commitment", reference="2230001").headers["Location"] == own
    assert now_in(dossier).state == State.COMPLETE
    assert "number" in client.post(own, {"happened_on": paris_day(timezone.now()).isoformat()}).context["form"].errors


def test_a_project_on_its_own_data_starts_without_extraction(client: Client, people: dict) -> None:
    dossier = a_dossier(State.COMPLETE, people, procedure="mr004", databases=[], other_sources="Cohorte propre")
    make(dossier, "verify_commitment", people, timezone.now())
    assert send(sign_in(client, people["officer"]), dossier, "start_without_extraction").status_code == 302
    assert now_in(dossier).state == State.RUNNING


def test_a_dossier_is_entrusted_to_an_officer_and_not_to_one_of_the_applicants_side(client: Client, people: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    insider = MembershipFactory(user=UserFactory(officer=True), organisation=dossier.content.controller).user
    sign_in(client, people["head"])
    assert send(client, dossier, "assign", officer=insider.pk).context["form"].errors.keys() == {"officer"}
    assert send(client, dossier, "assign", officer=people["officer"].pk).status_code == 302
    assert now_in(dossier).officer == people["officer"]


def test_only_officers_can_be_chosen(client: Client, people: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    answer = send(sign_in(client, people["head"]), dossier, "assign", officer=people["owner"].pk)
    assert answer.status_code == 422
    assert now_in(dossier).officer is None


def test_a_suspension_is_made_and_lifted(client: Client, people: dict) -> None:
    dossier = a_dossier(State.RUNNING, people)
    sign_in(client, people["officer"])
    assert send(client, dossier, "suspend", cause="security", reason="Jeton perdu.", confirmed="on").status_code == 302
    assert now_in(dossier).is_suspended
    assert send(client, now_in(dossier), "suspend", cause="security", reason="Encore.", confirmed="on").status_code == 409
    assert send(client, now_in(dossier), "lift_suspension").status_code == 302
    assert not now_in(dossier).is_suspended


def test_data_are_not_opened_while_the_dossier_is_suspended(client: Client, people: dict) -> None:
    dossier = a_dossier(State.IN_PREPARATION, people)
    suspend(dossier, by=people["officer"], at=timezone.now(), cause="breach", reason="Manquement.")
    answer = send(sign_in(client, people["officer"]), now_in(dossier), "open_data")
    assert answer.status_code == 422
    assert now_in(dossier).state == State.IN_PREPARATION


def test_results_are_published_with_their_publications(client: Client, people: dict) -> None:
    dossier = a_dossier(State.ENDED, people)
    works = "Dupont et al., 2026 | https://example.org/a\nRapport interne"
    answer = send(sign_in(client, people["owner"]), dossier, "publish_results", results="Méthode et résultats.", publications=works)
    assert answer.status_code == 302
    expected = [{"title": "Dupont et al., 2026", "url": "https://example.org/a"}, {"title": "Rapport interne", "url": ""}]
    assert now_in(dossier).content.publications == expected


def test_a_publication_with_a_wrong_address_is_refused() -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        PublicationsField(required=False).clean("Article | javascript:alert(1)")


def test_an_opinion_that_is_none_of_the_four_is_refused(client: Client, people: dict) -> None:
    dossier = a_dossier(State.WITH_COMMITTEE, people, begun=timezone.now() - timedelta(days=15))
    assert send(sign_in(client, people["president"]), dossier, "record_opinion", opinion=Opinion.TACIT).status_code == 422


def test_a_wish_that_was_stated_is_not_asked_for_again(client: Client, people: dict) -> None:
    dossier = a_dossier(State.OPINION_GIVEN, people)
    state_wish(dossier, by=people["owner"], at=timezone.now())
    assert send(sign_in(client, people["owner"]), now_in(dossier), "state_wish").status_code == 409
