"""What a move is: the one table from which come the buttons, the refusals, the diagram and the page for lawyers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Start:
    """A clock that a move starts, possibly only when a condition on the subject holds."""

    code: str
    when: Callable[[Any], bool] | None = None


#: In `ends`: every clock that still runs stops, because the subject has reached its end.
EVERY_CLOCK = "*"


@dataclass(frozen=True)
class Move:
    """One line of the procedure: from where, to where, under which text, with which clocks.

    `fits` is a rule on the subject (a function with `sentence` and `law`): the move exists only for subjects that fit.
    `before` names clocks after whose expiry the move comes too late; `after` those before whose expiry it comes too early. Several
    names are periods of which only one ever runs: the plain one, or the urgent one.
    """

    name: str
    sources: tuple[str, ...]
    target: str | None
    label: Any
    law: str = ""
    starts: tuple[Start, ...] = ()
    ends: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    fits: Callable[[Any], bool] | None = None
    grave: bool = False
    explanation: str = field(default="", compare=False)

    def target_from(self, state: str) -> str:
        """The state after the move; a move without target stays where it is."""
        return self.target or state

    @property
    def clocks_in_words(self) -> str:
        """What the move does to the clocks, for the generated page."""
        parts: list[str] = []
        parts += [f"ends {code}" if code != EVERY_CLOCK else "stops every clock" for code in self.ends]
        parts += [f"starts {start.code}" + (" (if it applies)" if start.when else "") for start in self.starts]
        parts += [f"extends {' or '.join(self.extends)}"] if self.extends else []
        parts += [f"not after {' or '.join(self.before)}"] if self.before else []
        parts += [f"once {' or '.join(self.after)} has lapsed"] if self.after else []
        return ", ".join(parts)


def starts_of(*starts: str | Start) -> tuple[Start, ...]:
    """Clock codes or conditional starts, as starts."""
    return tuple(start if isinstance(start, Start) else Start(start) for start in starts)


def several(said: str | Iterable[str]) -> tuple[str, ...]:
    """Clock codes of which one may be given by itself, or none as an empty text."""
    return tuple(filter(None, [said])) if isinstance(said, str) else tuple(said)


def codes(states: Iterable[Any]) -> tuple[str, ...]:
    """The stored values of states."""
    return tuple(str(getattr(state, "value", state)) for state in states)
