"""Who may publish a set, register a key and compare it."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation
from accounts.policies import body_of, organisations_with, roles_of
from accounts.roles import Role
from catalogue.models import Database
from rights.models import Routing
from rights.policies import controllers_of, may_on_site
from rights.states import Right

#: The right that a system needs to publish and to attest.
PUBLISH = "oppositions:publish"
_SECRETARIAT = frozenset({Role.OFFICER.value, Role.HEAD_OF_SECRETARIAT.value})
_READERS = _SECRETARIAT | {Role.CNAM_AGENT.value, Role.AUDITOR.value}


def controllers_for(database: Database) -> frozenset[int]:
    """The bodies that answer for the oppositions to a database: its holder, and those to whom they were sent."""
    asked = Routing.objects.filter(database=database, right=Right.OPPOSITION).values_list("organisation", flat=True).distinct()
    return frozenset(asked) | (frozenset() if database.holder_id is None else frozenset({database.holder_id}))


def publishes_for(user: Any) -> frozenset[int]:
    """The controllers for which a person answers, or whose system was given the right to publish."""
    return controllers_of(user) | body_of(user, PUBLISH)


def may_publish(user: Any, database: Database) -> bool:
    """Does the person, or the system, answer for the oppositions to this database?"""
    return bool(publishes_for(user) & controllers_for(database))


def signs_for(user: Any) -> frozenset[int]:
    """The bodies whose signing keys a person registers: the controllers for which they answer; for the secretariat, the operator."""
    if roles_of(user) & _SECRETARIAT:
        return controllers_of(user) | frozenset(Organisation.objects.filter(is_operator=True).values_list("pk", flat=True))
    return controllers_of(user)


def keeps_keys(user: Any) -> bool:
    """Does the person register keys of a body that signs?"""
    return bool(signs_for(user))


def compares(user: Any) -> bool:
    """Does the person compare the keys of others?"""
    return may_on_site(user, "verify_key")


def sees(user: Any) -> bool:
    """Are the pages of the sets among the person's pages?"""
    if not user.is_authenticated:
        return False
    # by their roles alone: every page asks this for its menu
    return bool(roles_of(user) & _READERS or organisations_with(user, Role.DATA_CONTROLLER_AGENT.value)) or compares(user)
