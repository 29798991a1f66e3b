"""`make demo`: one command, a site with real examples, and nothing left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import demo
from tools.environment import ROOT
from tools.postgres import Cluster


@pytest.fixture
def var() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="guichet-demo-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)
        Cluster(Path(name) / "postgres").destroy()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(var: Path, port: int | str) -> "subprocess.Popen[str]":
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    environment = {**kept, "GUICHET_VAR": str(var), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    words = [sys.executable, "-m", "tools.demo"]
    return subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, process_group=0)


def read_until(running: "subprocess.Popen[str]", words: str) -> str:
    said = ""
    for line in running.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def left_behind(var: Path) -> list[str]:
    """The processes that still know this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(var).encode() in (process / "environ").read_bytes() and process.name != str(os.getpid()):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_it_opens_says_how_to_come_in_stops_at_ctrl_c_and_starts_again(var: Path) -> None:
    port = free_port()
    for _round in range(2):
        begin = time.monotonic()
        running = start(var, port)
        said = read_until(running, "Ctrl-C stops everything")
        assert time.monotonic() - begin < 600  # half a minute alone; here it shares two cores with the browsers of other tests
        assert f"http://localhost:{port}/" in said
        assert re.search(r"\S+@\S+\.\w+ ", said), "no account is told"
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/repertoire/", timeout=20).status == 200
        assert wait_for_health(port) == 200, "the worker, the outbox or the disk is ill"
        second = start(var, port)
        assert "already runs" in second.communicate(timeout=30)[0]
        os.killpg(running.pid, signal.SIGINT)
        rest = running.communicate(timeout=120)[0]  # a loaded machine may be making papers just then
        assert (running.returncode, "Traceback" in rest) == (0, False), rest
        assert left_behind(var) == []


def wait_for_health(port: int) -> int:
    for _try in range(60):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/", timeout=10).status
        except urllib.error.HTTPError:
            time.sleep(0.5)
    return 503


@pytest.mark.slow
def test_the_children_of_a_killed_demo_end_with_it(var: Path) -> None:
    words = [
        sys.executable,
        "-c",
        f"""
import os, sys, time
from pathlib import Path
from tools import demo
demo.VAR = Path({str(var)!r})
log = open(os.devnull, "ab")
child = demo.child(("http.server", "0", "--bind", "127.0.0.1"), dict(os.environ), log)
print(child.pid, flush=True)
time.sleep(60)
""",
    ]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        time.sleep(0.5)
        assert Path(f"/proc/{child}").exists()
        parent.kill()
    deadline = time.monotonic() + 5
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(child)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_taken_port_is_told_with_the_way_out(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = start(var, port)
        said = running.communicate(timeout=30)[0]
    assert running.returncode == 1
    assert f"Port {port} is taken. Choose another one: make demo PORT={port + 1}" in said


@pytest.mark.parametrize("text", ["", "eighty", "0", "70000", "-1"])
def test_a_port_that_is_none_is_told(text: str) -> None:
    with pytest.raises(demo.Unable, match="make demo PORT="):
        demo.chosen_port(text)
