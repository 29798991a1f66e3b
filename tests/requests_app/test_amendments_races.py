"""Two people at the same moment on an amendment and on the dossier that it changes, against the real database: nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from requests_app.amendments import services
from requests_app.amendments.models import Amendment, Stage
from requests_app.models import Content, Dossier
from requests_app.services import delete_draft, save_section
from requests_app.states import State
from tests.racing import meanwhile
from tests.requests_app.amended import (
    NEW_MAILBOX,
    an_authorised,
    answers_to,
    begun,
    filed,
    fresh,
    qualified,
    register,
    reread,
    signed_by,
)
from tests.requests_app.factories import make
from workflow.refusals import RuleBroken, WrongState

pytestmark = pytest.mark.django_db(transaction=True)


def type_in(draft: Dossier, people: dict[str, Any]) -> None:
    """A colleague's autosave of one section."""
    revision = int(Content.objects.get(pk=draft.pk).revisions.get("identity", 0))
    save_section(draft, "identity", {"funding": "ANR."}, by=people["owner"], at=timezone.now(), revision=revision)


def test_what_a_colleague_saves_while_the_amendment_is_registered_is_neither_lost_nor_registered_unread() -> None:
    dossier, people = an_authorised()
    amendment = qualified(begun(dossier, people, **NEW_MAILBOX), people)
    signed = signed_by(people["signatory"], amendment)
    register_it = lambda: services.register(amendment, by=people["signatory"], at=timezone.now(), signed=signed)  # noqa: E731
    with meanwhile(register_it) as answers:
        type_in(Dossier.objects.get(pk=amendment.draft_id), people)
    assert isinstance(answers[0], RuleBroken)
    assert fresh(amendment).stage == Stage.PREPARING
    assert Content.objects.get(pk=amendment.draft_id).funding == "ANR."
    assert reread(dossier).content.dpo_contact != NEW_MAILBOX["dpo_contact"]


def test_answers_given_while_a_colleague_saves_qualify_what_was_saved() -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, **NEW_MAILBOX)
    answers = answers_to(amendment, timezone.now())
    qualify = lambda: services.qualify(amendment, answers, summary="Boîte.", by=people["owner"], at=timezone.now())  # noqa: E731
    with meanwhile(qualify):
        type_in(Dossier.objects.get(pk=amendment.draft_id), people)
    assert fresh(amendment).is_qualified() and fresh(amendment).proposed()["funding"] == "ANR."


def test_a_draft_deleted_at_that_moment_is_no_error_of_ours() -> None:
    dossier, people = an_authorised()
    amendment = qualified(begun(dossier, people, **NEW_MAILBOX), people)
    signed = signed_by(people["signatory"], amendment)
    register_it = lambda: services.register(amendment, by=people["signatory"], at=timezone.now(), signed=signed)  # noqa: E731
    with meanwhile(register_it) as answers:
        delete_draft(Dossier.objects.get(pk=amendment.draft_id), by=people["owner"])
    assert isinstance(answers[0], WrongState)
    assert fresh(amendment).stage == Stage.GIVEN_UP


def test_an_amendment_begun_while_another_is_applied_begins_from_what_that_one_authorised() -> None:
    dossier, people = an_authorised()
    at = timezone.now() - timedelta(days=30)
    amendment = qualified(begun(dossier, people, at=at, ends_on=date(2033, 1, 5)), people, at, duration="yes")
    draft = filed(amendment, people, State.WITH_CNIL, timezone.now() - timedelta(days=25))
    stale = reread(dossier)
    begin = lambda: services.begin_amendment(stale, kind="modification", by=people["owner"], at=timezone.now())  # noqa: E731
    with meanwhile(begin) as answers:
        make(draft, "authorise", people, timezone.now())
    begun_after = fresh(Amendment.objects.get(pk=answers[0].pk))
    assert begun_after.draft is not None
    assert begun_after.before == begun_after.draft.content.snapshot() == reread(dossier).content.snapshot()
    assert begun_after.before["ends_on"] == "2033-01-05"


def test_an_amendment_authorised_while_another_is_begun_is_applied_over_it() -> None:
    dossier, people = an_authorised()
    at = timezone.now() - timedelta(days=30)
    amendment = qualified(begun(dossier, people, at=at, ends_on=date(2033, 1, 5)), people, at, duration="yes")
    draft = filed(amendment, people, State.WITH_CNIL, timezone.now() - timedelta(days=25))
    with meanwhile(lambda: make(draft, "authorise", people, timezone.now())) as answers:
        services.begin_amendment(reread(dossier), kind="modification", by=people["owner"], at=timezone.now())
    assert not isinstance(answers[0], Exception)
    assert fresh(amendment).stage == Stage.AUTHORISED and reread(dossier).content.ends_on == date(2033, 1, 5)
    (other,) = Amendment.objects.in_preparation()
    assert other.before["ends_on"] != "2033-01-05"


def test_a_second_click_on_register_is_told_that_it_is_done() -> None:
    dossier, people = an_authorised()
    amendment = qualified(begun(dossier, people, **NEW_MAILBOX), people)
    signed = signed_by(people["signatory"], amendment)
    again = lambda: services.register(amendment, by=people["signatory"], at=timezone.now(), signed=signed)  # noqa: E731
    with meanwhile(again) as answers:
        register(amendment, people)
    assert isinstance(answers[0], WrongState)
    assert dossier.acts.filter(action="register_amendment").count() == 1
