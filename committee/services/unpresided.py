"""The secretariat is told of a dossier over which nobody presides any more: the president takes no part in it, and nobody stands in."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import Role
from committee.models import Member
from committee.services.standing_in import since_when, undecidable
from committee.services.telling import LETTER
from requests_app.models import Dossier
from requests_app.notifications import officers_for
from requests_app.policies import MAY, roles_on
from workflow import mail


def tell_unpresided() -> int:
    """Write to the secretariat of each dossier over which nobody presides, once for each time it comes to that; the answer is how many."""
    found = list(Dossier.objects.filter(pk__in=undecidable()).order_by("pk"))
    for dossier in found:
        for reader in _secretariat_of(dossier):
            key = f"committee:unpresided:{dossier.pk}:{since_when(dossier)}"
            mail.write_to(reader, LETTER, key, about="unpresided", dossier=dossier.pk)
    return len(found)


def tell_after_withdrawal(member: Member) -> None:
    """The same as soon as somebody withdrew who holds an office."""
    if member.offices.filter(ended_at=None).exists():
        tell_unpresided()


def _secretariat_of(dossier: Dossier) -> list[int]:
    """The officer in charge, else every officer who may see the dossier; and who leads them, who records whoever stands in."""
    leading = User.objects.filter(is_active=True, role_grants__role=Role.HEAD_OF_SECRETARIAT, role_grants__ended_at=None).order_by("pk")
    heads = [one.pk for one in leading.distinct() if roles_on(one, dossier) & MAY["see_committee_work"]]
    officers = [dossier.officer_id] if dossier.officer_id else officers_for(dossier)
    return sorted({*officers, *heads})
