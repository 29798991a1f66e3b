"""What the pages of exports need beside the dossier: the answers that carry files, and the report of an import in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from files.printing import pdf_of
from requests_app.content import Content
from requests_app.exports import ehds
from requests_app.exports.archive import Archive
from requests_app.exports.document import paper_of
from requests_app.exports.models import ImportReport
from requests_app.exports.portable import portable
from requests_app.exports.word import DOCX, docx_of
from requests_app.models import Dossier
from requests_app.presentation import label_of
from requests_app.slots import Notice
from requests_app.states import State


def file_of(dossier: Dossier, form: str, at: datetime) -> HttpResponseBase:
    """The dossier in the form asked for: pdf, docx, json, zip or ehds."""
    name = dossier.reference
    if form == "zip":
        return _download(StreamingHttpResponse(Archive(dossier, at).stream(), content_type="application/zip"), f"{name}.zip")
    if form in ("json", "ehds"):
        made = portable(dossier, at) if form == "json" else ehds.as_json(dossier)
        return _download(_json(made), f"{name}.json" if form == "json" else f"{name}-ehds.json")
    if form == "docx":
        return _download(HttpResponse(docx_of(paper_of(dossier, at), at), content_type=DOCX), f"{name}.docx")
    printed = pdf_of("exports/dossier_paper.html", {"paper": paper_of(dossier, at)})
    return _download(HttpResponse(printed, content_type="application/pdf"), f"{name}.pdf")


def _json(value: Any) -> HttpResponse:
    from django.http import JsonResponse

    return JsonResponse(value, json_dumps_params={"ensure_ascii": False, "indent": 2})


def _download(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@dataclass(frozen=True)
class Unfit:
    """One line of the report in words."""

    place: str
    why: str
    value: str


def unfit_lines(report: ImportReport) -> list[Unfit]:
    """What did not fit, as a person reads it."""
    return [Unfit(_place(one["place"]), one["why"], _value(one["value"])) for one in report.lines]


def _place(code: str) -> str:
    field, _dot, part = code.partition(".")
    if field == "sources":
        return _("Databases") + (f" – {part}" if part else "")
    known = {one.name for one in [*Content._meta.concrete_fields, *Content._meta.many_to_many]}
    return (label_of(field) + (f" – {part}" if part else "")) if field in known else code


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{name}: {one}" for name, one in value.items())
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value if value is not None else "")


def notices(_request: HttpRequest, dossier: Dossier) -> Iterable[Notice]:
    """While the draft is written: what the import could not take."""
    if dossier.state != State.DRAFT:
        return
    report = ImportReport.objects.filter(pk=dossier.pk).first()
    if report is not None:
        count = len(report.lines)
        said = ngettext("%(count)d point of the imported file did not fit.", "%(count)d points of the imported file did not fit.", count)
        yield Notice(said % {"count": count}, reverse("exports:report", args=[dossier.reference]), _("See which"), "warning")
