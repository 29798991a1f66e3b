"""The API of the registry: what it answers, what it refuses, and that nothing but live fiches leaves by it."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import jsonschema
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.models import Fiche, FicheVersion
from registry.publication import write
from registry.reuse.api import api, description
from registry.search import FACETS
from tests.accounts.factories import UserFactory
from tests.registry.factories import a_fiche
from tests.requests_app.factories import PARIS

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 15, 9, 30, tzinfo=PARIS)
SAID: dict[str, Any] = {"generated": [], "results": "", "sources": [{"slug": "snds"}]}
BASE = "/api/v1/"


@pytest.fixture(autouse=True)
def _nobody_asked_before() -> None:
    cache.clear()


def asked(client: Client, path: str, expected: int = 200, **headers: str) -> Any:
    response = client.get(BASE + path, headers=headers)
    assert response.status_code == expected, response.content
    return response.json()


def a_life(title: str = "Zona") -> Fiche:
    """A fiche that was published and changed by the one door."""
    fiche = Fiche(origin="declaration", title=title, lay_summary="Un résumé.", sort_key=title.lower(), controller_name="CHU", said=SAID)
    write(fiche, {"said": SAID, "databases": ["snds"]}, at=AT, because="publish")
    return write(fiche, {"said": SAID | {"results": "Voilà"}}, at=AT + timedelta(days=1), because="publish_results")


def withdrawn(fiche: Fiche) -> Fiche:
    return write(fiche, {"live": False}, at=AT + timedelta(days=2), because="withdraw", reason="Double d'une autre fiche")


def numbers(page: dict[str, Any]) -> list[str]:
    return [one["number"] for one in page["items"]]


def schema_of(path: str, status: str = "200") -> dict[str, Any]:
    """The JSON schema of an answer, as OpenAPI tells it."""
    told = json.loads(json.dumps(description()))
    response = told["paths"][BASE + path]["get"]["responses"][status]["content"]["application/json"]["schema"]
    return {**response, "components": told["components"]}


# --- what it answers -----------------------------------------------------------------------------
def test_the_answers_are_as_the_description_tells_them(client: Client) -> None:
    fiche = a_life()
    for path, address in (
        ("fiches", "fiches"),
        ("fiches/{number}", f"fiches/{fiche.number}"),
        ("fiches/{number}/versions", f"fiches/{fiche.number}/versions"),
        ("fiches/{number}/versions/{version}", f"fiches/{fiche.number}/versions/2"),
        ("facets", "facets?database=snds"),
        ("changes", "changes"),
    ):
        jsonschema.validate(asked(client, address), schema_of(path))
    jsonschema.validate(asked(client, "fiches/F20200101000000", 404), schema_of("fiches/{number}", "404"))


def test_one_fiche_says_everything_with_the_digest_of_its_version(client: Client) -> None:
    fiche = a_life()
    told = asked(client, f"fiches/{fiche.number}")
    assert told["said"] == SAID | {"results": "Voilà"}
    assert told["sha256"] == FicheVersion.objects.get(fiche=fiche, number=2).sha256
    assert (told["version"], told["status"], told["origin"]) == (2, "authorised", "declaration")
    assert told["url"].endswith(fiche.get_absolute_url())


def test_a_fiche_is_found_under_its_number_of_the_national_register(client: Client) -> None:
    fiche = a_fiche(real_number="T91858520191002")
    assert asked(client, "fiches/t91858520191002")["number"] == fiche.number


def test_only_the_fields_asked_for_are_sent(client: Client) -> None:
    fiche = a_life()
    assert asked(client, f"fiches/{fiche.number}?fields=number,said.results") == {"number": fiche.number, "said": {"results": "Voilà"}}
    assert asked(client, "fiches?fields=status")["items"] == [{"status": "authorised"}]
    refused = asked(client, "fiches?fields=number,secret", 422)
    assert "secret" in refused["detail"]


def test_the_list_searches_and_filters_like_the_page(client: Client) -> None:
    zona, lupus = a_life("Zona"), a_life("Lupus")
    assert numbers(asked(client, "fiches?q=lupus")) == [lupus.number]
    assert numbers(asked(client, "fiches?database=snds&sort=oldest")) == [zona.number, lupus.number]
    assert numbers(asked(client, "fiches?sort=title")) == [lupus.number, zona.number]
    assert asked(client, "fiches?q=introuvable")["total"] == 0


@pytest.mark.parametrize("sort", ["recent", "oldest", "title"])
def test_the_pages_hold_each_fiche_once_though_others_come_and_go_meanwhile(client: Client, sort: str) -> None:
    fiches = [a_life(f"Projet {letter}") for letter in "abcdefg"]
    first = client.get(f"{BASE}fiches?sort={sort}&limit=3")
    page, seen = first.json(), numbers(first.json())
    assert f"cursor={page['next_cursor']}" in first["Link"]
    withdrawn(Fiche.objects.get(number=seen[-1]))
    late = {a_life("Projet a bis").number, a_life("Projet z").number}
    while page["next_cursor"]:
        page = asked(client, f"fiches?sort={sort}&limit=3&cursor={page['next_cursor']}")
        seen += numbers(page)
    if sort != "title":  # there, the neighbour of the one that went may be shown twice, never be missed
        assert len(seen) == len(set(seen))
    assert {fiche.number for fiche in fiches} <= set(seen) <= {fiche.number for fiche in fiches} | late


def test_the_filters_count_what_choosing_them_would_show(client: Client) -> None:
    a_life()
    [databases] = [facet for facet in asked(client, "facets")["facets"] if facet["code"] == "database"]
    assert [(value["code"], value["count"]) for value in databases["values"]] == [("snds", 1)]


def test_the_versions_tell_what_the_fiche_said_from_when_on(client: Client) -> None:
    fiche = a_life()
    told = asked(client, f"fiches/{fiche.number}/versions")
    assert [(one["version"], one["kind"], one["because"]) for one in told["items"]] == [
        (1, "published", "publish"),
        (2, "changed", "publish_results"),
    ]
    assert asked(client, f"fiches/{fiche.number}/versions/1")["said"] == SAID
    assert asked(client, f"fiches/{fiche.number}/versions/9", 404)["status"] == 404


def test_the_changes_are_read_page_by_page_and_since_a_version(client: Client) -> None:
    a_life(), withdrawn(a_life("Lupus"))
    page = asked(client, "changes?limit=2")
    read = page["items"]
    while page["next_cursor"]:
        page = asked(client, f"changes?limit=2&cursor={page['next_cursor']}")
        read += page["items"]
    assert [one["kind"] for one in read] == ["published", "changed", "published", "changed", "withdrawn"]
    assert [one["said"] is None for one in read] == [False, False, True, True, True]
    assert asked(client, f"changes?since={read[2]['registry_version']}")["items"] == read[3:]
    assert asked(client, f"changes?since={page['registry_version']}")["items"] == []


# --- what it refuses -----------------------------------------------------------------------------
def test_a_withdrawn_fiche_is_gone_with_its_ground_and_nothing_of_it_is_said(client: Client) -> None:
    fiche = withdrawn(a_life("Pseudonyme"))
    for path in (f"fiches/{fiche.number}", f"fiches/{fiche.number}/versions", f"fiches/{fiche.number}/versions/1"):
        told = asked(client, path, 410)
        assert told["detail"] == "Double d'une autre fiche"
        assert told["number"] == fiche.number
    everything = [client.get(BASE + path).content.decode() for path in ("fiches", "facets", "changes")]
    assert not [answer for answer in everything if "Pseudonyme" in answer or "Voilà" in answer]
    assert asked(client, "fiches")["total"] == 0


def test_a_fiche_that_came_back_is_read_again(client: Client) -> None:
    fiche = withdrawn(a_life())
    write(fiche, {"live": True}, at=AT + timedelta(days=3), because="restore", reason="Retirée par erreur")
    assert asked(client, f"fiches/{fiche.number}")["version"] == 4


@pytest.mark.parametrize(
    "path",
    [
        "fiches?domaine=x",
        "fiches?domain=no-such-domain",
        "fiches?sort=size",
        "fiches?limit=0",
        "fiches?limit=101",
        "fiches?limit=x",
        "fiches?cursor=zzz",
        "fiches?cursor=%00",
        "changes?since=yesterday",
        "changes?cursor=é",
        "facets?page=2",
    ],
)
def test_what_is_not_understood_is_a_problem_document_and_no_answer(client: Client, path: str) -> None:
    response = client.get(BASE + path)
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert (told["status"], told["type"]) == (422, "about:blank")
    assert told.get("detail") or told["errors"]


def test_an_address_that_leads_nowhere_is_a_problem_document_too(client: Client) -> None:
    for path in ("/api/v1/secrets", "/api/v2/fiches", "/api/", "/api/v1/fiches/F20200101000000", "/api/v1/fiches/..%2f"):
        response = client.get(path)
        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json"), path


def test_the_api_knows_these_operations_and_only_reads() -> None:
    paths = description()["paths"]
    assert {path.removeprefix(BASE): list(methods) for path, methods in paths.items()} == {
        "fiches": ["get"],
        "fiches/{number}": ["get"],
        "fiches/{number}/versions": ["get"],
        "fiches/{number}/versions/{version}": ["get"],
        "facets": ["get"],
        "changes": ["get"],
    }
    assert api.auth is not True
    told = {parameter["name"] for parameter in paths[f"{BASE}fiches"]["get"]["parameters"]}
    assert told == {"q", *FACETS, "sort", "fields", "limit", "cursor"}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_by_the_api(client: Client, method: str) -> None:
    assert getattr(client, method)(f"{BASE}fiches").status_code == 405


# --- how it answers ------------------------------------------------------------------------------
def test_an_answer_is_not_sent_twice_until_the_registry_changes(client: Client) -> None:
    fiche = a_life()
    for path in ("fiches?q=zona", f"fiches/{fiche.number}", "facets", "changes"):
        first = client.get(BASE + path)
        again = client.get(BASE + path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert client.get(BASE + path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
        a_life("Un autre")
        assert client.get(BASE + path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_day_that_passes_changes_the_tag(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    a_fiche(opened_on=date(2026, 6, 15))
    seen = []
    for day in (date(2026, 6, 14), date(2026, 6, 15)):
        monkeypatch.setattr("registry.reuse.api.today", lambda day=day: day)
        response = client.get(f"{BASE}fiches")
        seen.append((response["ETag"], response.json()["items"][0]["status"]))
    assert [status for _tag, status in seen] == ["authorised", "running"]
    assert seen[0][0] != seen[1][0]


def test_any_site_may_read_it_and_no_cookie_is_read_nor_set(client: Client) -> None:
    a_life()
    client.force_login(UserFactory())
    with CaptureQueriesContext(connection) as caught:
        response = client.get(f"{BASE}fiches", headers={"Origin": "https://journal.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert not response.cookies
    assert "Cookie" not in response["Vary"]
    assert not [query for query in caught.captured_queries if "session" in query["sql"] or "accounts_" in query["sql"]]
    before = client.options(f"{BASE}fiches", headers={"Origin": "https://journal.example", "Access-Control-Request-Method": "GET"})
    assert (before.status_code, before["Access-Control-Allow-Origin"]) == (204, "*")
    assert "If-None-Match" in before["Access-Control-Allow-Headers"]


def test_asking_for_the_head_only_gives_the_tag_and_no_body(client: Client) -> None:
    a_life()
    head, whole = client.head(f"{BASE}fiches"), client.get(f"{BASE}fiches")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])


def test_who_asks_too_often_is_told_when_to_come_back(client: Client, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    a_life()
    statuses = [client.get(f"{BASE}facets").status_code for _ in range(3)]
    refused = client.get(f"{BASE}facets")
    assert statuses == [200, 200, 200] or 429 not in statuses[:3]
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert 1 <= int(refused["Retry-After"]) <= 61
    assert client.get(f"{BASE}facets", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_page(client: Client) -> None:
    counts = []
    for number in (1, 12):
        for _ in range(number):
            a_life()
        client.get(f"{BASE}fiches?limit=100")
        with CaptureQueriesContext(connection) as caught:
            assert len(asked(client, "fiches?limit=100")["items"]) == Fiche.objects.count()
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_the_page_for_people_tells_every_operation_in_french(client: Client) -> None:
    page = client.get("/repertoire/donnees/api/").content.decode()
    assert all(f"GET {path}" in page for path in description()["paths"])
    assert client.get("/api/v1/").url == "/repertoire/donnees/api/"
    assert json.loads(client.get("/api/v1/openapi.json").content)["openapi"].startswith("3.")
