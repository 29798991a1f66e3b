"""A published project as an activity (PROV) that refers to the databases it uses; release 8 has no class for a project.

What is said here is what the fiche says: no person, and nothing of a fiche that was withdrawn but that it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, PROV, RDFS, XSD

from registry.harvest import words
from registry.harvest.addresses import fiche_address
from registry.harvest.datasets import dataset_address
from registry.harvest.describing import Described, page
from registry.harvest.namespaces import HYDRA, SCHEMA, new_graph
from registry.models import Fiche

VERSION = URIRef(f"{DCAT}version")  # of DCAT 3, which rdflib does not know yet
DAYS: dict[str, Any] = {"starts_on": SCHEMA.startDate, "ends_on": SCHEMA.endDate, "authorised_on": DCTERMS.dateAccepted}


def project(graph: Graph, fiche: Fiche) -> Described:
    """A fiche: what it is called and about, when, by whom, on which databases."""
    described = Described(graph, fiche_address(fiche.number), PROV.Activity, SCHEMA.ResearchProject)
    described.value(DCTERMS.identifier, fiche.number)
    described.value(DCTERMS.issued, fiche.published_at).value(DCTERMS.modified, fiche.updated_at)
    described.value(VERSION, str(fiche.version)).document(FOAF.page, page("registry:fiche", fiche.number))
    if not fiche.live:
        return described.value(OWL.deprecated, True)
    described.text(DCTERMS.title, fiche.heading).text(DCTERMS.description, fiche.lay_summary)
    for name, term in DAYS.items():
        described.value(term, getattr(fiche, name))
    for term, day in ((PROV.startedAtTime, fiche.opened_on), (PROV.endedAtTime, fiche.ended_on)):
        described.value(term, day and f"{day.isoformat()}T00:00:00", XSD.dateTime)
    if fiche.is_demonstration:
        described.text(RDFS.comment, *words.DEMONSTRATION)
    if fiche.real_number:
        described.value(DCTERMS.identifier, fiche.real_number)
    if fiche.controller_name:
        body = Described(graph, f"{described.address}-controller", FOAF.Agent).value(FOAF.name, fiche.controller_name)
        described.link(PROV.wasAssociatedWith, body.address)
    return described.link(DCTERMS.references, *map(dataset_address, fiche.databases))


def one(fiche: Fiche) -> Graph:
    """The document of one project."""
    graph = new_graph()
    project(graph, fiche)
    return graph


def many(fiches: Sequence[Fiche], collection: str, view: str, following: str) -> Graph:
    """A page of projects, with the address of the whole and of the next page (Hydra); `following` is empty on the last one."""
    graph = new_graph()
    whole = Described(graph, f"{collection}#collection", HYDRA.Collection)
    shown = Described(graph, view, HYDRA.PartialCollectionView).link(HYDRA.first, collection).link(HYDRA.next, following)
    whole.link(HYDRA.view, shown.address).link(HYDRA.member, *(project(graph, fiche).address for fiche in fiches))
    return graph
