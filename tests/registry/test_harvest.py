"""The catalogue and the register as linked data: what is said, in which form, and what is not said because nobody knows it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, SKOS, XSD

from catalogue.models import Database
from registry.harvest import queries
from registry.harvest.checks import facts_are_readable
from registry.harvest.namespaces import ADMS, CSVW, CV, GEODCATAP, HEALTH, HYDRA, SCHEMA, SPDX, VCARD
from registry.harvest.serving import FORMATS
from registry.reuse.models import Snapshot, SnapshotFile
from tests.catalogue.factories import ComponentFactory, DatabaseFactory
from tests.registry.factories import a_fiche

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"
DOCUMENTS = (
    "/catalogue/dcat",
    "/catalogue/bndmr/dcat",
    "/catalogue/bndmr/projets",
    "/repertoire/donnees/dcat",
    "/repertoire/donnees/projets",
)


@pytest.fixture
def visitor() -> Client:
    return Client()


def read(visitor: Client, path: str, status: int = 200) -> Graph:
    """The graph that a harvester reads at an address."""
    response = visitor.get(path)
    assert response.status_code == status, path
    kind = response["Content-Type"].partition(";")[0]
    [form] = [one for one in FORMATS.values() if one.media_type == kind]
    return Graph().parse(data=response.content, format={"ttl": "turtle", "jsonld": "json-ld"}[form.ending])


def dataset(slug: str) -> URIRef:
    return URIRef(f"{SITE}/catalogue/{slug}/dcat#dataset")


def file_of(tmp_path: Path, text: str) -> str:
    path = tmp_path / "facts.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_both_formats_of_a_document_say_the_same(visitor: Client, document: str) -> None:
    a_fiche(databases=["bndmr"])
    turtle, json_ld = read(visitor, f"{document}.ttl"), read(visitor, f"{document}.jsonld")
    assert len(turtle) > 5
    assert isomorphic(turtle, json_ld)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_names_everything_that_it_describes(visitor: Client, document: str) -> None:
    a_fiche(databases=["bndmr"])
    assert not [node for triple in read(visitor, f"{document}.ttl") for node in triple if not isinstance(node, URIRef | Literal)]


@pytest.mark.parametrize("ending", FORMATS)
def test_who_has_a_document_is_told_that_it_has_not_changed(visitor: Client, ending: str) -> None:
    first = visitor.get(f"/catalogue/bndmr/dcat.{ending}")
    assert visitor.get(f"/catalogue/bndmr/dcat.{ending}").content == first.content
    again = visitor.get(f"/catalogue/bndmr/dcat.{ending}", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Access-Control-Allow-Origin"] == "*"
    Database.objects.filter(slug="bndmr").update(theme_fr="Autre sujet")
    changed = visitor.get(f"/catalogue/bndmr/dcat.{ending}", headers={"if-none-match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)


def test_a_document_is_the_same_for_every_reader_and_any_site_may_read_it(visitor: Client) -> None:
    response = visitor.get("/catalogue/bndmr/dcat.ttl", headers={"accept-language": "en"})
    assert response.content == visitor.get("/catalogue/bndmr/dcat.ttl", headers={"accept-language": "fr"}).content
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in response.get("Vary", "")
    assert visitor.head("/catalogue/bndmr/dcat.ttl").status_code == 200
    assert visitor.post("/catalogue/bndmr/dcat.ttl").status_code == 405


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", "text/turtle"),
        ("*/*", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/ld+json"),
        ("text/html;q=0.1, application/ld+json", "application/ld+json"),
        ("application/pdf", "text/turtle"),
    ],
)
def test_the_address_without_an_ending_suits_the_reader(visitor: Client, accept: str, kind: str) -> None:
    response = visitor.get("/catalogue/bndmr/dcat", headers={"accept": accept})
    assert response["Content-Type"] == f"{kind}; charset=utf-8"
    assert "Accept" in response["Vary"].split(", ")


def test_somebody_with_a_browser_is_led_to_the_page(visitor: Client) -> None:
    response = visitor.get("/catalogue/bndmr/dcat", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (response.status_code, response["Location"]) == (303, f"{SITE}/catalogue/bndmr/")
    assert "Accept" in response["Vary"].split(", ")


def test_the_json_ld_holds_its_context_and_fetches_none(visitor: Client) -> None:
    told = json.loads(visitor.get("/catalogue/bndmr/dcat.jsonld").content)
    assert told["@context"]["dcat"] == str(DCAT)
    assert all(isinstance(value, str) for value in told["@context"].values())
    [found] = [node for node in told["@graph"] if node["@type"] == "dcat:Dataset"]
    assert found["@id"] == str(dataset("bndmr"))


def test_a_record_says_what_the_catalogue_knows_in_both_languages(visitor: Client) -> None:
    graph = read(visitor, "/catalogue/bndmr/dcat.ttl")
    titles = set(graph.objects(dataset("bndmr"), DCTERMS.title))
    assert titles == {
        Literal("BNDMR – Banque nationale de données maladies rares", lang="fr"),
        Literal("BNDMR – National rare disease data bank", lang="en"),
    }
    holder = graph.value(dataset("bndmr"), DCTERMS.publisher)
    assert graph.value(dataset("bndmr"), GEODCATAP.custodian) == holder
    assert str(graph.value(holder, FOAF.name)) == "Assistance Publique – Hôpitaux de Paris (AP-HP)"
    assert "12 mai 2022" in str(
        graph.value(graph.value(dataset("bndmr"), DCTERMS.provenance), URIRef("http://www.w3.org/2000/01/rdf-schema#label"))
    )


def test_a_record_holds_one_dataset_and_no_catalogue(visitor: Client) -> None:
    graph = read(visitor, "/catalogue/base-principale/dcat.ttl")
    assert set(graph.subjects(RDF.type, DCAT.Dataset)) == {dataset("base-principale")}
    assert not set(graph.subjects(RDF.type, DCAT.Catalog))


def test_every_concept_of_a_record_stands_in_its_scheme(visitor: Client) -> None:
    graph = read(visitor, "/catalogue/base-principale/dcat.ttl")
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) > 10
    for concept in concepts:
        scheme = graph.value(concept, SKOS.inScheme)
        assert (scheme, RDF.type, SKOS.ConceptScheme) in graph
        assert graph.value(scheme, DCTERMS.title) and graph.value(concept, SKOS.prefLabel)


def test_a_holder_whom_nobody_knows_is_not_invented(visitor: Client) -> None:
    graph = read(visitor, "/catalogue/atu/dcat.ttl")
    assert graph.value(dataset("atu"), GEODCATAP.custodian) is None
    publisher = graph.value(dataset("atu"), DCTERMS.publisher)
    assert str(graph.value(publisher, FOAF.name)) == "Plateforme des données de santé"
    assert "n’est pas encore connu" in str(graph.value(publisher, HEALTH.publisherNote))


def test_a_holder_who_is_not_sure_is_said_not_to_be(visitor: Client) -> None:
    graph = read(visitor, "/catalogue/hepather/dcat.ttl")
    assert "à confirmer" in str(graph.value(graph.value(dataset("hepather"), DCTERMS.publisher), HEALTH.publisherNote))


def test_what_is_structured_lists_its_variables_and_nothing_else_claims_to_be(visitor: Client) -> None:
    main, other = read(visitor, "/catalogue/base-principale/dcat.ttl"), read(visitor, "/catalogue/bndmr/dcat.ttl")
    assert main.value(dataset("base-principale"), HEALTH.hasStructuredData).toPython() is True
    assert other.value(dataset("bndmr"), HEALTH.hasStructuredData).toPython() is False
    columns = {str(main.value(column, CSVW.name)) for column in main.subjects(RDF.type, CSVW.Column)}
    assert {"BEN_NAI_ANN", "BEN_RES_COM", "EXE_SOI_DTD", "BEN_DCD_DTE"} <= columns
    assert all((column, CSVW.titles, None) in main for column in main.subjects(RDF.type, CSVW.Column))
    assert not set(other.subjects(RDF.type, CSVW.Column))


def test_the_sample_is_a_real_file_of_the_size_that_is_said(visitor: Client) -> None:
    graph = read(visitor, "/catalogue/base-principale/dcat.ttl")
    sample = graph.value(dataset("base-principale"), ADMS.sample)
    address = str(graph.value(sample, DCAT.downloadURL))
    response = visitor.get(address.removeprefix(SITE))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert graph.value(sample, DCAT.byteSize) == Literal(len(response.content), datatype=XSD.nonNegativeInteger)
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert {"component", "data_category", "table", "variable"} == {row["kind"] for row in rows}
    assert {"dcir", "cepidc"} <= {row["name"] for row in rows}


def test_no_spreadsheet_runs_what_an_administrator_wrote(visitor: Client) -> None:
    database = DatabaseFactory()
    ComponentFactory(database=database, name_fr="=HYPERLINK(1)")
    assert b",'=HYPERLINK(1)," in visitor.get(f"/catalogue/{database.slug}/structure.csv").content


def test_both_kinds_of_contact_are_given(visitor: Client, settings: Any) -> None:
    settings.HDAB_NAME, settings.HDAB_CONTACT, settings.HDAB_PAGE = "Organisme d’accès", "acces@example.fr", "https://acces.example.fr/"
    graph = read(visitor, "/catalogue/bndmr/dcat.ttl")
    body = graph.value(dataset("bndmr"), HEALTH.hdab)
    reached = graph.value(body, CV.contactPoint)
    assert str(graph.value(body, FOAF.name)) == "Organisme d’accès"
    assert (str(graph.value(reached, CV.email)), str(graph.value(body, FOAF.mbox))) == ("acces@example.fr", "mailto:acces@example.fr")
    assert graph.value(reached, CV.contactPage) == graph.value(body, FOAF.homepage) == URIRef("https://acces.example.fr/")
    contact = graph.value(dataset("bndmr"), DCAT.contactPoint)
    assert graph.value(contact, VCARD.hasEmail) == URIRef("mailto:guichet@example.org")
    assert graph.value(contact, VCARD.hasURL) == URIRef(f"{SITE}/catalogue/bndmr/")


def test_a_record_waits_while_a_compulsory_fact_is_unknown(visitor: Client, settings: Any, tmp_path: Path) -> None:
    response = visitor.get("/catalogue/sedaar/dcat.ttl")
    assert (response.status_code, response["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert "SEDAAR" in response.content.decode()
    assert "dcat.ttl" not in visitor.get("/catalogue/sedaar/").content.decode()
    settings.HARVEST_FACTS = file_of(tmp_path, '[database.sedaar]\nhealth_categories = ["RQSH"]\nmax_age = 99\n')
    graph = read(visitor, "/catalogue/sedaar/dcat.ttl")
    assert str(graph.value(dataset("sedaar"), HEALTH.healthCategory)).endswith("/healthcategories/RQSH")
    assert str(graph.value(dataset("sedaar"), HEALTH.healthTheme)).endswith("/health-theme/SENSORY_HEALTH")
    assert graph.value(dataset("sedaar"), HEALTH.maxTypicalAge) == Literal(99, datatype=XSD.nonNegativeInteger)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[database.bndmr]\nhealth_categries = ["RQSH"]\n', "health_categries"),
        ('[database.bndmr]\nhealth_categories = ["XYZ"]\n', "'XYZ' is not in https://hdeu-dcat"),
        ('[database.bndmr]\nfrequency = "SOMETIMES"\n', "'SOMETIMES' is not in"),
        ('[[database.bndmr.table]]\nname = "T"\nfr = "T"\nen = "T"\n', "columns"),
        ("[database.bndmr", "HARVEST_FACTS"),
    ],
)
def test_a_file_of_facts_that_says_what_is_none_is_told_as_the_site_starts(settings: Any, tmp_path: Path, text: str, told: str) -> None:
    assert facts_are_readable() == []
    settings.HARVEST_FACTS = file_of(tmp_path, text)
    [error] = facts_are_readable()
    assert told in error.msg and error.id == "harvest.E001"


def test_a_file_of_facts_that_is_not_there_is_told_too(settings: Any, tmp_path: Path) -> None:
    settings.HARVEST_FACTS = str(tmp_path / "absent.toml")
    assert "absent.toml" in facts_are_readable()[0].msg


def test_a_demonstration_project_says_that_it_is_one(visitor: Client) -> None:
    fiche = a_fiche(number="DEMO-F20260101090000", is_demonstration=True)
    assert "Demonstration project" in visitor.get(f"/repertoire/{fiche.number}/dcat.ttl").content.decode()


def test_the_command_lists_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    database = DatabaseFactory()
    call_command("harvest_gaps")
    told = capsys.readouterr().out
    assert f"{database.slug}: health_categories (no record without it), health_themes" in told
    assert "sedaar: health_categories" in told
    assert "bndmr:" not in told


def test_a_hidden_database_has_no_document(visitor: Client) -> None:
    Database.objects.filter(slug="bndmr").update(active=False)
    for path in ("dcat.ttl", "projets.ttl", "structure.csv"):
        assert visitor.get(f"/catalogue/bndmr/{path}").status_code == 404
    assert (dataset("bndmr"), None, None) not in read(visitor, "/catalogue/dcat.ttl")


def test_the_catalogue_names_every_database_and_where_its_record_is(visitor: Client) -> None:
    graph = read(visitor, "/catalogue/dcat.ttl")
    catalog = URIRef(f"{SITE}/catalogue/dcat#catalog")
    listed = set(graph.objects(catalog, DCAT.dataset))
    assert listed == {*map(dataset, Database.objects.values_list("slug", flat=True)), URIRef(f"{SITE}/repertoire/donnees/dcat#register")}
    assert URIRef(f"{SITE}/catalogue/bndmr/dcat.ttl") in set(graph.objects(dataset("bndmr"), FOAF.page))
    assert URIRef(f"{SITE}/catalogue/sedaar/dcat.ttl") not in set(graph.objects(dataset("sedaar"), FOAF.page))


def test_the_catalogue_costs_no_more_queries_with_more_databases(visitor: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as made:
            assert visitor.get("/catalogue/dcat.ttl").status_code == 200
        return len(made)

    few = cost()
    for _ in range(5):
        ComponentFactory()
    assert cost() == few <= 8


def test_the_register_names_the_files_of_the_day_with_their_digests(visitor: Client) -> None:
    snapshot = Snapshot.objects.create(day="2026-06-15", state_version=1, taken_at=datetime(2026, 6, 15, 2, tzinfo=UTC), rows=1, schema={})
    for ending in ("csv.gz", "jsonl.gz", "xlsx", "parquet"):
        SnapshotFile.objects.create(snapshot=snapshot, ending=ending, path=f"open-data/{ending}", size=12, sha256="ab" * 32)
    graph = read(visitor, "/repertoire/donnees/dcat.ttl")
    [found] = graph.subjects(RDF.type, DCAT.Dataset)
    offered = {str(graph.value(one, DCTERMS["format"])).rsplit("/", 1)[1] for one in graph.objects(found, DCAT.distribution)}
    assert offered == {"CSV", "JSON", "XLSX", "PARQUET", "RDF_TURTLE"}
    [file] = [one for one in graph.objects(found, DCAT.distribution) if str(one).endswith("#csv-gz")]
    assert str(graph.value(file, DCAT.downloadURL)) == f"{SITE}/repertoire/donnees/instantanes/2026-06-15/repertoire.csv.gz"
    assert graph.value(file, DCAT.byteSize).toPython() == 12
    assert str(graph.value(graph.value(file, SPDX.checksum), SPDX.checksumValue)) == "ab" * 32
    [live] = [one for one in graph.objects(found, DCAT.distribution) if str(one).endswith("#live-csv")]
    assert visitor.get(str(graph.value(live, DCAT.downloadURL)).removeprefix(SITE)).status_code == 200
    [service] = graph.subjects(RDF.type, DCAT.DataService)
    assert str(graph.value(service, DCAT.endpointURL)) == f"{SITE}/api/v1/"
    assert visitor.get(str(graph.value(service, DCAT.endpointDescription)).removeprefix(SITE)).status_code == 200


def test_a_project_refers_to_its_databases_and_they_to_it(visitor: Client) -> None:
    fiche = a_fiche(databases=["bndmr"], title="Une étude", acronym="ETU", real_number="T12345678901234")
    address = URIRef(f"{SITE}/repertoire/{fiche.number}/dcat#project")
    graph = read(visitor, f"/repertoire/{fiche.number}/dcat.ttl")
    assert {PROV.Activity, SCHEMA.ResearchProject} == set(graph.objects(address, RDF.type))
    assert set(graph.objects(address, DCTERMS.references)) == {dataset("bndmr")}
    assert {str(one) for one in graph.objects(address, DCTERMS.identifier)} == {fiche.number, "T12345678901234"}
    assert str(graph.value(address, DCTERMS.title)) == fiche.heading
    assert (dataset("bndmr"), DCTERMS.isReferencedBy, address) in read(visitor, "/catalogue/bndmr/dcat.ttl")
    assert (None, HYDRA.member, address) in read(visitor, "/catalogue/bndmr/projets.ttl")
    assert (None, HYDRA.member, address) not in read(visitor, "/catalogue/esme/projets.ttl")


def test_of_a_withdrawn_fiche_nothing_is_said_but_that_it_was(visitor: Client) -> None:
    fiche = a_fiche(databases=["bndmr"], title="Un titre retiré", live=False)
    graph = read(visitor, f"/repertoire/{fiche.number}/dcat.ttl", 410)
    address = URIRef(f"{SITE}/repertoire/{fiche.number}/dcat#project")
    assert graph.value(address, OWL.deprecated).toPython() is True
    assert "retiré" not in graph.serialize()
    assert (dataset("bndmr"), DCTERMS.isReferencedBy, None) not in read(visitor, "/catalogue/bndmr/dcat.ttl")
    assert (None, HYDRA.member, None) not in read(visitor, "/repertoire/donnees/projets.ttl")


def test_the_projects_come_page_by_page_each_once(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    monkeypatch.setattr("registry.harvest.views.PER_PAGE", 2)
    fiches = [a_fiche(databases=["bndmr"], dossier=None, origin="declaration") for _ in range(5)]
    path, seen = "/catalogue/bndmr/projets.ttl", []
    for _ in range(4):
        graph = read(visitor, path)
        seen += [str(one) for one in graph.objects(None, HYDRA.member)]
        following = next(graph.objects(None, HYDRA.next), None)
        if following is None:
            break
        path = str(following).removeprefix(SITE)
    assert sorted(seen) == sorted(f"{SITE}/repertoire/{fiche.number}/dcat#project" for fiche in fiches)


@pytest.mark.parametrize("after", ["x", "-1", "١", "9" * 12])
def test_a_place_that_is_none_is_an_address_that_is_none(visitor: Client, after: str) -> None:
    assert visitor.get("/repertoire/donnees/projets.ttl", {"after": after}).status_code == 404


def test_the_pages_lead_machines_and_people_to_the_documents(visitor: Client) -> None:
    fiche = a_fiche(databases=["bndmr"])
    page = visitor.get("/catalogue/bndmr/").content.decode()
    head = page.partition("</head>")[0]
    assert f'<link rel="alternate" type="text/turtle" href="{SITE}/catalogue/bndmr/dcat.ttl">' in head
    assert f'href="{SITE}/catalogue/bndmr/dcat.jsonld"' in page.partition("</head>")[2]
    head = visitor.get(f"/repertoire/{fiche.number}/").content.decode().partition("</head>")[0]
    assert f'<link rel="alternate" type="application/ld+json" href="{SITE}/repertoire/{fiche.number}/dcat.jsonld">' in head
    assert visitor.get("/repertoire/F20200101000000/dcat.ttl").status_code == 404
    data = visitor.get("/repertoire/donnees/").content.decode()
    for path in ("/repertoire/donnees/dcat.ttl", "/repertoire/donnees/projets.ttl", "/catalogue/dcat.ttl"):
        assert f'href="{path}"' in data


@pytest.mark.django_db
def test_who_asks_for_too_many_pages_of_projects_is_asked_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.harvest.views.MOST_PAGES", 2)
    answers = [client.get("/repertoire/donnees/projets.ttl") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert client.get("/repertoire/donnees/projets.ttl", REMOTE_ADDR="192.0.2.7").status_code == 200
