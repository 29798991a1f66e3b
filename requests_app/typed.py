"""What somebody had typed when their session ended: kept in the new session, and put back once they have signed in again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from questionnaires.definitions import section_named
from requests_app.forms.section import author_of
from requests_app.models import Content
from requests_app.rebased import definition_for
from requests_app.sections import SECTIONS

KEPT = "requests_app.typed"
View = Callable[..., HttpResponse]


def section_of(section: str) -> str:
    """The place of a section's text: its code."""
    return section


def is_section(reference: str, section: str) -> bool:
    """Is it a section of the form, or of the questions put to this dossier?"""
    if any(section == one.code for one in SECTIONS):
        return True
    content = Content.objects.filter(dossier__reference=reference).select_related("questionnaire").first()
    return content is not None and section_named(definition_for(content), section) is not None


def keeping_typed_text(view: View, *, place: Callable[..., str] = section_of, known: Callable[[str, str], bool] = is_section) -> View:
    """Decorate a section's view, outside `login_required`: what was typed survives the end of the session.

    Another page with a long text says by `place` under which name it is kept, from the rest of its address, and by `known` whether the
    dossier has such a place: a session holds no text of an address that was made up.

    A page sent without a session is kept, and put back after signing in. So is a page opened before its author signed in again in
    another tab: its token is stale, so it changes nothing, but its text comes back with a fresh one. Only a page that we opened for
    somebody is kept, and for that person: the mark in its form is signed.
    """
    protected = csrf_protect(view)

    @csrf_exempt  # the check is made below, by `protected`, so that its refusal can be seen here
    @functools.wraps(view)
    def kept(request: HttpRequest, reference: str, **named: Any) -> HttpResponse:
        section = place(**named)
        if request.method == "POST" and not request.user.is_authenticated:
            _keep(request, reference, section, known)
            return redirect_to_login(request.get_full_path())
        answer = protected(request, reference, **named)
        stale = answer.status_code == 403 and author_of(request.POST.get("author", ""), reference) == request.user.pk
        if request.method == "POST" and stale:
            _keep(request, reference, section, known)
            return redirect(request.path)
        return answer

    return kept


def _keep(request: HttpRequest, reference: str, section: str, known: Callable[[str, str], bool]) -> None:
    author = author_of(request.POST.get("author", ""), reference)
    if author is None or not known(reference, section):
        return
    typed = {"by": author, "typed": request.POST.urlencode()}
    request.session[KEPT] = {**request.session.get(KEPT, {}), f"{reference}/{section}": typed}
    if not request.user.is_authenticated:
        messages.warning(request, _("Your session had ended. What you typed is kept: sign in, and it will be put back in its page."))


def typed_before(request: HttpRequest, reference: str, section: str) -> QueryDict | None:
    """What this person had typed in this section when their session ended."""
    found: dict[str, Any] | None = request.session.get(KEPT, {}).get(f"{reference}/{section}")
    return QueryDict(found["typed"]) if found and found["by"] == request.user.pk else None


def forget_typed(request: HttpRequest, reference: str, section: str) -> None:
    """Forget it: it was saved, or the person prefers what was saved before."""
    kept = request.session.get(KEPT, {})
    if kept.pop(f"{reference}/{section}", None) is not None:
        request.session[KEPT] = kept
