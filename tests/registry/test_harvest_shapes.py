"""The linked data against the official shapes of HealthDCAT-AP (release 8, not public) and of DCAT-AP 3.0.1."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph
from rdflib.namespace import DCAT, DCTERMS

from catalogue.models import Database
from registry.harvest.catalogs import catalog, register
from registry.harvest.datasets import record
from registry.harvest.facts import known
from registry.harvest.namespaces import HEALTH
from registry.harvest.queries import databases, purposes
from registry.reuse.models import Snapshot, SnapshotFile
from tests.needs import needs
from tests.registry.shapes import DCAT_AP, HEALTHDCAT_AP, faults

pytestmark = [pytest.mark.django_db, needs("shapes")]
#: Recommended by release 8 and unknown of every database: nobody has declared them, and we do not guess.
UNKNOWN_OF_ALL = {
    "analytics",
    "hasCodeValues",
    "hasCodingSystem",
    "conformsTo",
    "retentionPeriod",
    "temporalResolution",
    "hasQualityAnnotation",
}
EVERYTHING = """
[database.{slug}]
health_categories = ["EHRS", "HGPD"]
health_themes = ["cancer_disease"]
publisher_type = "biobank"
trusted_data_holder = true
contact_email = "donnees@example.fr"
contact_page = "https://example.fr/donnees"
byte_size = 1200
format = "PARQUET"
frequency = "MONTHLY"
records = 10
individuals = 9
min_age = 0
max_age = 110
population_fr = "Toute la population"
sample_page = "https://example.fr/extrait"
legal_bases = ["A6-1-e", "A9-2-j"]
personal_data = ["Age"]
legislation = ["http://data.europa.eu/eli/reg/2016/679/oj"]
[[database.{slug}.table]]
name = "T"
fr = "Table"
en = "Table"
columns = [{{ name = "A", type = "string", fr = "A", en = "A" }}]
"""


def slugs_with_a_record() -> list[str]:
    return [slug for slug, facts in known().databases.items() if not facts.lacks]


def record_of(slug: str) -> Graph:
    return record(databases().get(slug=slug), purposes(), ["http://localhost:8000/repertoire/F20260101000000/dcat#project"])


@pytest.mark.parametrize("slug", ["base-principale", "atu", "bndmr", "si-vic"])
def test_the_record_of_a_database_breaks_no_rule(slug: str) -> None:
    violations, warnings = faults(record_of(slug), *HEALTHDCAT_AP)
    assert violations == []
    assert len(warnings) <= 20
    assert all(any(f"{name} Less than" in one for one in warnings) for name in UNKNOWN_OF_ALL)


@pytest.mark.slow
@pytest.mark.parametrize("slug", slugs_with_a_record())
def test_the_record_of_every_database_breaks_no_rule(slug: str) -> None:
    assert faults(record_of(slug), *HEALTHDCAT_AP)[0] == []


def test_a_record_of_which_everything_is_known_breaks_no_rule(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "facts.toml").write_text(EVERYTHING.format(slug="sedaar"), encoding="utf-8")
    settings.HARVEST_FACTS = str(tmp_path / "facts.toml")
    Database.objects.filter(slug="sedaar").update(first_year=2006, last_year=2024, edited_at=datetime(2026, 5, 1, tzinfo=UTC))
    violations, warnings = faults(record_of("sedaar"), *HEALTHDCAT_AP)
    assert violations == []
    assert len(warnings) < 12


@pytest.mark.parametrize("missing", [HEALTH.hdab, HEALTH.healthCategory, DCTERMS.provenance, DCAT.distribution, DCAT.contactPoint])
def test_the_shapes_see_what_a_record_lacks(missing: Any) -> None:
    graph = record_of("bndmr")
    graph.remove((None, missing, None))
    assert any(str(missing) in fault for fault in faults(graph, *HEALTHDCAT_AP)[0])


def test_the_catalogue_and_the_register_break_no_rule_of_dcat_ap() -> None:
    snapshot = Snapshot.objects.create(day="2026-06-15", state_version=1, taken_at=datetime(2026, 6, 15, 2, tzinfo=UTC), rows=1, schema={})
    for ending in ("csv.gz", "jsonl.gz", "xlsx", "parquet"):
        SnapshotFile.objects.create(snapshot=snapshot, ending=ending, path=f"open-data/{ending}", size=12, sha256="ab" * 32)
    assert faults(register(), *DCAT_AP) == ([], [])
    assert faults(catalog(databases()), *DCAT_AP) == ([], [])
