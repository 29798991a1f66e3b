"""The completeness in the files and the API is that of the page, whatever a fiche says: PostgreSQL and Python ask the same."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from registry.completeness import ASKED, completeness
from registry.models import Fiche, Origin
from registry.public_core import columns_of
from registry.publication import write
from registry.reuse.exports import Selection
from registry.reuse.schema import SCORE
from tests.registry.published import BEGUN, a_published
from tests.registry.said import a_said

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
#: What may stand in a datum beside what a whole fiche says.
ODD: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(
        ("expected_benefits", "population", "rights", "results_plan", "results"), ("", "  Non  renseigné. ", "N/A", "…", "Oui.")
    ),
    **dict.fromkeys(("starts_on", "ends_on", "ended_on", "results_on", "results_due_on"), (None, "2020-01-01", "2030-01-01", "2026-11-22")),
    **dict.fromkeys(("matching", "professionals", "transfers_outside_eu", "controller_outside_eu"), (None, True, False)),
    **dict.fromkeys(("retention_years", "retention_months"), (None, 0, 5)),
    **dict.fromkeys(("objectives", "domains", "data_categories", "sources"), ([],)),
    **dict.fromkeys(("purpose", "legal_basis_6", "matching_kind", "controller_type"), (None,)),
    "kind": ("project", "warehouse", "permanent_access"),
    "procedure": ("", "mr004", "simplified", "permanent_access", "cnil"),
    "basis": ("", "tacit", "express", "commitment"),
    "title": ("Non renseigné",),
}


def varied(seed: int) -> dict[str, Any]:
    """What a fiche may say: some data odd, some left out."""
    chance = random.Random(seed)
    said = a_said() | {name: chance.choice(values) for name, values in ODD.items() if chance.random() < 0.5}
    kept = {"title", "lay_summary", "kind", "controller", "sources"}
    return {name: value for name, value in said.items() if name in kept or chance.random() < 0.85}


def scores() -> dict[str, int]:
    """Number of a fiche → its score, as PostgreSQL counts it."""
    with connection.cursor() as cursor:
        cursor.execute(Selection(DAY).sql(f"f.number, {SCORE}"))
        return dict(cursor.fetchall())


def test_postgresql_and_the_page_count_alike() -> None:
    fiches = [write(Fiche(origin=Origin.IMPORT), columns_of(varied(seed)), at=BEGUN, because="publish") for seed in range(120)]
    counted = scores()
    told = {one.number: completeness(Fiche.objects.get(pk=one.pk).said, DAY).percent for one in fiches}
    assert counted == told
    assert len(set(told.values())) > 20
    assert set(ASKED) >= {"sources", "results"}


def test_the_api_and_the_files_tell_it(client: Client) -> None:
    fiche = a_published()
    percent = client.get(fiche.get_absolute_url()).context["page"].completeness.percent
    assert client.get(f"/api/v1/fiches/{fiche.number}").json()["completeness"] == percent
    lines = b"".join(client.get("/repertoire/donnees/repertoire.csv").streaming_content).decode().splitlines()
    assert lines[0].endswith(",completeness")
    assert lines[-1].endswith(f",{percent}")
    assert any(field["name"] == "completeness" for field in client.get("/repertoire/donnees/schema.json").json()["fields"])
