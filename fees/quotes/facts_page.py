"""The page of the facts of a price: what is known and who says it, and the form of who may say more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest

from fees.quotes.facts import CONTENT, COUNTED, STAFF
from fees.quotes.forms.facts import DeclaredForm, FactsForm, SettledForm, WorkForm, is_declared
from fees.quotes.models import WorkDone
from fees.quotes.pages import facts_shown
from fees.quotes.policies import MAY
from fees.quotes.pricing import Price, price_of
from fees.quotes.states import QuotePurpose
from fees.words import said
from requests_app.models import Dossier
from requests_app.reading import roles_for
from workflow.periods import paris_day


def facts_form(request: HttpRequest, dossier: Dossier, at: datetime) -> tuple[FactsForm | None, Price]:
    """The form of what this reader may say, and the price as it stands. Who only reads has no form: Http404 for one sent by them."""
    price = price_of(dossier, paris_day(at), QuotePurpose.SIMULATION)
    roles, data = roles_for(request, dossier), request.POST if request.method == "POST" else None
    if roles & MAY["settle_fact"]:
        return SettledForm(data, dossier=dossier, keys=[key for key in price.asked if key != "request.kind"]), price
    if roles & MAY["declare_fact"]:
        return DeclaredForm(data, dossier=dossier, keys=_to_declare(price)), price
    if data is not None:
        raise Http404
    return None, price


def _to_declare(price: Price) -> list[str]:
    """What neither the content of the dossier nor the fee manager says: one does not declare twice, nor what would not count."""
    elsewhere = {CONTENT, COUNTED, STAFF}
    said_elsewhere = {key for (dimension, _of, key), origin in price.sheet.origins.items() if not dimension and origin in elsewhere}
    return [key for key in price.asked if is_declared(key) and key not in said_elsewhere]


def facts_context(form: FactsForm | None, price: Price, dossier: Dossier) -> dict[str, Any]:
    """What the page shows beside the dossier's frame."""
    return {"form": form, "facts": facts_shown(price, dossier), "settles": isinstance(form, SettledForm), "no_grid": not price.versions}


def work_context(request: HttpRequest, dossier: Dossier, at: datetime) -> dict[str, Any]:
    """The work done on a dossier, and the form of who notes it; 404 for whoever does not."""
    if not roles_for(request, dossier) & MAY["log_work"]:
        raise Http404
    price = price_of(dossier, paris_day(at), QuotePurpose.SIMULATION)
    lines = [
        (f"{version.grid.code}/{line.code}", f"{said(line.label)} ({version.grid.code})")
        for version in price.versions
        for line in version.content.lines
        if line.chargeable_on_withdrawal
    ]
    rows = WorkDone.objects.filter(dossier=dossier).select_related("entered_by").order_by("-done_on", "-pk")
    form = WorkForm(request.POST if request.method == "POST" else None, dossier=dossier, lines=lines)
    return {"form": form, "rows": rows, "labels": dict(lines), "no_lines": not lines}
