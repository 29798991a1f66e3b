"""A fiche for search engines and for who shares its address: canonical link, Open Graph, and schema.org as JSON-LD in the page's head."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from registry.models import Fiche
from registry.reuse.exports import page_of_site
from registry.reuse.models import Snapshot, SnapshotFile
from registry.reuse.schema import LICENCE
from registry.reuse.snapshots import FORMATS

Thing = dict[str, Any]
#: What would end the element of the page, or begin another.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
LONGEST = 300


def in_head(request: HttpRequest, fiche: Fiche) -> dict[str, Any] | None:
    """What the head of the page of a fiche tells; nothing of one that was withdrawn."""
    if not fiche.live:
        return None
    return {
        "canonical": page_of_site(fiche.get_absolute_url()),
        "document": page_of_site(f"/api/v1/fiches/{fiche.number}"),
        "description": Truncator(fiche.lay_summary).chars(LONGEST),
        "json_ld": as_script(project(fiche)),
    }


def as_script(thing: Thing) -> SafeString:
    """The thing as the inside of a script element of JSON-LD."""
    return mark_safe(json.dumps(_said(thing), ensure_ascii=False).translate(ESCAPES))


def _said(thing: Any) -> Any:
    """The thing without what is not said."""
    if isinstance(thing, dict):
        return {name: _said(value) for name, value in thing.items() if value not in (None, "", [], {})}
    return [_said(one) for one in thing] if isinstance(thing, list) else thing


def project(fiche: Fiche) -> Thing:
    """A project, the page that tells it, and its publications."""
    said, address = fiche.said, page_of_site(fiche.get_absolute_url())
    return {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "ResearchProject",
                "@id": f"{address}#project",
                "name": fiche.title,
                "alternateName": fiche.acronym,
                "description": fiche.lay_summary,
                "url": address,
                "identifier": [number for number in (fiche.number, fiche.real_number, said.get("authorisation_number")) if number],
                "parentOrganization": _organisation(said.get("controller")),
                "member": _organisation(said.get("body_in_charge")),
                "knowsAbout": [one["fr"] for one in said.get("domains") or ()],
                "keywords": ", ".join(one["fr"] for name in ("domains", "objectives") for one in said.get(name) or ()),
                "foundingDate": fiche.starts_on and fiche.starts_on.isoformat(),
                "dissolutionDate": fiche.ended_on and fiche.ended_on.isoformat(),
                "subjectOf": [{"@id": address}, *({"@id": one["url"]} for one in _publications(said) if one.get("url"))],
            },
            _page(fiche, address),
            *(_article(one, address) for one in _publications(said)),
        ],
    }


def _page(fiche: Fiche, address: str) -> Thing:
    return {
        "@type": "WebPage",
        "@id": address,
        "url": address,
        "name": fiche.heading,
        "inLanguage": "fr",
        "datePublished": fiche.published_at.isoformat(),
        "dateModified": fiche.updated_at.isoformat(),
        "license": LICENCE["path"],
        "publisher": {"@type": "Organization", "name": settings.OPERATOR_NAME},
        "mainEntity": {"@id": f"{address}#project"},
        "isPartOf": {"@id": page_of_site(reverse("reuse:index"))},
    }


def _organisation(body: dict[str, str] | None) -> Thing | None:
    if not body:
        return None
    return {"@type": "Organization", "name": body.get("name", ""), "address": body.get("city", "")}


def _publications(said: Thing) -> list[Thing]:
    return list(said.get("publications") or ())


def _article(one: Thing, address: str) -> Thing:
    return {
        "@type": "ScholarlyArticle",
        "@id": one.get("url"),
        "name": one.get("title"),
        "url": one.get("url"),
        "isPartOf": {"@type": "Periodical", "name": one["reference"]} if one.get("reference") else None,
        "datePublished": str(one["year"]) if one.get("year") else None,
        "about": {"@id": f"{address}#project"},
    }


def registry_as_dataset(last: Snapshot | None) -> Thing:
    """The whole registry as a data set, with the files of the last day."""
    address = page_of_site(reverse("reuse:index"))
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": address,
        "url": address,
        "name": "Répertoire public des projets utilisant des données de santé",
        "description": "Chaque projet autorisé à utiliser des données de santé : qui en est responsable, pour quoi, avec quelles données, "
        "jusqu’à quand et avec quels résultats.",
        "inLanguage": "fr",
        "license": LICENCE["path"],
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": settings.OPERATOR_NAME},
        "dateModified": last and last.taken_at.isoformat(),
        "version": last and str(last.state_version),
        "distribution": [_download(file) for file in last.files.all()] if last else [],
    }


def _download(file: SnapshotFile) -> Thing:
    return {
        "@type": "DataDownload",
        "name": file.name,
        "contentUrl": page_of_site(file.get_absolute_url()),
        "encodingFormat": FORMATS[file.ending][0],
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
    }
