"""The page of the facts of a price: what is known and who says it, and the form of who may say more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest

from fees.quotes.facts import CONTENT, COUNTED, HOLDERS, STAFF
from fees.quotes.forms.facts import DeclaredForm, FactsForm, SettledForm, WorkForm, is_declared
from fees.quotes.grids import facts_counted
from fees.quotes.models import WorkDone
from fees.quotes.pages import facts_shown
from fees.quotes.policies import MAY
from fees.quotes.pricing import Price, price_of
from fees.quotes.services.telling_facts import WHOLE, Part
from fees.quotes.states import QuotePurpose
from fees.tariff.conditions import keys_in
from fees.tariff.facts import FACTS
from fees.words import said
from requests_app.models import Dossier
from requests_app.reading import roles_for
from workflow.periods import paris_day

#: What the procedure itself says: nobody settles it.
NEVER_SETTLED = frozenset({"request.kind", "holder.code"})


def facts_form(request: HttpRequest, dossier: Dossier, at: datetime, part: Part = WHOLE) -> tuple[FactsForm | None, Price]:
    """The form of what this reader may say of the whole or of a part, and the price as it stands.

    Raises Http404 for a part that this dossier has not, and for a form sent by who only reads.
    """
    price = price_of(dossier, paris_day(at), QuotePurpose.SIMULATION)
    if part != WHOLE and part not in parts_asked(price):
        raise Http404
    roles, data = roles_for(request, dossier), request.POST if request.method == "POST" else None
    if roles & MAY["settle_fact"]:
        keys = [key for key in keys_asked(price, part) if key not in NEVER_SETTLED]
        return SettledForm(data, dossier=dossier, keys=keys, part=part), price
    if roles & MAY["declare_fact"]:
        return DeclaredForm(data, dossier=dossier, keys=_to_declare(price, part), part=part), price
    if data is not None:
        raise Http404
    return None, price


def parts_asked(price: Price) -> list[Part]:
    """The holders and the databases of which a line that is repeated for each of them asks for facts of their own."""
    repeated = sorted({line.each for version in price.versions for line in version.content.lines if line.each})
    return [Part(dimension, of) for dimension in repeated for of in sorted(price.sheet.each.get(dimension, {}))]


def keys_asked(price: Price, part: Part) -> list[str]:
    """The facts asked for: of the whole, or by the lines that are repeated for such a part."""
    if part == WHOLE:
        return list(price.asked)
    lines = [line for version in price.versions for line in version.content.lines if line.each == part.dimension]
    return list(dict.fromkeys(key for line in lines for key in (*keys_in(line.condition), *facts_counted(line)) if key in FACTS))


def _to_declare(price: Price, part: Part) -> list[str]:
    """What neither the content of the dossier nor the fee manager says: one does not declare twice, nor what would not count."""
    elsewhere = {CONTENT, COUNTED, STAFF, HOLDERS}
    place = (part.dimension, part.of)
    said_elsewhere = {
        key for (dimension, of, key), origin in price.sheet.origins.items() if (dimension, of) == place and origin in elsewhere
    }
    return [key for key in keys_asked(price, part) if is_declared(key) and key not in said_elsewhere]


def facts_context(form: FactsForm | None, price: Price, dossier: Dossier, part: Part = WHOLE) -> dict[str, Any]:
    """What the page shows beside the dossier's frame."""
    return {
        "form": form,
        "facts": facts_shown(price, dossier, keys_asked(price, part), part),
        "settles": isinstance(form, SettledForm),
        "no_grid": not price.versions,
        "part": part if part != WHOLE else None,
        "part_name": price.sheet.names.get(part.of, part.of),
        "parts_asked": [(one, price.sheet.names.get(one.of, one.of)) for one in parts_asked(price)] if part == WHOLE else [],
    }


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
