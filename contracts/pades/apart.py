"""The library signs and checks with an event loop of its own: it gets a thread of its own, whatever already runs in this one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def apart(act: Callable[[], T]) -> T:
    """What the act gives, done in a thread in which no event loop runs."""
    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(act).result()
