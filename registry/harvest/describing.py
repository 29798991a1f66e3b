"""How a graph is written: one subject at a time, its values in their types, and the concepts of the European lists with their scheme.

Every node has an address (no blank node), so that the same facts always give the same bytes.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from registry.harvest.facts import schemes
from registry.harvest.namespaces import ELI, IANA


class Described:
    """A subject of a graph, to which one adds what is known; what is empty or None is not said."""

    def __init__(self, graph: Graph, address: str, *types: Node) -> None:
        self.graph = graph
        self.address = URIRef(address)
        for kind in types:
            graph.add((self.address, RDF.type, kind))

    def link(self, name: Node, *addresses: str) -> Described:
        """Say that it is tied to these addresses."""
        for address in filter(None, addresses):
            self.graph.add((self.address, name, URIRef(address)))
        return self

    def text(self, name: Node, fr: str = "", en: str = "") -> Described:
        """Say a text in the languages in which it is known."""
        for language, words in (("fr", fr), ("en", en)):
            if words:
                self.graph.add((self.address, name, Literal(words, lang=language)))
        return self

    def value(self, name: Node, value: Any, datatype: URIRef | None = None) -> Described:
        """Say a plain or typed value."""
        if value is not None and value != "":
            self.graph.add((self.address, name, Literal(value, datatype=datatype)))
        return self

    def count(self, name: Node, value: int | None) -> Described:
        """Say a number of things."""
        return self.value(name, value, XSD.nonNegativeInteger)

    def concept(self, name: Node, scheme: str, *codes: str, also: Node | None = None) -> Described:
        """Say values of a European list, each with its label and its scheme in the graph; raises KeyError for an unknown one."""
        for code in codes:
            self.link(name, concept(self.graph, scheme, code, also))
        return self

    def document(self, name: Node, *addresses: str) -> Described:
        """Say that these pages are about it."""
        for address in addresses:
            Described(self.graph, address, FOAF.Document)
        return self.link(name, *addresses)

    def statement(self, name: Node, kind: Node, part: str, fr: str, en: str) -> Described:
        """Say something in a sentence that has an address of its own, as DCAT wants rights and provenance."""
        return self.link(name, Described(self.graph, f"{self.address}-{part}", kind).text(RDFS.label, fr, en).address)

    def legislation(self, name: Node, *texts: str) -> Described:
        """Say which legal texts apply."""
        for text in texts:
            Described(self.graph, text, ELI.LegalResource)
        return self.link(name, *texts)

    def media_type(self, name: Node, media_type: str) -> Described:
        """Say a media type of IANA."""
        return self.link(name, Described(self.graph, IANA + media_type, DCTERMS.MediaType).address)


def on_site(path: str) -> str:
    """The public address of a path of this site."""
    return settings.SITE_URL.rstrip("/") + path


def page(name: str, *args: Any) -> str:
    """The public address of a page, by its name."""
    return on_site(reverse(name, args=args))


def concept(graph: Graph, scheme: str, code: str, also: Node | None = None) -> URIRef:
    """A value of a list, described in the graph: labelled, in its scheme, which has a title; `also` is another class it must have."""
    told = schemes()[scheme]
    value = told["concepts"][code]
    home = Described(graph, told["iri"], SKOS.ConceptScheme).text(DCTERMS.title, told["fr"], told["en"])
    described = Described(graph, f"{told['iri']}/{value.get('code', code)}", SKOS.Concept, *([also] if also else []))
    described.text(SKOS.prefLabel, value["fr"], value["en"]).link(SKOS.inScheme, home.address)
    return described.address
