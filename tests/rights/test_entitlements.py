"""Which right applies to which database: declared by one person, approved by another, dated, and never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from catalogue.models import Database
from rights.entitlements.models import Entitlement
from rights.entitlements.services.declaring import approve, declare, discard, end
from rights.entitlements.services.loading import load, statements
from rights.entitlements.services.offering import choice_for, every, offer, rights_of
from rights.entitlements.states import Available
from rights.states import Level, Right
from tests.accounts.clients import sign_in
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.accounts.mailbox import deliver_all
from tests.rights.factories import Controller, a_controller, entitle
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 4)
AT = datetime(2026, 5, 4, 9, tzinfo=UTC)


def an_officer() -> object:
    return RoleGrantFactory(user=UserFactory(), role=Role.DPO).user


def statement(there: Controller, since: date = DAY, **kw: object) -> Entitlement:
    values = {"right": Right.ACCESS, "available": "yes", "source": "Page « Vos droits »", "valid": DateRange(since, None), **kw}
    return Entitlement(database=there.database, **values)


def test_a_right_is_offered_once_somebody_else_has_approved_it_and_only_while_it_holds():
    there, officer = a_controller(), an_officer()
    row = declare(statement(there), by=there.agent, at=AT)
    assert rights_of(there.database, DAY).of(Right.ACCESS).available == Available.UNDECLARED
    approve(row, by=officer, at=AT)
    granted = rights_of(there.database, DAY).of(Right.ACCESS)
    assert granted.can_be_asked and granted.organisation == there.organisation
    assert not rights_of(there.database, DAY - timedelta(days=1)).asked
    assert [one.database for one in offer(DAY)] == [there.database]
    end(row, last_day=DAY, by=officer, at=AT)
    assert offer(DAY) and not offer(DAY + timedelta(days=1))


def test_officers_are_told_once_that_statements_wait_and_neither_where_nor_which():
    there, first, second = a_controller(), an_officer(), an_officer()
    rows = [declare(statement(there, right=right), by=there.agent, at=AT) for right in (Right.ACCESS, Right.ERASURE)]
    declare(statement(there, right=Right.LIMITATION), by=first, at=AT)
    told = [(one.to[0], one.body) for one in deliver_all()]
    assert sorted(to for to, _body in told) == sorted([first.email, second.email, second.email])
    for _to, body in told:
        assert "/travail/droits/bases/" in body
        assert there.database.acronym not in body and there.organisation.name not in body
    for row in rows:
        approve(row, by=second, at=AT)
    again = declare(statement(there, right=Right.RECTIFICATION), by=there.agent, at=AT + timedelta(days=1))
    approve(again, by=second, at=AT + timedelta(days=1))
    assert not deliver_all()


def test_nobody_approves_what_they_have_declared_nor_declares_for_a_database_that_they_do_not_hold():
    there, other, officer = a_controller(), a_controller("BNY"), an_officer()
    with pytest.raises(NotAllowed):
        declare(statement(there), by=other.agent, at=AT)
    own = declare(statement(there), by=officer, at=AT)
    for wrong in (officer, there.agent, UserFactory()):
        with pytest.raises(NotAllowed):
            approve(own, by=wrong, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entitlement.objects.filter(pk=own.pk).update(approved_by=officer, approved_at=AT)


def test_a_new_statement_ends_the_one_before_and_what_people_have_read_never_changes():
    there, officer = a_controller(), an_officer()
    first = entitle(there, declared_by=there.agent)
    second = declare(statement(there, available="no"), by=there.agent, at=AT)
    approve(second, by=officer, at=AT)
    assert rights_of(there.database, DAY - timedelta(days=1)).of(Right.ACCESS).statement == first
    assert rights_of(there.database, DAY).of(Right.ACCESS).available == Available.NO
    with pytest.raises(WrongState):
        discard(second, by=there.agent, at=AT)
    for change in ({"available": "yes"}, {"source": "Ailleurs"}, {"valid": DateRange(date(2019, 1, 1), None)}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Entitlement.objects.filter(pk=second.pk).update(**change)
    third = declare(statement(there, since=DAY), by=there.agent, at=AT)
    with pytest.raises(RuleBroken):
        approve(third, by=officer, at=AT)
    discard(third, by=there.agent, at=AT)
    assert Entitlement.objects.count() == 2


def test_a_choice_is_refused_where_the_right_does_not_apply_or_nobody_answers():
    there = a_controller()
    entitle(there, Right.OPPOSITION, levels=[Level.RESEARCH])
    entitle(there, Right.ERASURE, available="no")
    choice = choice_for(there.database, Right.OPPOSITION, Level.RESEARCH, "", DAY)
    assert (choice.organisation, choice.level, choice.evidence) == (there.organisation, Level.RESEARCH, "N2")
    for right, level, study in (
        (Right.ACCESS, "", ""),  # not declared
        (Right.ERASURE, "", ""),  # does not apply
        (Right.LIFTING, "", ""),  # not a right of the form
        ("anything", "", ""),
        (Right.OPPOSITION, "", ""),  # how far?
        (Right.OPPOSITION, Level.COLLECTION, ""),  # not so far here
        (Right.OPPOSITION, Level.STUDY, "F20260101000000"),
    ):
        with pytest.raises(RuleBroken):
            choice_for(there.database, right, level, study, DAY)
    Database.objects.filter(pk=there.database.pk).update(holder=None)
    with pytest.raises(RuleBroken):
        choice_for(Database.objects.get(pk=there.database.pk), Right.OPPOSITION, Level.RESEARCH, "", DAY)
    assert not offer(DAY)


def test_an_opposition_to_one_study_names_a_published_study_that_uses_the_database():
    there = a_controller()
    entitle(there, Right.OPPOSITION)
    with pytest.raises(RuleBroken, match=r"study|étude"):
        choice_for(there.database, Right.OPPOSITION, Level.STUDY, "F20260101000000", DAY)


def test_the_database_refuses_an_opposition_without_a_level_and_a_level_elsewhere():
    there = a_controller()
    for right, levels in ((Right.OPPOSITION, []), (Right.ACCESS, [Level.RESEARCH]), (Right.OPPOSITION, ["everything"])):
        with pytest.raises(IntegrityError), transaction.atomic():
            entitle(there, right, levels=levels)


def test_the_shipped_statements_are_sound_and_loaded_once():
    for slug in ("base-principale", "bndmr"):
        Database.objects.get_or_create(slug=slug, defaults={"acronym": slug, "level": "main"})
    author, officer = an_officer(), an_officer()
    expected = len(list(statements()))
    assert load(by=author, at=AT, approver=officer) == expected >= 10
    assert load(by=author, at=AT, approver=officer) == 0
    snds = next(one for one in every(DAY) if one.database.slug == "base-principale")
    assert snds.of(Right.OPPOSITION).available == Available.PARTIAL and snds.of(Right.OPPOSITION).statement.limits
    assert snds.of(Right.ERASURE).available == Available.NO


def test_everything_is_read_in_two_queries_however_many_databases_there_are(django_assert_num_queries):
    for acronym in ("BNA", "BNB", "BNC"):
        entitle(a_controller(acronym))
    with django_assert_num_queries(2):
        for one in offer(DAY):
            assert one.asked[0].organisation and one.organisation


def test_the_page_of_a_database_shows_what_was_approved_and_nothing_that_only_waits(client):
    there = a_controller()
    page = there.database.get_absolute_url()
    declare(statement(there), by=there.agent, at=AT)
    assert "entitlements/_approved.html" not in templates_of(client, page)
    entitle(there, Right.ACCESS)
    assert "entitlements/_approved.html" in templates_of(client, page)
    assert "Page « Vos droits »" in client.get(page).content.decode()


def test_who_declares_is_led_to_the_desk_from_the_page_and_who_keeps_the_catalogue_is_told_who_does(client):
    there, other = a_controller(), a_controller("BNY")
    page, desk = there.database.get_absolute_url(), 'href="/travail/droits/bases/">Declare rights on databases'
    people = {name: UserFactory(device=True) for name in ("agent", "elsewhere", "officer", "keeper")}
    for name, one in (("agent", there), ("elsewhere", other)):
        RoleGrantFactory(user=people[name], role=Role.DATA_CONTROLLER_AGENT, organisation=one.organisation)
    for name, role in (("officer", Role.DPO), ("keeper", Role.ADMINISTRATOR)):
        RoleGrantFactory(user=people[name], role=role)
    english = {"accept-language": "en"}
    told = {name: sign_in(Client(headers=english), user).get(page).content.decode() for name, user in people.items()}
    told["visitor"] = client.get(page, headers=english).content.decode()
    assert {name for name, text in told.items() if desk in text} == {"agent", "officer"}
    assert {name for name, text in told.items() if "Rights are not written here" in text} == {"keeper"}
    form = sign_in(Client(headers=english), people["keeper"]).get(f"{page}modifier/").content.decode()
    assert "Rights are not written here" in form and "declared_on" not in form


def test_a_page_of_the_catalogue_asks_as_many_queries_with_five_rights_as_with_one(client):
    there = a_controller()
    entitle(there, Right.ACCESS)
    counts = []
    for more in ((), (Right.RECTIFICATION, Right.OPPOSITION, Right.ERASURE, Right.LIMITATION)):
        for right in more:
            entitle(there, right)
        client.get(there.database.get_absolute_url())
        with CaptureQueriesContext(connection) as asked:
            client.get(there.database.get_absolute_url())
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


def templates_of(client: Client, page: str) -> list[str | None]:
    return [one.name for one in client.get(page).templates]
