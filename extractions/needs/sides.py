"""The two sides of a need: who asks for the data, and who prepares them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from extractions.policies import MAY, WORKER
from requests_app.policies import EDITOR, OWNER, SIGNATORY


class NeedSide(models.TextChoices):
    """On which side somebody stands."""

    APPLICANT = "applicant", pgettext_lazy("side of a need", "Applicant")
    DESK = "desk", pgettext_lazy("side of a need", "Body that does the work")

    @property
    def other(self) -> NeedSide:
        """The other side."""
        return NeedSide.DESK if self is NeedSide.APPLICANT else NeedSide.APPLICANT


def side_of(roles: frozenset[str]) -> NeedSide | None:
    """The side for which a person speaks; who works at the desk speaks for the desk, also where the holder is the applicant."""
    if WORKER in roles:
        return NeedSide.DESK
    return NeedSide.APPLICANT if roles & {OWNER, EDITOR, SIGNATORY} else None


def commits(roles: frozenset[str]) -> bool:
    """May the person agree for their side?"""
    return bool(roles & MAY["agree_to_need"])
