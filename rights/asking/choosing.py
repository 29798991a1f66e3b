"""What each choice becomes: sealed and sent through the window, or made elsewhere, on the controller's own page or by letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from catalogue.models import Database
from catalogue.models import Level as Standing
from rights.asking.capacities import Capacity, rights_for
from rights.asking.drafts import Draft
from rights.entitlements.models import Entitlement
from rights.entitlements.services.offering import Granted, Offered, every
from rights.entitlements.states import Way
from rights.envelopes.models import ControllerKey
from rights.envelopes.services.keys import keys_for
from rights.services.opening import Choice
from rights.states import Level


@dataclass(frozen=True)
class Going:
    """A choice with the way that it goes."""

    choice: Choice
    statement: Entitlement
    key: ControllerKey | None = None

    @property
    def database(self) -> Database:
        """The database."""
        return self.choice.database

    @property
    def how_far(self) -> str:
        """The level of an opposition, in words; nothing for another right."""
        return str(Level(self.choice.level).label) if self.choice.level else ""

    @property
    def is_sealed(self) -> bool:
        """Does it go through the window, in an envelope?"""
        return self.statement.way == Way.WINDOW and self.key is not None

    @property
    def is_own_page(self) -> bool:
        """Is it made on the controller's own page?"""
        return self.statement.way == Way.OWN_PAGE

    @property
    def is_letter(self) -> bool:
        """Is it made by letter: the controller wants one, or has no key to which anything may be sealed?"""
        return not self.is_sealed and not self.is_own_page and not self.statement.own_page_url


@dataclass(frozen=True)
class Theme:
    """Databases on one subject."""

    label: str
    databases: tuple[Offered, ...]


def themes(day: date, capacity: str) -> list[Theme]:
    """Every database under its subject, those of which nothing was declared as well; those that can be chosen first."""
    found: dict[str, list[Offered]] = {}
    for one in every(day):
        found.setdefault(one.database.theme or "", []).append(one)
    rows = [Theme(label, tuple(sorted(held, key=lambda one: not can_be_chosen(one, capacity)))) for label, held in found.items()]
    return sorted(rows, key=lambda row: _place(row, capacity))


def _place(row: Theme, capacity: str) -> tuple[bool, bool, bool, str]:
    """The database that holds something on nearly everybody first: it is the one that people are told to choose when they do not know."""
    chosen = [one for one in row.databases if can_be_chosen(one, capacity)]
    return (not chosen, not any(one.database.level == Standing.MAIN for one in chosen), not row.label, row.label.lower())


def can_be_chosen(offered: Offered, capacity: str) -> bool:
    """Is there at least one right that somebody may exercise there in this capacity?"""
    return bool(list(granted_to(offered, capacity)))


def granted_to(offered: Offered, capacity: str) -> Iterator[Granted]:
    """The rights of a database that can be exercised in a capacity."""
    for granted in offered.asked:
        alone = capacity != Capacity.MINOR or (granted.statement is not None and granted.statement.alone_from < 18)
        if granted.right in rights_for(capacity) and alone:
            yield granted


def offered_of(draft: Draft, day: date) -> list[Offered]:
    """The databases of a draft, in their order, that can still be chosen."""
    known = {one.database.slug: one for one in every(day) if can_be_chosen(one, draft.capacity)}
    return [known[slug] for slug in draft.slugs if slug in known]


def goings(choices: Iterable[Choice], offered: Iterable[Offered], at: datetime) -> list[Going]:
    """The way of each choice; the keys of all controllers are read at once."""
    chosen, by_slug = list(choices), {one.database.slug: one for one in offered}
    keys = keys_for({choice.organisation.pk for choice in chosen}, at)
    found = []
    for choice in chosen:
        granted = by_slug[choice.database.slug].of(choice.right)
        assert granted is not None and granted.statement is not None  # it was offered: the choice was made from it
        found.append(Going(choice, granted.statement, keys.get(choice.organisation.pk)))
    return found
