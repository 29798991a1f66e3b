"""As little as each controller needs: which answers go into the envelope for it, and so which ones the form asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from catalogue.models import Level
from rights.asking.capacities import REPRESENTING, Capacity
from rights.entitlements.states import ALONE_AT, Evidence
from rights.services.opening import Choice
from rights.states import Right

#: Where an answer stands in an envelope.
PATHS: dict[str, tuple[str, ...]] = {
    "asker_given_names": ("asker", "given_names"),
    "asker_name": ("asker", "name"),
    "holders": ("asker", "other_holder"),
    "motive": ("asker", "motive"),
    "given_names": ("identity", "given_names"),
    "birth_name": ("identity", "birth_name"),
    "used_name": ("identity", "used_name"),
    "birth_date": ("identity", "birth_date"),
    "birth_place": ("identity", "birth_place"),
    "death_date": ("identity", "death_date"),
    "nir": ("identity", "nir"),
    "reference": ("identity", "reference"),
    "words": ("words",),
    "answer_email": ("contact", "email"),
    "answer_phone": ("contact", "phone"),
    "answer_address": ("contact", "address"),
}
ASKER = ("asker_given_names", "asker_name")
PERSON = ("given_names", "birth_name", "used_name", "birth_date", "birth_place")
CONTACT = ("answer_email", "answer_phone", "answer_address")
#: Levels at which the controller looks for the person among those it knows.
KNOWING = frozenset({Evidence.KNOWN.value, Evidence.SIGNED_IN.value, Evidence.STRONG.value})


@dataclass(frozen=True)
class Needs:
    """What is asked of a person for these choices, in this capacity."""

    capacity: str
    choices: tuple[Choice, ...]
    #: The age from which a minor may make all of these alone.
    alone_from: int = ALONE_AT

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the page, in their order: what at least one of the controllers needs."""
        asked = {name for choice in self.choices for name in self.names_for(choice)}
        return tuple(name for name in PATHS if name in asked)

    def names_for(self, choice: Choice) -> tuple[str, ...]:
        """What goes into the envelope for one controller."""
        return (*self._of_asker, *self._of_person(choice), "words", *CONTACT)

    @property
    def is_represented(self) -> bool:
        """Does somebody ask in another person's place?"""
        return self.capacity in REPRESENTING

    @property
    def wants_words(self) -> bool:
        """Must the person say what is wrong, and what is right?"""
        return any(choice.right == Right.RECTIFICATION for choice in self.choices)

    @property
    def wants_files(self) -> bool:
        """May files be joined: a proof of quality, or what shows that something is wrong?"""
        return self.is_represented or self.wants_words

    @property
    def wants_reach(self) -> bool:
        """Must a controller be able to reach the person before anything else?"""
        return any(choice.evidence == Evidence.REACHED for choice in self.choices)

    @property
    def wants_signing_in(self) -> bool:
        """Will a controller ask for more than facts, such as FranceConnect?"""
        return any(choice.evidence in (Evidence.SIGNED_IN, Evidence.STRONG) for choice in self.choices)

    @property
    def _of_asker(self) -> tuple[str, ...]:
        more = {Capacity.CHILD: ("holders",), Capacity.DECEASED: ("motive",)}.get(Capacity(self.capacity), ())
        return (*ASKER, *more) if self.is_represented else ()

    def _of_person(self, choice: Choice) -> tuple[str, ...]:
        if choice.evidence not in KNOWING:
            return ()
        end = ("death_date",) if self.capacity == Capacity.DECEASED else ()
        number = ("nir",) if choice.database.level == Level.MAIN else ()
        return (*PERSON, *end, *number, "reference")


def payload_for(
    needs: Needs, choice: Choice, answers: dict[str, str], files: Iterable[dict[str, str]], *, form: str, reply_key: str = ""
) -> dict[str, Any]:
    """What is sealed for one controller; static/js/rights/asking.js builds the same."""
    content: dict[str, Any] = {
        "v": 1,
        "form": form,
        "database": choice.database.slug,
        "right": str(choice.right),
        "level": choice.level,
        "study": choice.study,
        "capacity": needs.capacity,
        **{group: {} for group in ("asker", "identity", "contact")},
        "words": "",
        "files": list(files),
        "reply_key": reply_key,
    }
    for name in needs.names_for(choice):
        if answers.get(name):
            *above, last = PATHS[name]
            (content[above[0]] if above else content)[last] = answers[name]
    return content
