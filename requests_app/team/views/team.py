"""The team of a dossier: who is on it, inviting, changing, removing, leaving, handing over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from requests_app.models import Dossier
from requests_app.team import services
from requests_app.team.forms import InvitationForm, PlainForm, RoleForm
from requests_app.team.models import Invitation
from requests_app.team.reading import managed, team_dossier, team_frame
from requests_app.team.shown import Member, members_of


@never_cache
@login_required
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Who works on this dossier, who is invited, and what can be changed?"""
    dossier = team_dossier(request, reference)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        managed(request, dossier, "invite")
    if form.is_valid() and form.invite_to(dossier, by=request.user, at=timezone.now()):
        messages.success(request, _("The invitation is on its way."))
        return redirect("team:page", reference)
    return render(request, "team/page.html", team_frame(request, dossier) | {"form": form}, status=422 if form.errors else 200)


@never_cache
@login_required
def role(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Change what a member may do."""
    dossier, member = _member(request, reference, pk, "change_role")
    form = RoleForm(request.POST if request.method == "POST" else None, roles=member.roles)
    if form.is_valid() and form.change(dossier, member.person, by=request.user, at=timezone.now()):
        messages.success(request, _("The role is changed; it holds at once."))
        return redirect("team:page", reference)
    context = {"dossier": dossier, "member": member, "form": form}
    return render(request, "team/role.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
def remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take a member off the team, after a page that names both."""
    dossier, member = _member(request, reference, pk, "remove_member")
    form = PlainForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.attempt(lambda: services.remove(dossier, person=member.person, by=request.user, at=timezone.now())):
        messages.success(request, _("The person is no longer on the team."))
        return redirect("team:page", reference)
    return render(request, "team/remove.html", {"dossier": dossier, "member": member, "form": form})


@never_cache
@login_required
def hand_over(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Give the ownership to a member, after a page that names both."""
    dossier, member = _member(request, reference, pk, "hand_over")
    form = PlainForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.attempt(lambda: services.hand_over(dossier, person=member.person, by=request.user, at=timezone.now())):
        messages.success(request, _("The dossier is handed over; you stay on the team as editor."))
        return redirect("team:page", reference)
    return render(request, "team/hand_over.html", {"dossier": dossier, "member": member, "form": form})


@never_cache
@login_required
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Leave the team, after a page that names the dossier."""
    dossier = managed(request, team_dossier(request, reference), "leave_team")
    form = PlainForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.attempt(lambda: services.leave(dossier, by=request.user, at=timezone.now())):
        messages.success(request, _("You have left the team of “%(title)s”.") % {"title": dossier.title})
        return redirect("dossiers:index")
    return render(request, "team/leave.html", {"dossier": dossier, "form": form})


@login_required
@require_POST
def send_again(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Send an invitation again."""
    services.send_again(_invitation(request, reference, pk), by=request.user, at=timezone.now())
    messages.success(request, _("The invitation is sent again; its former link no longer opens."))
    return redirect("team:page", reference)


@never_cache
@login_required
def revoke(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take an invitation back, after a page that names it."""
    invitation = _invitation(request, reference, pk)
    if request.method != "POST":
        return render(request, "team/revoke.html", {"dossier": invitation.dossier, "invitation": invitation})
    services.revoke(invitation, by=request.user, at=timezone.now())
    messages.success(request, _("The invitation is revoked: its link no longer opens."))
    return redirect("team:page", reference)


def _member(request: HttpRequest, reference: str, pk: int, action: str) -> tuple[Dossier, Member]:
    """The member of that number, for somebody who may do this to the team."""
    dossier = managed(request, team_dossier(request, reference), action)
    found = next((one for one in members_of(dossier) if one.person.pk == pk), None)
    if found is None:
        raise Http404
    return dossier, found


def _invitation(request: HttpRequest, reference: str, pk: int) -> Any:
    dossier = managed(request, team_dossier(request, reference), "invite")
    return get_object_or_404(Invitation.objects.select_related("dossier__content"), dossier=dossier, pk=pk, closed_at=None)
