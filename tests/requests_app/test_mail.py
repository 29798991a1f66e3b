"""The letters: each can be written in both languages, says what happened and where to go, and names nobody but its reader's dossier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from requests_app.notifications import LETTERS, tell_officer, tell_team
from requests_app.services import assign
from requests_app.states import State
from tests.accounts.factories import UserFactory
from tests.accounts.mailbox import deliver_all
from tests.requests_app.factories import a_dossier, make
from workflow import mail as letters
from workflow.models import JournalLine, OutboxMessage

pytestmark = pytest.mark.django_db


def written_for(action: str, state: str, people: dict[str, Any]) -> EmailMultiAlternatives:
    """The letter that the owner receives for the last line of this action."""
    dossier = a_dossier(state, people)
    OutboxMessage.objects.all().delete()
    mail.outbox.clear()
    line = JournalLine.objects.filter(subject_id=dossier.pk, action=action).latest("seq")
    tell_team(dossier, line)
    letter = next(one for one in deliver_all() if one.to == [people["owner"].email])
    assert isinstance(letter, EmailMultiAlternatives)
    return letter


def test_every_letter_has_its_text_its_page_and_its_context() -> None:
    folder = Path(settings.BASE_DIR) / "templates/mail"
    for name in {*LETTERS.values(), "for_officer", "clock"}:
        assert (folder / f"dossier_{name}.txt").exists(), name
        assert (folder / f"dossier_{name}.html").exists(), name
        assert f"mail/dossier_{name}" in letters.CONTEXTS
    assert {path.stem.removeprefix("dossier_") for path in folder.glob("dossier_*")} == {*LETTERS.values(), "for_officer", "clock"}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("action", "state", "words"),
    [
        ("submit", State.SUBMITTED, ""),
        ("ask_for_complement", State.INCOMPLETE, "Motif exposé en une phrase."),
        ("remind", State.ABANDONED, ""),
        ("abandon", State.ABANDONED, "Motif exposé en une phrase."),
        ("declare_complete", State.COMPLETE, ""),
        ("send_to_committee", State.WITH_COMMITTEE, ""),
        ("record_opinion", State.OPINION_GIVEN, "Motif exposé en une phrase."),
        ("cnil_finds_incomplete", State.CNIL_INCOMPLETE, "Motif exposé en une phrase."),
        ("authorise", State.AUTHORISED, "DR-2026-001"),
        ("refuse", State.REFUSED, "Motif exposé en une phrase."),
    ],
)
def test_a_letter_says_what_happened_in_its_readers_language(
    people: dict[str, Any], language: str, action: str, state: str, words: str
) -> None:
    people["owner"].language = language
    people["owner"].save()
    letter = written_for(action, state, people)
    page = str(letter.alternatives[0][0])
    dossier = a_reference(letter)
    assert dossier.startswith("GU-")
    for form in (str(letter.body), page):
        assert words in form
        assert f"/dossiers/{dossier}/" in form
    assert f'lang="{language}"' in page
    assert "\n" not in letter.subject
    assert people["officer"].last_name + people["officer"].first_name not in str(letter.body)


def a_reference(letter: EmailMultiAlternatives) -> str:
    """The reference that the subject names."""
    return next(word.strip(":, ") for word in letter.subject.replace("\u00a0", " ").split() if word.startswith("GU-"))


def test_a_request_for_complements_says_until_when(people: dict[str, Any]) -> None:
    people["owner"].language = "en"
    people["owner"].save()
    assert "An answer is awaited by" in str(written_for("ask_for_complement", State.INCOMPLETE, people).body)


def test_the_text_of_an_act_cannot_break_the_letters_page(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    from requests_app.transitions.base import Recorded

    line = make(dossier, "ask_for_complement", people, timezone.now(), act=Recorded(text="<script>x</script>"))
    OutboxMessage.objects.all().delete()
    tell_team(dossier, line)
    letter = next(one for one in deliver_all() if one.to == [people["owner"].email])
    assert "<script>" not in str(letter.alternatives[0][0])  # type: ignore[attr-defined]
    assert "<script>x</script>" in str(letter.body)


def test_the_officer_in_charge_hears_of_the_applicants_acts(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.INCOMPLETE, people)
    assign(dossier, officer=people["officer"], by=people["officer"], at=timezone.now())
    line = make(dossier, "resubmit", people, timezone.now())
    OutboxMessage.objects.all().delete()
    tell_officer(dossier, line)
    (letter,) = deliver_all()
    assert letter.to == [people["officer"].email]
    assert dossier.reference in letter.subject


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_period_that_has_passed_is_named(people: dict[str, Any], language: str) -> None:
    dossier, officer = a_dossier(State.SUBMITTED, people), UserFactory(officer=True, language=language)
    OutboxMessage.objects.all().delete()
    letters.write_to(officer.pk, "mail/dossier_clock", "clock:1", dossier=dossier.pk, clock="K-SEC")
    (letter,) = deliver_all()
    from workflow.models import ClockRule

    rule = ClockRule.objects.filter(code="K-SEC").latest("valid")
    assert (rule.name_fr if language == "fr" else rule.name_en) in str(letter.body)
