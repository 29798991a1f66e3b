"""What a questionnaire may be asked for: upper apps register their codes (procedures, calls for projects) from `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ui.registries import Registry


@dataclass(frozen=True)
class Targets:
    """One family of things that a questionnaire may be asked for: its codes with their labels."""

    key: str
    order: int
    choices: Callable[[], Iterable[tuple[str, Any]]]


TARGETS: Registry[Targets] = Registry()


def choices() -> list[tuple[str, Any]]:
    """Every code with its label."""
    return [choice for family in TARGETS for choice in family.choices()]


def labels_of(codes: Iterable[str]) -> list[str]:
    """The labels of some codes, in the order of the registry; an unknown code stands for itself."""
    wanted, known = set(codes), dict(choices())
    return [*(str(label) for code, label in known.items() if code in wanted), *sorted(wanted - known.keys())]
