"""How texts are written: capitals, broken lines, leftovers of a copy; and the summary for everyone: length, ease, acronyms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from registry import mending
from registry.labels import LABELS
from registry.lint.mandatory import TEXTS
from registry.lint.rule import NOTHING, Found, Severity, rule
from registry.public_core import Said, fold
from registry.readability import VERY_HARD, reading_of, unexplained_acronyms

SHORTEST, LONGEST = 40, 350  # words of a summary for everyone
LONGEST_SENTENCE = 30  # words, on average


@rule("capitals", Severity.WARNING, _("This text is written in capitals: it is hard to read, and read aloud letter by letter."))
def capitals(said: Said, on: date) -> Iterator[Found]:
    """A title or a text pasted in capitals."""
    yield from ((name, NOTHING) for name in TEXTS if mending.is_shouted(said[name]))


@rule("broken_lines", Severity.WARNING, _("Lines break in the middle of sentences, as in a page from which the text was copied."))
def broken_lines(said: Said, on: date) -> Iterator[Found]:
    """Hard line breaks inside sentences."""
    yield from ((name, NOTHING) for name in TEXTS if mending.is_broken_up(said[name]))


@rule("artefacts", Severity.WARNING, _("Signs left by a copy stand in this text (“. . .”, broken letters)."))
def artefacts(said: Said, on: date) -> Iterator[Found]:
    """“. . .”, letters of a wrong encoding, rows of underscores."""
    yield from ((name, NOTHING) for name in TEXTS if mending.has_artefacts(said[name]))


@rule(
    "summary_short",
    Severity.WARNING,
    _("The summary has %(words)d words: with fewer than %(least)d, nobody learns why, on whom and for what."),
)
def summary_short(said: Said, on: date) -> Iterator[Found]:
    """A summary that tells next to nothing."""
    words = len(said["lay_summary"].split())
    if 0 < words < SHORTEST:
        yield "lay_summary", {"words": words, "least": SHORTEST}


@rule("summary_long", Severity.ADVICE, _("The summary has %(words)d words: beyond %(most)d it is no summary any more."))
def summary_long(said: Said, on: date) -> Iterator[Found]:
    """A summary that nobody reads to its end."""
    words = len(said["lay_summary"].split())
    if words > LONGEST:
        yield "lay_summary", {"words": words, "most": LONGEST}


@rule(
    "summary_hard",
    Severity.WARNING,
    _("The summary is very hard to read: %(score)d out of 100 (Kandel and Moles), when ordinary texts are above 50. Shorten it."),
)
def summary_hard(said: Said, on: date) -> Iterator[Found]:
    """A readability below what a newspaper would print."""
    score = reading_of(said["lay_summary"]).score
    if score is not None and score < VERY_HARD:
        yield "lay_summary", {"score": score}


@rule(
    "summary_sentences",
    Severity.ADVICE,
    _("The sentences of the summary have %(words)d words on average: 15 to 20 are read without effort."),
)
def summary_sentences(said: Said, on: date) -> Iterator[Found]:
    """Sentences without end."""
    measured = reading_of(said["lay_summary"])
    average = round(measured.words / measured.sentences)
    if measured.words >= SHORTEST and average > LONGEST_SENTENCE:
        yield "lay_summary", {"words": average}


@rule("summary_acronyms", Severity.WARNING, _("Acronyms that nothing explains stand in the summary: %(acronyms)s."))
def summary_acronyms(said: Said, on: date) -> Iterator[Found]:
    """“BPCO” without its words; the acronyms of the project, of its bodies and of its sources stand elsewhere on the page."""
    bodies = [body["name"] for body in (said["controller"], said["body_in_charge"], said["laboratory"]) if body]
    known = [said["acronym"], *bodies, *(source["acronym"] for source in said["sources"])]
    if found := unexplained_acronyms(said["lay_summary"], *known):
        yield "lay_summary", {"acronyms": ", ".join(found)}


@rule("summary_is_title", Severity.ERROR, _("The summary only says the title again."))
def summary_is_title(said: Said, on: date) -> Iterator[Found]:
    """The title, pasted where the summary should stand."""
    title, summary = fold(said["title"]), fold(said["lay_summary"])
    if title and summary and summary in (title, f"{title} {title}"):
        yield "lay_summary", NOTHING


@rule(
    "summary_in_english",
    Severity.WARNING,
    _("The summary seems to be in English: the French one comes first, and English has its own field."),
)
def summary_in_english(said: Said, on: date) -> Iterator[Found]:
    """More English than French little words."""
    words = fold(said["lay_summary"]).split()
    english = sum(word in {"the", "of", "and", "to", "with", "this", "that", "is", "are", "was"} for word in words)
    french = sum(word in {"le", "la", "les", "de", "des", "et", "un", "une", "du", "est", "sont", "dans"} for word in words)
    if english > 5 and english > french:
        yield "lay_summary", NOTHING


@rule("same_text_twice", Severity.ADVICE, _("The same text stands in “%(other)s”."))
def same_text_twice(said: Said, on: date) -> Iterator[Found]:
    """One text copied into two fields."""
    seen: dict[str, str] = {}
    for name in ("lay_summary", "public_interest", "expected_benefits", "population"):
        told = fold(said[name])
        if len(told) > 60 and told in seen:
            yield name, {"other": LABELS[seen[told]]}
        seen.setdefault(told, name)
