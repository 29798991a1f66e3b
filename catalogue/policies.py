"""Who may do what with the catalogue: everybody reads it, administrators keep it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import Someone, roles_of
from accounts.roles import Role
from workflow.refusals import NotAllowed

MAY: dict[str, frozenset[str]] = {
    "edit_database": frozenset({Role.ADMINISTRATOR}),
    "edit_vocabulary": frozenset({Role.ADMINISTRATOR}),
}
"""Action → roles of the whole site; reading needs no role."""

View = Callable[..., HttpResponse]


def may(user: Someone, action: str) -> bool:
    """Whether the roles of the whole site allow this action."""
    return not MAY[action].isdisjoint(roles_of(user))


def only_who_may(action: str) -> Callable[[View], View]:
    """Ask a visitor to sign in, and refuse (403) a person whose roles do not allow the action."""

    def gate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not may(request.user, action):
                raise NotAllowed(str(_("Only an administrator of the site changes the catalogue.")))
            return view(request, *args, **kwargs)

        return login_required(gated)

    return gate


def edits_vocabularies(request: HttpRequest) -> bool:
    """Whether the menu and the site map show the vocabularies to this person."""
    return may(request.user, "edit_vocabulary")


def author(request: HttpRequest) -> User:
    """The signed-in person behind a page that the gate has let through."""
    return cast(User, request.user)
