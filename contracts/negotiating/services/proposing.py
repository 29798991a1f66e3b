"""Somebody proposes a change of one clause, or takes their proposal back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.drafting.agreed import ADDED
from contracts.drafting.rules import require_article, require_words
from contracts.drafting.services.editing import clause_of, worded
from contracts.models import Convention, ConventionVersion
from contracts.negotiating import rules
from contracts.negotiating.models import Proposal
from contracts.negotiating.policies import speaks_for
from contracts.negotiating.queries import next_added
from contracts.negotiating.states import ProposalKind, Status
from contracts.text.assemble import parameters_of
from contracts.text.bodies import body_of
from contracts.text.clauses import ClauseText, Parameter, in_bounds
from contracts.text.clean import clean
from contracts.text.document import Article, Document, Negotiable
from contracts.text.errors import BadValue
from contracts.text.limits import parameters_said, with_parameters
from contracts.text.values import checked, is_blank, kept, read_kept
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState
from workflow.seals import text_digest


@dataclass(frozen=True)
class Wish:
    """What somebody would have: of a clause other words or other values, a clause less, or a new one after another."""

    kind: str
    code: str = ""
    title: str = ""
    body: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    after: str = ""
    reason: str = ""


@transaction.atomic
def propose(convention: Convention, wish: Wish, *, by: Any, at: datetime) -> Proposal:
    """Propose a change against the last version. Raises NotAllowed, WrongState, RuleBroken."""
    version = negotiated(convention)
    reason = rules.require_short(wish.reason, "reason")
    after = _DRAWN[wish.kind](convention, version.document, wish)
    code = after.code if after else wish.code
    proposal = Proposal(convention=convention, version=version, kind=wish.kind, article_code=code, reason=reason, by=by, at=at)
    proposal.party, proposal.after_code = speaks_for(by, convention), wish.after
    keep_proposal(proposal, after)
    record(convention, "propose", by=by, at=at, facts={"proposals": [proposal.pk], "texts": [digest_of(proposal)]})
    return proposal


def keep_proposal(proposal: Proposal, after: Article | None) -> None:
    """Write a proposal that leads to this clause; to none, where it is to go."""
    if after is not None:
        proposal.title, proposal.body, proposal.parameters = after.title, body_of(after.blocks), dict(after.parameters)
    proposal.salt = secrets.token_hex(16)
    proposal.save()


def digest_of(proposal: Proposal) -> str:
    """The salted hash by which the journal knows what was proposed, and why."""
    return text_digest(proposal.salt, "\n\n".join((proposal.title, proposal.body, proposal.reason)))


def negotiated(convention: Convention) -> ConventionVersion:
    """Lock a convention in negotiation; the answer is its last version. Raises WrongState."""
    lock_and_reread(convention)
    rules.require_negotiation(convention)
    version = convention.latest()
    if version is None:
        raise WrongState(_("This convention has no text yet: prepare a first version."))
    return version


@transaction.atomic
def withdraw(proposal: Proposal, *, by: Any, at: datetime) -> None:
    """Take one's own proposal back, as long as it has no answer. Raises NotAllowed, WrongState."""
    negotiated(proposal.convention)
    held = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if not held.is_awaiting:
        raise WrongState(_("This proposal was answered or taken back meanwhile."))
    if held.by_id != by.pk:
        raise NotAllowed(_("Only who has made a proposal takes it back."))
    held.status, held.decided_at, held.decided_by = Status.WITHDRAWN, at, by
    held.save(update_fields=["status", "decided_at", "decided_by"])
    record(proposal.convention, "withdraw_proposal", by=by, at=at, facts={"proposals": [held.pk]})


# ---- what the clause would say


def _rewritten(_convention: Convention, document: Document, wish: Wish) -> Article:
    article = require_article(document, wish.code)
    rules.require_free(article)
    after = replace(article, title=rules.require_title(clean(wish.title)), blocks=require_words(wish.body))
    rules.require_difference(article, after)
    clause = clause_of(article) if article.parameters else None
    values = parameters_said(clause, after, document) if clause else None
    return after if values is None else with_parameters(after, values)


def _with_values(convention: Convention, document: Document, wish: Wish) -> Article:
    article = require_article(document, wish.code)
    rules.require_values(article)
    clause = clause_of(article)
    if clause is None:
        raise RuleBroken(Broken(_("This clause has no value that may be changed.")))
    own = parameters_of(clause, _checked(clause, wish.values))
    after = worded(convention, clause, own)
    rules.require_difference(article, after)
    return replace(after, number=article.number)


def _checked(clause: ClauseText, values: Mapping[str, Any]) -> dict[str, str]:
    """The values in their canonical form; raises RuleBroken with each that is missing, of another type, or out of bounds."""
    found, broken = {}, []
    for one in clause.parameters:
        try:
            found[one.code] = _value(one, values.get(one.code))
        except RuleBroken as refusal:
            broken += refusal.broken
    if broken:
        raise RuleBroken(*broken)
    return found


def _value(parameter: Parameter, given: Any) -> str:
    try:
        read = read_kept if isinstance(given, str) else checked
        value = read(parameter.code, parameter.type, given)
        fits = not is_blank(value) and in_bounds(parameter, value)
    except (BadValue, TypeError) as bad:
        raise RuleBroken(Broken(_("This value does not fit."), where=parameter.code)) from bad
    if not fits:
        raise RuleBroken(Broken(_("This value is out of the bounds of the clause."), where=parameter.code))
    return kept(value)


def _removed(_convention: Convention, document: Document, wish: Wish) -> None:
    rules.require_free(require_article(document, wish.code))


def _added(convention: Convention, document: Document, wish: Wish) -> Article:
    if wish.after:
        require_article(document, wish.after)
    title, blocks = rules.require_title(clean(wish.title)), require_words(wish.body)
    return Article(f"{ADDED}{next_added(convention, document)}", 0, 0, title, Negotiable.FREE, blocks)


_DRAWN: dict[str, Callable[[Convention, Document, Wish], Article | None]] = {
    ProposalKind.REWRITE: _rewritten,
    ProposalKind.PARAMETERS: _with_values,
    ProposalKind.REMOVE: _removed,
    ProposalKind.ADD: _added,
}
