"""The registry for harvesters and search engines: OAI-PMH as the protocol wants it, the map of pages, and what the head of a page says."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree, html
from oaipmh import client as harvesting
from oaipmh import error
from oaipmh.metadata import MetadataRegistry, oai_dc_reader

from registry.models import Fiche
from registry.publication import write
from registry.reuse import oai, sitemap
from registry.reuse.models import Stamp
from tests.registry.factories import a_fiche
from tests.registry.published import a_published
from tests.registry.test_reuse_files import SAID
from tests.requests_app.factories import PARIS

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 15, 9, 30, tzinfo=PARIS)
NAMES = {"oai": "http://www.openarchives.org/OAI/2.0/", "dc": "http://purl.org/dc/elements/1.1/", "map": sitemap.NAMESPACE}


class Harvester(harvesting.BaseClient):
    """The harvester of the library, over the test client instead of a line."""

    def __init__(self, client: Client) -> None:
        readers = MetadataRegistry()
        readers.registerReader("oai_dc", oai_dc_reader)
        super().__init__(readers)
        self.client = client

    def makeRequest(self, **asked: Any) -> bytes:
        return self.client.get("/repertoire/oai", asked).content


def published(title: str = "Zona", at: datetime = AT, said: dict[str, Any] = SAID) -> Fiche:
    fiche = Fiche(origin="declaration", title=title, lay_summary="Un résumé.", sort_key=title.lower(), controller_name="CHU", said=said)
    return write(fiche, {"said": said}, at=at, because="publish")


def withdrawn(fiche: Fiche) -> Fiche:
    return write(fiche, {"live": False}, at=AT + timedelta(days=2), because="withdraw", reason="Double")


def code_of(client: Client, query: str) -> str:
    [found] = etree.fromstring(client.get(f"/repertoire/oai?{query}").content).findall("oai:error", NAMES)
    return str(found.get("code"))


def harvested(found: Any) -> list[tuple[str, bool]]:
    return [(header.identifier().rpartition(":")[2], bool(header.isDeleted())) for header, _metadata, _about in found]


# --- OAI-PMH -------------------------------------------------------------------------------------
def test_the_repository_says_who_it_is(client: Client, settings: Any) -> None:
    published()
    told = Harvester(client).identify()
    assert (told.protocolVersion(), told.deletedRecord(), told.granularity()) == ("2.0", "persistent", "YYYY-MM-DDThh:mm:ssZ")
    assert told.baseURL() == f"{settings.SITE_URL}/repertoire/oai"
    assert told.adminEmails() == [settings.OPERATOR_CONTACT]
    assert told.earliestDatestamp() <= datetime.now(UTC).replace(tzinfo=None)


def test_a_record_is_the_fiche_in_dublin_core(client: Client, settings: Any) -> None:
    fiche = published(said=SAID | {"domains": [{"code": "x", "fr": "Cardiologie", "en": "Cardiology"}]})
    header, metadata, _about = Harvester(client).getRecord(identifier=f"oai:localhost:{fiche.number}", metadataPrefix="oai_dc")
    told = metadata.getMap()
    assert header.identifier() == f"oai:localhost:{fiche.number}"
    assert told["title"] == ["Zona"]
    assert told["creator"] == ["CHU"]
    assert told["subject"][0] == "Cardiologie"
    assert told["identifier"] == [settings.SITE_URL + fiche.get_absolute_url(), fiche.number]
    assert told["relation"] == ["https://doi.org/10.1/x"]
    assert told["rights"][0].startswith("Licence Ouverte")


def test_a_list_that_is_cut_is_harvested_whole_and_ends_with_an_empty_token(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai, "PER_PAGE", 3)
    fiches = [published(f"Projet {number}") for number in range(7)]
    withdrawn(fiches[4])
    expected = [(fiche.number, fiche is fiches[4]) for fiche in fiches]
    assert harvested(Harvester(client).listRecords(metadataPrefix="oai_dc")) == expected
    assert [
        (one.identifier().rpartition(":")[2], bool(one.isDeleted())) for one in Harvester(client).listIdentifiers(metadataPrefix="oai_dc")
    ] == expected
    query, sizes, tokens = "metadataPrefix=oai_dc", [], []
    while query:
        tree = etree.fromstring(client.get(f"/repertoire/oai?verb=ListRecords&{query}").content)
        sizes.append(len(tree.findall(".//oai:record", NAMES)))
        [token] = tree.findall(".//oai:resumptionToken", NAMES)
        tokens.append(token.text)
        query = f"resumptionToken={token.text}" if token.text else ""
    assert sizes == [3, 3, 1]
    assert [bool(token) for token in tokens] == [True, True, False]


def test_a_withdrawn_fiche_stays_as_a_deleted_record_without_its_texts(client: Client) -> None:
    fiche = withdrawn(published("Pseudonyme"))
    header, metadata, _about = Harvester(client).getRecord(identifier=f"oai:localhost:{fiche.number}", metadataPrefix="oai_dc")
    assert header.isDeleted()
    assert metadata is None
    assert "Pseudonyme" not in client.get("/repertoire/oai?verb=ListRecords&metadataPrefix=oai_dc").content.decode()


@pytest.mark.parametrize("listed", [0, 5_000])
def test_a_harvest_since_a_moment_finds_what_was_written_late_about_an_earlier_day(
    client: Client, monkeypatch: pytest.MonkeyPatch, listed: int
) -> None:
    monkeypatch.setattr("registry.reuse.oai.MOST_LISTED", listed)
    kept, late = published("Zona"), published("Lupus")
    Stamp.objects.update(at=AT)
    write(late, {"said": SAID | {"results": "Voilà"}}, at=AT - timedelta(days=30), because="publish_results")
    since = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(minutes=5)
    assert harvested(Harvester(client).listRecords(metadataPrefix="oai_dc", from_=since)) == [(late.number, False)]
    until = AT.astimezone(UTC).replace(tzinfo=None)
    assert harvested(Harvester(client).listRecords(metadataPrefix="oai_dc", until=until)) == [(kept.number, False)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Steal", "badVerb"),
        ("verb=GetMetadata&identifier=x&metadataPrefix=oai_dc", "badVerb"),
        ("verb=Identify&x=1", "badArgument"),
        ("verb=Identify&verb=Identify", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=yesterday", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-01&until=2026-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-02T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=x", "noSetHierarchy"),
        ("verb=ListSets", "noSetHierarchy"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=1999-01-01", "noRecordsMatch"),
        ("verb=ListRecords&resumptionToken=", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=zzz", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=metadataPrefix%253Doai_dc%2526cursor%253D-5", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=cursor%253D5%2526from_%253Dx%2526metadataPrefix%253Doai_dc", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=cursor%253D5%2526evil%253Dx%2526metadataPrefix%253Doai_dc", "badResumptionToken"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:F20200101000000", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:elsewhere:x", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=x", "idDoesNotExist"),
    ],
)
def test_what_the_protocol_forbids_is_answered_with_its_code(client: Client, query: str, code: str) -> None:
    published()
    assert code_of(client, query) == code


def test_the_protocol_is_spoken_by_post_too_and_a_strange_character_breaks_nothing(client: Client) -> None:
    published("Zona", said=SAID | {"publications": [{"title": "x", "url": "https://x.example/\ufffe"}]})
    response = client.post("/repertoire/oai", {"verb": "ListRecords", "metadataPrefix": "oai_dc"})
    assert response["Content-Type"].startswith("text/xml")
    [relation] = etree.fromstring(response.content).findall(".//dc:relation", NAMES)
    assert relation.text == "https://x.example/"
    with pytest.raises(error.NoRecordsMatchError):
        list(Harvester(client).listRecords(metadataPrefix="oai_dc", until=datetime(1999, 1, 1)))


def test_the_number_of_queries_does_not_grow_with_the_harvest(client: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(10):
        published(f"Projet {number}")
    with django_assert_max_num_queries(3):
        client.get("/repertoire/oai?verb=ListRecords&metadataPrefix=oai_dc")


# --- the map of pages ------------------------------------------------------------------------------
def locations(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response["Content-Type"] == "application/xml"
    return [str(one.text) for one in etree.fromstring(response.content).findall(".//map:loc", NAMES)]


def test_the_map_leads_to_every_live_fiche_in_parts(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "PER_PART", 2)
    fiches = [a_fiche() for _ in range(5)]
    Fiche.objects.filter(pk=fiches[3].pk).update(live=False)
    pages, *parts = locations(client, "/sitemap.xml")
    assert len(parts) == 3
    found = [address for part in parts for address in locations(client, part.removeprefix(settings.SITE_URL))]
    assert found == [settings.SITE_URL + fiche.get_absolute_url() for fiche in fiches if fiche is not fiches[3]]
    others = locations(client, pages.removeprefix(settings.SITE_URL))
    assert f"{settings.SITE_URL}/repertoire/donnees/" in others
    assert all(client.get(address.removeprefix(settings.SITE_URL)).status_code == 200 for address in others)


def test_search_engines_are_told_of_the_map_and_kept_from_endless_lists(client: Client, settings: Any) -> None:
    settings.DEMO_DATA = False
    told = client.get("/robots.txt").content.decode().splitlines()
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in told
    assert "Disallow: /repertoire/?" in told
    settings.DEMO_DATA = True
    assert "Sitemap" not in client.get("/robots.txt").content.decode()


# --- the head of a page ----------------------------------------------------------------------------
def json_ld(client: Client, path: str) -> tuple[Any, Any]:
    page = html.fromstring(client.get(path).content.decode())
    [script] = page.xpath("//head/script[@type='application/ld+json']")
    return json.loads(script.text), page


def test_a_fiche_says_in_schema_org_what_it_is(client: Client, settings: Any) -> None:
    fiche = a_published()
    told, page = json_ld(client, fiche.get_absolute_url())
    address = settings.SITE_URL + fiche.get_absolute_url()
    project, its_page, *_articles = told["@graph"]
    assert (project["@type"], its_page["@type"]) == ("ResearchProject", "WebPage")
    assert project["name"] == fiche.title
    assert project["parentOrganization"]["name"] == fiche.controller_name
    assert its_page["mainEntity"]["@id"] == project["@id"]
    assert its_page["license"].startswith("https://www.etalab.gouv.fr/")
    assert page.xpath("//link[@rel='canonical']/@href") == [address]
    assert page.xpath("//meta[@property='og:url']/@content") == [address]
    assert page.xpath("//meta[@property='og:title']/@content") == [fiche.heading]


def test_a_text_cannot_end_the_element_that_holds_it() -> None:
    from registry.reuse.linked import as_script, project

    fiche = a_fiche(title="</script><script>alert(1)</script>", lay_summary="a & b <!-- c", said=SAID)
    told = as_script(project(fiche))
    assert "<" not in told
    assert json.loads(told)["@graph"][0]["name"] == fiche.title
    article = json.loads(told)["@graph"][2]
    assert (article["@type"], article["url"]) == ("ScholarlyArticle", "https://doi.org/10.1/x")


def test_the_page_of_open_data_says_that_it_is_a_data_set(client: Client) -> None:
    told, _page = json_ld(client, "/repertoire/donnees/")
    assert told["@type"] == "Dataset"
    assert told["license"].startswith("https://www.etalab.gouv.fr/")


def test_the_map_for_search_engines_names_every_public_page_of_the_registry(client: Client) -> None:
    told = client.get(reverse("reuse:sitemap_pages")).content.decode()
    for name in ("following:overview", "editing:begin", "trust:journal", "trust:figures", "reuse:index"):
        assert f"{reverse(name)}</loc>" in told
        assert client.get(reverse(name)).status_code == 200


def test_an_identifier_with_a_null_character_is_one_that_does_not_exist(client: Client) -> None:
    asked = {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:localhost:\0"}
    assert b"idDoesNotExist" in client.get(reverse("reuse:oai"), asked).content
