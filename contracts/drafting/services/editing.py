"""The operator changes a clause: its words where they are free, its parameters within their bounds; each change is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.drafting import rules
from contracts.drafting.facts import kept_facts
from contracts.drafting.services.versions import add_version
from contracts.models import ClauseVersion, Convention, ConventionVersion
from contracts.slots import MORE_ARTICLES
from contracts.states import Origin
from contracts.text.assemble import article_of, parameters_of
from contracts.text.clauses import ClauseText
from contracts.text.clean import clean
from contracts.text.document import Article, with_article
from contracts.text.errors import BadValue
from contracts.text.facts import FACTS
from contracts.text.values import Value
from workflow.engine import lock_and_reread
from workflow.refusals import Broken, RuleBroken


@transaction.atomic
def rewrite_clause(convention: Convention, code: str, title: str, body: str, note: str, *, by: Any, at: datetime) -> ConventionVersion:
    """Give a free clause other words. Raises NotAllowed, WrongState, RuleBroken."""
    document = _writable(convention).document
    article = rules.require_article(document, code)
    rules.require_free(article)
    changed = replace(article, title=clean(title) or article.title, blocks=rules.require_words(body))
    return add_version(convention, with_article(document, changed), Origin.EDITED, by=by, at=at, note=note)


@transaction.atomic
def set_parameters(convention: Convention, code: str, values: Mapping[str, Any], note: str, *, by: Any, at: datetime) -> ConventionVersion:
    """Give the parameters of a clause other values, within their bounds. Raises NotAllowed, WrongState, RuleBroken."""
    document = _writable(convention).document
    article = rules.require_article(document, code)
    clause = clause_of(article)
    if clause is None or not clause.parameters:
        raise RuleBroken(Broken(_("This clause has no parameter.")))
    if is_rewritten(convention, article, clause):
        raise RuleBroken(Broken(_("The words of this clause were rewritten: change the value in its text.")))
    try:
        own = parameters_of(clause, values)
    except BadValue as bad:
        raise RuleBroken(Broken(_("This value does not fit: %(words)s") % {"words": bad.words}, where=bad.code)) from bad
    lacking = [one.code for one in clause.parameters if one.code not in own]
    if lacking:
        raise RuleBroken(*(Broken(_("Give it a value."), where=f"{code}.{one}") for one in lacking))
    changed = worded(convention, clause, own)
    return add_version(convention, with_article(document, changed), Origin.EDITED, by=by, at=at, note=note)


def _writable(convention: Convention) -> ConventionVersion:
    lock_and_reread(convention)
    rules.require_writable(convention)
    version = convention.latest()
    if version is None:
        raise RuleBroken(Broken(_("This convention has no text yet: prepare a first version.")))
    return version


def clause_of(article: Article) -> ClauseText | None:
    """The clause of the library that an article was made from; None for one that was made from none."""
    row = ClauseVersion.objects.filter(clause__code=article.code, number=article.version).select_related("clause").first()
    return row.text if row else None


def is_rewritten(convention: Convention, article: Article, clause: ClauseText) -> bool:
    """Are the words of an article others than those that its clause gives?"""
    given = worded(convention, clause, parameters_of(clause, article.parameters))
    return (given.title, given.blocks) != (article.title, article.blocks)


def worded(convention: Convention, clause: ClauseText, own: Mapping[str, Value]) -> Article:
    """A clause with these parameters and the facts of the last version; one that an amendment takes over, with those that it was given.

    Raises RuleBroken with every fact that nobody has said.
    """
    kept, more = kept_facts(convention), {code: value for source in MORE_ARTICLES for code, value in source.known(convention).items()}
    is_own = any(entry.code == clause.code for entry in convention.template.text.entries)
    facts = more | kept if is_own else kept | more
    lacking = [code for code in clause.facts_in_words() if code not in facts]
    if lacking:
        raise RuleBroken(*(Broken(_("Say this: %(fact)s.") % {"fact": FACTS[code].label}, where=code) for code in lacking))
    return article_of(clause, facts, own, convention.language)
