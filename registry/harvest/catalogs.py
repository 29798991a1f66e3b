"""The catalogue as a whole (DCAT-AP 3.0.1), for harvesters: its databases, and the register of projects as a public dataset of its own."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, XSD

from catalogue.models import Database
from registry.harvest import agents, words
from registry.harvest.addresses import document, node
from registry.harvest.datasets import brief
from registry.harvest.describing import Described, on_site, page
from registry.harvest.facts import known, schemes
from registry.harvest.namespaces import DCATAP, SPDX, new_graph
from registry.reuse.models import Snapshot, SnapshotFile

#: Ending of a file → type in the European list, media type, compression, and its name in the title.
FILE_TYPES: dict[str, tuple[str, str, str, str]] = {
    "csv.gz": ("CSV", "text/csv", "application/gzip", "CSV"),
    "jsonl.gz": ("JSON", "", "application/gzip", "JSON lines"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "", "XLSX"),
    "parquet": ("PARQUET", "application/vnd.apache.parquet", "", "Parquet"),
}


def catalog(databases: Iterable[Database]) -> Graph:
    """The catalogue: each database in a few lines with the address of its record, and the register of projects in full."""
    graph, common = new_graph(), known().common
    described = Described(graph, node(document("catalog"), "catalog"), DCAT.Catalog)
    described.text(DCTERMS.title, *words.both(words.CATALOG_TITLE, settings.SITE_NAME, settings.SITE_NAME))
    described.text(DCTERMS.description, *words.CATALOG)
    described.link(DCTERMS.publisher, agents.operator(graph)).document(FOAF.homepage, page("catalogue:index"))
    described.concept(DCTERMS.language, "language", common.language, also=DCTERMS.LinguisticSystem)
    described.concept(DCTERMS.spatial, "country", common.country, also=DCTERMS.Location)
    described.legislation(DCATAP.applicableLegislation, *common.legislation).link(DCAT.themeTaxonomy, schemes()["data_theme"]["iri"])
    described.link(DCTERMS.license, Described(graph, common.licence, DCTERMS.LicenseDocument).address)
    described.link(DCAT.dataset, *(brief(graph, database) for database in databases), _register(graph))
    described.link(DCAT.service, _api(graph))
    return graph


def register() -> Graph:
    """The register of projects as a dataset: its files and its interfaces."""
    graph = new_graph()
    _register(graph)
    _api(graph)
    return graph


def register_address() -> str:
    """The address that names the register in the web of data."""
    return node(document("register"), "register")


def _register(graph: Graph) -> URIRef:
    described, common = Described(graph, register_address(), DCAT.Dataset), known().common
    described.text(DCTERMS.title, *words.REGISTER_TITLE).text(DCTERMS.description, *words.REGISTER)
    described.value(DCTERMS.identifier, str(described.address), XSD.anyURI).document(DCAT.landingPage, page("reuse:index"))
    described.document(FOAF.page, page("registry:index")).link(DCTERMS.publisher, agents.operator(graph))
    described.link(DCAT.contactPoint, agents.contact(graph, node(document("register"), "contact"), page("registry:index")))
    described.concept(DCTERMS.accessRights, "access_right", "PUBLIC", also=DCTERMS.RightsStatement)
    described.concept(DCAT.theme, "data_theme", "HEAL", "GOVE").concept(DCTERMS.type, "dataset_type", "DIRECTORY")
    described.concept(DCTERMS.accrualPeriodicity, "frequency", "UPDATE_CONT", also=DCTERMS.Frequency)
    described.concept(DCTERMS.spatial, "country", common.country, also=DCTERMS.Location)
    described.concept(DCTERMS.language, "language", common.language, also=DCTERMS.LinguisticSystem)
    described.text(DCAT.keyword, *words.REGISTER_KEYWORD)
    return described.link(DCAT.distribution, *_live_files(graph), *_snapshot_files(graph), _linked_data(graph)).address


def _live_files(graph: Graph) -> list[URIRef]:
    """The register as it is now, in the formats that stream."""
    live = [("csv", "CSV", "text/csv", "CSV"), ("jsonl", "JSON", "", "JSON lines")]
    return [_live_file(graph, *one) for one in live]


def _live_file(graph: Graph, ending: str, kind: str, media_type: str, name: str) -> URIRef:
    described = _distribution(graph, f"live-{ending}", kind, words.both(words.LIVE_TITLE, name, name))
    if media_type:
        described.media_type(DCAT.mediaType, media_type)
    return described.link(DCAT.accessURL, page("reuse:index")).link(DCAT.downloadURL, page("reuse:export", ending)).address


def _snapshot_files(graph: Graph) -> list[URIRef]:
    """The files of the last daily snapshot, each with its size and digest; none before the first one."""
    snapshot = Snapshot.objects.prefetch_related("files").first()
    return [_file(graph, snapshot, file) for file in snapshot.files.all()] if snapshot else []


def _file(graph: Graph, snapshot: Snapshot, file: SnapshotFile) -> URIRef:
    kind, media_type, compression, name = FILE_TYPES[file.ending]
    described = _distribution(graph, file.ending.replace(".", "-"), kind, words.both(words.SNAPSHOT_TITLE, name, name))
    described.link(DCAT.accessURL, page("reuse:index")).link(DCAT.downloadURL, on_site(file.get_absolute_url()))
    described.count(DCAT.byteSize, file.size).value(DCTERMS.issued, snapshot.taken_at)
    for term, value in ((DCAT.mediaType, media_type), (DCAT.compressFormat, compression)):
        if value:
            described.media_type(term, value)
    algorithm = Described(graph, SPDX.checksumAlgorithm_sha256, SPDX.ChecksumAlgorithm)
    checksum = Described(graph, f"{described.address}-checksum", SPDX.Checksum).link(SPDX.algorithm, algorithm.address)
    return described.link(SPDX.checksum, checksum.value(SPDX.checksumValue, file.sha256, XSD.hexBinary).address).address


def _linked_data(graph: Graph) -> URIRef:
    described = _distribution(graph, "rdf", "RDF_TURTLE", words.LINKED_TITLE).media_type(DCAT.mediaType, "text/turtle")
    return described.link(DCAT.accessURL, document("projects")).address


def _distribution(graph: Graph, part: str, kind: str, title: words.Pair) -> Described:
    described = Described(graph, node(document("register"), part), DCAT.Distribution).text(DCTERMS.title, *title)
    described.concept(DCTERMS["format"], "file_type", kind, also=DCTERMS.MediaTypeOrExtent)
    described.link(DCTERMS.license, Described(graph, known().common.licence, DCTERMS.LicenseDocument).address)
    described.legislation(DCATAP.applicableLegislation, *known().common.legislation)
    return described.statement(DCTERMS.rights, DCTERMS.RightsStatement, "rights", *words.FREE)


def _api(graph: Graph) -> URIRef:
    """The interface that serves the register to programs, with its OpenAPI description."""
    openapi = page("reuse:openapi")
    described = Described(graph, node(document("register"), "api"), DCAT.DataService).text(DCTERMS.title, *words.API_TITLE)
    described.link(DCAT.endpointURL, openapi.rpartition("/")[0] + "/").link(DCAT.endpointDescription, openapi)
    described.document(DCAT.landingPage, page("reuse:api")).link(DCAT.servesDataset, register_address())
    described.concept(DCTERMS.accessRights, "access_right", "PUBLIC", also=DCTERMS.RightsStatement)
    described.legislation(DCATAP.applicableLegislation, *known().common.legislation)
    return described.link(DCTERMS.license, Described(graph, known().common.licence, DCTERMS.LicenseDocument).address).address
