"""The portal: plain pages for everybody, in two languages and two ways of writing; the desk where rights are declared and approved."""

from __future__ import annotations

import tomllib
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.roles import Role
from catalogue.reference import read
from rights.entitlements.models import Entitlement
from rights.entitlements.panels import of_fiche
from rights.entitlements.portal import ADDRESSES, name_of, page_of, pages_in
from rights.entitlements.services.loading import FILE
from rights.states import Level, Right
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.rights.factories import a_controller, entitle
from tools.reading_ease import pages


def test_every_page_for_citizens_reads_easily(capsys: Any) -> None:
    read = list(pages())
    with capsys.disabled():
        print("\nreading ease:", ", ".join(f"{address} {reading.score}" for address, reading, _floor in read))
    assert [address for address, reading, floor in read if reading.score is None or reading.score < floor] == []
    assert len(read) >= 2 * len(ADDRESSES)


@pytest.mark.parametrize("easy", [False, True])
def test_both_languages_say_the_same_things_in_the_same_order(easy: bool) -> None:
    for code in ADDRESSES:
        french, english = pages_in("fr", easy)[code], pages_in("en", easy)[code]
        for name in ("id", "links"):
            told = [getattr(section, name) for section in french.sections]
            assert len(told) == len([getattr(section, name) for section in english.sections])
        assert [section.id for section in french.sections] == [section.id for section in english.sections]
        for one, other in zip(french.sections, english.sections, strict=True):
            assert [len(one.paragraphs), len(one.points), len(one.steps), len(one.links)] == [
                len(other.paragraphs),
                len(other.points),
                len(other.steps),
                len(other.links),
            ]


@pytest.mark.django_db
def test_every_page_stands_in_both_ways_of_writing_and_leaves_no_cookie(client: Client) -> None:
    there = a_controller()
    entitle(there, Right.OPPOSITION, levels=[Level.RESEARCH], exceptions=[{"fr": "Sauf les soins.", "en": "Except care."}])
    for code in ADDRESSES:
        for easy in (False, True):
            answer = client.get(reverse(name_of(code, easy=easy)))
            assert answer.status_code == 200 and not answer.cookies
            with translation.override("fr"):
                assert page_of(code, easy=easy).title


@pytest.mark.django_db
def test_a_database_says_what_is_declared_and_what_is_not_and_never_stands_in_an_address_of_the_form(client: Client) -> None:
    there, silent = a_controller("BNX"), a_controller("BNY")
    entitle(there, Right.OPPOSITION, levels=[Level.RESEARCH], exceptions=[{"fr": "Sauf les soins.", "en": "Except care."}])
    said = client.get(reverse("entitlements:where"), headers={"accept-language": "fr"}).content.decode()
    assert "Sauf les soins." in said and silent.database.acronym in said
    assert 'name="databases" value="bnx"' in said and 'value="bny"' not in said
    assert "/droits/demande/?" not in said and "js/rights/unfolded" in said
    rights = client.get(reverse("entitlements:rights")).content.decode()
    assert f'<li><a href="{reverse("entitlements:where")}#bny">' in rights


@pytest.mark.django_db
def test_a_right_that_does_not_apply_says_why_and_is_not_said_to_stop_nothing(client: Client) -> None:
    limits = {"fr": "Sauf les soins.", "en": "Except care."}
    entitle(a_controller(), Right.ERASURE, available="no", exceptions=[limits])
    said = client.get(reverse("entitlements:where"), headers={"accept-language": "en"}).content.decode()
    assert "Except care." in said and "What it does not stop" not in said


@pytest.mark.django_db
def test_the_portal_leads_to_the_paper_form_and_to_what_lets_anybody_check(client: Client) -> None:
    for easy in (False, True):
        assert reverse("assisted:blank") in client.get(reverse(name_of("home", easy=easy))).content.decode()
    home = client.get(reverse(name_of("home", easy=False))).content.decode()
    for name in ("tracking:verify", "oppositions:sets", "envelopes:directory", "measures:figures"):
        assert f'<li><a href="{reverse(name)}">' in home


@pytest.mark.django_db
def test_the_page_of_databases_asks_the_same_number_of_questions_however_many_there_are(client: Client, django_assert_max_num_queries: Any):
    counts = []
    for acronym in ("BNA", "BNB"):
        entitle(a_controller(acronym))
        with django_assert_max_num_queries(20) as seen:
            client.get(reverse("entitlements:where"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_larger_letters_are_kept_without_a_script_and_lead_back_inside_only(client: Client) -> None:
    address = reverse("entitlements:letters")
    answer = client.post(address, {"lettres": "grandes", "next": "/droits/delais/"})
    assert answer["Location"] == "/droits/delais/" and answer.cookies["lettres"].value == "grandes"
    assert "rights--large" in client.get("/droits/delais/").content.decode()
    client.post(address, {"lettres": "usuelles"})
    assert "rights--large" not in client.get("/droits/delais/").content.decode()
    for wrong in ("https://elsewhere.example/", "//elsewhere.example", "/travail/", "/droits/../travail/"):
        found = client.post(address, {"lettres": "grandes", "next": wrong})["Location"]
        assert found.startswith("/droits/") and ".." not in found


@pytest.mark.django_db
def test_a_controller_declares_for_its_own_database_and_an_officer_approves(client: Client) -> None:
    there, other = a_controller("BNX"), a_controller("BNY")
    officer = UserFactory(roles=[Role.DPO])
    for agent in (there.agent, other.agent):
        TOTPDevice.objects.create(user=agent, name="default", confirmed=True)
    told = {
        "database": "bnx",
        "right": "opposition",
        "available": "partial",
        "levels": ["research"],
        "exceptions_fr": "Une limite.",
        "exceptions_en": "A limit.",
        "way": "window",
        "evidence": "N2",
        "alone_from": "15",
        "source": "Page « Vos droits »",
        "since": "2026-01-01",
    }
    sign_in(client, there.agent)
    assert client.post(reverse("entitlements:declare"), told | {"database": "bny"}).status_code == 422
    assert client.post(reverse("entitlements:declare"), told | {"levels": []}).status_code == 422
    assert client.post(reverse("entitlements:declare"), told | {"exceptions_en": "One\nTwo"}).status_code == 422
    assert client.post(reverse("entitlements:declare"), told).status_code == 302
    row = Entitlement.objects.get()
    assert row.exceptions == [{"fr": "Une limite.", "en": "A limit."}] and row.valid.lower == date(2026, 1, 1)
    assert client.post(reverse("entitlements:approve", args=[row.pk])).status_code == 403
    sign_in(client, other.agent)
    assert client.get(reverse("entitlements:statement", args=[row.pk])).status_code == 404
    sign_in(client, officer)
    assert "BNX" in client.get(reverse("entitlements:desk")).content.decode()
    assert client.post(reverse("entitlements:approve", args=[row.pk])).status_code == 302
    assert client.get(reverse("entitlements:declare") + f"?depuis={row.pk}").status_code == 200
    assert client.post(reverse("entitlements:end", args=[row.pk]), {"last_day": "2020-01-01"}).status_code == 422
    row.refresh_from_db()
    assert row.is_approved


@pytest.mark.django_db
def test_who_neither_declares_nor_approves_finds_no_desk(client: Client) -> None:
    sign_in(client, UserFactory())
    assert client.get(reverse("entitlements:desk")).status_code == 404


@pytest.mark.django_db
def test_a_fiche_leads_to_the_form_with_its_databases_in_one_query(django_assert_num_queries: Any) -> None:
    there = a_controller("BNX")
    entitle(there, Right.ACCESS)
    entitle(there, Right.ERASURE)
    entitle(a_controller("BNY"), Right.ACCESS, available="no")
    with django_assert_num_queries(1):
        part = of_fiche(RequestFactory().get("/"), SimpleNamespace(databases=["bnx", "bny", "unknown"]))
    assert part is not None and (part["slugs"], part["databases"], part["form_url"]) == (["bnx"], ["BNX"], "/droits/demande/")
    assert of_fiche(RequestFactory().get("/"), SimpleNamespace(databases=[])) is None


def test_the_shipped_statements_say_what_the_catalogue_says() -> None:
    told = {(row["database"], row["right"]): row["available"] for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["statement"]}
    names = {"objection": "opposition", "restriction": "limitation"}
    for base in read("databases.toml")["database"]:
        for row in base.get("right", ()):
            assert told[base["slug"], names.get(row["right"], row["right"])] in {row["available"], "partial"}
