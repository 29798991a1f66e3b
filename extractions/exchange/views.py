"""The OpenAPI document, and the pages of webhooks for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import FormView

from accounts.models import ApiClient
from accounts.policies import may
from extractions.exchange import services
from extractions.exchange.answers import problem
from extractions.exchange.document import description
from extractions.exchange.forms import WebhookForm
from extractions.exchange.models import Notice, Webhook
from extractions.exchange.pages import page_of_webhook


@require_GET
def openapi(request: HttpRequest) -> HttpResponseBase:
    """The API for tools (OpenAPI)."""
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


@csrf_exempt
def no_such_address(request: HttpRequest) -> HttpResponseBase:
    """An address of the API that leads nowhere."""
    return problem(404, _("Not found"))


openapi.knows_nobody = no_such_address.knows_nobody = True  # type: ignore[attr-defined]


@method_decorator([login_required, never_cache], name="dispatch")
class AddWebhookView(FormView):
    """Where does this system want to be told?"""

    form_class = WebhookForm
    template_name = "exchange/webhook_new.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _require_keeper(request)
        self.client = get_object_or_404(ApiClient.objects.live(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "client": self.client}

    def form_valid(self, form: WebhookForm) -> HttpResponse:
        def add() -> None:
            services.add_webhook(self.client, by=self.request.user, at=timezone.now(), **form.cleaned_data)

        if not form.attempt(add):
            return self.form_invalid(form)
        messages.success(self.request, _("This address is told from now on."))
        return redirect("accounts:api_client", self.client.pk)


@never_cache
@login_required
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Does this system take what it is told?"""
    return render(request, "exchange/webhook.html", page_of_webhook(_webhook(request, pk)))


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell this address nothing any more."""
    found = _webhook(request, pk)
    services.end_webhook(found, by=request.user, at=timezone.now())
    messages.success(request, _("This address is told nothing any more."))
    return redirect("accounts:api_client", found.client_id)


@require_POST
@login_required
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one message once more."""
    _require_keeper(request)
    notice = get_object_or_404(Notice, pk=pk)
    services.send_again(notice, by=request.user, at=timezone.now())
    messages.success(request, _("The message is sent again."))
    return redirect("exchange:webhook", notice.webhook_id)


def _require_keeper(request: HttpRequest) -> None:
    if not may(request.user, "keep_api_clients"):
        raise Http404


def _webhook(request: HttpRequest, pk: int) -> Webhook:
    _require_keeper(request)
    return get_object_or_404(Webhook.objects.select_related("client__organisation"), pk=pk)
