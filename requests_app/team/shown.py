"""The team as a page shows it: people, their roles, since when, and which of them the reader may change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from requests_app.models import Dossier
from requests_app.policies import OWNER, team_of
from requests_app.team.roles import in_words
from workflow.models import JournalLine

#: Lines that gave somebody the roles that they hold.
GIVING = ("accept_invitation", "change_role", "hand_over", "declare_entitled")


@dataclass(frozen=True)
class Member:
    """One person of the team."""

    person: Any
    roles: frozenset[str]
    since: datetime

    @property
    def in_words(self) -> str:
        """What the person is on this dossier."""
        return in_words(self.roles)

    @property
    def owns(self) -> bool:
        """Does the person own the dossier?"""
        return OWNER in self.roles


def members_of(dossier: Dossier) -> list[Member]:
    """The team in the order of names; since when is read from the journal, else it is the beginning of the dossier. Two queries."""
    lines = JournalLine.objects.filter(subject_type=Dossier.subject_type, subject_id=dossier.pk, action__in=GIVING).order_by("seq")
    since = {facts.get("user"): at for facts, at in lines.values_list("facts", "at")}
    return [Member(person, roles, since.get(person.pk, dossier.created_at)) for person, roles in team_of(dossier).items()]
