"""Texts for tests: a small template with one clause of each sort, the facts that it needs, the document made of them, hostile words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.text.assemble import Order, assemble
from contracts.text.clauses import ClauseText, Entry, Parameter, TemplateText, Text
from contracts.text.document import AnnexText, Document, Negotiable, PartyText
from contracts.text.values import Type
from fees.tariff.dto import Check
from fees.tariff.vocabulary import Operator

MONTHS = Parameter("months", Text("mois", "months"), Type.INTEGER, "6", "1", "12")
CLAUSES = (
    ClauseText(
        "purpose",
        1,
        Text("Objet", "Purpose"),
        Text("Projet «\u00a0[[dossier.title]]\u00a0».\n\n- [[dossier.purpose]]", "Project “[[dossier.title]]”.\n\n- [[dossier.purpose]]"),
    ),
    ClauseText(
        "term",
        2,
        Text("Durée", "Duration"),
        Text(
            "La convention dure [[parameter.months]] mois dès le [[term.from]].", "It lasts [[parameter.months]] months from [[term.from]]."
        ),
        Negotiable.PARAMETERS,
        parameters=(MONTHS,),
    ),
    ClauseText(
        "fees",
        1,
        Text("Prix", "Price"),
        Text("Le prix est de [[quote.gross]].", "The price is [[quote.gross]]."),
        condition=Check("quote.is_due", Operator.IS_TRUE),
    ),
    ClauseText("ours", 1, Text("Divers", "Misc"), Text("Texte libre.\n\n1. un\n2. deux", "Free text.\n\n1. one\n2. two"), Negotiable.FREE),
)
BY_KEY = {(one.code, one.number): one for one in CLAUSES}
TEMPLATE = TemplateText(
    "essai", 3, "provision", Text("Convention d’essai", "Agreement on trial"), tuple(Entry(one.code, one.number, "") for one in CLAUSES)
)
FACTS: dict[str, Any] = {
    "dossier.title": "Étude",
    "dossier.purpose": "Première finalité.\n\nSeconde finalité.",
    "term.from": date(2026, 9, 1),
    "quote.is_due": True,
    "quote.gross": Decimal("12345.6"),
}
PARTIES = (
    PartyText("P1", "Plateforme", ("operator",), "9 rue Georges-Pitard, Paris", "130025273", "GIP", "Mme Martin", "directrice"),
    PartyText("P2", "CHU d’essai", ("holder",), representative="M. Petit"),
)
ANNEXES = (AnnexText("A2", "Liste des données", "ab" * 32, "dossier v2", ("Base", "Table"), (("SNDS", "DCIR"), ("SNDS", "PMSI"))),)

#: What somebody may write in a field, hoping that it becomes more than words.
HOSTILE = (
    "{{ 7*7 }} {% now 'Y' %} ${7*7} #{7*7} <%= 7*7 %> {{ settings.SECRET_KEY }}",
    "[[quote.gross]] [[parameter.months]] [[nothing.known]]",
    "</w:t></w:r></w:p><w:p><w:r><w:t>CLAUSE INJECTÉE</w:t></w:r></w:p>",
    "<script>alert(1)</script><img src=x onerror=alert(1)><style>*{display:none}</style>",
    '<link rel="attachment" href="file:///etc/passwd"> <iframe src="http://169.254.169.254/">',
    '"><section id="cl_fees"><h2>Article 9</h2> & &lt;b&gt; &#x3c; ]]> <!-- <!DOCTYPE a [<!ENTITY b "c">]>&b;',
    "1. un article\n- une puce\n\n# titre",
    "1 000\u202e00 €\u202c \u2066caché\u2069 zéro\u200blar\u2060geur\ufeff \u00adtiret",
    "\x00\x07\x1b[31mrouge\x1b[0m \ud800 \ufffe \U000e0041 \ue000",
)


def order(**said: Any) -> Order:
    """An order for the small template."""
    return Order(**{"number": "CONV-2026-00042", "language": "fr", "parties": PARTIES, "facts": FACTS, "annexes": ANNEXES, **said})


def document(**said: Any) -> Document:
    """The document of the small template."""
    return assemble(TEMPLATE, BY_KEY, order(**said))
