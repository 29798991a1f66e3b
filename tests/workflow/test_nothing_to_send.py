"""A letter about something that was deleted meanwhile: there is nothing to send, and nobody has to look at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from guardian.shortcuts import assign_perm

from accounts import notifications
from config.demo.pieces import small_pdf
from requests_app.models import Dossier
from requests_app.pieces import attach
from requests_app.services import delete_draft
from requests_app.talk.models import Announcement, Side
from requests_app.team import services, signing
from tests.accounts.factories import MembershipFactory, RoleGrantFactory, UserFactory
from tests.requests_app.factories import a_draft, cast
from workflow import mail, outbox
from workflow.models import MessageState, OutboxMessage

pytestmark = pytest.mark.django_db
NOW = timezone.now


def asked_for_signature(dossier: Dossier, people: dict[str, Any]) -> None:
    signing.ask(dossier, by=people["owner"], at=NOW())


def refused_signature(dossier: Dossier, people: dict[str, Any]) -> None:
    asked_for_signature(dossier, people)
    signing.refuse(dossier, by=people["signatory"], at=NOW(), word="Non.")


def changed_role(dossier: Dossier, people: dict[str, Any]) -> None:
    editor = UserFactory()
    assign_perm("editor", editor, dossier)
    services.change_role(dossier, person=editor, rank="reader", signs=False, by=people["owner"], at=NOW())


def declined(dossier: Dossier, people: dict[str, Any]) -> None:
    invited = UserFactory()
    services.decline(services.invite(dossier, email=invited.email, role="reader", by=people["owner"], at=NOW()), by=invited, at=NOW())


def infected(dossier: Dossier, people: dict[str, Any]) -> None:
    piece = attach(dossier, SimpleUploadedFile("p.pdf", small_pdf(["Protocole"])), "protocol", by=people["owner"], at=NOW())
    mail.write_to(people["owner"].pk, "mail/piece_infected", f"infected:{piece.pk}", piece=piece.pk)


def announced(dossier: Dossier, people: dict[str, Any]) -> None:
    waiting = Announcement.objects.create(dossier=dossier, side=Side.APPLICANT, asked_at=NOW())
    outbox.queue("announce_messages", f"talk:{waiting.pk}", announcement=waiting.pk)
    mail.write_to(people["owner"].pk, "talk/mail/new", f"talk:{waiting.pk}", dossier=dossier.pk)


@pytest.mark.parametrize("told", [asked_for_signature, refused_signature, changed_role, declined, infected, announced])
def test_a_letter_about_a_draft_that_was_deleted_ends_as_done(told: Callable[[Dossier, dict[str, Any]], None]) -> None:
    people = cast()
    dossier = a_draft(people)
    OutboxMessage.objects.all().delete()
    told(dossier, people)
    assert OutboxMessage.objects.filter(kind="mail").exists()
    delete_draft(dossier, by=people["owner"])
    sent_mail.outbox.clear()
    outbox.deliver_waiting(NOW)
    assert set(OutboxMessage.objects.values_list("state", "last_error")) == {(MessageState.DONE, "")}
    assert sent_mail.outbox == []


def role_of(person: Any) -> Any:
    grant = RoleGrantFactory(user=person)
    notifications.role_granted(grant, at=NOW())
    return grant


def membership_of(person: Any) -> Any:
    membership = MembershipFactory(user=person)
    notifications.membership_decided(membership, at=NOW())
    return membership


@pytest.mark.parametrize("told", [role_of, membership_of])
def test_a_letter_about_a_role_or_a_membership_that_was_deleted_ends_as_done(told: Callable[[Any], Any]) -> None:
    OutboxMessage.objects.all().delete()
    type(told(UserFactory())).objects.all().delete()
    outbox.deliver_waiting(NOW)
    assert set(OutboxMessage.objects.values_list("kind", "state", "last_error")) == {("mail", MessageState.DONE, "")}
    assert sent_mail.outbox == []


def test_a_letter_that_fails_for_another_reason_is_still_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    people = cast()

    def broken(payload: dict[str, Any]) -> dict[str, Any]:
        raise Dossier.DoesNotExist

    monkeypatch.setitem(mail.CONTEXTS, "mail/dossier_step", broken)
    mail.write_to(people["owner"].pk, "mail/dossier_step", "broken", dossier=0)
    assert not outbox.deliver(OutboxMessage.objects.get(key__startswith="mail:broken").pk, NOW())
