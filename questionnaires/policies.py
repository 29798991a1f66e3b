"""Who may do what with questionnaires: the secretariat writes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from accounts.policies import Someone, roles_of
from accounts.roles import SYSTEM, Role

_SECRETARIAT = frozenset({Role.OFFICER.value, Role.HEAD_OF_SECRETARIAT.value})

#: Action → roles of the whole site.
MAY: dict[str, frozenset[str]] = {
    "edit": _SECRETARIAT | {SYSTEM},
    "publish": _SECRETARIAT | {SYSTEM},
}

View = Callable[..., HttpResponse]


def may(user: Someone, action: str) -> bool:
    """Do the person's roles on the whole site allow the action?"""
    return not MAY[action].isdisjoint(roles_of(user))


def for_editors(view: View) -> View:
    """Ask a visitor to sign in; for a person who writes no questionnaires these pages do not exist (404)."""

    @wraps(view)
    def gated(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not may(request.user, "edit"):
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(login_required(gated))


def edits(request: HttpRequest) -> bool:
    """Do the menu and the site map show the questionnaires to this person?"""
    return may(request.user, "edit")
