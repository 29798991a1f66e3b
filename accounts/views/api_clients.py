"""The systems of other bodies that talk to the site by themselves, and their tokens: for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from accounts import policies, services
from accounts.forms import ApiClientForm
from accounts.models import ApiClient, ApiToken
from accounts.scopes import CLIENT_PARTS, in_words
from accounts.views.own import signed_in
from ui.pagination import page_of


@signed_in
class ApiClientsView(FormView):
    """Which systems are there, when were they last heard of, and the form that lets one more in."""

    form_class = ApiClientForm
    template_name = "accounts/api_clients.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _require_keeper(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        clients = ApiClient.objects.select_related("organisation").order_by("-ended_at", "organisation__name", "name", "pk")
        return {**super().get_context_data(**kwargs), "page": page_of(clients, self.request, 50)}

    def form_valid(self, form: ApiClientForm) -> HttpResponse:
        def create() -> ApiClient:
            return services.create_api_client(by=_me(self.request), at=timezone.now(), **form.cleaned_data)

        client = form.attempt(create)
        if client is None:
            return self.form_invalid(form)
        messages.success(self.request, _("The system is known. Make its first token now."))
        return redirect("accounts:api_client", client.pk)


@never_cache
@login_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One system: its rights, its tokens, and what upper floors know of it."""
    return render(request, "accounts/api_client.html", page_of_client(_client(request, pk)))


@require_POST
@never_cache
@login_required
def make_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a token and show it, this once: it is kept nowhere, and so it cannot be on a page that is asked for again."""
    client = _client(request, pk)
    token, secret = services.make_token(client, by=_me(request), at=timezone.now())
    return render(request, "accounts/api_token_made.html", {"client": client, "token": token, "secret": secret})


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut a token out."""
    _require_keeper(request)
    token = get_object_or_404(ApiToken, pk=pk)
    services.revoke_token(token, by=_me(request), at=timezone.now())
    messages.success(request, _("The token opens nothing any more."))
    return redirect("accounts:api_client", token.client_id)


@never_cache
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the access of a system, after a page that names it."""
    client = _client(request, pk)
    if request.method != "POST":
        return render(request, "accounts/api_client_end.html", {"client": client})
    services.end_api_client(client, by=_me(request), at=timezone.now())
    messages.success(request, _("The access of the system has ended."))
    return redirect("accounts:api_client", pk)


def page_of_client(client: ApiClient) -> dict[str, Any]:
    """What the page of a system shows."""
    tokens = client.tokens.select_related("created_by", "revoked_by").order_by("-created_at", "-pk")
    parts = [{"template": part.template, "shown": part.shown(client)} for part in CLIENT_PARTS]
    now = timezone.now()
    may_make = client.ended_at is None and client.tokens.usable(now).count() < services.MOST_TOKENS
    return {"client": client, "scopes": in_words(client.scopes), "tokens": tokens, "parts": parts, "now": now, "may_make": may_make}


def _require_keeper(request: HttpRequest) -> None:
    if not policies.may(_me(request), "keep_api_clients"):
        raise Http404


def _client(request: HttpRequest, pk: int) -> ApiClient:
    _require_keeper(request)
    return get_object_or_404(ApiClient.objects.select_related("organisation", "created_by", "ended_by"), pk=pk)


def _me(request: HttpRequest) -> Any:
    return request.user
