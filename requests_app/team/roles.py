"""The roles on a team in words, and what becomes of them when one more is given or taken."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.policies import EDITOR, OWNER, READER, SIGNATORY

LABELS: dict[str, Any] = {OWNER: _("Owner"), EDITOR: _("Editor"), READER: _("Reader"), SIGNATORY: _("Signatory")}
HINTS: dict[str, Any] = {
    OWNER: _("Writes, sends complements, withdraws, and decides who is on the team."),
    EDITOR: _("Writes in the form and adds pieces; does not send anything."),
    READER: _("Reads everything, changes nothing."),
    SIGNATORY: _("Reads everything, and files the dossier with a signature in the name of the controller."),
}
#: From the widest to the narrowest; a person holds one of them at most, and may sign besides.
RANKS = (OWNER, EDITOR, READER)
#: Roles that commit others: only the account whose address was invited takes them.
COMMITTING = frozenset({OWNER, SIGNATORY})


def in_words(roles: frozenset[str]) -> str:
    """The roles of one person, in a fixed order."""
    return ", ".join(str(label) for role, label in LABELS.items() if role in roles)


def rank_of(roles: frozenset[str]) -> str:
    """The widest of the roles that read and write; a signatory who holds none of them reads."""
    return next((role for role in RANKS if role in roles), READER)


def settled(rank: str, others: frozenset[str]) -> frozenset[str]:
    """One rank and, if it is held, the signature: what a person then holds, without a role that another one contains."""
    if SIGNATORY not in others:
        return frozenset({rank})
    return frozenset({SIGNATORY}) if rank == READER else frozenset({rank, SIGNATORY})


def joined(present: frozenset[str], role: str) -> frozenset[str]:
    """What a person holds once a role is added: an invitation never takes a wider role away."""
    both = present | {role}
    return settled(rank_of(both), both) if present or role != SIGNATORY else frozenset({SIGNATORY})
