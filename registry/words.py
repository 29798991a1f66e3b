"""What a fiche holds, as words in the reader's language: frozen terms, bodies, databases, days, durations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.countries import COUNTRIES
from requests_app.choices import PotentialIdentifier
from ui.words import day_in_words

COUNTRY: dict[str, Any] = dict(COUNTRIES)


def reads_english() -> bool:
    """Does the reader read English?"""
    return (get_language() or "fr").startswith("en")


def in_language(frozen: dict[str, Any]) -> str:
    """A frozen label in the reader's language, in French when there is no other."""
    return str((frozen.get("en") if reads_english() else "") or frozen["fr"])


def answer_in_words(frozen: dict[str, Any]) -> str:
    """A frozen answer in the reader's language."""
    return in_language({"fr": frozen["value_fr"], "en": frozen["value_en"]})


def term_in_words(term: dict[str, Any] | None) -> str:
    """A frozen term, empty for none."""
    return in_language(term) if term else ""


def terms_in_words(terms: Iterable[dict[str, Any]]) -> list[str]:
    """Frozen terms, one a line."""
    return [in_language(term) for term in terms]


def body_in_words(body: dict[str, Any] | None) -> str:
    """An organisation and its town."""
    return ", ".join(part for part in (body["name"], body.get("city", "")) if part) if body else ""


def bodies_in_words(bodies: Iterable[dict[str, Any]]) -> list[str]:
    """Organisations, one a line, those of abroad with their country."""
    return [", ".join(part for part in (body_in_words(one), _abroad(one)) if part) for one in bodies]


def _abroad(body: dict[str, Any]) -> str:
    return country_in_words(body.get("country", "")) if body.get("country", "") not in ("", "FR") else ""


def country_in_words(code: str) -> str:
    """The name of a country by its ISO code; the code itself when it has no name here."""
    return str(COUNTRY.get(code, code))


def source_in_words(source: dict[str, Any]) -> str:
    """“SNDS – main database, 2015–2023 (reimbursed care; causes of death)”."""
    name = in_language(source)
    first, last = source.get("years") or (None, None)
    years = f"{first or '…'}–{last or '…'}" if first or last else ""
    head = ", ".join(part for part in (f"{source['acronym']} – {name}" if name else source["acronym"], years) if part)
    components = "; ".join(in_language(component) for component in source.get("components", ()))
    return f"{head} ({components})" if components else head


def identifiers_in_words(said: dict[str, Any]) -> Iterator[str]:
    """“Month and year of birth (SNDS): reasons”, database by database; first those that are told of the whole project."""
    for code, reasons in said["identifiers"].items():
        yield _reasoned(word_of(PotentialIdentifier, code), reasons)
    for source in said["sources"]:
        for code, reasons in source.get("identifiers", {}).items():
            yield _reasoned(f"{word_of(PotentialIdentifier, code)} ({source['acronym']})", reasons)


def _reasoned(name: str, reasons: str) -> str:
    return f"{name}{_(': ')}{reasons}" if reasons else name


def word_of(choices: Any, code: str) -> str:
    """The label of a code, empty for none; a code that is none of them stands for itself, as another register wrote it."""
    return str(choices(code).label) if code in choices.values else code


def yes_or_no(answer: bool | None) -> str:
    """Yes, no, or nothing when nothing is said."""
    return "" if answer is None else _("Yes") if answer else _("No")


def day(iso: str | None) -> str:
    """A day that the fiche holds, in words."""
    return day_in_words(date.fromisoformat(iso)) if iso else ""


def months_in_words(months: int | None) -> str:
    """“2 years and 6 months”, “18 months” below two years, “5 years”; empty for none."""
    if months is None:
        return ""
    years, left = divmod(months, 12)
    in_years = ngettext("%(count)d year", "%(count)d years", years) % {"count": years}
    in_months = ngettext("%(count)d month", "%(count)d months", left) % {"count": left}
    if not left:
        return in_years
    return _("%(years)s and %(months)s") % {"years": in_years, "months": in_months} if years else in_months


def months_between(first: date, last: date) -> int:
    """The whole months from a day to another, the last day included and a half rounded up; never less than one."""
    return max(round(((last - first).days + 1) / 30.4375), 1)
