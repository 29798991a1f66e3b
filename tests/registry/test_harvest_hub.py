"""What the Health Data Hub's own catalogue asks beyond release 8: properties that it calls compulsory, in the number that it wants."""

from __future__ import annotations

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, XSD
from rdflib.term import Node

from registry.harvest.datasets import dataset_address, record
from registry.harvest.facts import known
from registry.harvest.namespaces import ADMS, CSVW, DCATAP, DPV, HEALTH, VCARD
from registry.harvest.queries import databases, purposes

pytestmark = pytest.mark.django_db
ONE = (DCTERMS.accessRights, DCTERMS.publisher, DCTERMS.type, HEALTH.hdab)
AT_LEAST_ONE = (
    *(DCTERMS.spatial, DCTERMS.identifier, DCTERMS.provenance, DCAT.theme, DCAT.keyword, DCAT.contactPoint, DCAT.distribution),
    *(ADMS.sample, DPV.hasPurpose, HEALTH.healthCategory, HEALTH.healthTheme, DCATAP.applicableLegislation),
)


def count(graph: Graph, subject: Node | None, name: Node) -> int:
    return len(set(graph.objects(subject, name)))


@pytest.fixture
def records() -> dict[URIRef, Graph]:
    """Every record that is served."""
    asked = purposes()
    return {URIRef(dataset_address(one.slug)): record(one, asked, []) for one in databases() if not known().of(one.slug).lacks}


def test_every_record_has_what_the_hub_calls_compulsory(records: dict[URIRef, Graph]) -> None:
    assert len(records) >= 20
    for dataset, graph in records.items():
        assert [name for name in ONE if count(graph, dataset, name) != 1] == [], dataset
        assert [name for name in AT_LEAST_ONE if count(graph, dataset, name) < 1] == [], dataset
        assert all(one.datatype == XSD.anyURI for one in graph.objects(dataset, DCTERMS.identifier) if isinstance(one, Literal))


def test_every_agent_and_contact_says_what_the_hub_asks(records: dict[URIRef, Graph]) -> None:
    for dataset, graph in records.items():
        publisher, body = graph.value(dataset, DCTERMS.publisher), graph.value(dataset, HEALTH.hdab)
        for agent in (publisher, body):
            assert [count(graph, agent, name) for name in (FOAF.name, FOAF.homepage, FOAF.mbox)] == [1, 1, 1], dataset
        assert [count(graph, publisher, name) for name in (HEALTH.publisherType, HEALTH.publisherNote, HEALTH.trustedDataHolder)] == [
            1,
            1,
            1,
        ]
        contact = graph.value(dataset, DCAT.contactPoint)
        assert isinstance(graph.value(contact, VCARD.hasURL), URIRef) and isinstance(graph.value(contact, VCARD.hasEmail), URIRef)


def test_every_distribution_and_column_says_what_the_hub_asks(records: dict[URIRef, Graph]) -> None:
    for dataset, graph in records.items():
        for one in graph.objects(dataset, DCAT.distribution):
            asked = (DCAT.byteSize, DCTERMS["format"], DCTERMS.rights, DCATAP.applicableLegislation)
            assert [count(graph, one, name) for name in asked] == [1, 1, 1, 1], dataset
        for column in graph.objects(None, CSVW.column):
            assert count(graph, column, CSVW.titles) >= 1 and count(graph, column, CSVW.datatype) == 1
