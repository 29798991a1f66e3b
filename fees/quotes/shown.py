"""A price as a person reads it: the total first, then each line as a sentence with its reasons, reductions, VAT, payers and grids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from fees.condition_words import value_in_words
from fees.quotes.facts import Sheet
from fees.quotes.models import Quote
from fees.quotes.queries import Part, parts_of
from fees.tariff import dto
from fees.tariff.amendments import compare
from fees.tariff.facts import FACTS
from fees.tariff.sentences import Sentences, source_in_words
from fees.words import GROUPS, fact_label, money, number, said
from ui.words import day_in_words

#: The steps that a modifier makes.
BY_MODIFIERS = frozenset({dto.Op.MODIFIER, dto.Op.ALLOCATED, dto.Op.EXEMPT, dto.Op.SUBSIDY})


@dataclass(frozen=True)
class ShownLine:
    """One line: what it is for, what it costs, and why."""

    key: str
    label: str
    group: str
    net: str
    is_free: bool
    payee: str
    why: str
    facts: tuple[tuple[str, str, str], ...]  # fact, value, who says it
    refused: tuple[str, ...]
    conditional: tuple[str, ...]
    article: str
    version: str
    vat: str
    before: str  # what it was before it was waived; empty when it was not


@dataclass(frozen=True)
class ShownReduction:
    """A reduction, exemption or surcharge that acts: its name, and the lines on which it does."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class ShownVersion:
    """A version of a grid that the price rests on."""

    name: str
    number: int
    label: str
    since: str
    url: str
    illustrative: bool


@dataclass(frozen=True)
class ShownPart:
    """What one payer owes."""

    payer: str
    what: str
    net: str
    vat: str
    gross: str
    part: Part


@dataclass(frozen=True)
class ShownPrice:
    """A whole price in words."""

    net: str
    vat: str
    gross: str
    lines: tuple[ShownLine, ...]
    granted: tuple[ShownReduction, ...]
    refused: tuple[str, ...]
    left_out: tuple[str, ...]
    vat_totals: tuple[tuple[str, str], ...]  # payee, sentence
    payees: tuple[tuple[str, str], ...]
    funders: tuple[tuple[str, str], ...]
    versions: tuple[ShownVersion, ...]
    engine: str
    illustrative: bool


@dataclass(frozen=True)
class ShownChange:
    """A line before and after an amendment."""

    label: str
    before: str
    after: str
    difference: str
    is_same: bool


def shown_price(result: dto.Result, versions: Iterable[dto.GridVersion], sheet: Sheet | None = None) -> ShownPrice:
    """A result in the reader's language."""
    used = tuple(versions)
    words = Sentences(used)
    articles = {(version.grid.code, line.code): line.article for version in used for line in version.content.lines}
    lines = tuple(_line(line, words, articles, sheet) for line in result.lines)
    totals = [(payee_of(words, total.payee, sheet), words.vat(total)) for total in result.vat_totals]
    return ShownPrice(
        net=money(result.net),
        vat=money(result.vat),
        gross=money(result.gross),
        lines=lines,
        granted=granted_in(result, used),
        refused=tuple(dict.fromkeys(sentence for line in lines for sentence in line.refused)),
        left_out=tuple(words.left_out(one) for one in result.left_out),
        vat_totals=tuple(totals),
        payees=tuple((payee_of(words, code, sheet), money(amount)) for code, amount in result.by_payee),
        funders=tuple((words.payee(code), money(amount)) for code, amount in result.by_funder),
        versions=tuple(_version(version) for version in used),
        engine=result.engine,
        illustrative=any(version.grid.illustrative for version in used),
    )


def granted_in(result: dto.Result, versions: Iterable[dto.GridVersion]) -> tuple[ShownReduction, ...]:
    """The reductions, exemptions and surcharges that act, each once with its lines."""
    labels = {(version.grid.code, one.code): said(one.label) for version in versions for one in version.content.modifiers}
    found: dict[tuple[str, str], list[str]] = {}
    for line in result.lines:
        for code in dict.fromkeys(step.code for step in line.steps if step.op in BY_MODIFIERS):
            found.setdefault((line.key.grid, code), []).append(said(line.label))
    return tuple(ShownReduction(_capital(labels.get(key, key[1])), tuple(dict.fromkeys(lines))) for key, lines in found.items())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def payee_of(words: Sentences, code: str, sheet: Sheet | None = None) -> str:
    """The name of a payee, of a holder too."""
    named = words.payee(code)
    return sheet.names.get(code, named) if sheet is not None and named == code else named


def _line(line: dto.LineResult, words: Sentences, articles: dict[tuple[str, str], str], sheet: Sheet | None) -> ShownLine:
    label = said(line.label)
    if line.key.dimension:
        part = sheet.names.get(line.key.dimension, line.key.dimension) if sheet is not None else line.key.dimension
        label = f"{label} – {part}"
    return ShownLine(
        key="/".join(filter(None, line.key)),
        label=label,
        group=str(GROUPS[line.group]),
        net=money(line.net),
        is_free=not line.net,
        payee=payee_of(words, line.key.payee, sheet),
        why=words.why(line),
        facts=tuple((fact_label(fact.key), value_in_words(fact.key, fact.value), source_of(fact, sheet)) for fact in line.facts),
        refused=tuple(words.refused(line)),
        conditional=tuple(words.conditional(line)),
        article=articles.get((line.key.grid, line.key.line), ""),
        version=f"{line.key.grid} v{line.version}",
        vat=vat_of(line),
        before=money(line.before_exemption) if line.before_exemption != line.net else "",
    )


def source_of(fact: dto.Used, sheet: Sheet | None) -> str:
    """Who says a fact: in this dossier if that is known, else by its kind."""
    origin = sheet.origin_of(fact.key) if sheet is not None else ""
    return str(origin or source_in_words(fact.source))


def vat_of(line: dto.LineResult) -> str:
    """The rate of a line, or that it bears no VAT."""
    return _("VAT %(rate)s%%") % {"rate": number(line.vat_rate)} if line.vat_rate else said(line.vat_mention) or _("no VAT")


def _version(version: dto.GridVersion) -> ShownVersion:
    since = day_in_words(version.valid_from) if version.valid_from else ""
    return ShownVersion(said(version.grid.name), version.number, version.label, since, address_of(version), version.grid.illustrative)


def address_of(version: dto.GridVersion) -> str:
    """The public page of a version; empty where there is none."""
    try:
        return reverse("fees:version", args=[version.grid.code, version.number])
    except NoReverseMatch:
        return ""


def shown_quote(quote: Quote) -> ShownPrice:
    """What the snapshot of a quote says."""
    return shown_price(quote.kept.result, quote.kept.versions)


def shown_parts(quote: Quote) -> list[ShownPart]:
    """What each payer owes, in words."""
    parts = parts_of(quote)
    return [_part(part, quote, alone=len(parts) == 1) for part in parts]


def _part(part: Part, quote: Quote, *, alone: bool) -> ShownPart:
    labels = {f"{line.key.grid}/{line.key.line}": said(line.label) for line in quote.kept.result.lines}
    named = ", ".join(labels.get(key, key) for key in part.payer.lines)
    share = part.payer.share_in_per_cent
    what = "" if alone else named or _("%(share)s%% of what nobody is named for") % {"share": number(share or Decimal(0))}
    return ShownPart(str(part.payer.organisation), what, money(part.net), money(part.vat), money(part.gross), part)


def changes_between(before: dto.Result, after: dto.Result) -> list[ShownChange]:
    """Line by line: before, after, difference."""
    return [
        ShownChange(_named(one.label, one.key), money(one.before), money(one.after), signed(one.difference), not one.difference)
        for one in compare(before, after)
    ]


def _named(label: dto.Text, key: dto.LineKey) -> str:
    return f"{said(label)} – {key.dimension}" if key.dimension else said(label)


def signed(amount: Decimal) -> str:
    """A difference with its sign."""
    if not amount:
        return money(Decimal("0.00"))
    return f"{'+' if amount > 0 else '−'}\u00a0{money(abs(amount))}"


def missing_in_words(keys: Iterable[str], names: dict[str, str]) -> list[str]:
    """The facts that lack, as a person calls them."""
    return [_missing(key, names) for key in keys]


def _missing(key: str, names: dict[str, str]) -> str:
    if key.startswith("choice:"):
        return _("the amount of the line %(line)s, chosen within its bounds") % {"line": key.removeprefix("choice:")}
    fact, _at, place = key.partition("@")
    of = place.partition("/")[2]
    return f"{fact_label(fact)} ({names.get(of, of)})" if of else fact_label(fact)


def is_for_staff(key: str) -> bool:
    """Is a fact one that the fee manager settles, and not the applicant?"""
    fact = key.partition("@")[0]
    return key.startswith("choice:") or fact not in FACTS or FACTS[fact].source is dto.Source.ASSESSED
