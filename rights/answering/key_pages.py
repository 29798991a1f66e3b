"""The systems of a controller and the keys by which they sign: registered by its agents, verified by an administrator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient, ApiClientKey
from accounts.policies import may, may_register_key
from accounts.scopes import signed_scopes
from accounts.services import register_client_key, verify_client_key
from requests_app.forms.base import MoveForm
from rights.policies import controllers_of
from ui.navigation import stand_under


class KeyForm(MoveForm):
    """The public half of a key pair that was made on the controller's side."""

    client = forms.ChoiceField(label=_("System"))
    public = forms.CharField(
        label=_("Public key"),
        max_length=200,
        help_text=_("Ed25519, the 32 bytes in base64. The private half stays with you: never send it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, data: Any = None, *, clients: list[ApiClient]) -> None:
        super().__init__(data)
        self.known = {str(one.pk): one for one in clients}
        self.fields["client"].choices = [(str(one.pk), f"{one.name} ({one.organisation})") for one in clients]  # type: ignore[attr-defined]

    def save(self, *, by: Any, at: datetime) -> bool:
        """Register the key, and say whether it was done."""
        client = self.known[self.cleaned_data["client"]]
        return self.attempt(lambda: register_client_key(client, self.cleaned_data["public"], by=by, at=at))


class FingerprintForm(MoveForm):
    """The fingerprint as the body told it by another way."""

    fingerprint = forms.CharField(
        label=_("Fingerprint told by the body"),
        max_length=200,
        help_text=_("64 signs. Have it read to you on a call that you make yourself; do not copy it from this page."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def save(self, key: ApiClientKey, *, by: Any, at: datetime) -> bool:
        """Verify the key, and say whether it was done."""
        return self.attempt(lambda: verify_client_key(key, self.cleaned_data["fingerprint"], by=by, at=at))


def clients_of(user: Any) -> list[ApiClient]:
    """The systems of the controllers for which a person answers, that were given a right for which they sign."""
    live = ApiClient.objects.live().filter(organisation__in=controllers_of(user), scopes__overlap=signed_scopes())
    return list(live.select_related("organisation").order_by("organisation__name", "name", "pk"))


def shown(request: HttpRequest) -> dict[str, Any]:
    """The page of an agent: their systems, the keys, and the form for one more; 404 for who answers for no controller."""
    if not request.user.is_authenticated or not controllers_of(request.user):
        raise Http404
    stand_under(request, "rights_board")
    clients = clients_of(request.user)
    keys = ApiClientKey.objects.filter(client__in=clients).select_related(
        "client__organisation", "registered_by", "verified_by", "revoked_by"
    )
    form = KeyForm(request.POST if request.method == "POST" else None, clients=clients)
    return {"clients": clients, "keys": keys.order_by("-registered_at", "-pk"), "form": form}


def key_for(request: HttpRequest, pk: int) -> ApiClientKey:
    """The key that the person may revoke: that of their own body, or any for who keeps the systems; 404 otherwise."""
    found = ApiClientKey.objects.select_related("client__organisation", "registered_by").filter(pk=pk).first()
    user: Any = request.user
    if found is None or not (may(user, "keep_api_clients") or may_register_key(user, found.client)):
        raise Http404
    return found


def back_from(request: HttpRequest, key: ApiClientKey) -> str:
    """The page from which a key is revoked: that of its system for who keeps the systems, else that of the reader's own."""
    keeps = may(request.user, "keep_api_clients")  # type: ignore[arg-type]
    return reverse("accounts:api_client", args=[key.client_id]) if keeps else reverse("answering:systems")


def key_to_verify(request: HttpRequest, pk: int) -> ApiClientKey:
    """The key that waits for somebody who keeps the systems; 404 for others."""
    if not may(request.user, "keep_api_clients"):  # type: ignore[arg-type]
        raise Http404
    return key_for(request, pk)


def part_of_client(client: ApiClient) -> dict[str, Any]:
    """The signing keys of a system, on its page for administrators."""
    return {
        "keys": client.signing_keys.select_related("registered_by", "verified_by", "revoked_by"),
        "signs": bool(set(client.scopes) & set(signed_scopes())),
    }
