"""An absence: who stands in finds the dossiers and gets the letters, and nothing contradicts itself."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail as outbox_of_mails
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from requests_app.desks import worklist
from requests_app.desks.models import Absence
from requests_app.desks.services import declare_absence, end_absence
from requests_app.services import assign
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.requests_app.factories import a_dossier, cast, make
from workflow.models import OutboxMessage
from workflow.outbox import deliver_waiting
from workflow.periods import paris_day
from workflow.refusals import NotAllowed, RuleBroken

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict:
    return cast() | {"colleague": UserFactory(officer=True)}


def today() -> date:
    return paris_day(timezone.now())


def away(people: dict, first: int = 0, last: int = 5, **changes) -> Absence:
    told = {"user": people["officer"], "replacement": people["colleague"], "by": people["officer"], "at": timezone.now()} | changes
    return declare_absence(from_on=today() + timedelta(days=first), to_on=today() + timedelta(days=last), **told)


def entrusted(people: dict, state: str = State.SUBMITTED):
    dossier = a_dossier(state, people)
    assign(dossier, officer=people["officer"], by=people["head"], at=timezone.now())
    return dossier


def mine(user) -> set[str]:
    user.__dict__.pop("_away", None)
    return set(worklist.listed(user, worklist.asked(user, {"list": "mine"}), today()).values_list("reference", flat=True))


def test_who_stands_in_finds_the_dossiers_from_the_first_day_to_the_last(people: dict) -> None:
    dossier = entrusted(people)
    assert mine(people["colleague"]) == set()
    absence = away(people)
    assert mine(people["colleague"]) == mine(people["officer"]) == {dossier.reference}
    for first, last, found in ((-9, -1, set()), (1, 9, set()), (-5, 0, {dossier.reference})):
        Absence.objects.filter(pk=absence.pk).update(from_on=today() + timedelta(days=first), to_on=today() + timedelta(days=last))
        assert mine(people["colleague"]) == found


def test_the_page_says_for_whom_one_stands_in_and_the_dossier_who_stands_in(client: Client, people: dict) -> None:
    dossier = entrusted(people)
    away(people)
    sign_in(client, people["colleague"])
    body = client.get(reverse("work:index"), headers={"accept-language": "en"}).content.decode()
    assert f"You stand in for {people['officer']} until" in body
    page = client.get(dossier.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert f"{people['colleague']} stands in" in page


def test_letters_about_the_dossier_go_to_both(people: dict) -> None:
    User.objects.update(language="en")
    dossier = entrusted(people, State.INCOMPLETE)
    away(people)
    make(dossier, "resubmit", people, timezone.now())
    deliver_waiting(timezone.now)
    readers = [letter.to[0] for letter in outbox_of_mails.outbox if "mandataire" not in letter.subject]
    assert readers.count(people["officer"].email) == 1
    assert readers.count(people["colleague"].email) == 1
    told = {letter.to[0]: letter for letter in outbox_of_mails.outbox if "mandataire" not in letter.subject}
    (page, _kind), note = told[people["colleague"].email].alternatives[0], "the officer in charge, for whom you stand in"
    assert note in told[people["colleague"].email].body and note in page
    assert note not in told[people["officer"].email].body and people["officer"].full_name not in told[people["colleague"].email].body


def test_a_replacement_of_the_dossiers_own_organisation_gets_neither_dossier_nor_letter(people: dict) -> None:
    dossier = entrusted(people, State.INCOMPLETE)
    MembershipFactory(user=people["colleague"], organisation=dossier.content.controller)
    away(people)
    make(dossier, "resubmit", people, timezone.now())
    deliver_waiting(timezone.now)
    assert people["colleague"].email not in [letter.to[0] for letter in outbox_of_mails.outbox]
    assert mine(people["colleague"]) == set()


def test_personal_letters_are_nobody_elses(people: dict) -> None:
    away(people)
    from workflow.mail import write_to

    write_to(people["officer"].pk, "accounts/mail/already_registered", "personal:1")
    deliver_waiting(timezone.now)
    assert not OutboxMessage.objects.filter(payload__user=people["colleague"].pk).exists()


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({}, (3, 1)),
        ({}, (-9, -3)),
        ({"replacement": "officer"}, (0, 2)),
        ({"replacement": "president"}, (0, 2)),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(people: dict, changes: dict, days: tuple[int, int]) -> None:
    with pytest.raises(RuleBroken):
        away(people, *days, **{name: people[who] for name, who in changes.items()})


def test_two_absences_never_overlap_and_nobody_away_stands_in(people: dict) -> None:
    away(people, 0, 5)
    with pytest.raises(RuleBroken):
        away(people, 5, 9)
    with pytest.raises(RuleBroken):
        declare_absence(
            user=people["head"], from_on=today(), to_on=today(), replacement=people["officer"], by=people["head"], at=timezone.now()
        )
    with pytest.raises(RuleBroken):
        away(people, 2, 3, user=people["colleague"], replacement=people["head"], by=people["head"])
    assert away(people, 6, 9).pk


@pytest.mark.parametrize(
    ("name", "days", "same"),
    [
        ("absence_one_at_a_time", (3, 8), False),
        ("absence_ends_after_its_start", (9, 8), False),
        ("absence_is_replaced_by_somebody_else", (20, 21), True),
    ],
)
def test_the_database_holds_it_too(people: dict, name: str, days: tuple[int, int], same: bool) -> None:
    away(people, 0, 5)
    row = Absence(user=people["officer"], declared_at=timezone.now(), declared_by=people["head"])
    row.replacement = people["officer"] if same else people["colleague"]
    row.from_on, row.to_on = (today() + timedelta(days=day) for day in days)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save()


def test_officers_declare_their_own_absences_and_the_head_everybodys(people: dict) -> None:
    with pytest.raises(NotAllowed):
        away(people, by=people["colleague"])
    absence = away(people, by=people["head"])
    with pytest.raises(NotAllowed):
        end_absence(absence, by=people["colleague"], at=timezone.now())


def test_an_absence_that_has_begun_ends_yesterday_and_one_to_come_is_called_off(people: dict) -> None:
    later = away(people, 4, 6)
    end_absence(later, by=people["officer"], at=timezone.now())
    begun = away(people, 0, 3)
    Absence.objects.filter(pk=begun.pk).update(from_on=today() - timedelta(days=4))
    begun.refresh_from_db()
    end_absence(begun, by=people["officer"], at=timezone.now())
    assert [(one.from_on, one.to_on) for one in Absence.objects.all()] == [(today() - timedelta(days=4), today() - timedelta(days=1))]


def test_the_page_declares_refuses_and_ends(client: Client, people: dict) -> None:
    sign_in(client, people["officer"])
    typed = {"user": people["officer"].pk, "replacement": people["colleague"].pk, "from_on": today(), "to_on": today()}
    assert client.post(reverse("work:absences"), typed).status_code == 302
    again = client.post(reverse("work:absences"), typed, headers={"accept-language": "en"})
    assert again.status_code == 422
    assert "already declared" in again.content.decode()
    somebody_elses = client.post(reverse("work:absences"), typed | {"user": people["head"].pk})
    assert somebody_elses.status_code == 422
    assert client.post(reverse("work:absence_end", args=[Absence.objects.get().pk])).status_code == 302
    assert not Absence.objects.exists()


def test_who_does_not_instruct_sees_no_absences(client: Client, people: dict) -> None:
    assert sign_in(client, people["president"]).get(reverse("work:absences")).status_code == 404
    assert sign_in(Client(), people["owner"]).get(reverse("work:absences")).status_code == 404


def test_the_preview_warns_that_the_chosen_officer_is_away(client: Client, people: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    away(people)
    sign_in(client, people["head"])
    typed = {"action": "assign", "officer": people["officer"].pk, "dossier": [dossier.reference]}
    body = client.post(reverse("work:bulk"), typed, headers={"accept-language": "en"}).content.decode()
    assert f"{people['officer']} is away until" in body
    assert (
        f"{people['officer']} (away until"
        in client.get(reverse("work:index"), headers={"accept-language": "en"}, query_params={"list": "all"}).content.decode()
    )


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [(-1, 4, "(away until "), (6, 9, "(away from "), (40, 44, None)],
)
def test_who_is_away_now_or_soon_says_so_where_a_dossier_is_entrusted(client: Client, people: dict, first: int, last: int, said) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    away(people, max(first, 0), last)
    Absence.objects.update(from_on=today() + timedelta(days=first))
    page = sign_in(client, people["head"]).get(
        reverse("dossiers:move", args=[dossier.reference, "assign"]), headers={"accept-language": "en"}
    )
    options = re.findall(r"<option[^>]*>([^<]*)</option>", page.content.decode())
    shown = next(option for option in options if option.startswith(str(people["officer"])))
    assert (said in shown) if said else shown == str(people["officer"])
    assert str(people["colleague"]) in options
