"""Whether a text may be prepared or changed: one function, one sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from contracts.rules import CONTENT
from contracts.states import OPENING, AmendmentKind, ConventionState
from contracts.text.bodies import blocks_of, faults_in
from contracts.text.document import Article, Block, Negotiable
from requests_app.states import AFTER_AUTHORISATION
from workflow.refusals import Broken, RuleBroken, WrongState

#: While the operator writes in the text: not while the legal check reads it.
WRITABLE = frozenset({ConventionState.DRAFT, ConventionState.NEGOTIATION})
LONGEST_BODY = 20_000


def require_writable(convention: Any) -> None:
    """Raise WrongState once the text is with the legal check, approved or given up."""
    if convention.state not in WRITABLE:
        raise WrongState(_("Its text is not written any more: open the negotiation again, or have it sent back, to change it."))


def require_same_bodies(convention: Any, bodies: set[int]) -> None:
    """Raise RuleBroken for an amendment that is not about the parties and would have others."""
    if not convention.is_amendment or AmendmentKind.PARTIES in convention.changes:
        return
    if bodies != {party.organisation_id for party in convention.parties_read()}:
        sentence = _("This amendment does not change who is party: begin one about the parties.")
        raise RuleBroken(Broken(sentence, CONTENT, "parties"))


def require_authorised(dossier: Any, kind: str) -> None:
    """Raise RuleBroken for a convention under which data are made available while the project is not authorised."""
    if kind in OPENING and dossier.state not in AFTER_AUTHORISATION:
        raise RuleBroken(Broken(_("A convention is prepared once the project is authorised."), CONTENT))


def require_article(document: Any, code: str) -> Article:
    """The article of this code; raises RuleBroken where the text has none."""
    article: Article | None = document.article(code)
    if article is None:
        raise RuleBroken(Broken(_("The text has no such clause any more.")))
    return article


def require_free(article: Article) -> None:
    """Raise RuleBroken for a clause whose words are not open to change."""
    if article.negotiable is not Negotiable.FREE:
        raise RuleBroken(Broken(_("The words of this clause do not change: only the library changes them."), where="body"))


def require_words(body: str) -> tuple[Block, ...]:
    """The blocks that a body says; raises RuleBroken for an empty, an overlong one, or one with brackets that look like a placeholder."""
    if len(body) > LONGEST_BODY:
        raise RuleBroken(Broken(_("This text is too long: the most is %(most)s characters.") % {"most": LONGEST_BODY}, where="body"))
    blocks = blocks_of(body)
    if not blocks:
        raise RuleBroken(Broken(_("A clause has words."), where="body"))
    if faults_in(body, ()):
        raise RuleBroken(Broken(_("Write the value itself: double square brackets call a fact in the library only."), where="body"))
    return blocks
