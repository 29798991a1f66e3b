"""The secretariat's words: checked when they are saved, tried on a real dossier, kept in versions; letters as they were issued."""

from __future__ import annotations

import io
import tomllib
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from requests_app.letters.built_in import built_in_words
from requests_app.letters.models import Kind, Letter, Template, TemplateVersion
from requests_app.letters.placeholders import PLACEHOLDERS, WRITTEN, faults_in, filled
from requests_app.letters.reference import FILE
from requests_app.letters.services import PARTS, begin_template, issue, write_version
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.needs import needs
from tests.requests_app.factories import a_dossier, cast
from workflow import outbox
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, RuleBroken, WrongState

NOW = timezone.now()
MAILS = [row for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["template"] if row["kind"] == "mail"]
WORDS = dict.fromkeys(PARTS, "Le dossier {reference} : {title}.")


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    return cast()


def mail_template(code: str = "dossier-received") -> Template:
    return Template.objects.get(code=code)


# --- placeholders -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "kind", "faults"),
    [
        ("rien à remplacer", "letter", 0),
        ("{reference} et {title}", "letter", 0),
        ("{refrence}", "letter", 1),
        ("{reference", "letter", 1),
        ("reference}", "letter", 1),
        ("{{reference}}", "letter", 1),
        ("{event}", "letter", 1),
        ("{event}", "mail", 0),
        ("{}", "words", 1),
        ("{x} {y} {x}", "words", 2),
    ],
)
def test_what_stands_in_braces_is_checked(text: str, kind: str, faults: int) -> None:
    assert len(list(faults_in(text, kind))) == faults


def test_a_slip_of_the_pen_is_answered_with_the_word_that_was_meant() -> None:
    assert "{reference}" in next(faults_in("{refrence}", "letter"))


def test_every_placeholder_can_be_read_from_every_dossier(people: dict[str, Any]) -> None:
    for state in (State.DRAFT, State.WITH_CNIL, State.AUTHORISED):
        dossier = Dossier.objects.for_page().get(pk=a_dossier(state, people).pk)
        said = filled(" ".join(f"{{{code}}}" for code in PLACEHOLDERS), dossier, at=NOW)
        assert not WRITTEN.search(said) and dossier.reference in said


@given(st.text(max_size=80))
def test_a_text_without_faults_is_filled_without_a_brace_left(text: str) -> None:
    if not list(faults_in(text, "letter")):
        assert not set("{}") & set(WRITTEN.sub("", text))


def test_every_text_that_the_site_brings_is_without_fault(db: None) -> None:
    assert TemplateVersion.objects.count() >= 6
    for version in TemplateVersion.objects.select_related("template"):
        assert not [fault for part in PARTS for fault in faults_in(getattr(version, part), version.template.kind)]


# --- versions ---------------------------------------------------------------------------------------
def test_a_version_is_written_once_and_never_over_another(people: dict[str, Any]) -> None:
    template = mail_template()
    write_version(template, WORDS, seen=0, by=people["officer"], at=NOW)
    with pytest.raises(WrongState):
        write_version(template, WORDS, seen=0, by=people["head"], at=NOW)
    assert write_version(template, WORDS, seen=1, by=people["head"], at=NOW).number == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        TemplateVersion.objects.update(body_fr="autre")


def test_a_faulty_text_is_refused_field_by_field_and_nothing_is_saved(people: dict[str, Any]) -> None:
    faulty = WORDS | {"body_fr": "{nothing}", "subject_en": ""}
    with pytest.raises(RuleBroken) as refusal:
        write_version(mail_template(), faulty, seen=0, by=people["officer"], at=NOW)
    assert {one.where for one in refusal.value.broken} == {"body_fr", "subject_en"}
    assert mail_template().in_force is None


def test_only_the_secretariat_keeps_templates(people: dict[str, Any], client) -> None:
    for person in (people["owner"], people["president"], UserFactory(roles=[Role.AUDITOR])):
        with pytest.raises(NotAllowed):
            write_version(mail_template(), WORDS, seen=0, by=person, at=NOW)
        assert sign_in(client, person).get(reverse("letters:templates")).status_code == 404
    with pytest.raises(RuleBroken):
        begin_template(code="x", kind=Kind.MAIL, name_fr="x", name_en="x", by=people["officer"])


# --- automatic e-mails ------------------------------------------------------------------------------
def letters_of(people: dict[str, Any]) -> list[str]:
    sent_mail.outbox.clear()
    a_dossier(State.SUBMITTED, people)
    outbox.deliver_waiting(timezone.now)
    return [letter.body for letter in sent_mail.outbox if people["owner"].email in letter.to]


def test_the_secretariats_words_replace_those_of_an_automatic_mail(people: dict[str, Any]) -> None:
    built_in = letters_of(people)
    write_version(mail_template(), WORDS | {"body_fr": "Bien reçu : {reference}."}, seen=0, by=people["officer"], at=NOW)
    edited = letters_of(people)
    assert built_in and not any("Bien reçu : GU-" in text for text in built_in)
    assert any("Bien reçu : GU-" in text for text in edited)
    Template.objects.update(active=False)
    assert not any("Bien reçu : GU-" in text for text in letters_of(people))


@pytest.mark.parametrize("code", [row["code"] for row in MAILS])
def test_the_built_in_words_are_shown_as_their_keeper_would_write_them(people: dict[str, Any], code: str) -> None:
    french, english = built_in_words(mail_template(code))
    assert "{reference}" in french.subject and "{title}" in french.text and french.text != english.text
    assert not [fault for words in (french, english) for fault in faults_in(f"{words.subject}\n{words.text}", Kind.MAIL)]
    assert "http" not in french.text and "{address}" not in french.text


def test_the_page_of_an_automatic_mail_shows_the_words_that_it_replaces(people: dict[str, Any], client) -> None:
    officer = sign_in(client, people["officer"])
    page = officer.get(reverse("letters:template", args=["dossier-complement"]), headers={"accept-language": "en"}).content.decode()
    assert 'href="#built-in"' in page and "Complete the dossier, then send it again from its page." in page and "{due_on}" in page
    assert "built-in" not in officer.get(reverse("letters:template", args=["avis-de-reception"])).content.decode()


# --- letters ----------------------------------------------------------------------------------------
def version_of(code: str) -> TemplateVersion:
    found = Template.objects.get(code=code).in_force
    assert found
    return found


def test_a_letter_is_issued_once_kept_as_it_was_and_journalled_without_its_words(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    letter = issue(dossier, version_of("avis-de-reception"), subject="Reçu", body="Mots secrets", by=people["officer"], at=timezone.now())
    line = JournalLine.objects.filter(action="issue_letter").get()
    assert line.facts["letter"] == letter.pk and "secrets" not in str(line.facts)
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.update(body="autre")
    with pytest.raises(NotAllowed):
        issue(dossier, version_of("avis-de-reception"), subject="x", body="y", by=people["owner"], at=timezone.now())
    with pytest.raises(RuleBroken):
        issue(dossier, version_of("avis-de-reception"), subject="x", body=" ", by=people["officer"], at=timezone.now())


def test_the_officer_is_told_of_the_holes_that_a_letter_would_have(people: dict[str, Any], client) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    officer = sign_in(client, people["officer"])
    early = officer.get(reverse("letters:letter_new", args=[dossier.reference, "attestation-avis-tacite"]))
    assert early.context["holes"] == [PLACEHOLDERS["sent_on"].label, PLACEHOLDERS["opinion_on"].label]
    assert not officer.get(reverse("letters:letter_new", args=[dossier.reference, "avis-de-reception"])).context["holes"]


@needs("pango")
def test_an_officer_writes_a_letter_and_the_team_reads_it(people: dict[str, Any], client) -> None:
    import pikepdf

    dossier = a_dossier(State.SUBMITTED, people)
    officer = sign_in(client, people["officer"])
    address = reverse("letters:letter_new", args=[dossier.reference, "avis-de-reception"])
    page = officer.get(address)
    assert dossier.reference in page.context["form"]["body"].value()
    told = {"subject": page.context["form"]["subject"].value(), "body": page.context["form"]["body"].value()}
    assert officer.post(address, told | {"body": ""}).context["form"].errors
    assert officer.post(address, told).url == reverse("letters:letters", args=[dossier.reference])
    team = sign_in(client, people["owner"])
    assert "L1" in team.get(reverse("letters:letters", args=[dossier.reference])).content.decode()
    made = team.get(reverse("letters:letter_pdf", args=[dossier.reference, 1]))
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
    assert team.get(address).status_code == 404
    president = sign_in(client, people["president"])
    assert president.get(reverse("letters:letters", args=[dossier.reference])).status_code == 404


def test_a_text_is_tried_on_a_real_dossier_that_the_person_may_see(people: dict[str, Any], client) -> None:
    dossier, hidden = a_dossier(State.SUBMITTED, people), a_dossier(State.DRAFT, people)
    officer = sign_in(client, people["officer"])
    address = reverse("letters:template", args=["dossier-received"])
    told = WORDS | {"seen": 0, "preview": "1", "body_fr": "Reçu {reference} {nothing}", "body_en": "At {state}"}
    page = officer.post(address, told | {"reference": dossier.reference})
    assert page.context["previewed"]["body_fr"] == f"Reçu {dossier.reference} {{nothing}}"
    assert page.context["previewed"]["body_en"] == "At Filed, completeness check under way"
    assert len(page.context["faults"]) == 1
    assert officer.post(address, told | {"reference": hidden.reference}).context["not_found"]
    assert not TemplateVersion.objects.filter(template__code="dossier-received").exists()
    assert officer.post(address, WORDS | {"seen": 0}).status_code == 302
    assert mail_template().in_force.number == 1


def test_texts_to_insert_are_offered_where_an_officer_writes(people: dict[str, Any], client) -> None:
    dossier = a_dossier(State.COMPLETE, people)
    template = begin_template(code="mots", kind=Kind.WORDS, name_fr="x", name_en="x", by=people["officer"])
    write_version(template, WORDS, seen=0, by=people["officer"], at=NOW)
    page = sign_in(client, people["officer"]).get(reverse("dossiers:move", args=[dossier.reference, "send_to_committee"]))
    assert f"Le dossier {dossier.reference} : {dossier.title}." in [one.text for one in page.context["snippets"]]


def test_the_list_of_templates_costs_the_same_however_many(people: dict[str, Any], client, django_assert_max_num_queries) -> None:
    for number in range(12):
        template = begin_template(code=f"mots-{number}", kind=Kind.WORDS, name_fr="x", name_en="x", by=people["officer"])
        write_version(template, WORDS, seen=0, by=people["officer"], at=NOW)
    officer = sign_in(client, people["officer"])
    officer.get(reverse("letters:templates"))
    with django_assert_max_num_queries(10):
        officer.get(reverse("letters:templates"))
