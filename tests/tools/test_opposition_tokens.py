"""The tool of the controllers by itself: tokens, the filter, and everything at which it stops."""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import pytest

from registry.trust.merkle import Tree, leaf_hash
from tools import opposition_sets as sets
from tools import opposition_tokens as tool
from tools.opposition_filter import WIDTH, Fault, Rule, Tokens, blocks_of, filtered, keep, receipts_root, root_of, shelves_of, tidy_number

RECEIPTS: dict[str, Any] = {
    "format": sets.RECEIPTS, "database": "sn", "version": 1, "previous_root": "", "cutoff_at": "2026-11-01T12:00:00Z",
    "padding": "aa" * 32, "in_force": [], "entering": [], "leaving": [],
}  # fmt: skip


def build(folder: Path, added: str, gone: str = "", **changes: Any) -> tuple[sets.Set, dict[str, Any]]:
    receipts = {**RECEIPTS, **changes}
    (folder / "r.json").write_text(json.dumps(receipts))
    (folder / "a.csv").write_text("identifiant;reference;etude\n" + added)
    (folder / "g.csv").write_text("reference;retrait\n" + gone)
    before = str(folder / f"v{receipts['version'] - 1}.set") if receipts["version"] > 1 else None
    told = argparse.Namespace(recepisses=folder / "r.json", ajouts=folder / "a.csv", retraits=folder / "g.csv", avant=before)
    told.effet, told.nature = "2026-11-02T00:00:00Z", "texte"
    made, manifest = sets.build(sets.keys_of(str(folder / "cles")), told)
    tool.keep_set(made, manifest, str(folder / f"v{receipts['version']}"))
    return made, manifest


def filter_text(folder: Path, text: bytes, **changes: Any) -> bytes:
    (folder / "e.csv").write_bytes(text)
    (folder / "s.csv").unlink(missing_ok=True)
    told = {"jeu": str(folder / "v1.set"), "nature": "texte", "etude": "", "separateur": ";", "colonne": "ID", "processus": 2, **changes}
    told |= {"extraction": str(folder / "e.csv"), "sortie": str(folder / "s.csv")}
    tool.filter_file(sets.keys_of(str(folder / "cles")), argparse.Namespace(**told))
    return (folder / "s.csv").read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tool.make_keys(tmp_path / "cles")
    return tmp_path


def test_the_filter_leaves_out_whoever_objects_and_nobody_else(folder):
    build(folder, "C1;L-1;\nC2;L-2;F20260101120000\n")
    text = b'ID;mot\r\nC1;a\r\n C1 ;b\r\n"C1";"c;d"\r\nC2;e\r\nC11;f\r\nC3;g'
    assert filter_text(folder, text) == b"ID;mot\r\nC2;e\r\nC11;f\r\nC3;g\n"
    assert filter_text(folder, text, etude="F20260101120000") == b"ID;mot\r\nC11;f\r\nC3;g\n"
    assert json.loads((folder / "s.csv.filtre.json").read_text())["rows_before"] == 6


def test_a_stream_in_many_blocks_keeps_its_order_and_every_line(folder):
    keys = sets.keys_of(str(folder / "cles"))
    maker, chance = Tokens(keys.tokens, "sn"), random.Random(9)
    lines = [b"%d;%d" % (chance.randrange(400), place) for place in range(5_000)]
    opposed = {b"%d" % one for one in range(0, 400, 3)}
    rule = Rule(0, 2, b";", "texte", (maker,), shelves_of(b"".join(sorted(map(maker.of, opposed)))))
    text = b"\n".join(lines)
    chunks = iter([text[at : at + 777] for at in range(0, len(text), 777)])
    source: Any = type("Source", (), {"read": lambda self, size: next(chunks, b"")})()
    found = list(filtered(blocks_of(source), rule, 3))
    kept = b"".join(block for _count, _kept, block in found).splitlines()
    assert kept == [line for line in lines if line.split(b";")[0] not in opposed]
    assert (sum(one[0] for one in found), sum(one[1] for one in found)) == (5_000, len(kept))


@pytest.mark.parametrize(
    ("line", "why"),
    [(b";x", "pas d'identifiant"), (b"C9", "autant de colonnes"), (b"C9;x;y", "autant de colonnes"), (b'"C9;x', "guillemet")],
)
def test_a_line_that_cannot_be_judged_stops_everything_and_quotes_nobody(folder, line, why):
    build(folder, "C1;L-1;\n")
    with pytest.raises(SystemExit, match=r"ligne 3.*" + why) as stop:
        filter_text(folder, b"ID;mot\nC5;a\n" + line + b"\n")
    assert "C9" not in str(stop.value) and not (folder / "s.csv").exists() and not list(folder.glob("*.partiel"))


def test_a_set_of_another_key_or_that_was_touched_filters_nothing(folder, tmp_path):
    build(folder, "C1;L-1;\n")
    tool.make_keys(tmp_path / "autres")
    with pytest.raises(SystemExit, match="autre clé"):
        sets.read_set(str(folder / "v1.set"), sets.keys_of(str(tmp_path / "autres")).check)
    blob = (folder / "v1.set").read_bytes()
    (folder / "v1.set").write_bytes(blob[:-1] + bytes([blob[-1] ^ 1]))
    with pytest.raises(SystemExit, match="racine"):
        filter_text(folder, b"ID\nC1\n")


def test_nobody_leaves_a_set_without_a_signed_withdrawal_and_history_is_replayed(folder):
    first, _ = build(folder, "C1;L-1;\nC1;L-2;\nC2;L-3;\n")
    following = {"version": 2, "previous_root": first.signed["root"]}
    for gone, why in (("L-9;piece\n", "pas dans le jeu"), ("L-3;\n", "pièce signée")):
        with pytest.raises(SystemExit, match=why):
            build(folder, "", gone, **following)
    second, manifest = build(folder, "", "L-1;courrier 12\nL-3;courrier 13\n", **following)
    counts = {name: manifest["counts"][name] for name in ("count", "added", "removed", "withdrawn")}
    assert counts == {"count": 1, "added": 0, "removed": 1, "withdrawn": 2}  # C1 objected twice: one of them stands
    assert len(list(tool.replay([str(folder / "v1.set"), str(folder / "v2.set")]))) == 2
    with pytest.raises(SystemExit, match="ne fait pas suite"):
        list(tool.replay([str(folder / "v2.set")]))
    assert second.signed["previous_root"] == first.signed["root"]


def test_what_the_window_accepted_is_in_the_set_and_nothing_that_it_did_not(folder):
    held = {"in_force": [{"number": "DRO-2026-00001", "study": "", "leaf": "ab" * 32}], "entering": ["DRO-2026-00001"]}
    with pytest.raises(SystemExit, match=r"manquent.*DRO-2026-00001"):
        build(folder, "C1;L-1;\n", **held)
    with pytest.raises(SystemExit, match=r"en trop.*DRO-2026-00002"):
        build(folder, "C1;DRO-2026-00001;\nC2;DRO-2026-00002;\n", **held)
    with pytest.raises(SystemExit, match="étude"):
        build(folder, "C1;DRO-2026-00001;F20260101120000\n", **held)


def said_by(monkeypatch: pytest.MonkeyPatch, *words: Any) -> str:
    """What the command stops with."""
    monkeypatch.setattr("sys.argv", ["opposition_tokens.py", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        tool.main()
    return str(stopped.value)


def test_what_is_wrong_with_a_file_is_told_in_a_sentence(folder, monkeypatch, capsys):
    build(folder, "C1;L-1;\n")
    keys, held = folder / "cles", ("--jeu", folder / "v1.set")
    (folder / "e.csv").write_text("ID;mot\nC1;a\nC2;b\n")
    out = folder / "s.csv"
    assert said_by(monkeypatch, "filtrer", keys, "--jeu", folder / "no.set", "--colonne", "ID", folder / "e.csv", out).endswith(
        ": introuvable."
    )
    assert "Nommez la colonne" in said_by(monkeypatch, "filtrer", keys, *held, folder / "e.csv", out)
    other = ("--jeu", folder / "v1.manifeste.json")
    assert "n'est pas de ceux" in said_by(monkeypatch, "filtrer", keys, *other, "--colonne", "ID", folder / "e.csv", out)
    delivery = ("--ticket", "TIC-1", "--projet", "P", "--operateur", "poste 1")
    assert "n'a pas été filtré ici" in said_by(monkeypatch, "attester", keys, *held, *delivery, folder / "e.csv")
    assert said_by(monkeypatch, "filtrer", keys, *held, "--separateur", ";;", "--colonne", "ID", folder / "e.csv", out) == "2"
    assert "un seul caractère" in capsys.readouterr().err and not out.exists()


def test_what_was_signed_is_told_beside_the_document(folder, monkeypatch, capsys):
    build(folder, "C1;L-1;\n")
    filter_text(folder, b"ID;mot\nC1;a\nC2;b\n", processus=1)
    held, out = (folder / "cles", "--jeu", folder / "v1.set"), folder / "attestation.json"
    words = ["attester", *held, "--ticket", "TIC-1", "--projet", "P", "--operateur", "poste 1", "--sortie", out, folder / "s.csv"]
    monkeypatch.setattr("sys.argv", ["opposition_tokens.py", *map(str, words)])
    tool.main()
    told = capsys.readouterr()
    assert "Attestation : version 1, 1 fichier(s) filtré(s)" in told.err and str(out) in told.err and not told.out
    found = {"format": sets.RECHECK, "sampled": 9, "present": 2}
    assert "ATTENTION : 2 ligne(s) de personnes opposées sur 9" in tool.summary(found, None)
    assert "aucune d'une personne opposée" in tool.summary(found | {"present": 0}, None)


def test_the_roots_are_those_of_the_site_and_small_numbers_do_not_show():
    leaves = [bytes([place]) * 32 for place in range(37)]
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf_hash(leaf))
    assert root_of(leaves) == tree.root.hex()
    assert [receipts_root(leaves[:count], b"salt")[0] for count in (0, 1, 16, 17, 37)] == [16, 16, 16, 32, 64]


def test_a_token_says_nothing_without_the_key_and_differs_by_base_and_study():
    key, other = b"k" * 32, b"o" * 32
    made = {Tokens(*told).of(b"1") for told in ((key, "sn"), (other, "sn"), (key, "bn"), (key, "sn", "F20260101120000"))}
    assert len(made) == 4 and all(len(one) == WIDTH for one in made)
    assert tidy_number(b"1 85 05 78 006 084 91") == tidy_number(b"1850578006084") == b"1850578006084" and tidy_number(b"185") == b""


def test_lines_are_told_rounded():
    assert [sets.rounded(one) for one in (0, 49, 50, 1_234, 99_950, 1_234_567)] == [0, 0, 100, 1_200, 100_000, 1_200_000]


def test_an_extraction_without_its_column_is_refused(folder):
    build(folder, "C1;L-1;\n")
    with pytest.raises(SystemExit, match="colonne"):
        filter_text(folder, b"NUM\nC1\n")
    with pytest.raises(Fault):
        keep(b"\n", Rule(0, 1, b";", "texte", (Tokens(b"k" * 32, "sn"),), shelves_of(b"")))
