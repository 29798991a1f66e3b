"""The life line of a fiche: declared or filed, opinion, authorisation, data, end, results; what is done and what is to come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from registry.words import day, word_of
from requests_app.states import Basis, Opinion


@dataclass(frozen=True)
class Step:
    """One step of the life line: `done`, `current` or `future`, with what happened."""

    title: str
    state: str
    words: list[str]
    generated: bool = False


#: A step before one knows where the project stands: title, done, words, the data it rests on.
Told = tuple[str, bool, list[str], tuple[str, ...]]


def life_of(said: dict[str, Any], on: date, *, overdue: bool) -> list[Step]:
    """What is done, where the project stands, what is to come; `said` is whole."""
    steps = list(_steps(said, on, overdue))
    now = next((place for place, (_title, done, _words, _codes) in enumerate(steps) if not done), len(steps))
    generated = set(said["generated"])
    return [
        Step(title, "done" if done else "current" if place == now else "future", words, bool(generated & set(codes)))
        for place, (title, done, words, codes) in enumerate(steps)
    ]


def _steps(said: dict[str, Any], on: date, overdue: bool) -> Iterator[Told]:
    yield from _before(said)
    ended = _past(said["ended_on"], on)
    yield _beginning(said, on, ended)
    if said["kind"] != "project" and not said["ended_on"]:
        return  # a warehouse or an access has no end that anybody waits for
    yield _("End of the project"), ended, [day(said["ended_on"]) or _planned(said["ends_on"])], ("ended_on",)
    results = [day(said["results_on"]) or _due(said["results_due_on"], overdue)]
    yield _("Results"), _past(said["results_on"], on), results, ("results_on", "results")


def _beginning(said: dict[str, Any], on: date, ended: bool) -> Told:
    """The data, or the start of what was declared: what has ended has begun, whatever else is known."""
    if not said["declared_on"]:
        return _("Data available"), ended or _past(said["opened_on"], on), [day(said["opened_on"])], ("opened_on",)
    begun = ended or _past(said["opened_on"] or said["starts_on"], on)
    began_on = said["opened_on"] or said["starts_on"]
    return _("Start"), begun, [day(began_on) if begun else _planned(began_on)], ("opened_on", "starts_on")


def _before(said: dict[str, Any]) -> Iterator[Told]:
    """What comes before the data."""
    if said["declared_on"]:
        yield _("Declaration"), True, [day(said["declared_on"])], ("declared_on",)
    elif said["filed_on"]:
        yield _("Filing"), True, [day(said["filed_on"])], ("filed_on",)
    if said["opinion"]:
        yield _("Opinion"), True, [word_of(Opinion, said["opinion"]), day(said["opinion_on"])], ("opinion", "opinion_on")
    if said["basis"] or said["authorised_on"]:
        title = _("Commitment") if said["basis"] == Basis.COMMITMENT else _("CNIL")
        yield title, True, [word_of(Basis, said["basis"]), day(said["authorised_on"])], ("basis", "authorised_on")
    if said["amended_on"]:
        yield _("Amended"), True, [day(one) for one in said["amended_on"]], ("amended_on",)


def _past(iso: str | None, on: date) -> bool:
    return bool(iso) and date.fromisoformat(str(iso)) <= on


def _planned(iso: str | None) -> str:
    return _("planned for %(day)s") % {"day": day(iso)} if iso else ""


def _due(iso: str | None, overdue: bool) -> str:
    if overdue:
        return _("were due on %(day)s") % {"day": day(iso)}
    return _("due on %(day)s") % {"day": day(iso)} if iso else ""
