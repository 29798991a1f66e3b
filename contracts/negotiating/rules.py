"""Whether something may be proposed or answered: one function, one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from contracts.negotiating.models import Proposal
from contracts.rules import LONGEST
from contracts.states import ConventionState
from contracts.text.document import Article, Document, Negotiable
from contracts.text.parts import heading_of
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

LONGEST_TITLE = 300


def require_negotiation(convention: Any) -> None:
    """Raise WrongState unless the text is being negotiated."""
    if convention.state != ConventionState.NEGOTIATION:
        raise WrongState(_("This convention is not in negotiation: nothing is proposed or answered now."))


def require_free(article: Article) -> None:
    """Raise RuleBroken for a clause whose words are not open to negotiation."""
    if article.negotiable is Negotiable.LOCKED:
        raise RuleBroken(Broken(_("This clause is locked: it is not negotiated. You may comment upon it."), where="body"))
    if article.negotiable is Negotiable.PARAMETERS:
        raise RuleBroken(Broken(_("Of this clause, the values alone may change."), where="body"))


def require_values(article: Article) -> None:
    """Raise RuleBroken for a clause whose values are not what may be negotiated of it."""
    if article.negotiable is Negotiable.LOCKED:
        raise RuleBroken(Broken(_("This clause is locked: it is not negotiated. You may comment upon it.")))
    if article.negotiable is Negotiable.FREE:
        raise RuleBroken(Broken(_("The words of this clause are free: propose other words.")))


def require_title(title: str) -> str:
    """The title; raises RuleBroken for an empty or an overlong one."""
    if not title:
        raise RuleBroken(Broken(_("A clause has a title."), where="title"))
    if len(title) > LONGEST_TITLE:
        sentence = _("This text is too long: the most is %(most)s characters.") % {"most": LONGEST_TITLE}
        raise RuleBroken(Broken(sentence, where="title"))
    return title


def require_short(words: str, where: str) -> str:
    """The words, trimmed; raises RuleBroken when they are too long."""
    said = words.strip()
    if len(said) > LONGEST:
        raise RuleBroken(Broken(_("This text is too long: the most is %(most)s characters.") % {"most": LONGEST}, where=where))
    return said


def require_difference(before: Article, after: Article) -> None:
    """Raise RuleBroken for a proposal that changes nothing."""
    if not is_other(before, after):
        raise RuleBroken(Broken(_("This says the same as the clause does now: change something first.")))


def require_anothers(proposals: Iterable[Proposal], by: Any) -> None:
    """Raise NotAllowed where somebody would answer what they have proposed."""
    if any(one.by_id == by.pk for one in proposals):
        raise NotAllowed(_("You have made this proposal: somebody else answers it."))


def require_acceptable(proposals: list[Proposal], present: Document) -> None:
    """Raise RuleBroken, with every reason, where one of these cannot become the text: locked, stale, or two on one clause."""
    broken = [Broken(_beyond(one), where="proposals") for one in proposals if one.is_locked]
    broken += [Broken(_stale(one), where="proposals") for one in proposals if is_stale(one, present)]
    codes = [one.article_code for one in proposals]
    twice = [one for place, one in enumerate(proposals) if one.article_code in codes[:place]]
    broken += [
        Broken(_("Several of these change “%(clause)s”: accept one of them only.") % _named(one), where="proposals") for one in twice
    ]
    if broken:
        raise RuleBroken(*broken)


def is_stale(proposal: Proposal, present: Document) -> bool:
    """Has the clause changed since the version that the proposal was made against?"""
    before = proposal.before
    return before is not None and is_other(before, present.article(proposal.article_code))


def is_other(before: Article, after: Article | None) -> bool:
    """Do two states of a clause say different things?"""
    return after is None or (before.title, before.blocks, dict(before.parameters)) != (after.title, after.blocks, dict(after.parameters))


def clause_named(proposal: Proposal) -> str:
    """The clause that a proposal is about, as its version names it."""
    before = proposal.before
    return heading_of(before) if before is not None else proposal.title


def _named(proposal: Proposal) -> dict[str, Any]:
    return {"clause": clause_named(proposal)}


def _beyond(proposal: Proposal) -> str:
    return _("“%(clause)s” was changed further than it may be: this change can only be rejected.") % _named(proposal)


def _stale(proposal: Proposal) -> str:
    sentence = _("“%(clause)s” has changed since version %(number)s, for which this was proposed: read the difference, then reject it.")
    return sentence % (_named(proposal) | {"number": proposal.version.number})
