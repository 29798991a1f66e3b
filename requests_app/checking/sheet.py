"""Where the check of a dossier stands: each item with its last verdict, and whether it has changed since that was given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.checking.items import Item, items_of
from requests_app.checking.models import CheckRound, Judgement, RoundOutcome, Verdict
from requests_app.states import State

UNCHECKED, CHANGED = "unchecked", "changed"

#: What the list says beside an item, and its colour.
STANDINGS: dict[str, tuple[Any, str]] = {
    UNCHECKED: (_("Not checked yet"), ""),
    CHANGED: (_("Changed: to check again"), "new"),
    Judgement.FINE: (_("Fine"), "success"),
    Judgement.TO_COMPLETE: (_("To complete"), "warning"),
    Judgement.NOT_APPLICABLE: (_("Not applicable"), "info"),
}


@dataclass(frozen=True)
class Standing:
    """One item of the list with what was last found of it."""

    item: Item
    verdict: Verdict | None = None

    @property
    def state(self) -> str:
        """Unchecked, changed since its verdict, or the verdict that still holds."""
        if self.verdict is None:
            return UNCHECKED
        return CHANGED if self.verdict.digest != self.item.digest else str(self.verdict.judgement)

    @property
    def label(self) -> Any:
        """The state in words."""
        return STANDINGS[self.state][0]

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return STANDINGS[self.state][1]

    @property
    def is_settled(self) -> bool:
        """Is nothing left to look at?"""
        return self.state not in (UNCHECKED, CHANGED)

    @property
    def is_to_complete(self) -> bool:
        """Is the applicant to be asked?"""
        return self.state == Judgement.TO_COMPLETE

    @property
    def revision(self) -> int:
        """How often the item was judged; 0 when never."""
        return self.verdict.revision if self.verdict else 0


@dataclass(frozen=True)
class Sheet:
    """All items of a dossier as they stand."""

    standings: list[Standing]
    gone: list[str] = field(default_factory=list)

    def of(self, code: str) -> Standing | None:
        """The item of this code, if the dossier has it."""
        return next((one for one in self.standings if one.item.code == code), None)

    @property
    def to_complete(self) -> list[Standing]:
        """What the applicant is to be asked."""
        return [one for one in self.standings if one.is_to_complete]

    @property
    def unsettled(self) -> list[Standing]:
        """What is still to be looked at: what was never judged, and what has changed since."""
        return [one for one in self.standings if not one.is_settled]

    @property
    def settled_count(self) -> int:
        """How many items hold a verdict."""
        return len(self.standings) - len(self.unsettled)

    @property
    def may_be_declared_complete(self) -> bool:
        """Everything was looked at, and nothing is to complete."""
        return not self.unsettled and not self.to_complete

    @property
    def chapters(self) -> Iterator[tuple[Any, list[Standing]]]:
        """The items under the section they belong to, in the order of the form."""
        titles = dict.fromkeys(str(one.item.chapter) for one in self.standings)
        return ((title, [one for one in self.standings if str(one.item.chapter) == title]) for title in titles)

    def after(self, code: str) -> Standing | None:
        """The next item to look at: after this one, else from the top."""
        codes = [one.item.code for one in self.standings]
        start = codes.index(code) + 1 if code in codes else 0
        return next((one for one in self.standings[start:] + self.standings[:start] if not one.is_settled), None)


def sheet_of(dossier: Any) -> Sheet:
    """The check as it stands: a verdict of an earlier round holds as long as its item says the same."""
    items, found = items_of(dossier), last_verdicts(dossier)
    here = {item.code for item in items}
    return Sheet([Standing(item, found.get(item.code)) for item in items], sorted(set(found) - here))


def last_verdicts(dossier: Any) -> dict[str, Verdict]:
    """The last verdict on each item, over all rounds, with its reasons."""
    verdicts = Verdict.objects.filter(round__dossier=dossier).order_by("item", "-round_id").distinct("item")
    return {verdict.item: verdict for verdict in verdicts.select_related("round", "given_by").prefetch_related("reasons")}


def open_round(dossier: Any) -> CheckRound | None:
    """The round under way, if any."""
    return CheckRound.objects.filter(dossier=dossier, closed_at=None).first()


def asked_points(dossier: Any) -> list[Standing]:
    """What the applicant was asked and has to answer now, each with the item as it stands; nothing at any other stage."""
    if dossier.state != State.INCOMPLETE:
        return []
    last = CheckRound.objects.filter(dossier=dossier, outcome=RoundOutcome.COMPLEMENT).order_by("-pk").first()
    asked = {one.item: one for one in last.verdicts.exclude(asked="").order_by("pk")} if last else {}
    return [Standing(item, asked[item.code]) for item in items_of(dossier) if item.code in asked] if asked else []
