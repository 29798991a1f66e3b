"""Roles that follow from what an upper floor keeps (a mandate, an office): it gives and ends them as the system, and nobody does by hand.

The upper floor registers them in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from ui.registries import Label, Registry


@dataclass(frozen=True)
class Following:
    """One such role: the sentence that says where it comes from, the page that keeps it, and whether somebody is owed it at an instant."""

    key: str
    order: int
    sentence: Label
    #: Where it is kept.
    url_name: str
    is_due: Callable[[User, datetime], bool]


FOLLOWING: Registry[Following] = Registry()


def followed_by(role: str) -> Following | None:
    """From what a role follows; None for one that is granted by hand."""
    return next((one for one in FOLLOWING if one.key == role), None)
