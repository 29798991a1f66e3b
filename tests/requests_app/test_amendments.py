"""Amendments: begun from what is authorised, qualified by the table, registered or authorised, merged, contested."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm, get_user_perms

from registry.models import Fiche
from requests_app.amendments import services
from requests_app.amendments.models import Amendment, Stage
from requests_app.amendments.reading import signers_of
from requests_app.amendments.rules import broken_before_filing
from requests_app.amendments.table import table_on, tables
from requests_app.models import Attachment, Dossier
from requests_app.pieces import attach
from requests_app.services import change_procedure, delete_draft
from requests_app.signatures import Signature
from requests_app.states import State
from requests_app.tasks import end_due_projects
from requests_app.team import signing
from requests_app.team.services import declare_entitled
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.accounts.mailbox import deliver_all
from tests.requests_app.amended import (
    NEW_MAILBOX,
    a_pdf,
    an_authorised,
    answers_to,
    begun,
    filed,
    fresh,
    qualified,
    register,
    registered,
    reread,
    signed_by,
    write,
)
from tests.requests_app.factories import a_dossier, a_draft, cast, make
from workflow.models import JournalLine, MessageState, OutboxMessage
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db


def actions(dossier: Dossier) -> list[str]:
    return list(JournalLine.objects.filter(subject_type="dossier", subject_id=dossier.pk).order_by("seq").values_list("action", flat=True))


# --- beginning -----------------------------------------------------------------------------------
def test_an_amendment_begins_from_what_is_authorised_with_the_same_team() -> None:
    dossier, people = an_authorised()
    editor = UserFactory()
    assign_perm("editor", editor, dossier)
    amendment = services.begin_amendment(dossier, kind="modification", by=people["owner"], at=timezone.now())
    draft = amendment.draft
    assert draft is not None and draft.amends == dossier and draft.state == State.DRAFT and draft.procedure == dossier.procedure
    assert reread(draft).content.snapshot() == dossier.content.snapshot() == amendment.before
    assert set(get_user_perms(editor, draft)) == {"editor"}
    assert draft.reference == f"{dossier.reference}-M1"
    assert actions(dossier)[-1] == "begin_amendment"


@pytest.mark.parametrize("state", [State.DRAFT, State.WITH_CNIL, State.REFUSED, State.ENDED, State.CLOSED])
def test_only_an_authorised_project_that_has_not_ended_is_amended(state: str) -> None:
    people = cast()
    dossier = a_dossier(state, people)
    with pytest.raises(WrongState):
        services.begin_amendment(dossier, kind="modification", by=people["owner"], at=timezone.now())
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("who", ["officer", "head", "editor", "stranger"])
def test_nobody_but_the_owner_begins_an_amendment(who: str) -> None:
    dossier, people = an_authorised()
    people |= {"editor": UserFactory(), "stranger": UserFactory()}
    assign_perm("editor", people["editor"], dossier)
    with pytest.raises(NotAllowed):
        services.begin_amendment(dossier, kind="modification", by=people[who], at=timezone.now())


def test_one_amendment_is_prepared_at_a_time_and_its_number_is_never_used_again() -> None:
    dossier, people = an_authorised()
    first = begun(dossier, people)
    with pytest.raises(WrongState):
        services.begin_amendment(dossier, kind="renewal", by=people["owner"], at=timezone.now())
    delete_draft(first.draft, by=people["owner"])
    assert fresh(first).stage == Stage.GIVEN_UP
    assert begun(dossier, people).number == 2


def test_an_amendment_of_an_amendment_is_refused() -> None:
    dossier, people = an_authorised()
    draft = begun(dossier, people).draft
    with pytest.raises(WrongState):
        services.begin_amendment(draft, kind="modification", by=people["owner"], at=timezone.now())


def test_an_amendment_keeps_the_procedure_of_the_dossier_that_it_amends() -> None:
    dossier, people = an_authorised()
    with pytest.raises(WrongState):
        change_procedure(begun(dossier, people).draft, "mr004", by=people["owner"], at=timezone.now())


# --- qualifying ----------------------------------------------------------------------------------
def test_what_the_change_touches_decides_what_is_asked_and_what_is_presumed() -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, controller=OrganisationFactory(), ends_on=date(2032, 1, 5))
    table = table_on(timezone.now().date())
    assert [one.code for one in table.asked(amendment.before, amendment.proposed())] == ["controller", "duration", "information"]
    with pytest.raises(RuleBroken) as refusal:
        services.qualify(amendment, {}, summary="Changement.", by=people["owner"], at=timezone.now())
    assert [one.where for one in refusal.value.broken] == ["controller", "duration", "information"]


def test_a_no_to_a_substantial_change_says_why() -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, recipients="Un laboratoire partenaire.")
    answers = {"recipients": {"answer": "no", "why": " "}, "information": {"answer": "no", "why": ""}}
    with pytest.raises(RuleBroken) as refusal:
        services.qualify(amendment, answers, summary="Précision.", by=people["owner"], at=timezone.now())
    assert [one.where for one in refusal.value.broken] == ["recipients_why"]


@pytest.mark.parametrize("code", ["controller", "recipients", "purpose", "data", "duration"])
def test_each_yes_of_the_table_makes_the_change_substantial(code: str) -> None:
    (table,) = tables()
    assert table.is_substantial({code: {"answer": "yes"}, "information": {"answer": "no"}})
    assert not table.is_substantial({code: {"answer": "no"}, "information": {"answer": "yes"}})


def test_a_change_made_after_the_qualification_asks_for_another_one() -> None:
    dossier, people = an_authorised()
    amendment = qualified(begun(dossier, people, **NEW_MAILBOX), people)
    assert amendment.is_qualified() and amendment.substantial is False
    write(amendment.draft, funding="Un nouvel appel à projets.")
    assert not fresh(amendment).is_qualified()
    with pytest.raises(RuleBroken):
        register(amendment, people)


def test_a_renewal_extends_something() -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, "renewal", **NEW_MAILBOX)
    with pytest.raises(RuleBroken) as refusal:
        services.qualify(amendment, {}, summary="Prolongation.", by=people["owner"], at=timezone.now())
    assert [one.where for one in refusal.value.broken] == ["ends_on"]
    write(amendment.draft, ends_on=date(2031, 1, 5))
    assert qualified(fresh(amendment), people, duration="yes").substantial is True


# --- the road of the register --------------------------------------------------------------------
def test_a_registered_change_applies_at_once_and_leaves_no_draft() -> None:
    dossier, people = an_authorised()
    fiche = Fiche.objects.get(dossier=dossier)
    amendment = registered(dossier, people)
    assert amendment.stage == Stage.REGISTERED and amendment.draft is None
    assert not Dossier.objects.filter(amends=dossier).exists()
    dossier = reread(dossier)
    assert dossier.content.dpo_contact == NEW_MAILBOX["dpo_contact"]
    assert dossier.content_is_as_filed() and amendment.applied_version == dossier.versions.count()
    assert actions(dossier)[-2:] == ["begin_amendment", "register_amendment"]
    after = Fiche.objects.get(dossier=dossier)
    assert after.pk == fiche.pk and after.said["dpo_mailbox"] == NEW_MAILBOX["dpo_contact"]
    assert after.said["amended_on"] == [timezone.localdate().isoformat()]


def test_the_secretariat_is_told_of_what_was_registered_without_it() -> None:
    dossier, people = an_authorised()
    registered(dossier, people)
    assert OutboxMessage.objects.filter(kind="amendment_registered", payload__dossier=dossier.pk).count() == 1


def test_nothing_of_the_amendment_is_said_in_the_journal_but_numbers_and_a_seal() -> None:
    dossier, people = an_authorised()
    registered(dossier, people)
    facts = JournalLine.objects.get(subject_id=dossier.pk, action="register_amendment").facts
    assert set(facts) == {"amendment", "act", "version", "text_sha256", "pieces", "second_factor"}
    assert "adresse" not in str(facts)
    assert dossier.acts.get(action="register_amendment").text == "Nouvelle adresse du délégué."


def test_a_substantial_change_is_not_registered_and_another_one_is_not_filed() -> None:
    dossier, people = an_authorised()
    substantial = qualified(begun(dossier, people, recipients="Un industriel."), people, recipients="yes")
    with pytest.raises(RuleBroken):
        register(substantial, people)
    assert not list(broken_before_filing(reread(substantial.draft)))
    light = qualified(substantial, people)
    assert light.substantial is False
    assert len(list(broken_before_filing(reread(light.draft)))) == 1


def test_a_draft_that_changes_nothing_or_was_not_qualified_is_not_filed() -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people)
    assert [str(one.sentence)[:7] for one in broken_before_filing(reread(amendment.draft))]
    write(amendment.draft, recipients="Un industriel.")
    assert len(list(broken_before_filing(reread(amendment.draft)))) == 1
    assert not list(broken_before_filing(dossier))


@pytest.mark.parametrize("who", ["owner", "editor", "officer", "stranger", "signatory of the draft alone"])
def test_only_a_signatory_of_the_authorised_dossier_registers(who: str) -> None:
    dossier, people = an_authorised()
    person = people.get(who) or UserFactory(device=True)
    if who == "editor":
        assign_perm("editor", person, dossier)
    amendment = qualified(begun(dossier, people, **NEW_MAILBOX), people)
    if who.startswith("signatory"):
        assign_perm("signatory", person, amendment.draft)
        assert person not in signers_of(amendment)
    with pytest.raises(NotAllowed):
        services.register(amendment, by=person, at=timezone.now(), signed=signed_by(person, amendment))
    assert fresh(amendment).stage == Stage.PREPARING


def test_an_amendment_is_registered_with_a_second_factor_or_not_at_all() -> None:
    dossier, people = an_authorised()
    amendment, other = qualified(begun(dossier, people, **NEW_MAILBOX), people), UserFactory(device=True)
    read = signed_by(people["signatory"], amendment)
    for signed in (None, replace(read, device=""), replace(read, device=signed_by(other, amendment).device)):
        with pytest.raises(RuleBroken):
            services.register(amendment, by=people["signatory"], at=timezone.now(), signed=signed)
    assert fresh(amendment).stage == Stage.PREPARING
    line = JournalLine.objects.get(pk=_registration(amendment, people, read))
    assert line.facts["second_factor"] == read.device and line.actor == people["signatory"]


def _registration(amendment: Amendment, people: dict[str, Any], signed: Signature) -> int:
    services.register(amendment, by=people["signatory"], at=timezone.now(), signed=signed)
    return int(JournalLine.objects.get(subject_id=amendment.dossier_id, action="register_amendment").pk)


@pytest.mark.parametrize("what", ["content", "answers", "summary", "pieces"])
def test_what_is_registered_is_what_the_signatory_read(what: str) -> None:
    dossier, people = an_authorised()
    amendment = qualified(begun(dossier, people, recipients="Un laboratoire."), people)
    read = signed_by(people["signatory"], amendment)
    if what == "content":
        write(amendment.draft, recipients="Un laboratoire et un industriel.")
        qualified(fresh(amendment), people)
    if what == "pieces":
        attach(amendment.draft, SimpleUploadedFile("lettre.pdf", a_pdf(2)), "information", by=people["owner"], at=timezone.now())
    if what in ("answers", "summary"):
        said = dict(answers_to(amendment, timezone.now())) | (
            {"recipients": {"answer": "no", "why": "Autre."}} if what == "answers" else {}
        )
        words = "Autre résumé." if what == "summary" else amendment.summary
        services.qualify(amendment, said, summary=words, by=people["owner"], at=timezone.now())
    with pytest.raises(RuleBroken):
        services.register(amendment, by=people["signatory"], at=timezone.now(), signed=read)
    register(amendment, people)


def test_the_owner_asks_for_the_signature_of_a_change_that_is_only_registered() -> None:
    dossier, people = an_authorised()
    amendment = qualified(begun(dossier, people, **NEW_MAILBOX), people)
    draft = reread(amendment.draft)
    signing.ask(draft, by=people["owner"], at=timezone.now())
    told = [letter for letter in deliver_all() if letter.to == [people["signatory"].email]]
    assert any(reverse("dossiers:file", args=[draft.reference]) in letter.body for letter in told)
    register(amendment, people)
    told = [letter for letter in deliver_all() if letter.to == [people["owner"].email]]
    assert any("Nouvelle adresse du délégué." in letter.body for letter in told)
    assert not OutboxMessage.objects.filter(state=MessageState.DEAD).exists()


def test_the_signature_is_not_asked_for_what_cannot_be_registered() -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, **NEW_MAILBOX)
    with pytest.raises(RuleBroken):
        signing.ask(reread(amendment.draft), by=people["owner"], at=timezone.now())
    amendment = qualified(amendment, people)
    attach(amendment.draft, SimpleUploadedFile("lettre.pdf", a_pdf(2)), "information", by=people["owner"], at=timezone.now())
    Attachment.objects.filter(dossier=amendment.draft, name="lettre.pdf").update(scan_state="waiting")
    with pytest.raises(RuleBroken):
        signing.ask(reread(amendment.draft), by=people["owner"], at=timezone.now())


def test_an_owner_who_declares_in_an_amendment_that_they_may_sign_signs_for_the_project_too() -> None:
    dossier, people = an_authorised()
    amendment = qualified(begun(dossier, people, **NEW_MAILBOX), people)
    declare_entitled(amendment.draft, by=people["owner"], at=timezone.now(), delegation_attested=True)
    assert people["owner"] in signers_of(fresh(amendment))


# --- the road of the authorisation ---------------------------------------------------------------
def substantial(dossier: Dossier, people: dict[str, Any], **values: Any) -> Amendment:
    begun_at = timezone.now() - timedelta(days=30)
    amendment = begun(dossier, people, at=begun_at, **(values or {"ends_on": date(2033, 1, 5)}))
    return qualified(amendment, people, begun_at, duration="yes", recipients="yes", controller="yes", purpose="yes", data="yes")


def test_an_authorised_amendment_changes_the_first_dossier_and_closes_its_own() -> None:
    dossier, people = an_authorised()
    amendment = substantial(dossier, people)
    draft = filed(amendment, people)
    assert draft.state == State.CLOSED and draft.authorised_on is not None
    assert actions(draft)[-2:] == ["authorise", "conclude_amendment"]
    dossier, amendment = reread(dossier), fresh(amendment)
    assert dossier.content.ends_on == date(2033, 1, 5) and dossier.content_is_as_filed()
    assert dossier.state == State.AUTHORISED and actions(dossier)[-1] == "amendment_applied"
    assert amendment.stage == Stage.AUTHORISED and amendment.overridden == []


def test_an_amendment_never_has_a_fiche_of_its_own() -> None:
    dossier, people = an_authorised()
    draft = filed(substantial(dossier, people), people)
    (fiche,) = Fiche.objects.filter(dossier__in=[dossier, draft])
    assert fiche.dossier_id == dossier.pk and fiche.ends_on == date(2033, 1, 5) and len(fiche.said["amended_on"]) == 1


@pytest.mark.parametrize("state", [State.REFUSED, State.CLOSED_WITHOUT_ACTION])
def test_an_amendment_that_is_not_authorised_leaves_the_first_untouched(state: str) -> None:
    dossier, people = an_authorised()
    before, journal = dossier.content.snapshot(), None
    amendment = substantial(dossier, people)
    journal = actions(dossier)
    filed(amendment, people, state)
    assert reread(dossier).content.snapshot() == before and actions(dossier) == journal
    assert fresh(amendment).stage == Stage.REFUSED


def test_a_withdrawn_amendment_leaves_the_first_untouched() -> None:
    dossier, people = an_authorised()
    before = dossier.content.snapshot()
    amendment = substantial(dossier, people)
    make(amendment.draft, "withdraw", people, timezone.now())
    assert reread(dossier).content.snapshot() == before
    assert fresh(amendment).stage == Stage.GIVEN_UP


@pytest.mark.parametrize("procedure", ["mr007", "mr004"])
def test_a_verified_commitment_applies_the_amendment_too(procedure: str) -> None:
    people = cast()
    at = timezone.now() - timedelta(days=100)
    road = ["submit", "declare_complete", "send_to_committee", "record_opinion", "verify_commitment"]
    road = [move for move in road if procedure != "mr004" or move not in ("send_to_committee", "record_opinion")]
    dossier = a_draft(people, procedure=procedure, at=at)
    for day, move in enumerate(road):
        make(dossier, move, people, at + timedelta(days=day))
        dossier = reread(dossier)
    amendment = substantial(dossier, people)
    draft = reread(amendment.draft)
    for day, move in enumerate(road):
        make(draft, move, people, timezone.now() - timedelta(days=20 - day))
        draft = reread(draft)
    assert draft.state == State.CLOSED and reread(dossier).content.ends_on == date(2033, 1, 5)


def test_a_prolonged_project_does_not_end_on_its_former_day() -> None:
    ends_on = timezone.localdate() - timedelta(days=1)
    dossier, people = an_authorised(None, State.RUNNING, starts_on=date(2020, 1, 1), ends_on=date(2039, 1, 1))
    write(dossier, ends_on=ends_on)
    amendment = substantial(reread(dossier), people)
    filed(amendment, people)
    end_due_projects()
    assert reread(dossier).state == State.RUNNING
    assert Fiche.objects.get(dossier=dossier).ends_on == date(2033, 1, 5)


def test_a_project_that_was_not_prolonged_ends_on_its_day() -> None:
    dossier, _people = an_authorised(None, State.RUNNING, starts_on=date(2020, 1, 1), ends_on=date(2039, 1, 1))
    write(dossier, ends_on=timezone.localdate() - timedelta(days=1))
    end_due_projects()
    assert reread(dossier).state == State.ENDED


# --- side by side --------------------------------------------------------------------------------
def test_an_authorised_amendment_keeps_what_was_registered_meanwhile() -> None:
    dossier, people = an_authorised()
    long_one = substantial(dossier, people)
    draft = filed(long_one, people, State.WITH_CNIL, timezone.now() - timedelta(days=25))
    registered(reread(dossier), people, timezone.now() - timedelta(days=5))
    make(draft, "authorise", people, timezone.now())
    content = reread(dossier).content
    assert content.ends_on == date(2033, 1, 5) and content.dpo_contact == NEW_MAILBOX["dpo_contact"]
    assert fresh(long_one).overridden == []


def test_what_was_authorised_prevails_over_what_was_registered_meanwhile_and_the_place_is_noted() -> None:
    dossier, people = an_authorised()
    long_one = substantial(dossier, people, ends_on=date(2033, 1, 5), dpo_contact="dpd@exemple.fr")
    draft = filed(long_one, people, State.WITH_CNIL, timezone.now() - timedelta(days=25))
    registered(reread(dossier), people, timezone.now() - timedelta(days=5))
    make(draft, "authorise", people, timezone.now())
    assert reread(dossier).content.dpo_contact == "dpd@exemple.fr"
    assert fresh(long_one).overridden == ["dpo_contact"]
    assert JournalLine.objects.get(subject_id=dossier.pk, action="amendment_applied").facts["overridden"] == 1


def test_a_registration_that_clashes_with_what_was_authorised_meanwhile_is_refused_until_it_is_brought_up_to_date() -> None:
    dossier, people = an_authorised()
    long_one = substantial(dossier, people, ends_on=date(2033, 1, 5), dpo_contact="dpd@exemple.fr")
    draft = filed(long_one, people, State.WITH_CNIL, timezone.now() - timedelta(days=25))
    light = qualified(begun(reread(dossier), people, dpo_contact="rgpd@exemple.fr", funding="ANR."), people)
    make(draft, "authorise", people, timezone.now())
    with pytest.raises(RuleBroken) as refusal:
        register(light, people)
    assert len(refusal.value.broken) == 1 and fresh(light).stage == Stage.PREPARING
    assert services.bring_up_to_date(light, by=people["owner"], at=timezone.now()) == ["dpo_contact"]
    register(qualified(fresh(light), people), people)
    content = reread(dossier).content
    assert (content.dpo_contact, content.funding, content.ends_on) == ("rgpd@exemple.fr", "ANR.", date(2033, 1, 5))


# --- the secretariat contests --------------------------------------------------------------------
def test_a_contested_registration_is_set_aside_and_opens_the_road_of_authorisation() -> None:
    dossier, people = an_authorised()
    before = dossier.content.snapshot()
    amendment = registered(dossier, people, timezone.now() - timedelta(days=30), recipients="Un industriel.")
    following = services.contest(amendment, reason="Un industriel est une nouvelle catégorie.", by=people["officer"], at=timezone.now())
    dossier, amendment, following = reread(dossier), fresh(amendment), fresh(following)
    assert dossier.content.snapshot() == before and dossier.content_is_as_filed()
    assert amendment.stage == Stage.SET_ASIDE and following.replaces == amendment
    assert following.substantial and following.proposed()["recipients"] == "Un industriel."
    assert not list(broken_before_filing(reread(following.draft)))
    assert "amended_on" not in Fiche.objects.get(dossier=dossier).said
    assert "owner" in get_user_perms(people["owner"], following.draft)
    assert OutboxMessage.objects.filter(kind="tell_team", payload__dossier=dossier.pk).exists()


def test_setting_aside_leaves_what_was_changed_again_since() -> None:
    dossier, people = an_authorised()
    ago = timezone.now() - timedelta(days=30)
    contested = registered(dossier, people, ago, recipients="Un industriel.", funding="ANR.")
    registered(reread(dossier), people, ago + timedelta(days=1), funding="ANR et région.")
    services.contest(contested, reason="Nouvelle catégorie.", by=people["officer"], at=timezone.now())
    content = reread(dossier).content
    assert content.recipients == dossier.content.recipients and content.funding == "ANR et région."


def test_only_an_officer_contests_with_a_reason_and_once() -> None:
    dossier, people = an_authorised()
    amendment = registered(dossier, people, timezone.now() - timedelta(days=3))
    with pytest.raises(RuleBroken):
        services.contest(amendment, reason=" ", by=people["officer"], at=timezone.now())
    with pytest.raises(NotAllowed):
        services.contest(amendment, reason="Non.", by=people["owner"], at=timezone.now())
    services.contest(amendment, reason="Oui.", by=people["officer"], at=timezone.now())
    with pytest.raises(WrongState):
        services.contest(amendment, reason="Encore.", by=people["officer"], at=timezone.now())


# --- pieces and constraints ----------------------------------------------------------------------
def test_a_piece_added_to_a_registered_amendment_moves_to_the_dossier_and_a_copy_does_not() -> None:
    dossier, people = an_authorised()
    ago = timezone.now() - timedelta(days=10)
    attach(dossier, SimpleUploadedFile("protocole.pdf", a_pdf(1)), "protocol", by=people["owner"], at=ago)
    before = set(dossier.attachments.values_list("name", flat=True))
    amendment = begun(dossier, people, at=ago, **NEW_MAILBOX)
    assert set(amendment.draft.attachments.values_list("name", flat=True)) == before
    attach(amendment.draft, SimpleUploadedFile("lettre.pdf", a_pdf(2)), "information", by=people["owner"], at=ago)
    register(qualified(amendment, people, ago), people)
    names = list(Attachment.objects.values_list("name", flat=True))
    assert len(names) == len(set(names)) and set(names) == before | {"lettre.pdf"}


@pytest.mark.parametrize(
    "broken",
    [
        {"substantial": True},
        {"registered_at": timezone.now()},
        {"applied_at": timezone.now()},
        {"contested_at": timezone.now()},
        {"kind": "other"},
    ],
)
def test_the_database_refuses_an_amendment_that_contradicts_itself(broken: dict[str, Any]) -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people)
    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment.objects.filter(pk=amendment.pk).update(**broken)


def test_the_answers_of_the_helper_are_those_of_the_table() -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, recipients="Un industriel.")
    assert set(answers_to(amendment, timezone.now())) == {"recipients", "information"}
