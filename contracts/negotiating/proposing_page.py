"""The form that fits a clause: its words where they are free, its values where these alone may change; prefilled with what it says now."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from contracts.drafting.forms.writing import language
from contracts.drafting.rules import require_article
from contracts.drafting.services.editing import clause_of
from contracts.models import Convention, ConventionVersion
from contracts.negotiating.forms.proposing import AddForm, ProposalForm, RemoveForm, ValuesForm, WordsForm
from contracts.negotiating.models import Proposal
from contracts.negotiating.pages import around, negotiable, proposal_in
from contracts.negotiating.rules import require_free, require_values
from contracts.negotiating.shown import proposals_shown
from contracts.negotiating.states import ProposalKind
from contracts.text.document import Article, Negotiable


def form_for(request: HttpRequest, convention: Convention, version: ConventionVersion, code: str) -> ProposalForm:
    """The form for one clause; RuleBroken for a clause that is locked."""
    article = require_article(version.document, code)
    sent, again = _sent(request), _again(request, convention, code)
    if article.negotiable is Negotiable.FREE:
        return WordsForm(sent, article=article, again=again)
    require_values(article)
    clause = clause_of(article)
    if clause is None:
        raise Http404
    return ValuesForm(sent, article=article, clause=clause, language=language(), again=again)


def removal_form(request: HttpRequest, version: ConventionVersion, code: str) -> RemoveForm:
    """Why a clause should go; RuleBroken for one that stays."""
    article: Article = require_article(version.document, code)
    require_free(article)
    return RemoveForm(_sent(request), article=article)


def addition_form(request: HttpRequest, convention: Convention, version: ConventionVersion) -> AddForm:
    """A new clause; as it was proposed before where the address says so."""
    again = proposal_in(convention, request.GET.get("reprise", ""))
    return AddForm(_sent(request), document=version.document, again=again if again and again.kind == ProposalKind.ADD else None)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _again(request: HttpRequest, convention: Convention, code: str) -> Proposal | None:
    """The proposal that is made anew, where the address says so."""
    found = proposal_in(convention, request.GET.get("reprise", ""))
    return found if found and found.article_code == code and not found.is_locked else None


def proposing_shown(request: HttpRequest, convention: Convention, version: ConventionVersion, form: ProposalForm) -> dict[str, Any]:
    """The page of a proposal."""
    return around(request, convention) | {"form": form, "version": version, "article": form.article, "removes": False}


def withdrawal_shown(request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
    """The proposal that would be taken back."""
    convention = proposal.convention
    shown = proposals_shown(convention, [proposal], proposal.version.document, request.user)[0]
    return around(request, convention) | {"one": shown}


def commented(request: HttpRequest, number: str, code: str) -> tuple[Convention, Proposal | None]:
    """The convention, and the proposal that is commented upon where the address names one; 404 for others."""
    convention, _version = negotiable(request, number, "comment")
    proposal = proposal_in(convention, request.GET.get("proposition", ""))
    return convention, proposal if proposal and proposal.article_code == code else None
