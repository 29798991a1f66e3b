"""The negotiation as pages and services read it: the last version, the versions open to a reader, clauses of the library, proposals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.drafting.agreed import ADDED
from contracts.models import ClauseVersion, Convention, ConventionVersion
from contracts.negotiating.models import Proposal
from contracts.negotiating.states import ProposalKind
from contracts.text.clauses import ClauseText
from contracts.text.document import Article, Document


def clauses_of(articles: Iterable[Article]) -> dict[tuple[str, int], ClauseText]:
    """The clauses of the library that these articles were made from, by code and number; one query."""
    wanted = {(one.code, one.version) for one in articles if one.version}
    rows = ClauseVersion.objects.filter(clause__code__in={code for code, _number in wanted}).select_related("clause").order_by("pk")
    return {key: row.text for row in rows if (key := (row.clause.code, row.number)) in wanted}


def proposals_of(convention: Convention) -> list[Proposal]:
    """Every proposal on a convention, each with its version; two queries."""
    return with_versions(convention, list(Proposal.objects.filter(convention=convention).for_reading()))


def with_versions(convention: Convention, rows: list[Proposal]) -> list[Proposal]:
    """The same proposals, sharing the versions that they were made against: each is read once; one query."""
    found = ConventionVersion.objects.in_bulk({row.version_id for row in rows}) if rows else {}
    for row in rows:
        row.version, row.convention = found[row.version_id], convention
    return rows


def places_of(convention: Convention) -> dict[str, str]:
    """Of every clause that was proposed as a new one, the code of the clause that it would follow; one query."""
    rows = Proposal.objects.filter(convention=convention, kind=ProposalKind.ADD).order_by("pk")
    return dict(rows.values_list("article_code", "after_code"))


def next_added(convention: Convention, document: Document) -> int:
    """The number of the next new clause: one that neither the text nor any proposal has used."""
    proposed = Proposal.objects.filter(convention=convention, article_code__startswith=ADDED).order_by("pk")
    used = [*proposed.values_list("article_code", flat=True), *(one.code for one in document.articles)]
    numbers = [int(code.removeprefix(ADDED)) for code in used if code.startswith(ADDED) and code.removeprefix(ADDED).isdigit()]
    return max(numbers, default=0) + 1


def awaiting_answer(convention: Convention, user: Any) -> int:
    """How many proposals await this person's answer: those that somebody else has made."""
    found: int = Proposal.objects.filter(convention=convention).awaiting().exclude(by=user).count()
    return found
