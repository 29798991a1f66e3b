"""What the page of open data shows: the live files, the snapshots that are kept, and where the registry stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.models import Fiche
from registry.reuse.downloads import MOST_WRITTEN
from registry.reuse.exports import page_of_site
from registry.reuse.linked import as_script, registry_as_dataset
from registry.reuse.models import Snapshot
from registry.reuse.schema import LICENCE
from registry.reuse.state import version_now
from registry.search import FACETS
from registry.slots import DATA_LINKS


def index_context(day: date) -> dict[str, Any]:
    """The page on a day."""
    snapshots = list(Snapshot.objects.prefetch_related("files"))
    last = snapshots[0] if snapshots else None
    return {
        "json_ld": as_script(registry_as_dataset(last)),
        "total": Fiche.objects.live().count(),
        "version": version_now(),
        "day": day,
        "snapshots": snapshots,
        "licence": LICENCE,
        "most_written": MOST_WRITTEN,
        "canonical": page_of_site(reverse("reuse:index")),
        "oai": page_of_site(reverse("reuse:oai")),
        "data_links": list(DATA_LINKS),
    }


@dataclass(frozen=True)
class Parameter:
    """What an operation of the API may be asked with."""

    name: str
    told: str
    compulsory: bool
    default: str


@dataclass(frozen=True)
class Operation:
    """One address of the API, in the reader's language."""

    code: str
    path: str
    title: str
    told: str
    parameters: list[Parameter]


def api_context(openapi: Mapping[str, Any]) -> dict[str, Any]:
    """The page of the API, read from its OpenAPI description."""
    return {
        "operations": list(_operations(openapi)),
        "site_url": page_of_site(""),
        "limit": settings.API_REQUESTS_PER_MINUTE,
        "licence": LICENCE,
    }


def _operations(openapi: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in openapi["paths"].items():
        told = methods["get"]
        parameters = [_parameter(one) for one in told.get("parameters", [])]
        yield Operation(told["operationId"], path, _(told["summary"]), _(told["description"]), parameters)


def _parameter(one: Mapping[str, Any]) -> Parameter:
    words = one.get("description") or one["schema"].get("description") or ""
    told = _(words) if words else ""
    if one["name"] in FACETS:
        told = f"{FACETS[one['name']]}{_(': ')}{told}"
    return Parameter(one["name"], told, one.get("required", False), str(one["schema"].get("default", "")))
