"""The proofs that the controllers' tool opens, before real virus scanners that know the test virus: found, clean, or no verdict at all."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rights.envelopes import sealing
from tests.files import clamd
from tests.needs import needs
from tests.rights.test_rights_desk import file_of, image, pdf
from tests.rights.test_rights_desk import run as run_tool
from tools.environment import ROOT

#: The test virus of the trade, in two halves: whole, it would have this file taken away from whoever has a scanner.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
INFECTED_PDF = pdf() + b"\n% " + EICAR
NAMES = {"photo.jpg": image(), "virus.jpg": image() + EICAR, "virus.pdf": INFECTED_PDF}
NO_ANSWER = "aucun antivirus ne répond"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key, the same request with proofs and without, and what recognises the virus: anywhere in a file, or that PDF alone."""
    folder = tmp_path_factory.mktemp("desk")
    assert run_tool("make-key", folder / "cle", "--no-passphrase").returncode == 0
    public = sealing.read_public((folder / "cle.pub.pem").read_text())
    files = [{"name": name, "type": "", "b64": base64.b64encode(content).decode()} for name, content in NAMES.items()]
    (folder / "one.json").write_text(file_of({"words": "Bonjour", "files": files}, public))
    (folder / "clean.json").write_text(file_of({"words": "Bonjour", "files": files[:1]}, public))
    (folder / "plain.json").write_text(file_of({"words": "Bonjour", "files": []}, public))
    (folder / "eicar.ndb").write_text(f"Eicar-Essai:0:*:{EICAR.hex()}\n")
    (folder / "eicar.hdb").write_text(f"{hashlib.md5(INFECTED_PDF).hexdigest()}:{len(INFECTED_PDF)}:Eicar-Pdf\n")
    (folder / "broken.ndb").write_text("this is no signature\n")
    (folder / "nobody.conf").write_text(f"LocalSocket {folder / 'nobody'}\n")
    return folder


@pytest.fixture(scope="module")
def daemon() -> Iterator[Path]:
    """The settings of a clamd that runs, which knows a mark of its own."""
    with clamd.running() as socket:
        yield Path(socket).with_name("conf")


def opened(desk: Path, into: Path, *words: str | Path, name: str = "one.json", path: str = "") -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-I", str(ROOT / "tools/rights_desk.py"), "open", desk / name, "--key", desk / "cle.key.pem"]
    program += ["--into", into, *words]
    env = {**os.environ, **({"PATH": path} if path else {})}
    return subprocess.run(list(map(str, program)), capture_output=True, text=True, check=False, env=env)


def written(into: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in into.rglob("*") if one.is_file()}


@needs("clamscan")
def test_an_infected_proof_is_refused_and_not_written_and_a_clean_one_passes(desk: Path, tmp_path: Path):
    done = opened(desk, tmp_path, "--scanner", f"clamscan -d {desk / 'eicar.ndb'}")
    assert done.returncode == 0, done.stderr
    found = written(tmp_path)
    assert sorted(found) == ["01-photo.png", "demande.json", "pieces.txt"] and not any(EICAR in content for content in found.values())
    lines = found["pieces.txt"].decode().splitlines()
    assert ["saine selon l'antivirus" in lines[0], "l'antivirus la refuse" in lines[1], "l'antivirus la refuse" in lines[2]] == [True] * 3
    assert base64.b64encode(EICAR)[:40] not in found["demande.json"] and "l'antivirus la refuse ; elle n'est pas écrite" in done.stdout


@needs("clamscan")
def test_what_is_accepted_unscanned_is_never_what_a_scanner_found(desk: Path, tmp_path: Path):
    done = opened(desk, tmp_path, "--accept-unscanned", "--scanner", f"clamscan -d {desk / 'eicar.hdb'}")
    assert done.returncode == 0, done.stderr
    assert sorted(written(tmp_path)) == ["01-photo.png", "02-virus.png", "demande.json", "pieces.txt"]  # the hash is that of the PDF alone


@needs("clamd", "clamdscan")
def test_the_daemon_of_the_machine_is_asked_likewise(desk: Path, tmp_path: Path, daemon: Path):
    public = sealing.read_public((desk / "cle.pub.pem").read_text())
    proofs = [{"name": name, "b64": base64.b64encode(content).decode()} for name, content in (("a", image()), ("b", image() + clamd.MARK))]
    (tmp_path / "two.json").write_text(file_of({"files": proofs}, public))
    done = opened(desk, tmp_path / "into", "--scanner", f"clamdscan -c {daemon}", name=str(tmp_path / "two.json"))
    assert done.returncode == 0, done.stderr
    assert sorted(written(tmp_path / "into")) == ["01-a.png", "demande.json", "pieces.txt"]


@needs("clamscan", "clamdscan")
def test_without_a_named_one_the_machines_scanners_are_asked_until_one_has_a_verdict(desk: Path, tmp_path: Path):
    for name, words in (("clamdscan", f"-c {desk / 'nobody.conf'}"), ("clamscan", f"-d {desk / 'eicar.ndb'}")):
        (tmp_path / name).write_text(f'#!/bin/sh\nexec {shutil.which(name)} {words} "$@"\n')
        (tmp_path / name).chmod(0o755)
    done = opened(desk, tmp_path / "into", path=f"{tmp_path}:/usr/bin:/bin")
    assert done.returncode == 0, done.stderr
    assert sorted(written(tmp_path / "into")) == ["01-photo.png", "demande.json", "pieces.txt"]
    (tmp_path / "clamscan").write_text(f'#!/bin/sh\nexec {shutil.which("clamscan")} -d {desk / "broken.ndb"} "$@"\n')
    assert opened(desk, tmp_path / "again", path=f"{tmp_path}:/usr/bin:/bin").returncode == 1


@pytest.mark.parametrize(
    "scanner",
    [
        pytest.param("{desk}/no-such-program", id="none"),
        pytest.param("clamscan -d {desk}/nowhere.ndb", id="no-signatures", marks=needs("clamscan")),
        pytest.param("clamscan -d {desk}/broken.ndb", id="broken-signatures", marks=needs("clamscan")),
        pytest.param("clamdscan -c {desk}/nobody.conf", id="daemon-down", marks=needs("clamdscan")),
        pytest.param("sh -c 'exit 1'", id="finds-a-virus-in-everything"),
    ],
)
def test_a_scanner_that_is_missing_or_broken_is_told_and_nothing_is_written_unless_one_goes_without(
    desk: Path, tmp_path: Path, scanner: str
):
    named = ("--scanner", scanner.format(desk=desk))
    done = opened(desk, tmp_path, *named, name="clean.json")
    assert done.returncode == 1 and NO_ANSWER in done.stderr and "--accept-unscanned" in done.stderr and written(tmp_path) == {}
    assert opened(desk, tmp_path / "plain", *named, name="plain.json").returncode == 0  # nothing to scan
    done = opened(desk, tmp_path / "without", *named, "--accept-unscanned", name="clean.json")
    found = written(tmp_path / "without")
    if scanner.startswith("sh"):
        assert sorted(found) == ["demande.json", "pieces.txt"]
    else:
        assert sorted(found) == ["01-photo.png", "demande.json", "pieces.txt"] and "AUCUN antivirus" in found["pieces.txt"].decode()


def test_a_machine_without_any_scanner_is_told_the_same(desk: Path, tmp_path: Path):
    done = opened(desk, tmp_path / "into", name="clean.json", path=str(tmp_path))
    assert done.returncode == 1 and NO_ANSWER in done.stderr and written(tmp_path) == {}


def test_one_proof_of_which_a_working_scanner_says_nothing_is_left_out_and_the_request_is_read(desk: Path, tmp_path: Path):
    done = opened(desk, tmp_path, "--scanner", "sh -c 'test $(wc -c) -lt 100 || exit 2'", name="clean.json")
    assert done.returncode == 0 and "l'antivirus n'en dit rien" in done.stdout
    assert sorted(written(tmp_path)) == ["demande.json", "pieces.txt"]


def test_a_scanner_that_cannot_be_read_as_a_command_is_refused(desk: Path, tmp_path: Path):
    done = opened(desk, tmp_path, "--scanner", "clamscan 'x")
    assert done.returncode == 2 and "--scanner" in done.stderr and written(tmp_path) == {}


def test_the_tool_says_its_options():
    said = run_tool("open", "--help").stdout
    assert "--scanner" in said and "--accept-unscanned" in said
