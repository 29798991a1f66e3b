"""What the pages of the drafting show: templates to choose from, the plan of a text, and the parts of the page of a convention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from contracts.drafting.documents.delivery import progress_of
from contracts.drafting.facts import ORIGINS
from contracts.drafting.plan import Plan
from contracts.drafting.rules import WRITABLE
from contracts.drafting.services.editing import clause_of
from contracts.models import Convention, ConventionVersion, TemplateVersion
from contracts.pages import has_tab, is_open_to
from contracts.policies import MAY
from contracts.reading import convention_roles, convention_to, note_convention_read
from contracts.states import OPEN, WITHOUT_DOSSIER, Kind
from contracts.text.clauses import ClauseText
from contracts.text.document import Article, Negotiable
from contracts.text.facts import FACTS
from contracts.text.values import said
from requests_app.models import Dossier
from requests_app.policies import may_on_site
from requests_app.reading import dossier_for, roles_for

#: Kinds that are never begun from a dossier.
NOT_FROM_A_DOSSIER = WITHOUT_DOSSIER | {Kind.AMENDMENT}


def prepares(request: HttpRequest, convention: Convention) -> bool:
    """May the reader write in the text now?"""
    return convention.state in WRITABLE and bool(convention_roles(request, convention) & MAY["edit"])


def writable(request: HttpRequest, number: str) -> Convention:
    """A convention in which the reader writes; 404 for others. That it is not written any more is said by the refusal."""
    convention = convention_to(request, number, "edit")
    note_convention_read(request, convention, "convention_draft")
    return convention


def dossier_to_prepare(request: HttpRequest, reference: str) -> Dossier:
    """A dossier for which the reader prepares a convention; 404 for others."""
    dossier = dossier_for(request, reference)
    if not has_tab(request, dossier) or not roles_for(request, dossier) & MAY["prepare"]:
        raise Http404
    return dossier


def keeps_conventions(request: HttpRequest) -> bool:
    """Does the reader prepare conventions?"""
    return request.user.is_authenticated and may_on_site(request.user, "keep_conventions")


def templates_for(dossier: Dossier | None, day: Any) -> list[TemplateVersion]:
    """The templates in force that suit a dossier, or an agreement without one; the likeliest first."""
    rows = TemplateVersion.objects.in_force(day)
    if dossier is None:
        return list(rows.filter(template__kind__in=sorted(WITHOUT_DOSSIER)))
    likely = likely_kind(dossier)
    suited = rows.exclude(template__kind__in=sorted(NOT_FROM_A_DOSSIER))
    return sorted(suited, key=lambda one: one.template.kind != likely)


def likely_kind(dossier: Dossier) -> str:
    """What the dossier asks for: data of a hospital warehouse, a partnership of several bodies, or the provision of data."""
    content = dossier.content
    levels = set(content.sources.values_list("database__level", flat=True))
    if "warehouse" in levels:
        return Kind.WAREHOUSE_SUPPLY.value
    several = content.body_in_charge_id and not content.controller_is_in_charge
    return Kind.PARTNERSHIP.value if several else Kind.PROVISION.value


@dataclass(frozen=True)
class ShownFact:
    """A fact that is known: its words, and where it comes from."""

    label: Any
    value: str
    origin: Any


def facts_shown(plan: Plan, language: str) -> list[tuple[Any, list[ShownFact]]]:
    """The known facts that the text may call, by where they come from."""
    used = {code for one in plan.clauses for code in one.clause.facts()}
    found: dict[str, list[ShownFact]] = {}
    for code, known in plan.known.items():
        if code in used and code not in plan.asked:
            kind = FACTS[code]
            found.setdefault(known.origin, []).append(ShownFact(kind.label, said(known.value, kind.type, language), known.origin_words))
    return [(ORIGINS[origin], rows) for origin, rows in found.items()]


# ---- the parts of the page of a convention


def parties_part(request: HttpRequest, convention: Convention) -> dict[str, Any]:
    """The parties, and where they are settled."""
    told = {"parties": convention.parties_read(), "edit": prepares(request, convention)}
    version = convention.latest()
    return told | {"is_behind": bool(version and convention.state in OPEN and version.document.parties != convention.parties_said())}


@dataclass(frozen=True)
class ShownClause:
    """An article in the list of clauses: how it is negotiated, and where it is changed."""

    article: Article
    negotiable: Any
    edit_url: str


def clauses_part(request: HttpRequest, convention: Convention) -> dict[str, Any]:
    """The articles of the last version that the reader reads."""
    version, writes = last_open_version(request, convention), prepares(request, convention)
    told: dict[str, Any] = {"version": version, "writes": writes, "clauses": []}
    if version is not None:
        with_parameters = parameters_in(version) if writes else set()
        told["clauses"] = [_clause(convention, article, article.code in with_parameters, writes) for article in version.document.articles]
    return told


def parameters_in(version: ConventionVersion) -> set[str]:
    """The clauses of a version whose parameters may be set."""
    return {article.code for article in version.document.articles if article.parameters and article.negotiable is not Negotiable.LOCKED}


def _clause(convention: Convention, article: Article, has_parameters: bool, writes: bool) -> ShownClause:
    changes = writes and (article.negotiable is Negotiable.FREE or has_parameters)
    url = reverse("drafting:clause", args=[convention.number, article.code]) if changes else ""
    return ShownClause(article, article.negotiable.value, url)


def last_open_version(request: HttpRequest, convention: Convention) -> ConventionVersion | None:
    """The last version that the reader may read; None where there is none yet."""
    version = convention.latest()
    return version if version is not None and is_open_to(request, convention, version) else None


def files_part(request: HttpRequest, convention: Convention) -> dict[str, Any]:
    """The versions, the last one with its files and annexes."""
    version = last_open_version(request, convention)
    if version is None:
        return {"version": None}
    version.convention = convention
    others = [one for one in convention.versions.select_related("by").defer("content") if is_open_to(request, convention, one)]
    annexes = list(version.annexes.order_by("code", "pk"))
    makes = bool(convention_roles(request, convention) & MAY["make_again"])
    return {"version": version, "versions": others, "annexes": annexes, "progress": progress_of(version), "makes_again": makes}


def version_to_make(request: HttpRequest, number: str) -> ConventionVersion:
    """The last version of a convention whose files the reader may have made again; 404 for others."""
    convention = convention_to(request, number, "make_again")
    version = convention.latest()
    if version is None:
        raise Http404
    version.convention = convention
    return version


# ---- one clause


def article_for(request: HttpRequest, number: str, code: str) -> tuple[Convention, Article, ClauseText | None]:
    """An article that the reader changes, and the clause that it was made from; 404 where it is not open to change."""
    convention = writable(request, number)
    version = convention.latest()
    article = version.document.article(code) if version else None
    if article is None or article.negotiable is Negotiable.LOCKED:
        raise Http404
    return convention, article, clause_of(article)


def prepare_part(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """On the tab of a dossier: the way to a new convention, for who prepares it."""
    return {"prepares": bool(roles_for(request, dossier) & MAY["prepare"])}
