"""What a file of a grid may not hold: numbers of a billion digits, tags, depths, keys without end. Each is refused at once, in words."""

from __future__ import annotations

import json
import time
from decimal import Decimal

import pytest

from fees.tariff.errors import BadDocument, BadFact
from fees.tariff.exchange import LONGEST_FILE, plain_yaml, read_json, read_yaml, version_document, write_yaml
from fees.tariff.facts import facts_from, parsed
from fees.tariff.lint import breaking, lint
from fees.tariff.seeds import seed_grid
from fees.tariff.vocabulary import Mode, Unit
from fees.tariff.written import Factor, Tier
from tests.fees.tariffs import line, version

SEED = seed_grid("eds-ill-v1")


def refused(text: str) -> str:
    with pytest.raises(BadDocument) as caught:
        read_yaml(text)
    return str(caught.value)


@pytest.mark.parametrize("number", ["1e999999999", "1E+9", "NaN", "Infinity", "١٢", "1_000", " 5", "9" * 60])
def test_a_number_is_digits_and_nothing_else(number: str) -> None:
    text = write_yaml(version(line(unit_amount=Decimal(777)))).replace("'777'", f"'{number}'")
    assert "is not a number" in refused(text)
    with pytest.raises(BadFact):
        parsed("data.patients", number)


def test_no_fact_is_greater_than_what_is_counted() -> None:
    with pytest.raises(BadFact):
        parsed("data.patients", "1000000000000")
    assert facts_from({"data.patients": Decimal("1E+3")})["data.patients"].value == 1000


@pytest.mark.parametrize("text", ["!!float 1.5", "!!timestamp 2026-99-99", "!!python/object:os.system x", "{a: !!int abc}", "!x 1"])
def test_tags_are_not_read(text: str) -> None:
    with pytest.raises(BadDocument, match="tags are not read"):
        plain_yaml(text)


def test_a_file_of_many_keys_is_read_in_a_moment() -> None:
    text = "{" + ",".join(f"k{at}: 1" for at in range(15_000)) + "}"
    assert len(text) < LONGEST_FILE
    began = time.process_time()
    assert "format" in refused(text)
    assert time.process_time() - began < 20  # comparing every key with every other took minutes


def test_what_is_too_deep_or_too_long_is_refused() -> None:
    deep = json.dumps(version_document(SEED))[:-1] + ', "x": ' + "[" * 200 + "]" * 200 + "}"
    for text in (deep, "[" * 5_000, "x" * (LONGEST_FILE + 1)):
        with pytest.raises(BadDocument):
            read_json(text)
        with pytest.raises(BadDocument):
            read_yaml(text)


def test_a_draft_without_its_last_tier_prices_nothing_and_says_so() -> None:
    open_end = line(
        mode=Mode.BAND, unit=Unit.PATIENT, quantity=(Factor("data.patients"),), tiers=(Tier(Decimal(10)),), unit_amount=Decimal(0)
    )
    assert [one.problem.value for one in breaking(lint(version(open_end)))] == ["tier_gap"]
    assert not breaking(lint(SEED))
