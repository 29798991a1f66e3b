"""What the room hangs on pages of lower floors: the rights on a database, where they are kept, and the way to the form for it or a fiche.

The databases travel in the body of a post, never in an address; the form is opened without a token, since these pages leave no cookie.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from catalogue.models import Database
from catalogue.policies import may
from rights.entitlements.bases_page import BaseShown
from rights.entitlements.models import Entitlement
from rights.entitlements.onwards import FORM, open_at
from rights.entitlements.policies import databases_of
from rights.entitlements.services.offering import Offered, rights_of
from workflow.periods import paris_day


def of_fiche(request: HttpRequest, fiche: Any) -> dict[str, Any] | None:
    """The databases of a project on which a right can be exercised today; one query."""
    if not fiche.databases:
        return None
    held = Entitlement.objects.exercised_on(paris_day(timezone.now())).filter(database__slug__in=fiche.databases)
    rows = held.order_by("database__acronym").values_list("database__slug", "database__acronym").distinct()
    found = dict(rows)
    return {"databases": list(found.values()), "slugs": list(found), "form_url": open_at(FORM)}


def approved_on(request: HttpRequest, database: Database) -> dict[str, Any] | None:
    """What its controller declared of a database and a data protection officer approved, as it holds today; nothing while there is none."""
    offered = _offered(database)
    return {"base": BaseShown(offered, [], 0)} if offered.is_declared else None


def kept_by(request: HttpRequest, database: Database) -> dict[str, Any] | None:
    """Where the rights of a database are declared: for who declares them there and for who keeps the catalogue, nothing for others."""
    if not request.user.is_authenticated:
        return None
    declares = databases_of(request.user).filter(pk=database.pk).exists()
    return {"declares": declares} if declares or may(request.user, "edit_database") else None


def of_database(request: HttpRequest, database: Database) -> dict[str, Any] | None:
    """The way to the form for one database of the catalogue; nothing while nothing can be asked for there."""
    offered = _offered(database)
    return {"slugs": [database.slug], "form_url": open_at(FORM), "asked": offered.asked} if offered.asked else None


def _offered(database: Database) -> Offered:
    """What holds today of a database, read once for all the panels of its page."""
    kept: dict[str, Any] = vars(database)
    if "_offered_today" not in kept:
        kept["_offered_today"] = rights_of(database, paris_day(timezone.now()))
    offered: Offered = kept["_offered_today"]
    return offered
