"""Roles as a person reads them: label, what one does with it, for which organisation, since when."""

from collections.abc import Iterable

from accounts.models import RoleGrant, User
from accounts.roles import DESCRIPTIONS, Role


def roles_in_words(user: User) -> list[tuple[str, str, str]]:
    """Return (label, description, organisation or "") of each role somebody holds, that of applicant first."""
    grants: Iterable[RoleGrant] = user.role_grants.live().select_related("organisation").order_by("granted_at", "pk")
    applicant = (str(Role.APPLICANT.label), str(DESCRIPTIONS[Role.APPLICANT]), "")
    return [applicant, *((str(Role(g.role).label), g.description, g.organisation.name if g.organisation else "") for g in grants)]
