"""What an upper room lends to the simulator: a brake for who asks too much of it in a short while."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

#: Whether a visitor may do this (a name) so many times in so many seconds; asking counts.
Brake = Callable[[HttpRequest, str, int, int], bool]
_BRAKES: list[Brake] = []


def brake_with(brake: Brake) -> None:
    """Hang a brake; the same one twice is harmless."""
    if brake not in _BRAKES:
        _BRAKES.append(brake)


def may_go_on(request: HttpRequest, what: str, most: int, seconds: int) -> bool:
    """Does every brake let this visitor through?"""
    return all(brake(request, what, most, seconds) for brake in _BRAKES)
