"""The convention of the demonstration that is in negotiation: two proposals of a counterparty, and a comment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from config.demo.dossiers import replaying
from contracts.models import Convention
from contracts.negotiating.models import Proposal
from contracts.negotiating.services.commenting import comment
from contracts.negotiating.services.proposing import Wish, propose
from contracts.negotiating.states import ProposalKind
from contracts.policies import MAY
from contracts.states import ConventionState
from contracts.text.bodies import body_of
from contracts.text.document import Article, Negotiable
from requests_app.policies import OWNER, TEAM_ROLES

SENTENCE = "Les parties se concertent avant toute communication publique sur le projet."
REASON = "Exemple de démonstration : notre établissement souhaite être informé avant la publication."


def furnish(people: dict[str, User], now: datetime) -> None:
    """Have a counterparty propose two changes and comment; running it again changes nothing."""
    rows = Convention.objects.for_reading().filter(dossier__is_demonstration=True, state=ConventionState.NEGOTIATION)
    for convention in rows.order_by("pk"):
        speaker = _speaker(convention, people)
        if speaker is not None and not Proposal.objects.filter(convention=convention).exists():
            with replaying():
                _negotiate(convention, speaker, now)


def _speaker(convention: Convention, people: dict[str, User]) -> User | None:
    """Somebody of the team of the dossier; its owner if they can speak."""
    dossier: Any = convention.dossier
    found = [person for person in people.values() if convention.roles_of(person) & TEAM_ROLES & MAY["propose"]]
    return min(found, key=lambda person: (OWNER not in dossier.roles_of(person), person.pk), default=None)


def _negotiate(convention: Convention, speaker: User, now: datetime) -> None:
    version: Any = convention.latest()
    free = [one for one in version.document.articles if one.negotiable is Negotiable.FREE and one.blocks]
    fixed = [one for one in version.document.articles if one.negotiable is not Negotiable.FREE]
    for place, article in enumerate(free[:2]):
        propose(convention, _longer(article), by=speaker, at=now - timedelta(days=3, hours=place))
    if len(free) == 1:
        wish = Wish(ProposalKind.ADD, "", "Communication", SENTENCE, after=free[0].code, reason=REASON)
        propose(convention, wish, by=speaker, at=now - timedelta(days=3, hours=1))
    for article in fixed[:1]:
        words = "Exemple de démonstration : pouvez-vous nous dire à quoi cette clause nous engage en pratique ?"
        comment(convention, article.code, words, by=speaker, at=now - timedelta(days=2))


def _longer(article: Article) -> Wish:
    body = f"{body_of(article.blocks)}\n\n{SENTENCE}"
    return Wish(ProposalKind.REWRITE, article.code, article.title, body, reason=REASON)
