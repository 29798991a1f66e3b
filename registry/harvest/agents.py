"""Who answers: the operator, the health data access body, and whoever holds a database. Organisations only, and mailboxes of functions.

The European profile asks for `cv:ContactPoint`, the catalogue of the Health Data Hub for a home page and a mailbox: both are said.
"""

from __future__ import annotations

from django.conf import settings
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, FOAF, XSD

from catalogue.models import Confidence, Database
from registry.harvest.describing import Described, page
from registry.harvest.facts import Facts, known
from registry.harvest.namespaces import CV, HEALTH, VCARD

#: How sure the name of a controller is, as the note on the publisher says it.
NOTES = {
    Confidence.HIGH: "Responsable de la base, d’après le catalogue de {operator}.",
    Confidence.MEDIUM: "Responsable probable de la base, à confirmer, d’après le catalogue de {operator}.",
    Confidence.LOW: "Responsable incertain, à vérifier, d’après le catalogue de {operator}.",
}
UNKNOWN = "Le responsable de la base d’origine n’est pas encore connu du catalogue : la description est publiée par {operator}."


def agent(graph: Graph, address: str, name: str, *, email: str, contact_page: str) -> Described:
    """An organisation with one contact point."""
    reached = Described(graph, f"{address}-contact", CV.ContactPoint).value(CV.email, email).link(CV.contactPage, contact_page)
    described = Described(graph, address, FOAF.Agent).value(FOAF.name, name).link(CV.contactPoint, reached.address)
    return described.document(FOAF.homepage, contact_page).link(FOAF.mbox, f"mailto:{email}")


def operator(graph: Graph) -> URIRef:
    """The body that runs this site."""
    home = page("home")
    described = agent(graph, f"{home}#operator", settings.OPERATOR_NAME, email=settings.OPERATOR_CONTACT, contact_page=home)
    return described.address


def access_body(graph: Graph) -> URIRef:
    """The health data access body that receives the requests, as the settings name it."""
    name, email = settings.HDAB_NAME, settings.HDAB_CONTACT
    return agent(graph, f"{page('home')}#hdab", name, email=email, contact_page=settings.HDAB_PAGE or page("home")).address


def contact(graph: Graph, address: str, contact_page: str) -> URIRef:
    """Where one asks about a dataset: the operator's mailbox and a page."""
    described = Described(graph, address, VCARD.Kind).value(VCARD.fn, settings.OPERATOR_NAME)
    return described.link(VCARD.hasEmail, f"mailto:{settings.OPERATOR_CONTACT}").link(VCARD.hasURL, contact_page).address


def holder(graph: Graph, address: str, database: Database, facts: Facts) -> URIRef | None:
    """Whoever answers for a database, reached through the operator while no contact is declared; None when nobody is known."""
    name = database.holder.name if database.holder else database.controller_name
    if not name:
        return None
    email = facts.contact_email or settings.OPERATOR_CONTACT
    described = agent(graph, address, name, email=email, contact_page=facts.contact_page or page("catalogue:database", database.slug))
    note = NOTES[Confidence.HIGH if database.holder else Confidence(database.controller_confidence or Confidence.LOW)]
    return _as_publisher(described, note, facts.publisher_type, trusted=facts.trusted_data_holder)


def operator_as_publisher(graph: Graph, address: str, contact_page: str) -> URIRef:
    """The operator, in the place of a holder whom nobody has named."""
    described = agent(graph, address, settings.OPERATOR_NAME, email=settings.OPERATOR_CONTACT, contact_page=contact_page)
    return _as_publisher(described, UNKNOWN, known().common.publisher_type, trusted=False)


def _as_publisher(described: Described, note: str, kind: str, *, trusted: bool) -> URIRef:
    words = note.format(operator=settings.OPERATOR_NAME)
    described.text(DCTERMS.description, words).text(HEALTH.publisherNote, words).value(HEALTH.trustedDataHolder, trusted, XSD.boolean)
    return described.concept(HEALTH.publisherType, "publisher_type", *([kind] if kind else [])).address
