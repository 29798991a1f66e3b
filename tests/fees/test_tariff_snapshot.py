"""A snapshot: the same bytes anywhere, proof by calculating again, and a change that shows."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from fees.tariff.canonical import priced, read_inputs, read_snapshot, recompute, snapshot_text
from fees.tariff.dto import BadDocument, Choice, Fact, Grant, Purpose, Source, TaxPoint, VatTable
from fees.tariff.exchange import canonical, sha256
from fees.tariff.facts import facts_from
from fees.tariff.seeds import golden_cases, seed_grid, seed_vat
from tests.fees.tariffs import inputs, line, money, version
from tools.environment import ROOT

PROGRAM = """
from fees.tariff.canonical import priced
from fees.tariff.seeds import golden_cases, seed_grid, seed_vat
for case in golden_cases():
    print(priced(case.inputs, [seed_grid(name) for name in case.grids], seed_vat())[2])
"""


def test_another_process_locale_time_zone_and_hash_seed_give_the_same_bytes() -> None:
    here = [priced(case.inputs, [seed_grid(name) for name in case.grids], seed_vat())[2] for case in golden_cases()]
    for seed, locale, zone in (("0", "C", "UTC"), ("77", "fr_FR.UTF-8", "Pacific/Kiritimati")):
        around = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run([sys.executable, "-c", PROGRAM], env=around, cwd="/", capture_output=True, text=True, check=True)
        assert ran.stdout.split() == here


def test_the_calculator_needs_neither_django_nor_a_clock() -> None:
    program = "import sys, fees.tariff.canonical, fees.tariff.lint, fees.tariff.seeds, fees.tariff.amendments, fees.tariff.uncertain; "
    program += "print('django' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_the_order_of_versions_facts_and_vat_rows_does_not_matter() -> None:
    asked = golden_cases()[-1].inputs
    one, other = seed_grid("eds-ill-v1"), version(line(vat_profile="service"))
    table, backwards = seed_vat(), VatTable(seed_vat().treatments[::-1], seed_vat().rates[::-1])
    turned = replace(asked, facts=dict(reversed(list(asked.facts.items()))))
    assert priced(asked, (one, other), table)[1] == priced(turned, (other, one), backwards)[1]


def test_everything_that_inputs_can_hold_comes_back() -> None:
    full = replace(
        inputs({"data.sources": 3, "requester.category": "sme", "requester.thesis": True}),
        each={"holder": {"north": facts_from({"estimate.hours": "1.5"}), "Sud & Œuvre": facts_from({"holder.code": "x"})}},
        options=frozenset({"G/B", "G/A"}),
        choices={"G/C": Choice(money("12.50"), "because")},
        grants={"G/M": Grant(True, "why", date(2026, 1, 1), date(2026, 1, 2), "n° 1", money("1.5"))},
        tax_points={TaxPoint.DELIVERY: date(2027, 1, 1)},
        assumes_evidence=True,
        purpose=Purpose.WITHDRAWAL,
        done={"G/A": money(2)},
    )
    full.facts["estimate.hours"] = Fact(money(5), Source.ASSESSED, money(4), money(6))
    result, text, _ = priced(full, (version(line()),), VatTable())
    assert read_inputs(text) == full
    kept = read_snapshot(text)
    assert (kept.result, kept.inputs, kept.versions) == (result, full, (version(line()),))


@pytest.mark.parametrize("case", golden_cases()[:3], ids=lambda case: case.name)
def test_a_result_is_read_as_it_was_calculated(case) -> None:
    grids = tuple(seed_grid(name) for name in case.grids)
    result, text, digest = priced(case.inputs, grids, seed_vat())
    kept = read_snapshot(text)
    assert kept.result == result
    assert snapshot_text(kept.inputs, kept.versions, kept.vat, kept.result) == text
    assert sha256(text) == digest


def test_an_amount_changed_in_the_snapshot_shows() -> None:
    _, text, _ = priced(inputs(), (version(line(vat_profile="public_authority")),), seed_vat())
    assert recompute(text).same
    lower = json.loads(text)
    lower["result"]["net"] = "1.00"
    again = recompute(canonical(lower))
    assert not again.same and again.sha256 != again.sha256_again and again.result.net == 100


def test_a_price_changed_in_the_grid_of_the_snapshot_shows() -> None:
    _, text, _ = priced(inputs(), (version(line(vat_profile="public_authority")),), seed_vat())
    forged = json.loads(text)
    forged["versions"][0]["content"]["lines"][0]["unit_amount"] = "1"
    with pytest.raises(BadDocument):
        recompute(canonical(forged))


def test_the_same_document_written_otherwise_is_not_the_snapshot() -> None:
    _, text, _ = priced(inputs(), (version(line(vat_profile="public_authority")),), seed_vat())
    assert not recompute(json.dumps(json.loads(text), indent=1)).same


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "guichet-quote/1"}'])
def test_what_is_not_a_snapshot_is_refused(text: str) -> None:
    with pytest.raises(BadDocument):
        recompute(text)
