"""What is annexed to a convention: tables made from the dossier and the quote, and files as they were given, each with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import rfc8785
from django.utils import translation
from django.utils.translation import gettext as _

from contracts.drafting.facts import Known, opinion_paper, protocol_of
from contracts.models import Convention
from contracts.states import AnnexKind
from contracts.text.clean import clean
from contracts.text.document import AnnexText
from contracts.text.facts import FACTS
from contracts.text.values import day_said, said
from fees.invoices.queries import installments_of
from fees.quotes.models import Quote
from fees.quotes.queries import accepted_quote
from fees.quotes.shown import shown_quote
from requests_app.choices import PotentialIdentifier
from requests_app.models import Attachment, Dossier, DossierSource

PDF, JSON = "application/pdf", "application/json"
Row = tuple[str, ...]


@dataclass(frozen=True)
class Given:
    """A file that is annexed as it is."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Made:
    """An annex: what the text says of it, and its files."""

    text: AnnexText
    files: tuple[Given, ...] = ()


Facts = dict[str, Known]
Builder = Callable[[Convention, Dossier, Facts], Made | None]


def made_annexes(convention: Convention, codes: tuple[str, ...], facts: Facts) -> list[Made]:
    """The annexes of these codes, in the language of the text; one of which there is nothing to say is left out."""
    dossier = convention.dossier
    if dossier is None:
        return []
    with translation.override(convention.language):
        made = [_BUILDERS[code](convention, dossier, facts) for code in codes if code in _BUILDERS]
        return [_titled(one) for one in made if one is not None]


def _titled(made: Made) -> Made:
    text = made.text
    head, rows = tuple(clean(cell) for cell in text.head), tuple(tuple(clean(cell) for cell in row) for row in text.rows)
    title = str(AnnexKind(text.code).label)
    return replace(made, text=replace(text, title=title, head=head, rows=rows, sha256=text.sha256 or table_sha256(head, rows)))


def table_sha256(head: Row, rows: tuple[Row, ...]) -> str:
    """The hash of a table: that of its canonical text (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps({"head": list(head), "rows": [list(row) for row in rows]})).hexdigest()


def _table(code: str, source: str, head: Row, rows: list[Row], files: tuple[Given, ...] = (), sha256: str = "") -> Made | None:
    return Made(AnnexText(code, "", sha256, source, head, tuple(rows)), files) if rows or files else None


def source_of(dossier: Dossier) -> str:
    """The dossier and the version that it was last filed in: `dossier:GUI-2026-0001:v3`."""
    number = dossier.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return f"dossier:{dossier.reference}:v{number}"


def _protocol(_convention: Convention, dossier: Dossier, _facts: Facts) -> Made | None:
    piece = protocol_of(dossier)
    if piece is None:
        return None
    given = _piece(piece)
    return Made(AnnexText(AnnexKind.PROTOCOL.value, "", given.sha256, f"{source_of(dossier)}:protocol"), (given,))


def _piece(piece: Attachment) -> Given:
    with piece.file.open("rb") as file:
        return Given(piece.name, piece.content_type, file.read())


def _data(_convention: Convention, dossier: Dossier, _facts: Facts) -> Made | None:
    head = (_("Database"), _("Table or component"), _("Years"), _("Population"), _("Variables"), _("Potential identifiers"))
    sources = dossier.content.sources.select_related("database").prefetch_related("components").order_by("pk")
    rows = [row for source in sources for row in _source(source)]
    return _table(AnnexKind.DATA.value, source_of(dossier), head, rows)


def _source(source: DossierSource) -> Iterator[Row]:
    """A row for each table of a database; one in all where no table is named."""
    years = "–".join(str(year) for year in dict.fromkeys((source.year_from, source.year_to)) if year)
    labels = dict(PotentialIdentifier.choices)
    identifiers = ", ".join(str(labels.get(code, code)) for code in source.identifiers)
    for table in [str(component) for component in source.components.all()] or [_("all")]:
        yield str(source.database), table, years, source.population_criteria, source.variables, identifiers


#: What the security commitment says, by fact.
_SECURITY = (
    *("platform.name", "security.measures", "dataset.form", "access.users", "access.months", "retention.years"),
    *("dossier.recipients", "dossier.transfers", "dossier.transfers_detail", "controller.dpo"),
)


def _security(convention: Convention, dossier: Dossier, facts: Facts) -> Made | None:
    rows = _told(convention, facts, _SECURITY)
    return _table(AnnexKind.SECURITY.value, source_of(dossier), (_("Subject"), _("Commitment")), rows)


#: What article 28 of the GDPR wants said of a processing that is entrusted to somebody.
_PROCESSING = (
    *("processing.description", "dossier.purpose", "dataset.names", "dataset.population", "dataset.form", "term.months"),
    *("security.measures", "dossier.recipients", "retention.years", "dossier.transfers"),
)


def _processing(convention: Convention, dossier: Dossier, facts: Facts) -> Made | None:
    rows = _told(convention, facts, _PROCESSING)
    return _table(AnnexKind.PROCESSING.value, source_of(dossier), (_("Subject"), _("What is agreed")), rows)


def _told(convention: Convention, facts: Facts, codes: tuple[str, ...]) -> list[Row]:
    """A row for each of these facts that is known."""
    known = [(FACTS[code], facts[code].value) for code in codes if code in facts]
    return [(_capital(str(kind.label)), said(value, kind.type, convention.language)) for kind, value in known]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _quote(convention: Convention, dossier: Dossier, _facts: Facts) -> Made | None:
    quote = accepted_quote(dossier)
    if quote is None or not quote.snapshot:
        return None
    price = shown_quote(quote)
    rows = [(str(line.label), str(line.net)) for line in price.lines]
    totals = [(_("Total excluding VAT"), price.net), (_("VAT"), price.vat), (_("Total, all taxes included"), price.gross)]
    rows += [(label, str(amount)) for label, amount in totals]
    head = (_("Quote %(number)s") % {"number": quote.number}, _("Amount"))
    files = (Given(f"{quote.number}.json", JSON, quote.snapshot.encode()), *_paper(quote, convention.language))
    return _table(AnnexKind.QUOTE.value, f"quote:{quote.number}", head, [*rows], files, quote.snapshot_sha256)


def _paper(quote: Quote, language: str) -> Iterator[Given]:
    for paper in quote.papers.filter(language=language):
        with paper.file.open("rb") as file:
            yield Given(f"{quote.number}.pdf", PDF, file.read())


def _users(_convention: Convention, dossier: Dossier, _facts: Facts) -> Made | None:
    rows = [tuple(str(one.get(part, "")) for part in ("name", "organisation", "role", "profile")) for one in dossier.content.people]
    head = (_("Person"), _("Employer"), _("Part in the project"), _("Skills"))
    return _table(AnnexKind.USERS.value, source_of(dossier), head, rows)


def _decisions(convention: Convention, dossier: Dossier, facts: Facts) -> Made | None:
    files = tuple(_decision_files(dossier))
    rows = [_decision(label, codes, facts, convention.language) for label, codes in _decisions_told() if codes[1] in facts]
    rows += [(one.name, "", "", one.sha256) for one in files]
    head = (_("Decision or paper"), _("Number"), _("Date"), _("SHA-256"))
    return _table(AnnexKind.DECISIONS.value, source_of(dossier), head, rows, files)


def _decisions_told() -> tuple[tuple[str, tuple[str, str]], ...]:
    return (
        (_("Opinion of the committee"), ("opinion.number", "opinion.date")),
        (_("Authorisation"), ("authorisation.number", "authorisation.date")),
    )


def _decision(label: str, codes: tuple[str, str], facts: Facts, language: str) -> Row:
    number, day = (facts.get(code) for code in codes)
    told: Any = day.value if day else None
    return label, str(number.value) if number else "", day_said(told, language) if told else "", ""


def _decision_files(dossier: Dossier) -> Iterator[Given]:
    paper = opinion_paper(dossier)
    if paper is not None:
        with paper.pdf.open("rb") as file:
            yield Given(f"{paper.number}.pdf", PDF, file.read())
    pieces = Attachment.objects.filter(dossier=dossier, kind=Attachment.Kind.DECISION, removed_at=None).order_by("added_at", "pk")
    yield from (_piece(piece) for piece in pieces if not piece.is_locked)


def _schedule(convention: Convention, dossier: Dossier, _facts: Facts) -> Made | None:
    quote = accepted_quote(dossier)
    planned = [one for one in installments_of(dossier) if quote is not None and one.schedule.quote_id == quote.pk]
    head = (_("Installment"), _("When"), _("Date"), _("Share"))
    rows: list[Row] = [
        (
            str(one.position),
            str(one.get_trigger_display()),
            day_said(one.planned_on, convention.language) if one.planned_on else "",
            f"{(one.share * 100).normalize():f}\u00a0%",
        )
        for one in planned
    ]
    return _table(AnnexKind.SCHEDULE.value, f"quote:{quote.number}" if quote else "", head, rows)


_BUILDERS: dict[str, Builder] = {
    AnnexKind.PROTOCOL.value: _protocol,
    AnnexKind.DATA.value: _data,
    AnnexKind.SECURITY.value: _security,
    AnnexKind.QUOTE.value: _quote,
    AnnexKind.USERS.value: _users,
    AnnexKind.DECISIONS.value: _decisions,
    AnnexKind.PROCESSING.value: _processing,
    AnnexKind.SCHEDULE.value: _schedule,
}
