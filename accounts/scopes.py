"""What the systems of other bodies may be allowed, and what upper floors show of a system: filled from their `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import ApiClient
from ui.registries import Label, Registry


@dataclass(frozen=True)
class Scope:
    """One right of a system, with what it allows in a few words."""

    code: str
    label: Label
    order: int
    #: Used with signed requests: the system needs a key.
    is_signed: bool = False

    @property
    def key(self) -> str:
        """The code that is kept."""
        return self.code


@dataclass(frozen=True)
class ClientPart:
    """A part of the page of a system: its template, and what that shows."""

    code: str
    order: int
    template: str
    shown: Callable[[ApiClient], dict[str, Any]]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


SCOPES: Registry[Scope] = Registry()
CLIENT_PARTS: Registry[ClientPart] = Registry()


def signed_scopes() -> list[str]:
    """The rights for which a system needs a key."""
    return [scope.code for scope in SCOPES if scope.is_signed]


def in_words(codes: list[str]) -> list[Label]:
    """The rights in words; one that no room offers any more stays a code."""
    return [next((scope.label for scope in SCOPES if scope.code == code), code) for code in codes]
