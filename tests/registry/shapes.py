"""The official shapes, and what is wrong with a graph by them: violations only, warnings apart (`conforms` is false for a warning too)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyshacl
from rdflib import Graph
from rdflib.namespace import RDF, SH

from tests.needs import folder_of

DCAT_AP = ("dcat-ap-3.0.1/shapes.ttl", "dcat-ap-3.0.1/range.ttl")
HEALTHDCAT_AP = (
    "healthdcat-ap-r8/shapes/graph-guard.ttl",
    "healthdcat-ap-r8/shapes/non-public-shapes.ttl",
    "healthdcat-ap-r8/controlled-vocabularies/mdr-vocabularies.shape.ttl",
    "healthdcat-ap-r8/recommended/non-public-shapes_recommended.ttl",
    *DCAT_AP,
)


@cache
def shapes(*files: str) -> Graph:
    """The shapes of these files, in a form that pySHACL reads: it wants a path in every property shape, release 8 has one without."""
    folder = folder_of("shapes") or Path()
    graph = Graph()
    for file in files:
        graph.parse(folder / file, format="turtle")
    for shape, inner in list(graph.subject_objects(SH.property)):
        if (inner, SH.path, None) not in graph:
            graph.remove((shape, SH.property, inner))
            for choice in graph.objects(inner, SH["or"]):
                graph.add((shape, SH["or"], choice))
    return graph


def faults(graph: Graph, *files: str) -> tuple[list[str], list[str]]:
    """The violations and the warnings of a graph by the shapes of these files."""
    _conforms, report, _text = pyshacl.validate(graph, shacl_graph=shapes(*files), advanced=True, meta_shacl=False, inference="none")
    found: dict[bool, list[str]] = {True: [], False: []}
    whole = report.value(None, RDF.type, SH.ValidationReport)
    for result in report.objects(whole, SH.result):
        told = " ".join(str(report.value(result, name)) for name in (SH.focusNode, SH.resultPath, SH.resultMessage))
        found[report.value(result, SH.resultSeverity) == SH.Violation].append(told)
    return sorted(found[True]), sorted(found[False])
