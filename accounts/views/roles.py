"""Granting and ending roles, for administrators."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from accounts import policies, services
from accounts.following import FOLLOWING
from accounts.forms import GrantForm
from accounts.models import RoleGrant
from accounts.rules import is_ended_by_hand
from accounts.views.own import signed_in
from ui.pagination import page_of


@signed_in
class RolesView(FormView):
    """Who holds which role, and the form that grants one."""

    form_class = GrantForm
    template_name = "accounts/roles.html"
    success_url = reverse_lazy("accounts:roles")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not policies.may(request.user, "grant_role"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = RoleGrant.objects.live().filter(user__is_system=False)
        ordered = held.select_related("user", "organisation", "granted_by").order_by("role", "user__last_name", "user__first_name", "pk")
        shown = {"page": page_of(ordered, self.request, 50), "following": {one.sentence: one.url_name for one in FOLLOWING}.items()}
        return {**super().get_context_data(**kwargs), **shown}

    def form_valid(self, form: GrantForm) -> HttpResponse:
        chosen = form.cleaned_data
        services.grant_role(
            user=chosen["email"], role=chosen["role"], organisation=chosen["organisation"], by=_me(self.request), at=timezone.now()
        )
        messages.success(self.request, _("The role is granted, and the person is told."))
        return super().form_valid(form)


@never_cache
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role, after a page that names it and its holder."""
    if not policies.may(_me(request), "end_role"):
        raise Http404
    grant = get_object_or_404(RoleGrant.objects.live().select_related("user", "organisation"), pk=pk)
    if request.method != "POST":
        follows = is_ended_by_hand(grant, _me(request), timezone.now())
        return render(request, "accounts/role_end.html", {"grant": grant, "follows": follows})
    services.end_role(grant=grant, by=_me(request), at=timezone.now())
    messages.success(request, _("The role has ended."))
    return redirect("accounts:roles")


def _me(request: HttpRequest) -> Any:
    return request.user
