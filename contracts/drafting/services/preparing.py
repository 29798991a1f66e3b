"""A convention is begun from a template, its parties are settled, and its text is written from the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.check_codes import new_code
from contracts.drafting import rules
from contracts.drafting.agreed import with_agreed
from contracts.drafting.annexes import made_annexes
from contracts.drafting.facts import TOLD, Known, kept_facts, known_facts
from contracts.drafting.parties import Proposed, proposed_parties
from contracts.drafting.services.versions import add_version
from contracts.models import Convention, ConventionSeries, ConventionVersion, Party, TemplateVersion
from contracts.rules import CONTENT
from contracts.slots import MORE_ARTICLES
from contracts.states import Origin
from contracts.text.assemble import Chosen, Order, assemble
from contracts.text.document import AnnexText, Article, Document, PartyText, numbered
from contracts.text.errors import BadValue, MissingFacts
from contracts.text.facts import FACTS, OWN
from requests_app.models import Dossier
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken


@dataclass(frozen=True)
class Wish:
    """What who prepares a text adds to what is known: facts, values of parameters, what changes, the other language or not."""

    told: Mapping[str, Any] = field(default_factory=dict)
    chosen: Chosen = field(default_factory=dict)
    note: str = ""
    translated: bool = False


@transaction.atomic
def begin(
    dossier: Dossier | None, template: TemplateVersion, *, by: Any, at: datetime, title: str = "", language: str = "fr"
) -> Convention:
    """Begin a convention from an approved template, with the parties that its dossier proposes. Raises NotAllowed, RuleBroken."""
    kind = template.template.kind
    if dossier is not None:
        rules.require_authorised(dossier, kind)
    if not TemplateVersion.objects.in_force(paris_day(at)).filter(pk=template.pk).exists():
        raise RuleBroken(Broken(_("This template is not in force any more: choose another."), CONTENT, "template"))
    convention: Convention = Convention.objects.create(
        number=next_number(at),
        kind=kind,
        title=(title.strip() or (dossier.title if dossier else template.text.title.said(language)))[:300],
        dossier=dossier,
        template=template,
        language=language,
        prepared_at=at,
        prepared_by=by,
        check_code=new_code(),
    )
    _write_parties(convention, proposed_parties(dossier))
    record(convention, "prepare", by=by, at=at, facts={"template": template.pk, "dossier": dossier.pk if dossier else None})
    return convention


def next_number(at: datetime) -> str:
    """The next number of the year; whoever takes one holds the series until the convention stands."""
    year = paris_day(at).year
    ConventionSeries.objects.get_or_create(year=year)
    series = ConventionSeries.objects.select_for_update().get(year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"CONV-{year}-{series.last:05d}"


@transaction.atomic
def set_parties(convention: Convention, parties: Iterable[Proposed], *, by: Any, at: datetime) -> None:
    """Settle who is party, as what, and who represents each; the next version names them so. Raises NotAllowed, WrongState, RuleBroken."""
    lock_and_reread(convention)
    rules.require_writable(convention)
    told = list(parties)
    if len({one.organisation.pk for one in told}) != len(told):
        raise RuleBroken(Broken(_("A body is a party once: give it several roles instead."), where="parties"))
    rules.require_same_bodies(convention, {one.organisation.pk for one in told})
    record(convention, "edit", by=by, at=at, facts={"parties": [one.organisation.pk for one in told]})
    convention.parties.all().delete()
    _write_parties(convention, told)
    convention.__dict__.pop("_prefetched_objects_cache", None)


def _write_parties(convention: Convention, parties: Iterable[Proposed]) -> None:
    for position, one in enumerate(parties, 1):
        told = {
            name: getattr(one, name)
            for name in ("name", "legal_form", "address", "siren", "representative_name", "representative_function")
        }
        Party.objects.create(convention=convention, position=position, organisation=one.organisation, roles=list(one.roles), **told)


@transaction.atomic
def write_text(convention: Convention, wish: Wish, *, by: Any, at: datetime) -> ConventionVersion:
    """Write the next version from the template and the facts; clauses that somebody has rewritten keep their words.

    Raises NotAllowed, WrongState, and RuleBroken with every fact that is missing.
    """
    lock_and_reread(convention)
    rules.require_writable(convention)
    facts = facts_with(convention, wish.told)
    annexes = made_annexes(convention, convention.template.text.annexes, facts)
    document = assembled(convention, facts, wish, tuple(made.text for made in annexes))
    document = with_articles(document, rewritten_articles(convention, wish))
    before = convention.latest()
    if before is not None:
        library = {one.code for one in convention.template.text.entries}
        document = with_agreed(document, before.document, library & given_before(convention, wish).keys(), library)
    return add_version(convention, document, Origin.GENERATED, by=by, at=at, note=wish.note, annexes=annexes)


def facts_with(convention: Convention, told: Mapping[str, Any]) -> dict[str, Known]:
    """What is known, and what was said while preparing: of what only a person can say, the last word counts."""
    found = known_facts(convention)
    for code, value in told.items():
        if value not in (None, "") and (code not in found or FACTS[code].told):
            found[code] = Known(value, TOLD)
    return found


def assembled(
    convention: Convention,
    facts: Mapping[str, Known],
    wish: Wish,
    annexes: tuple[AnnexText, ...] = (),
    parties: tuple[PartyText, ...] | None = None,
) -> Document:
    """The text of a convention from its template. Raises RuleBroken where facts are missing or are no values of their type."""
    template = convention.template
    order = Order(
        number=convention.number,
        language=convention.language,
        parties=convention.parties_said() if parties is None else parties,
        facts={code: known.value for code, known in facts.items()},
        annexes=annexes,
        chosen=wish.chosen,
        translated=wish.translated,
        template_sha256=template.content_sha256,
    )
    try:
        return with_more(convention, assemble(template.text, template.clauses(), order))
    except MissingFacts as missing:
        raise RuleBroken(*(_missing(clause, code) for clause, code in missing.missing)) from missing
    except BadValue as bad:
        raise RuleBroken(Broken(_("This value does not fit: %(words)s") % {"words": bad.words}, where=bad.code)) from bad


def with_more(convention: Convention, document: Document) -> Document:
    """The document with the articles that rooms above add, each lot after the article that it follows."""
    articles = list(document.articles)
    for source in MORE_ARTICLES:
        after, more = source.given(convention, document.facts)
        place = next((at for at, article in enumerate(articles, 1) if article.code == after), len(articles))
        articles[place:place] = [one for one in more if document.article(one.code) is None]
    return replace(document, articles=numbered(tuple(articles)))


def _missing(clause: str, code: str) -> Broken:
    """What lacks: a fact, or a parameter of a clause."""
    if code.startswith(OWN):
        return Broken(_("A parameter of the clause “%(clause)s” has no value.") % {"clause": clause}, where=f"{clause}.{code[len(OWN) :]}")
    return Broken(_("Say this: %(fact)s.") % {"fact": FACTS[code].label}, where=code)


def rewritten_articles(convention: Convention, wish: Wish) -> list[Article]:
    """The clauses of the last version whose words are not those that the template gave: they were rewritten or agreed upon."""
    version, given = convention.latest(), given_before(convention, wish)
    if version is None:
        return []
    return [article for article in version.document.articles if article.code in given and not _same(article, given[article.code])]


def given_before(convention: Convention, wish: Wish) -> dict[str, Article]:
    """The clauses that the template gives for the facts and parties of the last version; none where it asks for more by now."""
    version = convention.latest()
    if version is None:
        return {}
    document = version.document
    known = {code: Known(value, TOLD) for code, value in kept_facts(convention).items()}
    chosen = {article.code: article.parameters for article in document.articles if article.parameters}
    before = replace(wish, chosen=chosen, translated=False)
    try:
        return {article.code: article for article in assembled(convention, known, before, parties=document.parties).articles}
    except RuleBroken:  # the template asks for what it did not ask for then
        return {}


def _same(one: Article, other: Article) -> bool:
    return one.title == other.title and one.blocks == other.blocks


def with_articles(document: Document, kept: Iterable[Article]) -> Document:
    """The document with these articles in the place of those of the same codes; the translation of each of them falls away."""
    by_code = {article.code: article for article in kept}
    articles = tuple(_instead(article, by_code.get(article.code)) for article in document.articles)
    translation = document.translation
    if translation is not None and by_code:
        translation = replace(translation, articles=tuple(one for one in translation.articles if one.code not in by_code))
    return replace(document, articles=numbered(articles), translation=translation)


def _instead(article: Article, kept: Article | None) -> Article:
    return replace(article, title=kept.title, blocks=kept.blocks) if kept else article
