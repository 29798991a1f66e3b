"""What does not stop the filing but is worth a second look: mostly what a committee that weighs each datum usually refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.choices import DataForm, PotentialIdentifier
from requests_app.sections import Section

#: What the local part of a role mailbox usually holds.
ROLE_WORDS = ("dpo", "dpd", "rgpd", "gdpr", "privacy", "donnees", "data", "protection", "cil", "contact")
#: The component that an extraction holds only when it is justified.
CAUSES_OF_DEATH = "cepidc"
#: Above this depth of history, in years, a committee asks why.
LONG_HISTORY = 10
MANY_IDENTIFIERS = 4
FINER_THAN_COMMUNE = re.compile(r"\b(iris|adresses?|address(es)?|g[ée]ocod|coordonn[ée]es|coordinates|infra-?communal)", re.I)


def advice_on(dossier: Any, section: Section) -> Iterator[Any]:
    """What is worth a second look in a section."""
    advise = _ADVICE.get(section.code)
    yield from advise(dossier.content) if advise else ()


def _on_identity(content: Any) -> Iterator[str]:
    mailbox = content.dpo_contact.partition("@")[0].lower()
    if mailbox and not any(word in mailbox for word in ROLE_WORDS):
        yield _(
            "The data protection officer's address looks like that of a person. It is shown to the public: prefer a mailbox of the "
            "function, which also stays when people leave."
        )


def _on_population(content: Any) -> Iterator[str]:
    if content.population.strip() and content.population_size is None:
        yield _("Say roughly how many persons are concerned: the time of the extraction and the risk for the persons depend on it.")


def _on_sources(content: Any) -> Iterator[str]:
    for source in content.sources_used():
        name = source.database.acronym
        yield from (f"{name}{_(': ')}{sentence}" for sentence in _on_source(source))
    if content.data_form == DataForm.PSEUDONYMISED and not content.data_form_reasons.strip():
        yield _("Say why anonymised or aggregated data would not be enough: the committee will ask.")


def _on_source(source: Any) -> Iterator[str]:
    if not source.justification.strip() and any(component.code == CAUSES_OF_DEATH for component in source.components.all()):
        yield _("causes of death are granted only with reasons; say what they answer in the project.")
    if _is_long(source):
        yield _("more than %(years)d years of history are often refused; say why a shorter period would not do.") % {"years": LONG_HISTORY}
    if _is_outside(source):
        yield _("the years go beyond what this database covers (%(first)s to %(last)s).") % {
            "first": source.database.first_year or "…",
            "last": source.database.last_year or "…",
        }
    yield from _on_identifiers(source)


def _on_identifiers(source: Any) -> Iterator[str]:
    residence = PotentialIdentifier.RESIDENCE.value
    if residence in source.identifiers and FINER_THAN_COMMUNE.search(f"{source.identifiers[residence]} {source.variables}"):
        yield _("a place finer than the commune is rarely granted; consider an index of the place (deprivation, distance) instead.")
    if len(source.identifiers) >= MANY_IDENTIFIERS:
        yield _("several potential identifiers together make a person easy to find; keep those without which the question has no answer.")


def _is_long(source: Any) -> bool:
    span = source.year_to - source.year_from + 1 if source.year_from and source.year_to else 0
    return max(source.history_years or 0, span) > LONG_HISTORY


def _is_outside(source: Any) -> bool:
    first, last = source.database.first_year, source.database.last_year
    asked = [year for year in (source.year_from, source.year_to) if year]
    return any((first and year < first) or (last and year > last) for year in asked)


def _on_calendar(content: Any) -> Iterator[str]:
    if content.starts_on and content.ends_on and content.access_months:
        months = (content.ends_on.year - content.starts_on.year) * 12 + content.ends_on.month - content.starts_on.month + 1
        if content.access_months > months:
            yield _("You ask for access for longer than the project lasts.")


_ADVICE: dict[str, Callable[[Any], Iterator[str]]] = {
    "identity": _on_identity,
    "population": _on_population,
    "sources": _on_sources,
    "calendar": _on_calendar,
}
