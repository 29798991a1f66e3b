"""A grid as a file: what goes out comes back the same, and what is wrong is said with its place."""

import pytest

from fees.tariff.dto import BadDocument, GridVersion
from fees.tariff.exchange import (
    canonical,
    condition_text,
    content_sha256,
    content_text,
    quickly_canonical,
    read_condition,
    read_content,
    read_json,
    read_yaml,
    version_document,
    write_json,
    write_yaml,
)
from fees.tariff.seeds import DATA, seed_grids, seed_vat
from tests.fees.tariffs import line, money, version

SEED = (DATA / "grids" / "eds-ill-v1.yaml").read_text(encoding="utf-8")


def faults(text: str, read=read_yaml) -> dict[str, str]:
    with pytest.raises(BadDocument) as refused:
        read(text)
    return {fault.path: fault.words for fault in refused.value.faults}


@pytest.mark.parametrize("grid", seed_grids(), ids=lambda grid: grid.key)
def test_a_grid_keeps_its_hash_through_export_and_import(grid: GridVersion) -> None:
    for again in (read_yaml(write_yaml(grid)), read_json(write_json(grid)), read_yaml(write_json(grid))):
        assert again == grid
        assert content_sha256(again.content) == content_sha256(grid.content)
    assert read_content(content_text(grid.content)) == grid.content


def test_how_a_number_was_typed_does_not_change_the_hash() -> None:
    spelled = SEED.replace("unit_amount: 1000\n", "unit_amount: '1000.00'\n").replace("unit_amount: 0.12", "unit_amount: 0.120")
    assert spelled != SEED
    assert content_sha256(read_yaml(spelled).content) == content_sha256(read_yaml(SEED).content)


def test_the_period_and_the_label_are_not_in_the_hash_but_an_amount_is() -> None:
    hashed = content_sha256(read_yaml(SEED).content)
    assert content_sha256(read_yaml(SEED.replace("v1 pilote", "v1").replace("2025-09-01", "2026-09-01")).content) == hashed
    assert content_sha256(read_yaml(SEED.replace("unit_amount: 650", "unit_amount: 651")).content) != hashed


def test_a_decimal_is_never_a_float_on_its_way() -> None:
    exact = "0.1000000000000000055511151231257827"
    assert read_yaml(SEED.replace("unit_amount: 0.12", f"unit_amount: {exact}")).content.lines[-1].unit_amount == money(exact)
    document = write_json(version(line(unit_amount=money("0.1")))).replace('"0.1"', "0.1")
    assert read_json(document.split('"sha256"')[0].rstrip().rstrip(",") + "}").content.lines[0].unit_amount == money("0.1")


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ("unit_amount: 650", "unit_amount: lots", "content.lines[3].unit_amount"),
        ("unit_amount: 650", "unit_amount: .inf", "content.lines[3].unit_amount"),
        ("unit_amount: 650", "unit_amount: NaN", "content.lines[3].unit_amount"),
        ("{up_to: 5, unit_amount: 5000}", "{up_to: 5, unit_amount: [1]}", "content.lines[1].tiers[1].unit_amount"),
        ("mode: band", "mode: bond", "content.lines[2].mode"),
        ("cost_basis: assessment", "cost: assessment", "content.lines[0].cost_basis"),
        ("cost_basis: assessment", "cost: assessment", "content.lines[0].cost"),
        ("values: [sme]", "values: [martian]", "content.modifiers[0].condition.values[0]"),
        ("operator: is_true", "operator: seems", "content.lines[4].condition.operator"),
        ("valid_from: 2024-09-01", "valid_from: 2024-09-31", "valid_from"),
        ("illustrative: true", "illustrative: yes", "grid.illustrative"),
        ("number: 1", "number: one", "number"),
        ("format: guichet-tariff/1", "format: guichet-tariff/9", "format"),
        ("        all:\n", "        every:\n", "content.modifiers[3].condition.every"),
    ],
)
def test_each_bad_field_is_named_with_its_path(before, after, path) -> None:
    assert before in SEED
    assert path in faults(SEED.replace(before, after, 1))


def test_all_faults_are_said_at_once() -> None:
    assert (
        len(faults(SEED.replace("unit_amount: 650", "unit_amount: x").replace("mode: band", "mode: y").replace("number: 1", "number: z")))
        == 3
    )


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x",
        "a: 1\na: 2",
        "!!python/object/apply:os.system ['true']",
        "a: [",
        "- a list",
        "",
        "a: !!float 1.5\nb: !!set {x}",
        "x" * 1_000_001,
        "[" * 5000,
    ],
    ids=["alias", "twice", "code", "broken", "list", "empty", "tags", "long", "deep"],
)
def test_yaml_that_is_not_a_grid_is_refused(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize("text", ["{", "[1]", "null", '{"format": "guichet-tariff/1", "number": NaN}'])
def test_json_that_is_not_a_grid_is_refused(text: str) -> None:
    assert faults(text, read_json)


def test_a_file_changed_after_its_export_says_so() -> None:
    changed = write_yaml(read_yaml(SEED)).replace("unit_amount: '650'", "unit_amount: '1'")
    assert list(faults(changed)) == ["sha256"]


def test_a_condition_keeps_its_shape() -> None:
    for grid in seed_grids():
        for one in grid.content.modifiers:
            assert read_condition(condition_text(one.condition)) == one.condition
    assert condition_text(None) == "null"
    assert {read_condition(condition_text(one.condition)) for one in seed_vat().treatments} == {
        one.condition for one in seed_vat().treatments
    }


def test_the_quick_canonical_text_is_that_of_the_standard() -> None:
    for grid in seed_grids():
        assert quickly_canonical(version_document(grid)) == canonical(version_document(grid))
    odd = {"\U0001f600": "a", "\ufb33": "b", 'é\u2028\x7f\x00"\\/\n': ["€", True, None, {"z": {}, "a": []}]}
    assert quickly_canonical(odd) == canonical(odd)
    with pytest.raises(ValueError):
        quickly_canonical({"a": "\ud800"})
