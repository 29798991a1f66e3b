"""The facts that a convention rests on, each with where it comes from: the dossier, the decisions, the accepted quote, this site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from committee.models import Paper
from committee.states import PaperKind
from contracts.drafting.parties import proposed_parties
from contracts.models import Convention
from contracts.text.assemble import facts_of_parties
from contracts.text.document import PartyText
from contracts.text.errors import BadValue
from contracts.text.facts import FACTS
from contracts.text.values import Value, checked, day_said, is_blank, read_kept
from fees.invoices.queries import installments_of
from fees.invoices.states import Trigger
from fees.quotes.models import Quote
from fees.quotes.queries import accepted_quote
from fees.quotes.states import QuoteState
from requests_app.choices import DataForm, Hosting
from requests_app.models import Attachment, Dossier
from requests_app.states import Procedure
from workflow.periods import paris_day

DOSSIER, DECISIONS, QUOTE, PARTIES, SITE, TOLD, AMENDED = "dossier", "decisions", "quote", "parties", "site", "told", "amended"
#: Where a fact comes from, in words.
ORIGINS: Mapping[str, Any] = {
    DOSSIER: _("the dossier"),
    DECISIONS: _("the opinion and the authorisation"),
    QUOTE: _("the accepted quote"),
    PARTIES: _("the parties"),
    SITE: _("this site"),
    TOLD: _("said while preparing"),
    AMENDED: _("the convention that is amended"),
}
#: What is so unless somebody says otherwise.
USUALLY_NOT = ("access.primo", "term.renews", "schedule.first_is_due_first")
CENT = Decimal("0.01")
Said = Iterator[tuple[str, Any]]


@dataclass(frozen=True)
class Known:
    """A value, and where it comes from."""

    value: Value
    origin: str

    @property
    def origin_words(self) -> Any:
        """Where it comes from, in words."""
        return ORIGINS[self.origin]


def known_facts(convention: Convention) -> dict[str, Known]:
    """Every fact that is known of a convention, in the language of its text; what nobody has said is missing, never blank."""
    found: dict[str, Known] = {}
    with translation.override(convention.language):
        for origin, told in _sources(convention):
            for code, value in told:
                _put(found, code, value, origin)
    return found


def _sources(convention: Convention) -> Iterator[tuple[str, Said]]:
    parties = convention.parties_said()
    yield PARTIES, _of_parties(parties)
    yield SITE, iter([("convention.number", convention.number)])
    if convention.root is not None:
        yield AMENDED, _amended(convention)
    if convention.dossier is not None:
        yield from _of_dossier(convention.dossier, convention.language)


def _of_dossier(dossier: Dossier, language: str) -> Iterator[tuple[str, Said]]:
    yield DOSSIER, _project(dossier)
    yield DOSSIER, _controller(dossier)
    yield DOSSIER, _data(dossier)
    yield DOSSIER, _access(dossier, language)
    yield DECISIONS, _decisions(dossier)
    yield QUOTE, _money(dossier)


def facts_of_dossier(dossier: Dossier, language: str) -> dict[str, Value]:
    """What a dossier tells of the facts of a convention, with the parties that it proposes: clauses are tried out on it."""
    found: dict[str, Known] = {}
    with translation.override(language):
        parties = tuple(one.said(f"P{place}") for place, one in enumerate(proposed_parties(dossier), 1))
        for origin, told in [(PARTIES, _of_parties(parties)), *_of_dossier(dossier, language)]:
            for code, value in told:
                _put(found, code, value, origin)
    return {code: known.value for code, known in found.items()}


def _put(found: dict[str, Known], code: str, value: Any, origin: str) -> None:
    """Note a value unless it says nothing, cannot be of its type, or was said before."""
    if value is None or value == "" or code in found:
        return
    try:
        held = checked(code, FACTS[code].type, value)
    except BadValue:
        return
    if not is_blank(held):
        found[code] = Known(held, origin)


def _of_parties(parties: tuple[PartyText, ...]) -> Said:
    yield from facts_of_parties(parties).items()
    operator = next((one for one in parties if "operator" in one.roles), None)
    if operator is not None:
        yield from [("operator.name", operator.name), ("operator.address", operator.address)]
    controller = next((one for one in parties if "controller" in one.roles), None)
    if controller is not None:
        yield from [
            ("controller.name", controller.name),
            ("controller.address", controller.address),
            ("controller.siren", controller.siren),
        ]
        yield "controller.representative", controller.representative


def _amended(convention: Convention) -> Said:
    root: Any = convention.root
    yield from [("amends.number", root.number), ("amends.sequence", convention.sequence)]
    yield "amends.signed_on", paris_day(root.signed_at) if root.signed_at else None
    labels = dict(Convention._meta.get_field("changes").base_field.choices or [])  # type: ignore[union-attr]
    yield "amends.kinds", [str(labels[kind]) for kind in convention.changes]


def _project(dossier: Dossier) -> Said:
    content = dossier.content
    yield from [("dossier.reference", dossier.reference), ("dossier.title", content.title), ("dossier.acronym", content.acronym)]
    yield from [("dossier.summary", content.lay_summary), ("dossier.method", content.method)]
    purposes = [str(content.purpose) if content.purpose else "", content.aims]
    yield "dossier.purpose", "\n\n".join(part for part in purposes if part)
    yield "dossier.public_interest", content.public_interest
    yield "dossier.procedure", str(dossier.get_procedure_display())
    yield "dossier.legal_basis", [str(one) for one in (content.legal_basis_6, content.legal_basis_9) if one]
    yield from [("dossier.recipients", content.recipients), ("dossier.transfers", content.transfers_outside_eu)]
    yield "dossier.transfers_detail", content.transfers_detail
    yield from [("study.lead", content.study_lead), ("protocol.author", content.study_lead)]
    yield "study.laboratory", str(content.laboratory.name) if content.laboratory else ""
    yield "study.has_laboratory", content.laboratory_id is not None
    yield from [("funding.words", content.funding), ("funding.is_known", bool(content.funding.strip()))]


def _controller(dossier: Dossier) -> Said:
    content = dossier.content
    controller = content.controller
    if controller is not None:
        yield from [("controller.name", controller.name), ("controller.siren", controller.siren), ("controller.address", controller.city)]
    yield from [("controller.representative", content.controller_representative), ("controller.dpo", content.dpo_contact)]
    in_charge = controller if content.controller_is_in_charge else content.body_in_charge
    yield "controller.in_charge", in_charge.name if in_charge else ""


def _data(dossier: Dossier) -> Said:
    content, sources = dossier.content, list(dossier.content.sources.select_related("database__holder").order_by("pk"))
    named = [source.database.name or source.database.acronym for source in sources]
    yield "dataset.names", [*named, *filter(None, [content.other_sources])]
    holders = [source.database.holder.name if source.database.holder else source.database.controller_name or "" for source in sources]
    yield "dataset.holders", list(dict.fromkeys(filter(None, holders)))
    years = [year for source in sources for year in (source.year_from, source.year_to) if year]
    yield "dataset.years", f"{min(years)}–{max(years)}" if years else ""
    yield "dataset.population", content.population
    yield "dataset.form", str(content.get_data_form_display())
    yield from [("dataset.is_snds", content.draws_on_national_data()), ("dataset.is_matched", content.matching)]
    yield "dataset.matching_method", content.matching_method
    yield "dataset.is_pseudonymised", content.data_form == DataForm.PSEUDONYMISED if content.data_form else None


def _access(dossier: Dossier, language: str) -> Said:
    content = dossier.content
    yield from [("access.months", content.access_months), ("access.users", len(content.people) or None)]
    yield from [("retention.years", content.retention_years), ("term.months", content.access_months)]
    yield "platform.is_used", content.hosting == Hosting.OPERATOR if content.hosting else None
    yield "platform.name", content.hosting_name or _platform(content)
    yield from [("security.measures", content.security), ("results.plan", content.results_plan)]
    protocol = protocol_of(dossier)
    yield "protocol.version", day_said(paris_day(protocol.added_at), language) if protocol else ""


def _platform(content: Any) -> str:
    """Where the data are analysed, as it reads within a sentence."""
    if content.hosting == Hosting.OPERATOR:
        return str(_("the technical platform of the operator of the single window"))
    label = str(content.get_hosting_display())
    return label[:1].lower() + label[1:]


def protocol_of(dossier: Dossier) -> Attachment | None:
    """The protocol as it now stands in the dossier; None while it has none that may be handed over."""
    rows = Attachment.objects.filter(dossier=dossier, kind=Attachment.Kind.PROTOCOL, removed_at=None).order_by("-added_at", "-pk")
    return next((piece for piece in rows if not piece.is_locked), None)


def opinion_paper(dossier: Dossier) -> Paper | None:
    """The committee's opinion as a paper; None where it was given otherwise."""
    found: Paper | None = Paper.objects.filter(examination__dossier=dossier, kind=PaperKind.OPINION).order_by("-made_at", "-pk").first()
    return found


def _decisions(dossier: Dossier) -> Said:
    paper = opinion_paper(dossier)
    act = dossier.acts.filter(action="record_opinion").exclude(reference="").order_by("-at").first()
    yield "opinion.number", paper.number if paper else act.reference if act else ""
    yield "opinion.date", paris_day(dossier.opinion_at) if dossier.opinion_at else None
    yield "opinion.is_given", bool(dossier.opinion)
    yield from [("authorisation.number", dossier.authorisation_number), ("authorisation.date", dossier.authorised_on)]
    yield "authorisation.is_given", dossier.authorised_on is not None
    by_methodology = dossier.procedure in (Procedure.MR004, Procedure.MR007, Procedure.MR008)
    yield "authorisation.is_by_methodology", by_methodology
    yield "authorisation.methodology", str(dossier.get_procedure_display()) if by_methodology else ""


def _money(dossier: Dossier) -> Said:
    quote = accepted_quote(dossier)
    if quote is None:
        under_way = Quote.objects.filter(dossier=dossier, state__in=[QuoteState.DRAFT, QuoteState.ISSUED]).exists()
        yield "quote.is_due", None if under_way else False
        return
    yield "quote.is_due", bool(quote.gross)
    yield from [("quote.number", quote.number), ("quote.date", paris_day(quote.issued_at) if quote.issued_at else None)]
    yield from [("quote.net", quote.net), ("quote.gross", quote.gross), ("quote.sha256", quote.snapshot_sha256)]
    planned = [one for one in installments_of(dossier) if one.schedule.quote_id == quote.pk]
    if planned and quote.gross is not None:
        yield "schedule.installments", len(planned)
        yield "schedule.first_amount", (quote.gross * planned[0].share).quantize(CENT)
        yield "schedule.first_is_due_first", planned[0].trigger == Trigger.ACCEPTANCE


def kept_facts(convention: Convention) -> dict[str, Value]:
    """The facts with which the last version was written; empty before the first."""
    version = convention.latest()
    if version is None:
        return {}
    return {code: read_kept(code, FACTS[code].type, text) for code, text in version.document.facts.items() if code in FACTS}
