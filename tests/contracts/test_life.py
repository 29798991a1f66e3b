"""A signed convention takes effect, opens the gate, is suspended, amended, ends; what is missing is said, and the data are destroyed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from contracts.clauses.checklists import items_for
from contracts.drafting.plan import plan_of
from contracts.drafting.services.editing import set_parameters
from contracts.drafting.services.preparing import Wish, set_parties, write_text
from contracts.library.services.drafts import Said, begin_clause, begin_template, draw_up_clause, draw_up_template, entries_of
from contracts.life.consolidated import Layer, consolidate
from contracts.life.gate import AUTHORISATION, CONVENTION, PAYMENT, gate_of
from contracts.life.notifications import remind
from contracts.life.services import amending
from contracts.life.services.amending import begin_amendment, text_in_force, unlocked, unlocked_by
from contracts.life.services.ending import certify_destruction, end_due, renewed_until, waive_payment
from contracts.life.services.force import enter_force, enter_if_ready
from contracts.life.tasks import follow_conventions, try_one
from contracts.models import Convention, Template
from contracts.states import AmendmentKind, ConventionState, Kind
from contracts.text.clauses import ClauseText, TemplateText, Text
from contracts.text.document import Article, Block, BlockKind, Document, Negotiable
from contracts.text.values import day_said
from requests_app.models import Dossier, Suspension
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.contracts import drafting
from tests.contracts.drafting import FROM, Scene, a_convention, approved, signed_by
from tests.fees.quoting import set_columns
from tests.files.corpus import a_pdf
from workflow.models import Clock, JournalLine, OutboxMessage
from workflow.periods import paris_day
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
DIGEST = "ab" * 32


def signed_convention() -> Scene:
    """A convention that all have signed; nothing of its fees is settled."""
    scene = a_convention()
    return all_signed(scene, approved(scene))


def all_signed(scene: Scene, convention: Convention) -> Scene:
    """The same once its approved convention is signed by all."""
    convention.send_for_signature(by=scene.officer, at=timezone.now(), document_sha256=DIGEST)
    convention.complete_signature(by=User.objects.system(), at=timezone.now(), document_sha256=DIGEST)
    return scene


def in_force(scene: Scene | None = None) -> Scene:
    """A convention in force, of a project that pays nothing."""
    scene = scene or signed_convention()
    waive_payment(scene.convention, "Gratuité décidée.", by=scene.lawyer, at=timezone.now())
    enter_force(scene.convention, by=scene.officer, at=timezone.now())
    return scene


def lights(dossier: Dossier) -> dict[str, bool]:
    gate = gate_of(Dossier.objects.get(pk=dossier.pk), paris_day(timezone.now()))
    return {light.code: light.is_on for light in gate.lights}


def test_it_takes_effect_only_when_nothing_is_missing_and_says_what_is(in_english: None) -> None:
    scene = signed_convention()
    with pytest.raises(RuleBroken, match="No quote is accepted"):
        enter_force(scene.convention, by=scene.officer, at=timezone.now())
    assert not enter_if_ready(scene.convention, timezone.now())
    assert lights(scene.dossier) == {AUTHORISATION: True, CONVENTION: False, PAYMENT: False}
    with pytest.raises(NotAllowed):
        waive_payment(scene.convention, "Gratuité.", by=scene.officer, at=timezone.now())
    in_force(scene)
    assert scene.convention.effective_from == max(FROM, paris_day(timezone.now()))
    assert all(lights(scene.dossier).values())
    dossier = Dossier.objects.get(pk=scene.dossier.pk)
    assert (dossier.state, dossier.convention_reference) == (State.IN_PREPARATION, scene.convention.number)


def test_the_last_signature_has_it_looked_at_and_it_takes_effect_by_itself() -> None:
    scene = signed_convention()
    message = OutboxMessage.objects.get(kind="convention_force")
    waive_payment(scene.convention, "Gratuité décidée.", by=scene.lawyer, at=timezone.now())
    try_one(message)
    assert Convention.objects.get(pk=scene.convention.pk).state == ConventionState.IN_FORCE
    try_one(message)
    assert JournalLine.objects.filter(subject_type="convention", action="enter_force").count() == 1


def test_a_suspension_of_the_convention_or_of_the_dossier_closes_the_gate() -> None:
    scene = in_force()
    scene.convention.suspend(by=scene.officer, at=timezone.now(), because="Un manquement.")
    assert not lights(scene.dossier)[CONVENTION]
    scene.convention.resume(by=scene.officer, at=timezone.now())
    assert all(lights(scene.dossier).values())
    Suspension.objects.create(
        dossier=scene.dossier, cause=Suspension.Cause.BREACH, reason="x", salt="y", since=timezone.now(), suspended_by=scene.officer
    )
    assert not lights(scene.dossier)[AUTHORISATION]
    assert lights(scene.dossier)[CONVENTION]


def test_a_draft_takes_nothing_away_from_a_convention_on_paper() -> None:
    scene = a_convention()
    assert not lights(scene.dossier)[CONVENTION]
    set_columns(scene.dossier, convention_on=paris_day(timezone.now()))
    assert lights(scene.dossier)[CONVENTION]


def test_its_end_closes_the_gate_once_and_opens_the_duty_to_destroy() -> None:
    scene = in_force()
    set_columns(scene.dossier, data_opened_on=paris_day(timezone.now()))
    yesterday = paris_day(timezone.now()) - timedelta(days=1)
    set_columns(scene.convention, effective_from=yesterday - timedelta(days=30), effective_until=yesterday)
    assert (follow_conventions(), follow_conventions()) == (1, 0)
    convention = Convention.objects.get(pk=scene.convention.pk)
    assert (convention.state, convention.ended_on) == (ConventionState.EXPIRED, yesterday)
    assert not lights(scene.dossier)[CONVENTION]
    clock = Clock.objects.get(subject_type="convention", subject_id=convention.pk, code="K-DESTR")
    assert clock.outcome == "running"
    upload = SimpleUploadedFile("certificat.pdf", a_pdf(), "application/pdf")
    with pytest.raises(RuleBroken):
        certify_destruction(convention, yesterday - timedelta(days=1), upload, by=scene.officer, at=timezone.now())
    upload.seek(0)
    certify_destruction(convention, yesterday, upload, by=scene.officer, at=timezone.now())
    clock.refresh_from_db()
    assert clock.outcome == "met"


def test_what_was_never_delivered_leaves_nothing_to_destroy() -> None:
    scene = in_force()
    scene.convention.terminate(by=scene.lawyer, at=timezone.now(), on=paris_day(timezone.now()), because="Projet abandonné.")
    assert not Clock.objects.filter(subject_type="convention", code="K-DESTR").exists()


def test_a_convention_with_a_tacit_renewal_goes_on() -> None:
    scene = in_force()
    yesterday = paris_day(timezone.now()) - timedelta(days=1)
    set_columns(scene.convention, effective_from=yesterday - timedelta(days=30), effective_until=yesterday, tacit_renewal_months=12)
    scene.convention.refresh_from_db(fields=["effective_until", "effective_from", "tacit_renewal_months"])
    end_due(scene.convention, timezone.now())
    assert scene.convention.state == ConventionState.IN_FORCE
    assert scene.convention.effective_until == renewed_until(yesterday, 12, paris_day(timezone.now()))
    assert renewed_until(date(2024, 1, 31), 1, date(2024, 4, 29)) == date(2024, 4, 30)


def test_the_parties_are_told_once_of_an_end_that_is_near() -> None:
    scene = in_force()
    today = paris_day(timezone.now())
    set_columns(scene.convention, effective_until=today + timedelta(days=30))
    assert remind(today) == 1
    told = OutboxMessage.objects.filter(kind="mail", key__contains="ends_soon").count()
    assert told
    remind(today)
    assert OutboxMessage.objects.filter(kind="mail", key__contains="ends_soon").count() == told
    assert remind(today + timedelta(days=1)) == 0


def an_amendment(scene: Scene, *changes: str, **told: Any) -> Convention:
    """An amendment that is begun and written."""
    amendment_template(scene)
    amendment = begin_amendment(scene.convention, changes, by=scene.officer, at=timezone.now())
    facts = {"amends.changes": "La durée.", "term.from": FROM} | told
    write_text(amendment, Wish(facts), by=scene.officer, at=timezone.now())
    return amendment


def amendment_template(scene: Scene) -> None:
    """A template of amendments with one clause of its own."""
    if Template.objects.filter(kind=Kind.AMENDMENT).exists():
        return
    author, at = UserFactory(roles=[Role.LEGAL_OFFICER]), timezone.now() - timedelta(days=30)
    covered = tuple(item.code for item in items_for(Kind.AMENDMENT))
    words = Text("Il modifie la convention [[amends.number]] : [[amends.changes]]", "It changes [[amends.number]]: [[amends.changes]]")
    clause = ClauseText("amended_clauses", 1, Text("Objet", "Purpose"), words, covers=covered)
    version = draw_up_clause(begin_clause(clause.code, by=author, at=at, position=90), clause, by=author, at=at)
    version.ask_review(by=author, at=at)
    version.approve(by=scene.lawyer, at=at)
    template = begin_template("avenant-essai", Kind.AMENDMENT, by=author, at=at)
    entries = entries_of([clause.code])
    text = TemplateText(template.code, 1, Kind.AMENDMENT, Text("Avenant", "Amendment"), (entries[clause.code],), (), ())
    made = draw_up_template(template, Said(date(2026, 1, 1)), text, by=author, at=at)
    made.ask_review(by=author, at=at)
    made.approve(by=scene.lawyer, at=at)


def test_an_amendment_hangs_from_the_root_one_at_a_time_and_only_while_it_is_in_force(in_english: None) -> None:
    scene = signed_convention()
    with pytest.raises(WrongState, match="in force"):
        begin_amendment(scene.convention, [AmendmentKind.DURATION], by=scene.officer, at=timezone.now())
    in_force(scene)
    with pytest.raises(RuleBroken):
        begin_amendment(scene.convention, [], by=scene.officer, at=timezone.now())
    amendment = an_amendment(scene, AmendmentKind.DURATION)
    assert amendment.number == f"{scene.convention.number}-A1"
    assert [party.name for party in amendment.parties_read()] == [party.name for party in scene.convention.parties_read()]
    with pytest.raises(RuleBroken, match="does not change who is party"):
        set_parties(amendment, [], by=scene.officer, at=timezone.now())
    with pytest.raises(WrongState, match="under way"):
        begin_amendment(scene.convention, [AmendmentKind.DURATION], by=scene.officer, at=timezone.now())
    with pytest.raises(WrongState, match="never another amendment"):
        begin_amendment(amendment, [AmendmentKind.DURATION], by=scene.officer, at=timezone.now())
    with pytest.raises(DatabaseError, match="hangs from the root"), transaction.atomic():
        Convention.objects.filter(pk=amendment.pk).update(root=amendment, number="CONV-2026-99999-A1")


def test_the_end_of_a_convention_ends_its_amendments() -> None:
    scene = in_force()
    amendment = an_amendment(scene, AmendmentKind.DURATION)
    scene.convention.terminate(by=scene.lawyer, at=timezone.now(), on=paris_day(timezone.now()), because="Fin du projet.")
    assert Convention.objects.get(pk=amendment.pk).state == ConventionState.ABANDONED


def test_every_kind_of_amendment_unlocks_clauses_of_its_own() -> None:
    kinds = unlocked_by()
    assert set(kinds) == set(AmendmentKind.values)
    codes = [code for clauses in kinds.values() for code in clauses]
    assert len(codes) == len(set(codes))
    assert "duration" in unlocked([AmendmentKind.DURATION]) and "fees" not in unlocked([AmendmentKind.DURATION])


def article(code: str, words: str) -> Article:
    return Article(code, 1, 0, code.title(), Negotiable.FREE, (Block(BlockKind.PARAGRAPH, (words,)),))


def layer(number: str, day: int, *articles: Article) -> Layer:
    return Layer(number, date(2026, 1, day), Document("provision", number, "fr", "Convention", (), articles))


def test_the_text_in_force_after_two_amendments_has_the_history_of_each_article() -> None:
    layers = [
        layer("C", 1, article("data", "SNDS"), article("duration", "un an"), article("signature", "Paris")),
        layer("C-A1", 2, article("amended_agreement", "objet"), article("duration", "deux ans"), article("signature", "Lyon")),
        layer("C-A2", 3, article("duration", "trois ans"), article("security", "à distance")),
    ]
    found = {one.code: one for one in consolidate(layers, frozenset({"amended_agreement", "signature"}))}
    assert list(found) == ["data", "duration", "signature", "security"]
    assert [wording.number for wording in found["duration"].history] == ["C", "C-A1", "C-A2"]
    assert found["duration"].article and found["duration"].article.blocks[0].items == ("trois ans",)
    assert not found["signature"].was_changed and not found["data"].was_changed


def test_pages_of_its_life_are_for_those_who_may(client: Client, english_pages: None) -> None:
    scene = in_force()
    base = f"/conventions/{scene.convention.number}"
    for person, expected in ((scene.lawyer, 200), (scene.people["owner"], 404), (UserFactory(), 404)):
        assert sign_in(client, person).get(f"{base}/vie/resilier/").status_code == expected, person
    reader = sign_in(client, scene.people["owner"])
    page = reader.get(f"{base}/texte-en-vigueur/")
    assert page.status_code == 200 and b"text in force" in page.content
    assert b"The gate to the data" in reader.get(f"{base}/").content
    officer = sign_in(client, scene.officer)
    assert officer.post(f"{base}/vie/suspendre/", {"because": ""}).status_code == 422
    officer.post(f"{base}/vie/suspendre/", {"because": "Manquement."})
    assert Convention.objects.get(pk=scene.convention.pk).state == ConventionState.SUSPENDED


def test_the_gate_asks_the_same_number_of_questions_whatever_hangs_from_the_dossier(django_assert_max_num_queries: Any) -> None:
    scene = in_force()
    dossier = Dossier.objects.get(pk=scene.dossier.pk)
    with django_assert_max_num_queries(8):
        gate_of(dossier, paris_day(timezone.now()))
    assert [one.code for one in text_in_force(scene.convention)]
    assert signed_by(scene.lawyer, scene.convention).device


def test_an_amendment_of_the_duration_words_its_clause_anew_and_moves_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = ClauseText("duration", 1, Text("Durée", "Term"), Text("Du [[term.from]] au [[term.until]].", "[[term.from]], [[term.until]]."))
    monkeypatch.setattr(drafting, "CLAUSES", (*drafting.CLAUSES[:3], ends))
    scene = a_convention(written=False)
    today = paris_day(timezone.now())
    first, later = today + timedelta(days=100), today + timedelta(days=400)
    told = Wish({"term.from": today, "term.until": first})
    write_text(scene.convention, told, by=scene.officer, at=timezone.now() - timedelta(hours=2))
    in_force(all_signed(scene, approved(scene)))
    assert scene.convention.effective_until == first
    amendment = an_amendment(scene, AmendmentKind.DURATION, **{"term.from": today, "term.until": later})
    plan, version = plan_of(amendment), amendment.latest()
    assert plan.asked["term.until"] is False and plan.initial["term.until"] == later and version is not None
    worded = [one for one in version.document.articles if one.code == "duration"]
    assert len(worded) == 1 and day_said(later, "fr") in worded[0].blocks[0].items[0]
    amendment.send_to_review(by=scene.officer, at=timezone.now())
    signed = signed_by(scene.lawyer, amendment)
    amendment.approve(by=scene.lawyer, at=timezone.now(), version=version, signed=signed)
    all_signed(scene, amendment)
    assert enter_if_ready(amendment, timezone.now())
    assert Convention.objects.get(pk=scene.convention.pk).effective_until == later
    duration = next(one for one in text_in_force(scene.convention) if one.code == "duration")
    assert [wording.number for wording in duration.history] == [scene.convention.number, amendment.number]


def test_a_parameter_of_a_clause_that_an_amendment_takes_over_is_set_with_the_facts_of_the_convention(
    monkeypatch: pytest.MonkeyPatch, in_english: None
) -> None:
    words = Text("Du [[term.from]], [[retention.years]] ans, sous [[parameter.days]] jours.", "[[term.from]], [[parameter.days]] days.")
    renewal = ClauseText(
        "renewal", 1, Text("Reconduction", "Renewal"), words, Negotiable.PARAMETERS, parameters=drafting.CLAUSES[1].parameters
    )
    monkeypatch.setattr(drafting, "CLAUSES", (*drafting.CLAUSES[:3], renewal))
    scene = a_convention(written=False)
    told = Wish({"term.from": FROM, "retention.years": Decimal(3)})
    write_text(scene.convention, told, by=scene.officer, at=timezone.now() - timedelta(hours=2))
    in_force(all_signed(scene, approved(scene)))
    amendment = an_amendment(scene, AmendmentKind.DURATION, **{"term.from": FROM.replace(year=2027)})
    version = set_parameters(amendment, "renewal", {"days": 45}, "", by=scene.officer, at=timezone.now())
    said = version.document.article("renewal")
    assert said and "3 ans, sous 45 jours" in said.blocks[0].items[0] and day_said(FROM, "fr") in said.blocks[0].items[0]
    monkeypatch.setattr(amending, "facts_in_force", lambda _root: {})
    with pytest.raises(RuleBroken, match="Say this: "):
        set_parameters(amendment, "renewal", {"days": 30}, "", by=scene.officer, at=timezone.now())


def test_data_are_not_opened_while_the_gate_of_a_convention_is_closed(in_english: None) -> None:
    scene = in_force()
    scene.convention.suspend(by=scene.officer, at=timezone.now(), because="Un manquement.")
    dossier = Dossier.objects.get(pk=scene.dossier.pk)
    with pytest.raises(RuleBroken, match="is not in force"):
        dossier.open_data(by=scene.officer, at=timezone.now())
    scene.convention.resume(by=scene.officer, at=timezone.now())
    dossier.open_data(by=scene.officer, at=timezone.now())
    assert dossier.state == State.RUNNING


def test_it_does_not_take_effect_by_hand_before_its_first_day(in_english: None) -> None:
    scene = a_convention(written=False)
    told = Wish({"term.from": paris_day(timezone.now()) + timedelta(days=10)})
    write_text(scene.convention, told, by=scene.officer, at=timezone.now() - timedelta(hours=2))
    all_signed(scene, approved(scene))
    waive_payment(scene.convention, "Gratuité décidée.", by=scene.lawyer, at=timezone.now())
    with pytest.raises(RuleBroken, match="still to come"):
        enter_force(scene.convention, by=scene.officer, at=timezone.now())
