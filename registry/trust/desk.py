"""The list of the secretariat: the requests of correction that wait, those to be carried out, those that are over."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import pgettext_lazy

from registry.trust.history import label_of
from registry.trust.models import Correction, State
from registry.trust.pages import ROWS
from requests_app.policies import may_on_site
from ui.pagination import page_of

#: The lists, by the code in the address: their label and the states that they hold.
LISTS: dict[str, tuple[Any, tuple[State, ...]]] = {
    "recues": (State.RECEIVED.label, (State.RECEIVED,)),
    "a-corriger": (State.ACCEPTED.label, (State.ACCEPTED,)),
    "closes": (pgettext_lazy("corrections", "Closed"), (State.CORRECTED, State.REFUSED)),
}


def desk_shown(request: HttpRequest) -> dict[str, Any]:
    """One of the lists, with the counts of all; a constant number of queries."""
    asked = request.GET.get("liste", "")
    chosen = asked if asked in LISTS else next(iter(LISTS))
    counted = dict(Correction.objects.order_by().values_list("state").annotate(count=Count("pk")))
    lists = [(code, label, sum(counted.get(state, 0) for state in states), code == chosen) for code, (label, states) in LISTS.items()]
    rows = Correction.objects.for_desk().filter(state__in=LISTS[chosen][1])
    page = page_of(rows.reverse() if chosen == "closes" else rows, request, ROWS)
    rows_shown = [(one, label_of(one.field)) for one in page.object_list]
    return {"lists": lists, "list": chosen, "page": page, "rows": rows_shown, "withdraws": may_on_site(request.user, "withdraw_fiche")}
