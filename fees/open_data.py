"""The grids as open data: each published version as YAML, JSON and CSV with its hash, and one list of all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods

from fees.contents import as_csv, version_of
from fees.models import GridVersion, TariffGrid
from fees.tariff import exchange
from fees.tariff.exchange import sha256

LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
#: For how long a copy may be shown without asking again, in seconds: a version may be withdrawn.
FRESH = 300
KINDS: dict[str, tuple[str, Callable[[GridVersion], str]]] = {
    "yaml": ("application/yaml; charset=utf-8", lambda row: exchange.write_yaml(version_of(row))),
    "json": ("application/json; charset=utf-8", lambda row: exchange.write_json(version_of(row))),
    "csv": ("text/csv; charset=utf-8; header=present", as_csv),
}


def for_everybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Read by anybody, from a page of any site too, without a session."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = HttpResponse(status=204) if request.method == "OPTIONS" else view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["Link"] = f'<{LICENCE}>; rel="license"'
        return response

    allowed = require_http_methods(["GET", "HEAD", "OPTIONS"])(answer)
    allowed.knows_nobody = True  # type: ignore[attr-defined]
    return allowed


def page_of() -> dict[str, Any]:
    """The page of the files: every public version, grid by grid, newest first; one query."""
    rows = GridVersion.objects.public().select_related("grid").order_by("grid__for_comparison", "grid__code", "-number")
    return {"versions": list(rows), "endings": sorted(KINDS), "licence": LICENCE}


def catalogue(request: HttpRequest) -> HttpResponse:
    """Every grid with the history of its versions: periods, states, decisions, hashes and the addresses of the files."""
    grids: dict[int, dict[str, Any]] = {}
    for row in GridVersion.objects.public().select_related("grid").order_by("grid__code", "number"):
        about = grids.setdefault(row.grid_id, _about(row.grid) | {"versions": []})
        about["versions"].append(_entry(request, row))
    told = {"licence": LICENCE, "grids": list(grids.values())}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})


def _about(grid: TariffGrid) -> dict[str, Any]:
    return {
        "code": grid.code,
        "name": {"fr": grid.name_fr, "en": grid.name_en},
        "owner": grid.owner_name,
        "currency": grid.currency,
        "illustrative": grid.illustrative,
        "for_comparison": grid.for_comparison,
        "legal_basis": grid.legal_basis,
        "publication_url": grid.publication_url,
    }


def _entry(request: HttpRequest, row: GridVersion) -> dict[str, Any]:
    return {
        "number": row.number,
        "label": row.label,
        "state": row.state,
        "valid_from": row.since.isoformat(),
        "valid_to": row.until.isoformat() if row.until else None,
        "decision": row.decision_ref,
        "published_at": row.published_at.isoformat() if row.published_at else None,
        "change_note": {"fr": row.change_note_fr, "en": row.change_note_en},
        "sha256": row.content_sha256,
        "files": {ending: request.build_absolute_uri(file_url(row, ending)) for ending in sorted(KINDS)},
    }


def file_url(row: GridVersion, ending: str) -> str:
    """The address of a version's file."""
    return reverse("fees:file", args=[row.grid.code, row.number, ending])


def file_of(request: HttpRequest, row: GridVersion, ending: str) -> HttpResponse:
    """One version in one format; 304 for who has it already, 404 for a format that there is not."""
    if ending not in KINDS:
        raise Http404
    kind, write = KINDS[ending]
    body = write(row)
    tag = f'"{sha256(body)}"'
    name = f"{row.grid.code}-v{row.number}.{ending}"
    answer = HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'inline; filename="{name}"'})
    response = get_conditional_response(request, etag=tag, response=answer)
    response = HttpResponse(status=304) if response is None else response
    response["ETag"], response["Cache-Control"] = tag, f"public, max-age={FRESH}"
    return response
