"""Who else is in a section now: whoever opened or saved it in the last two minutes. Kept in the shared cache only, by ids."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from guardian.shortcuts import get_users_with_perms

from requests_app.models import Dossier
from requests_app.policies import EDITOR, OWNER

#: How long somebody counts as present after their last sign of life, in seconds.
LINGERS = 120


def note(dossier: Dossier, section: str, user: Any) -> None:
    """This person has the section open for writing."""
    caches["shared"].set(_key(dossier, section, user.pk), True, LINGERS)


def others_in(dossier: Dossier, section: str, user: Any) -> list[Any]:
    """The other people of the team who are in the section, by name."""
    writers: Any = get_users_with_perms(dossier, only_with_perms_in=[OWNER, EDITOR], with_group_users=False)
    colleagues = {_key(dossier, section, one.pk): one for one in writers.exclude(pk=user.pk).order_by("last_name", "first_name", "pk")}
    present = caches["shared"].get_many(colleagues)
    return [one for key, one in colleagues.items() if key in present]


def _key(dossier: Dossier, section: str, user_id: int) -> str:
    return f"presence:{dossier.pk}:{section}:{user_id}"
