"""What the machine can look at by itself: each finding is a sentence beside an item. It never decides, and it never blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from stdnum.fr import siren

from requests_app.advice import ROLE_WORDS
from requests_app.checking.forbidden import sentences_of, suspicions_in, without_accents
from requests_app.checking.groups import GROUP_OF
from requests_app.choices import NEEDS_A_LABORATORY, DataForm, PotentialIdentifier
from requests_app.models import Attachment
from requests_app.presentation import label_of

INFO, WARNING = "info", "warning"

#: A start that lies further back than this is told: nothing may begin before the authorisation.
START_TOLERANCE = timedelta(days=30)
#: A justification shorter than this, in characters, can hardly convince.
SHORTEST_JUSTIFICATION = 60
#: Readability of the public summary, in words a sentence.
LONGEST_SENTENCE, LONGEST_MEAN = 45, 25
#: Below this number of persons, a fine place makes a person easy to find again.
SMALL_POPULATION = 1000
FINE_PLACES = frozenset({PotentialIdentifier.RESIDENCE.value, PotentialIdentifier.DEATH_COMMUNE.value})
#: Free texts in which a forbidden purpose would be told.
TOLD_IN = ("title", "lay_summary", "aims", "method", "public_interest", "expected_benefits", "population", "targeting", "recipients")
#: Headings that the model of the protocol has, as they are shown, with the spellings (plain) under which they are known.
PROTOCOL_HEADINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Objectifs", ("objectif", "aims", "objectives")),
    ("Population", ("population",)),
    ("Méthodes", ("methode", "methodolog", "method")),
    ("Données requises", ("donnees requises", "donnees necessaires", "donnees demandees", "data required", "required data")),
    ("Respect des droits des personnes", ("droits des personnes", "rights of the persons", "rights of individuals")),
    ("Confidentialité et sécurité", ("confidentialite", "confidentiality")),
    ("Support des données", ("support des donnees", "hebergement", "hosting", "storage medium")),
    ("Calendrier", ("calendrier", "duree de l'etude", "timeline", "calendar")),
)


@dataclass(frozen=True)
class Finding:
    """One thing worth a look: a stable code, the item it belongs to, the sentence."""

    code: str
    item: str
    sentence: str
    tone: str = WARNING


Check = Callable[[Any, date], Iterator[Finding]]


def _at(field: str) -> str:
    return GROUP_OF[field]


def dates(dossier: Any, today: date) -> Iterator[Finding]:
    """Are the dates of the project coherent with each other and with today?"""
    content = dossier.content
    if content.starts_on and content.starts_on < today - START_TOLERANCE and not dossier.authorised_on:
        yield Finding("start_is_past", _at("starts_on"), _("The project starts before today, although nothing authorises it yet."))
    if content.inclusion_to and content.ends_on and content.inclusion_to > content.ends_on:
        yield Finding("inclusion_after_end", _at("inclusion_to"), _("Inclusion ends after the project."))
    if content.starts_on and content.ends_on and content.access_months:
        length = (content.ends_on.year - content.starts_on.year) * 12 + content.ends_on.month - content.starts_on.month + 1
        if content.access_months > length:
            told = {"access": content.access_months, "length": length}
            sentence = _("Access to the data is asked for %(access)d months; the project lasts %(length)d.") % told
            yield Finding("access_exceeds_project", _at("access_months"), sentence)
    if content.retention_years is not None and content.access_months and content.retention_years * 12 < content.access_months:
        sentence = _("The data would be kept for less time than access is asked for.")
        yield Finding("retention_below_access", _at("retention_years"), sentence)


def years(dossier: Any, _today: date) -> Iterator[Finding]:
    """Do the years asked for lie within what each database covers, and hold the inclusion?"""
    content = dossier.content
    for source in content.sources_used():
        item, base = f"source:{source.database.slug}", source.database
        first, last = source.year_from, source.year_to
        if first and base.first_year and first < base.first_year:
            told = {"name": base.acronym, "covered": base.first_year, "asked": first}
            sentence = _("%(name)s begins in %(covered)d; data are asked for from %(asked)d.") % told
            yield Finding("before_coverage", item, sentence)
        if last and base.last_year and last > base.last_year:
            told = {"name": base.acronym, "covered": base.last_year, "asked": last}
            yield Finding("after_coverage", item, _("%(name)s ends in %(covered)d; data are asked for up to %(asked)d.") % told)
        yield from _inclusion_in_years(content, source, item)


def _inclusion_in_years(content: Any, source: Any, item: str) -> Iterator[Finding]:
    early = content.inclusion_from and source.year_from and content.inclusion_from.year < source.year_from
    late = content.inclusion_to and source.year_to and content.inclusion_to.year > source.year_to
    if early or late:
        told = {"name": source.database.acronym}
        yield Finding("inclusion_outside_years", item, _("The inclusion goes beyond the years asked of %(name)s.") % told)


def bodies(dossier: Any, _today: date) -> Iterator[Finding]:
    """Does each French organisation have a SIREN that its key confirms?"""
    content = dossier.content
    for field in ("controller", "body_in_charge", "sponsor", "laboratory"):
        body = getattr(content, field)
        if body is None or body.country != "FR":
            continue
        told = {"name": body.name}
        if not body.siren:
            yield Finding("siren_unknown", _at(field), _("The SIREN of %(name)s is not known.") % told)
        elif not siren.is_valid(body.siren):
            yield Finding("siren_wrong", _at(field), _("The SIREN of %(name)s has a wrong key: it may be mistyped.") % told)


def laboratory(dossier: Any, _today: date) -> Iterator[Finding]:
    """Does a maker of health products or an insurer go through a laboratory, or prove the forbidden purposes impossible?"""
    content = dossier.content
    kind = content.controller_type.code if content.controller_type else ""
    if kind not in NEEDS_A_LABORATORY:
        return
    if not content.laboratory_id and not content.purposes_impossible.strip():
        sentence = _(
            "This kind of controller goes through a laboratory or study firm, or proves that the forbidden purposes are impossible: "
            "neither is told."
        )
        yield Finding("laboratory_missing", _at("controller"), sentence)
    elif content.laboratory_id and not content.laboratory_commitment.strip():
        sentence = _("The laboratory's commitment to the framework of 17 July 2017, filed with the CNIL, is not referred to.")
        yield Finding("commitment_missing", _at("laboratory"), sentence)


def contact(dossier: Any, _today: date) -> Iterator[Finding]:
    """Is the data protection officer reached through a mailbox of the function?"""
    mailbox = dossier.content.dpo_contact.partition("@")[0].lower()
    if mailbox and not any(word in mailbox for word in ROLE_WORDS):
        sentence = _("The data protection officer's address looks like that of a person: it will be published.")
        yield Finding("dpo_is_a_person", _at("dpo_contact"), sentence)


def forbidden_purposes(dossier: Any, _today: date) -> Iterator[Finding]:
    """Do the texts use words of a forbidden purpose? A sentence that denies it is told more softly."""
    for field in TOLD_IN:
        for found in suspicions_in(getattr(dossier.content, field) or ""):
            told = {"word": found.word, "field": label_of(field), "sentence": found.sentence}
            sentence = _("“%(word)s” in “%(field)s”: “%(sentence)s”. Make sure that no forbidden purpose is meant.") % told
            yield Finding("forbidden_word", _at(field), sentence, INFO if found.is_denied else WARNING)


def identifiers(dossier: Any, _today: date) -> Iterator[Finding]:
    """Is each potential identifier justified in more than a few words, and not too telling for a small population?"""
    names, size = dict(PotentialIdentifier.choices), dossier.content.population_size
    for source in dossier.content.sources_used():
        item = f"identifiers:{source.database.slug}"
        for code, why in sorted((source.identifiers or {}).items()):
            if len((why or "").strip()) < SHORTEST_JUSTIFICATION:
                told = {"name": names.get(code, code)}
                yield Finding("identifier_unjustified", item, _("“%(name)s” is hardly justified: a few words do not convince.") % told)
        if source.professional_identifier and len(source.professional_reasons.strip()) < SHORTEST_JUSTIFICATION:
            sentence = _("The identifier of the professionals is hardly justified: a few words do not convince.")
            yield Finding("professional_unjustified", item, sentence)
        if size is not None and size < SMALL_POPULATION and FINE_PLACES & set(source.identifiers or {}):
            told = {"count": size}
            sentence = ngettext(
                "A fine place is asked for about %(count)d person only: this person could be found again.",
                "A fine place is asked for about %(count)d persons only: they could be found again.",
                size,
            )
            yield Finding("small_population", item, sentence % told)


def summary(dossier: Any, _today: date) -> Iterator[Finding]:
    """Can anybody read the public summary? Long sentences lose readers."""
    lengths = [len(one.split()) for one in sentences_of(dossier.content.lay_summary)]
    if not lengths:
        return
    mean, longest = sum(lengths) / len(lengths), max(lengths)
    if longest > LONGEST_SENTENCE:
        told = {"count": longest}
        yield Finding("long_sentence", _at("lay_summary"), _("The longest sentence of the summary has %(count)d words.") % told, INFO)
    elif mean > LONGEST_MEAN:
        told = {"count": round(mean)}
        sentence = _("The sentences of the summary have %(count)d words on average: it is hard to read.") % told
        yield Finding("heavy_summary", _at("lay_summary"), sentence, INFO)


def data_asked(dossier: Any, _today: date) -> Iterator[Finding]:
    """Is the form of the data coherent with what is asked, and each database's use told?"""
    content = dossier.content
    for source in content.sources_used():
        if content.data_form in (DataForm.ANONYMISED, DataForm.AGGREGATED) and source.identifiers:
            told = {"name": source.database.acronym}
            sentence = _("Potential identifiers are asked of %(name)s, although the data are said to point at nobody.") % told
            yield Finding("identifiers_without_persons", f"identifiers:{source.database.slug}", sentence)
    if len(content.sources_used()) > 1 and content.matching is False:
        sentence = _("Several databases are asked for and none is matched: the protocol should say how they are used together.")
        yield Finding("several_unmatched", _at("matching"), sentence, INFO)


def protocol(dossier: Any, _today: date) -> Iterator[Finding]:
    """Does the text of the protocol hold the headings that its model has?"""
    pieces = dossier.attachments.filter(kind=Attachment.Kind.PROTOCOL, removed_at=None, words__isnull=False).select_related("words")
    texts = [without_accents(piece.words.text) for piece in pieces]
    if not any(texts) or any(piece.words.is_cut for piece in pieces):
        return
    missing = [heading for heading, spellings in PROTOCOL_HEADINGS if not any(one in text for one in spellings for text in texts)]
    if missing:
        sentence = ngettext(
            "This heading of the model was not found in the protocol: %(headings)s.",
            "These headings of the model were not found in the protocol: %(headings)s.",
            len(missing),
        )
        yield Finding("protocol_headings", "piece:protocol", sentence % {"headings": " ; ".join(missing)})


CHECKS: tuple[Check, ...] = (
    dates,
    years,
    bodies,
    laboratory,
    contact,
    forbidden_purposes,
    identifiers,
    summary,
    data_asked,
    protocol,
)


def checks(dossier: Any, today: date) -> list[Finding]:
    """Everything that the machine finds worth a look, in the order of the checks."""
    return [finding for check in CHECKS for finding in check(dossier, today)]
