"""Who may do what with accounts; the only place that reads grants and memberships to answer it."""

from typing import cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django_otp import user_has_device

from accounts.models import ApiClient, Membership, RoleGrant, User
from accounts.roles import INSTRUCTING, SYSTEM, Role

Someone = User | AnonymousUser

MAY: dict[str, frozenset[str]] = {
    "request_membership": frozenset({Role.APPLICANT}),
    "verify_first_membership": frozenset({Role.OFFICER, Role.HEAD_OF_SECRETARIAT}),
    "verify_next_membership": frozenset({Role.OFFICER, Role.HEAD_OF_SECRETARIAT, "verified_member"}),
    "end_membership": frozenset({Role.OFFICER, Role.HEAD_OF_SECRETARIAT, "member_themselves"}),
    "grant_role": frozenset({Role.ADMINISTRATOR, SYSTEM}),
    "end_role": frozenset({Role.ADMINISTRATOR, SYSTEM}),
    "keep_api_clients": frozenset({Role.ADMINISTRATOR}),
}
"""Action → roles; `verified_member` and `member_themselves` are relations that `roles_on` adds."""


def grants_of(user: Someone) -> frozenset[tuple[str, int | None]]:
    """Return the live grants as pairs (role, organisation id or None); one query per user object, then remembered."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if not hasattr(user, "_grants"):
        rows = RoleGrant.objects.live().filter(user=user.pk).values_list("role", "organisation_id")
        user._grants = frozenset(rows)  # type: ignore[attr-defined]
    return cast(frozenset[tuple[str, int | None]], user._grants)  # type: ignore[attr-defined]


def roles_of(user: Someone) -> frozenset[str]:
    """Return the roles held on the whole site, worked out once; a role held for one organisation is told by `roles_within`."""
    if getattr(user, "is_system", False):
        return frozenset({SYSTEM})
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if not hasattr(user, "_roles"):
        user._roles = frozenset({Role.APPLICANT.value} | {role for role, bound_to in grants_of(user) if bound_to is None})  # type: ignore[attr-defined]
    return cast(frozenset[str], user._roles)  # type: ignore[attr-defined]


def roles_within(user: Someone, organisation_id: int) -> frozenset[str]:
    """Return the roles held for this organisation, such as its signatory."""
    return frozenset(role for role, bound_to in grants_of(user) if bound_to == organisation_id)


def organisations_with(user: Someone, role: str) -> frozenset[int]:
    """Return the ids of the organisations for which somebody holds a role."""
    return frozenset(bound_to for held, bound_to in grants_of(user) if held == role and bound_to is not None)


def organisations_of(user: Someone) -> frozenset[int]:
    """Return the ids of the organisations that somebody verifiably acts for; one query per user object, then remembered."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if not hasattr(user, "_organisations"):
        rows = Membership.objects.verified().filter(user=user.pk).values_list("organisation_id", flat=True)
        user._organisations = frozenset(rows)  # type: ignore[attr-defined]
    return cast(frozenset[int], user._organisations)  # type: ignore[attr-defined]


def forget(user: Someone) -> None:
    """Drop what was remembered on this user object, after a grant or a membership changed."""
    for name in ("_grants", "_organisations", "_roles"):
        if hasattr(user, name):
            delattr(user, name)


def needs_second_factor(user: Someone) -> bool:
    """Whether somebody sees other people's dossiers, so that a password alone is not enough."""
    return getattr(user, "is_superuser", False) or any(role in INSTRUCTING for role, _organisation in grants_of(user))


def has_second_factor(user: Someone) -> bool:
    """Whether somebody has set up a second factor, which signing requires."""
    return bool(user.is_authenticated and user_has_device(user))


def roles_on(user: Someone, membership: Membership) -> frozenset[str]:
    """Return the roles on one membership: those of the whole site and the two relations; nobody has any on the system."""
    relations = set()
    if membership.user_id == user.pk:
        relations.add("member_themselves")
    elif membership.organisation_id in organisations_of(user):
        relations.add("verified_member")
    return roles_of(user) | relations


def may(user: Someone, action: str) -> bool:
    """Whether the roles of the whole site allow this action."""
    return not MAY[action].isdisjoint(roles_of(user))


def may_decide(user: Someone, membership: Membership) -> bool:
    """Whether somebody may verify or refuse this membership: the first of an organisation is for the secretariat, never one's own."""
    if membership.user_id == user.pk:
        return False
    settled = Membership.objects.verified().filter(organisation_id=membership.organisation_id).exists()
    action = "verify_next_membership" if settled else "verify_first_membership"
    return not MAY[action].isdisjoint(roles_on(user, membership))


def may_see_requests(user: Someone) -> bool:
    """Whether the page of membership requests has anything to show to somebody."""
    return may(user, "verify_first_membership") or bool(organisations_of(user))


def body_of(machine: Someone, scope: str) -> frozenset[int]:
    """Return the body that still uses the system whose account this is, if the system was given this right; nothing for a person."""
    client = getattr(machine, "api_client", None) if getattr(machine, "is_machine", False) else None
    if client is None or client.ended_at is not None or scope not in client.scopes:
        return frozenset()
    return frozenset({client.organisation_id})


def works_for(machine: Someone, organisation_id: int, scope: str) -> bool:
    """Whether the account is that of a system which this body still uses, and which was given this right."""
    return organisation_id in body_of(machine, scope)


def may_register_key(user: Someone, client: ApiClient) -> bool:
    """Whether somebody answers for the body of this system: its data controller's agent, or the national insurer's own."""
    if client.organisation_id in organisations_with(user, Role.DATA_CONTROLLER_AGENT.value):
        return True
    return Role.CNAM_AGENT.value in roles_of(user) and client.organisation.siren == settings.CNAM_SIREN
