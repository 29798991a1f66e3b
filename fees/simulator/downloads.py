"""A simulation as a file: PDF to read, CSV for a spreadsheet, JSON to be worked out again; each says when it is only an example."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fees.contents import harmless
from fees.simulator.limits import MOST_FILES, WHILE
from fees.simulator.reading import Reading
from fees.simulator.shown import shown_of
from fees.simulator.slots import may_go_on
from fees.tariff import dto
from fees.tariff.money import as_cents, plain
from fees.tariff.sentences import Sentences
from fees.words import said
from files.printing import pdf_of
from ui.words import day_in_words
from workflow.refusals import Refusal

FORMAT = "guichet-simulation/1"
COLUMNS = ("kind", "code", "label", "quantity", "unit", "net", "vat_category", "vat_rate", "payee", "why", "notice", "grid")


class TooMany(Refusal):
    """A visitor asks for more files than a person reads."""

    status = 429
    title: Any = gettext_lazy("Too many files in a short while")


def notice_of(version: dto.GridVersion) -> str:
    """What the amounts are not: an official tariff, or a quote."""
    if version.grid.illustrative:
        return _("An example, not an official tariff: the amounts are invented.")
    return _("A simulation, not a quote: it binds nobody.")


def file_of(request: HttpRequest, reading: Reading | None, ending: str) -> HttpResponse:
    """The file of a simulation; one that has no amount leads back to the page, which says what it lacks (422 in JSON)."""
    if ending not in WRITERS:
        raise Http404
    if reading is None or reading.outcome is None or reading.result is None:
        return _without(request, reading, ending)
    response = WRITERS[ending](request, reading)
    name = f"simulation-{reading.version.grid.code}-v{reading.version.number}-{reading.outcome.sha256[:8]}.{ending}"
    response["Content-Disposition"] = f'{"inline" if ending == "json" else "attachment"}; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _without(request: HttpRequest, reading: Reading | None, ending: str) -> HttpResponse:
    if ending != "json":
        return HttpResponseRedirect(f"{reverse('simulator:index')}?{request.GET.urlencode()}")
    errors = {name: [str(one) for one in found] for name, found in reading.form.errors.items()} if reading else {}
    missing = list(reading.outcome.missing) if reading and reading.outcome else []
    return JsonResponse({"format": FORMAT, "errors": errors, "missing": missing}, status=422)


def page_address(reading: Reading) -> str:
    """The whole address of the page of a simulation."""
    assert reading.simulation is not None, "only a simulation has an address"
    site = settings.SITE_URL.rstrip("/")
    return f"{site}{reverse('simulator:index')}?{reading.simulation.address}"


def _json(_request: HttpRequest, reading: Reading) -> HttpResponse:
    """The snapshot as it is hashed, in an envelope that says what it is; the same address gives the same bytes in a language."""
    assert reading.outcome is not None, "a priced simulation"
    grid = reading.version.grid
    told: dict[str, Any] = {
        "format": FORMAT,
        "illustrative": grid.illustrative,
        "notice": {"fr": NOTICES[grid.illustrative][0], "en": NOTICES[grid.illustrative][1]},
        "address": page_address(reading),
        "sha256": reading.outcome.sha256,
        "range": _ends(reading.outcome.range),
    }
    head = json.dumps(told, ensure_ascii=False, sort_keys=True)
    body = f'{head[:-1]}, "snapshot": {reading.outcome.text}}}'
    return HttpResponse(body, content_type="application/json; charset=utf-8")


NOTICES = {
    True: ("Exemple fictif, pas un tarif officiel.", "An example, not an official tariff."),
    False: ("Simulation, et non devis : elle n’engage personne.", "A simulation, not a quote: it binds nobody."),
}


def _ends(found: dto.RangeResult | None) -> dict[str, dict[str, str]] | None:
    if found is None:
        return None
    ends = {"low": found.low, "likely": found.likely, "high": found.high}
    return {name: {part: as_cents(getattr(one, part)) for part in ("net", "vat", "gross")} for name, one in ends.items()}


def _csv(_request: HttpRequest, reading: Reading) -> HttpResponse:
    """One row a line, then VAT by rate and the totals."""
    result, words, notice = reading.result, Sentences(reading.form.asked.versions), notice_of(reading.version)
    assert result is not None, "a priced simulation"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    write = partial(_written, writer)
    for line in result.lines:
        told = [line.key.line, said(line.label), plain(line.quantity), line.unit.value, as_cents(line.net), line.vat_category.value]
        write(["line", *told, plain(line.vat_rate), words.payee(line.key.payee), words.why(line), notice, line.key.grid])
    for total in result.vat_totals:
        told = ["", words.vat(total), "", "", as_cents(total.vat), total.category.value, plain(total.rate), words.payee(total.payee)]
        write(["vat", *told, "", notice])
    totals = (("net", _("Total excluding VAT")), ("vat_total", _("VAT")), ("gross", _("Total including VAT")))
    for (kind, label), amount in zip(totals, (result.net, result.vat, result.gross), strict=True):
        write([kind, "", label, "", "", as_cents(amount), "", "", "", "", notice])
    return HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8; header=present")


def _written(writer: Any, cells: list[str]) -> None:
    writer.writerow([harmless(cell) for cell in cells])


def _pdf(request: HttpRequest, reading: Reading) -> HttpResponse:
    """Made while the visitor waits: a few lines take well under a second; who asks for many waits for the next minute."""
    if not may_go_on(request, "simulator", MOST_FILES, WHILE):
        raise TooMany(_("Wait a minute, then ask again. The page, the CSV and the JSON files stay open."))
    assert reading.outcome is not None and reading.simulation is not None, "a priced simulation"
    context = {
        "reading": reading,
        "price": shown_of(reading.outcome),
        "notice": notice_of(reading.version),
        "day": day_in_words(reading.simulation.on),
        "address": page_address(reading),
        "operator": settings.OPERATOR_NAME,
    }
    return HttpResponse(pdf_of("simulator/paper.html", context), content_type="application/pdf")


WRITERS: dict[str, Callable[[HttpRequest, Reading], HttpResponse]] = {"csv": _csv, "json": _json, "pdf": _pdf}
