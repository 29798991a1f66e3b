"""What the engine answers when it will not do something: one tree, mapped to HTTP by one middleware."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Broken:
    """One broken rule: its sentence, the text of law it comes from, and the field where a person can mend it."""

    sentence: Any
    law: str = ""
    where: str = ""


class Refusal(Exception):
    """Something was asked that will not be done; nothing was changed."""

    status = 422
    title: Any = _("This could not be done")

    def __init__(self, *broken: Broken | str | Promise) -> None:
        self.broken = [item if isinstance(item, Broken) else Broken(item) for item in broken]
        super().__init__("; ".join(str(item.sentence) for item in self.broken))

    @property
    def sentences(self) -> Iterable[Broken]:
        """The reasons, in the order in which they were found."""
        return self.broken


class WrongState(Refusal):
    """The move does not start from the state in which the thing is (409)."""

    status = 409
    title = _("This has changed meanwhile")


class NotAllowed(Refusal):
    """The person does not hold a role that may do this here (403)."""

    status = 403
    title = _("You may not do this")


class RuleBroken(Refusal):
    """One or more rules are broken (422); all of them are said, so that they are mended in one go."""

    status = 422
    title = _("Something must be mended first")
