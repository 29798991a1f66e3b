"""A database of the catalogue as a dataset of HealthDCAT-AP, release 8 (not public), which also meets the Health Data Hub's own catalogue.

The document holds one dataset and what it needs, no catalogue around it.
"""

from __future__ import annotations

from collections.abc import Sequence

from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, SKOS, XSD

from catalogue.models import Database, Term
from registry.harvest import agents, words
from registry.harvest.addresses import document, node, projects_url, structure_url
from registry.harvest.describing import Described, page
from registry.harvest.facts import Facts, known
from registry.harvest.namespaces import ADMS, DCATAP, DPV, DPV_GDPR, DPV_PD, GEODCATAP, HEALTH, new_graph
from registry.harvest.structure import categories, structure_file, variables
from registry.harvest.words import Pair, both, joined


def dataset_address(slug: str) -> str:
    """The address that names a database in the web of data: it leads to its record."""
    return node(document("database", slug), "dataset")


def record(database: Database, purposes: Sequence[Term], fiches: Sequence[str]) -> Graph:
    """The record of a database; `purposes` may be asked for here, `fiches` are the addresses of some projects that use it.

    It is valid only if the facts lack nothing (`Facts.lacks`).
    """
    facts = known().of(database.slug)
    graph = new_graph()
    described = Described(graph, dataset_address(database.slug), DCAT.Dataset)
    _name(described, database)
    _classify(described, facts)
    _tell_who(described, database, facts)
    _tell_what(described, database, facts)
    _tell_why(described, purposes)
    _offer(described, database, facts)
    described.link(DCTERMS.isReferencedBy, *fiches)
    described.document(FOAF.page, page("catalogue:database", database.slug), projects_url(database.slug))
    return graph


def brief(graph: Graph, database: Database) -> URIRef:
    """The few lines of a database that a catalogue needs: DCAT-AP, with the address of the record where there is one."""
    described = Described(graph, dataset_address(database.slug), DCAT.Dataset)
    _name(described, database)
    described.concept(DCTERMS.accessRights, "access_right", "NON_PUBLIC", also=DCTERMS.RightsStatement)
    described.concept(DCAT.theme, "data_theme", "HEAL")
    pages = [page("catalogue:database", database.slug)]
    if not known().of(database.slug).lacks:
        pages += [document("database", database.slug, "ttl"), document("database", database.slug, "jsonld")]
    return described.document(FOAF.page, *pages).address


def _name(described: Described, database: Database) -> None:
    titles = [" – ".join(filter(None, (database.acronym, name))) for name in (database.name_fr, database.name_en)]
    described.text(DCTERMS.title, titles[0], titles[1] if database.name_en else "")
    described.text(DCTERMS.description, *description(database))
    described.value(DCTERMS.identifier, str(described.address), XSD.anyURI)
    described.document(DCAT.landingPage, page("catalogue:database", database.slug))
    described.text(DCTERMS.alternative, database.acronym)
    if database.edited_at:
        described.value(DCTERMS.modified, database.edited_at)


def description(database: Database) -> Pair:
    """What the catalogue knows of a database, in sentences; English where the catalogue holds it."""
    parts, held = database.components.all(), categories(database)
    told: list[Pair] = [words.LEVELS[database.level]]
    if database.theme_fr:
        told.append(both(words.SUBJECT, database.theme_fr, database.theme_en or database.theme_fr))
    if parts:
        names = [(part.name_fr, part.name_en or part.name_fr) for part in parts]
        told.append(both(words.COMPONENTS, *(" ; ".join(name) for name in zip(*names, strict=True))))
    if held:
        labels = [(term.label_fr, term.label_en or term.label_fr) for term in held]
        told.append(both(words.CATEGORIES, *(" ; ".join(label) for label in zip(*labels, strict=True))))
    return joined(*told, (database.notes_fr, database.notes_en))


def _classify(described: Described, facts: Facts) -> None:
    common = known().common
    described.concept(DCTERMS.accessRights, "access_right", "NON_PUBLIC", also=DCTERMS.RightsStatement)
    described.concept(DCAT.theme, "data_theme", "HEAL")
    described.concept(DCTERMS.type, "dataset_type", common.dataset_type)
    described.concept(HEALTH.healthCategory, "health_category", *facts.health_categories)
    described.concept(HEALTH.healthTheme, "health_theme", *facts.health_themes)
    described.concept(DCTERMS.spatial, "country", common.country, also=DCTERMS.Location)
    described.concept(DCTERMS.language, "language", common.language, also=DCTERMS.LinguisticSystem)
    if facts.frequency:
        described.concept(DCTERMS.accrualPeriodicity, "frequency", facts.frequency, also=DCTERMS.Frequency)
    described.legislation(DCATAP.applicableLegislation, *common.legislation, *facts.legislation)
    described.link(DPV.hasPersonalData, *(DPV_PD[code] for code in facts.personal_data))
    described.link(DPV.hasLegalBasis, *(DPV_GDPR[code] for code in facts.legal_bases))


def _tell_who(described: Described, database: Database, facts: Facts) -> None:
    own, shown = document("database", database.slug), page("catalogue:database", database.slug)
    holder = agents.holder(described.graph, node(own, "holder"), database, facts)
    described.link(GEODCATAP.custodian, holder or "")
    described.link(DCTERMS.publisher, holder or agents.operator_as_publisher(described.graph, node(own, "publisher"), shown))
    described.link(HEALTH.hdab, agents.access_body(described.graph))
    described.link(DCAT.contactPoint, agents.contact(described.graph, node(own, "contact"), shown))


def _tell_what(described: Described, database: Database, facts: Facts) -> None:
    described.text(DCAT.keyword, database.acronym).text(DCAT.keyword, database.theme_fr, database.theme_en)
    for term in categories(database):
        described.text(DCAT.keyword, term.label_fr, term.label_en)
    described.statement(DCTERMS.provenance, DCTERMS.ProvenanceStatement, "provenance", *provenance(database))
    described.value(HEALTH.hasStructuredData, bool(facts.table), XSD.boolean)
    tables = variables(described.graph, node(document("database", database.slug), "variables"), facts, structure_url(database.slug))
    described.link(HEALTH.hasVariables, tables or "")
    described.count(HEALTH.numberOfRecords, facts.records).count(HEALTH.numberOfUniqueIndividuals, facts.individuals)
    described.count(HEALTH.minTypicalAge, facts.min_age).count(HEALTH.maxTypicalAge, facts.max_age)
    described.text(HEALTH.populationCoverage, facts.population_fr, facts.population_en)
    if database.first_year or database.last_year:
        period = Described(described.graph, node(document("database", database.slug), "period"), DCTERMS.PeriodOfTime)
        years = {DCAT.startDate: database.first_year, DCAT.endDate: database.last_year}
        for name, year in years.items():
            period.value(name, year and f"{year:04}", XSD.gYear)
        described.link(DCTERMS.temporal, period.address)


def provenance(database: Database) -> Pair:
    """Where the description comes from, and the order that entered the database in the catalogue."""
    titles = " ; ".join(source["title"] for source in database.sources)
    drawn = both(words.PROVENANCE, titles, titles) if titles else words.PROVENANCE_UNKNOWN
    order = both(words.ORDER, database.order_source, database.order_source) if database.order_source else ("", "")
    return drawn[0] + order[0], drawn[1] + order[1]


def _tell_why(described: Described, purposes: Sequence[Term]) -> None:
    """The purposes for which the data may be asked for here: those of the law, as the catalogue words them."""
    home = page("catalogue:index")
    scheme = Described(described.graph, f"{home}#purposes", SKOS.ConceptScheme).text(DCTERMS.title, *words.PURPOSES)
    for term in purposes:
        purpose = Described(described.graph, f"{home}#purpose-{term.code}", SKOS.Concept, DPV.Purpose)
        purpose.text(SKOS.prefLabel, term.label_fr, term.label_en).link(SKOS.inScheme, scheme.address)
        described.link(DPV.hasPurpose, purpose.address)


def _offer(described: Described, database: Database, facts: Facts) -> None:
    """The way to the data, and the file that shows their structure."""
    graph, own, common = described.graph, document("database", database.slug), known().common
    access = (
        Described(graph, node(own, "access"), DCAT.Distribution)
        .text(DCTERMS.title, *words.ACCESS_TITLE)
        .text(DCTERMS.description, *words.ACCESS)
    )
    access.link(DCAT.accessURL, page("finder:index")).count(DCAT.byteSize, facts.byte_size)
    access.concept(DCTERMS["format"], "file_type", facts.format, also=DCTERMS.MediaTypeOrExtent)
    access.statement(DCTERMS.rights, DCTERMS.RightsStatement, "rights", *words.ACCESS_RIGHTS)
    sample = (
        Described(graph, node(own, "sample"), DCAT.Distribution)
        .text(DCTERMS.title, *words.SAMPLE_TITLE)
        .text(DCTERMS.description, *words.SAMPLE)
    )
    sample.link(DCAT.accessURL, facts.sample_page or structure_url(database.slug)).link(DCAT.downloadURL, structure_url(database.slug))
    sample.count(DCAT.byteSize, len(structure_file(database, facts))).media_type(DCAT.mediaType, "text/csv")
    sample.concept(DCTERMS["format"], "file_type", "CSV", also=DCTERMS.MediaTypeOrExtent)
    sample.statement(DCTERMS.rights, DCTERMS.RightsStatement, "rights", *words.FREE)
    sample.link(DCTERMS.license, Described(graph, common.licence, DCTERMS.LicenseDocument).address)
    for offered in (access, sample):
        offered.legislation(DCATAP.applicableLegislation, *common.legislation, *facts.legislation)
    described.link(DCAT.distribution, access.address).link(ADMS.sample, sample.address)
