"""Those who follow the registry: charts that are tables, alerts that somebody confirmed, feeds that a news reader reads."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, datetime, timedelta
from typing import Any

import feedparser
import pytest
from django.core import mail
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registry.following import alerts, figures
from registry.following.links import CONFIRM, LEAVE, token_of
from registry.following.models import Alert
from registry.search import Query
from tests.registry.factories import DAY, a_fiche
from tests.requests_app.factories import PARIS
from workflow.outbox import deliver_waiting

pytestmark = pytest.mark.django_db
EPILEPSY = {"title": "Suivi des épilepsies", "domains": ["neurology"]}
READER = "lectrice@exemple.fr"


def an_alert(address: str = "q=epilepsie", *, confirmed: bool = True) -> Alert:
    alert = alerts.ask(alerts.asked_in(QueryDict(address)), email=READER, language="fr", at=timezone.now())
    if confirmed:
        alerts.confirm(alert, at=timezone.now())
    return Alert.objects.get(pk=alert.pk)


def letters() -> list[Any]:
    """What the outbox sends now."""
    mail.outbox.clear()
    deliver_waiting(timezone.now)
    return list(mail.outbox)


# --- alerts
def test_nothing_is_sent_before_the_address_is_confirmed_but_the_question_itself() -> None:
    alert = an_alert(confirmed=False)
    (asked,) = letters()
    assert asked.to == [READER]
    a_fiche(**EPILEPSY)
    assert (alerts.tell(timezone.now()), letters()) == (0, [])
    alerts.confirm(alert, at=timezone.now())
    assert alerts.tell(timezone.now()) == 0  # what came before the confirmation is on the page of the search already
    a_fiche(**EPILEPSY)
    assert alerts.tell(timezone.now()) == 1


def test_a_letter_names_what_is_new_once_and_says_how_to_leave_with_one_click(client: Client) -> None:
    an_alert()
    letters()
    new, _other = a_fiche(**EPILEPSY), a_fiche(title="Fractures du fémur")
    alerts.tell(timezone.now())
    (letter,) = letters()
    assert new.number in letter.body
    assert "fémur" not in letter.body
    leave = re.fullmatch("<(.*)>", letter.extra_headers["List-Unsubscribe"])
    assert leave is not None
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert alerts.tell(timezone.now()) == 0
    path = leave[1].partition("example.org")[2] or re.sub("https?://[^/]*", "", leave[1])
    assert Client(enforce_csrf_checks=True).get(path).status_code == 200
    assert Alert.objects.count() == 1, "a program that follows links before the reader does takes nobody off"
    assert Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Alert.objects.exists()
    assert client.get(path).status_code == 200


def test_words_that_only_resemble_are_no_news() -> None:
    an_alert("q=epilepsye")
    letters()
    a_fiche(**EPILEPSY)
    assert alerts.tell(timezone.now()) == 0


def test_the_same_search_of_the_same_address_is_one_alert_whatever_its_order() -> None:
    one, other = an_alert("status=running&q=asthme&status=ended&page=3&sort=title"), an_alert("q=asthme&status=ended&status=running")
    assert one == other
    assert Alert.objects.count() == 1


def test_an_alert_that_nobody_confirmed_is_forgotten() -> None:
    an_alert(confirmed=False)
    kept = an_alert("q=asthme")
    assert alerts.forget_unconfirmed(timezone.now() + timedelta(days=8)) == 1
    assert list(Alert.objects.all()) == [kept]


def test_an_alert_is_asked_for_confirmed_and_left_on_three_pages(client: Client) -> None:
    a_fiche(**EPILEPSY)
    address = f"{reverse('following:ask')}?q=epilepsie"
    assert client.post(address, {"email": "pas une adresse"}).status_code == 422
    assert not Alert.objects.exists()
    assert client.post(address, {"email": READER}).status_code == 302
    alert = Alert.objects.get()
    assert READER not in client.get(address).content.decode()
    confirm = reverse("following:confirm", args=[token_of(alert, CONFIRM)])
    assert client.get(confirm).status_code == 200
    assert Alert.objects.get().confirmed_at is None
    assert client.post(confirm).status_code == 302
    assert Alert.objects.get().confirmed_at is not None
    assert client.get(reverse("following:confirm", args=[token_of(alert, LEAVE)])).status_code == 410


def test_too_many_requests_from_one_place_are_told_to_wait(client: Client) -> None:
    answers = [client.post(reverse("following:ask"), {"email": f"{number}@exemple.fr"}).status_code for number in range(11)]
    assert answers == [302] * 10 + [422]


# --- feed
def test_a_news_reader_reads_the_feed_of_a_search(client: Client) -> None:
    older = a_fiche(**EPILEPSY, published_at=datetime(2026, 1, 5, 9, tzinfo=PARIS))
    newer = a_fiche(**EPILEPSY, published_at=datetime(2026, 2, 5, 9, tzinfo=PARIS))
    a_fiche(title="Fractures du fémur")
    feed = feedparser.parse(client.get(reverse("following:feed"), {"q": "epilepsie"}).content)
    assert not feed.bozo
    assert [entry.link.rpartition("/repertoire/")[2].strip("/") for entry in feed.entries] == [newer.number, older.number]
    assert feed.entries[0].published_parsed[:3] == (2026, 2, 5)
    assert "epilepsie" in feed.feed.title


def test_a_withdrawn_fiche_leaves_the_feed(client: Client) -> None:
    fiche = a_fiche(**EPILEPSY)
    type(fiche).objects.filter(pk=fiche.pk).update(live=False)
    assert feedparser.parse(client.get(reverse("following:feed")).content).entries == []


# --- figures
def test_each_chart_counts_every_project_of_the_search() -> None:
    for year in (2024, 2025, 2025):
        a_fiche(authorised_on=date(year, 3, 1), **EPILEPSY)
    a_fiche(authorised_on=date(2025, 3, 1), title="Fractures du fémur")
    whole, part = (figures.chart_of("year", Query(text=words), on=DAY) for words in ("", "epilepsies"))
    assert whole is not None
    assert part is not None
    assert [(bar.code, bar.number) for bar in whole.bars] == [("2024", 1), ("2025", 3)]
    assert [(bar.code, bar.number, bar.length) for bar in part.bars] == [("2024", 1, 50.0), ("2025", 2, 100.0)]


def test_a_chart_of_a_filter_in_force_counts_its_own_values_too() -> None:
    a_fiche(domains=["neurology", "cardiology"])
    a_fiche(domains=["cardiology"])
    chart = figures.chart_of("domain", Query(filters={"domain": ("neurology",)}), on=DAY)
    assert chart is not None
    assert {bar.code: bar.number for bar in chart.bars} == {"neurology": 1, "cardiology": 1}


def test_the_time_to_data_is_a_median_of_real_days_only() -> None:
    for days in (100, 300, 200):
        a_fiche(opened_on=date(2025, 1, 1) + timedelta(days=days), said={"generated": [], "filed_on": "2025-01-01"})
    a_fiche(opened_on=date(2025, 12, 31), said={"generated": ["opened_on"], "filed_on": "2025-01-01"})
    chart = figures.delays(Query(), on=DAY)
    assert [(bar.code, bar.number, bar.note) for bar in chart.bars] == [("2025", 200, "3")]


@pytest.mark.parametrize("most", [0, 2_000])
def test_the_time_to_data_of_a_search_is_that_of_its_projects(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(figures, "MOST_PLACES", most)
    for days, domain in ((100, "cardiology"), (100, "neurology"), (300, "neurology"), (200, "neurology"), (10, "oncology")):
        a_fiche(opened_on=date(2025, 1, 1) + timedelta(days=days), domains=[domain], said={"generated": [], "filed_on": "2025-01-01"})
    chart = figures.delays(Query(filters={"domain": ("neurology",)}), on=DAY)
    assert [(bar.code, bar.number, bar.note) for bar in chart.bars] == [("2025", 200, "3")]


def test_a_chart_is_a_table_and_two_files(client: Client) -> None:
    a_fiche(**EPILEPSY)
    page = client.get(reverse("following:overview"))
    assert page.status_code == 200
    assert 'style="' not in page.content.decode().partition("<main")[2].partition("</main")[0]
    rows = list(csv.reader(io.StringIO(client.get(reverse("following:table", args=["year", "csv"])).content.decode())))
    assert rows[1] == ["2026", "2026", "1"]
    told = json.loads(client.get(reverse("following:table", args=["year", "json"])).content)
    assert told["rows"] == [{"code": "2026", "label": "2026", "value": 1}]
    assert client.get(reverse("following:table", args=["year", "exe"])).status_code == 404
    assert client.get(reverse("following:table", args=["nothing", "csv"])).status_code == 404


def test_an_empty_registry_has_its_page(client: Client) -> None:
    assert client.get(reverse("following:overview")).status_code == 200
