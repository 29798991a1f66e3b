"""The launcher stands what machines and people do to a server."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tools.postgres import Cluster, PostgresError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not tmp_path: its parents are private to us, and the server may run as another account.
    with tempfile.TemporaryDirectory(prefix="guichet-launcher-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(folder / "data", {"fsync": "off"})
    yield cluster
    cluster.destroy()


def answers(cluster: Cluster) -> str:
    with psycopg.connect(cluster.url("postgres")) as connection:
        return connection.execute("SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'postgres'").fetchone()[
            0
        ]


def test_it_starts_stops_and_keeps_its_rows(cluster: Cluster) -> None:
    cluster.start()
    cluster.create_database("kept")
    cluster.create_database("kept")
    cluster.stop()
    assert cluster.running_pid() is None
    assert not cluster.socket_folder.exists()
    cluster.start()
    assert answers(cluster) == "b C.UTF-8"
    with psycopg.connect(cluster.url("kept")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_it_starts_again_after_kill_9(cluster: Cluster) -> None:
    cluster.start()
    os.kill(cluster.running_pid(), signal.SIGKILL)
    cluster.start()
    assert answers(cluster)


def test_two_starts_at_once_give_one_server(cluster: Cluster) -> None:
    with ThreadPoolExecutor(2) as two:
        list(two.map(lambda _: Cluster(cluster.folder).start(), range(2)))
    assert answers(cluster)


def test_a_recycled_process_number_is_not_taken_for_the_server(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        try:
            (cluster.folder / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster.folder}\n")
            assert cluster.running_pid() is None
            cluster.start()
            assert answers(cluster)
            assert stranger.poll() is None, "the launcher ended a process that is not its own"
        finally:
            stranger.kill()


def test_an_initialisation_that_was_cut_short_is_done_again(cluster: Cluster) -> None:
    half = cluster.folder.with_name(".data.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    cluster.start()
    assert answers(cluster)


def test_a_path_too_long_for_a_socket_is_served(folder: Path) -> None:
    cluster = Cluster(folder / ("long" * 30) / "data with a space")
    try:
        cluster.start()
        assert answers(cluster)
    finally:
        cluster.destroy()


@pytest.mark.skipif("os.geteuid() != 0", reason="only root needs to lend the right to pass")
def test_root_may_keep_the_project_below_a_private_folder(folder: Path) -> None:
    (folder / "private").mkdir(mode=0o700)
    cluster = Cluster(folder / "private" / "data")
    try:
        cluster.start()
        assert answers(cluster)
        assert (folder / "private").stat().st_mode & 0o777 == 0o700
    finally:
        cluster.destroy()


def test_the_server_is_unprivileged_and_off_the_network(cluster: Cluster) -> None:
    cluster.start()
    status = Path(f"/proc/{cluster.running_pid()}/status").read_text()
    assert "\nUid:\t0\t" not in status
    with psycopg.connect(cluster.url("postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_socket_folder_that_somebody_else_opened_is_replaced(cluster: Cluster) -> None:
    cluster.socket_folder.mkdir(mode=0o777)
    cluster.socket_folder.chmod(0o777)
    cluster.start()
    assert cluster.socket_folder.stat().st_mode & 0o777 == 0o700


def test_a_server_that_cannot_start_says_why(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    with pytest.raises(PostgresError, match="no_such_setting"):
        Cluster(cluster.folder, {"no_such_setting": "on"}).start()


def test_the_command_line_survives_ctrl_c_and_the_server_with_it(cluster: Cluster) -> None:
    words = [sys.executable, "-m", "tools.postgres", "start", "--data", str(cluster.folder)]
    assert subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "running\n"
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], process_group=0) as shell:
        os.killpg(shell.pid, signal.SIGINT)
    assert cluster.running_pid(), "Ctrl-C in the shell reached the server"
    again = subprocess.Popen(words, cwd=ROOT, process_group=0, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.killpg(again.pid, signal.SIGINT)
    again.communicate(timeout=30)
    cluster.start()
    assert answers(cluster)


def test_ctrl_c_during_the_very_first_start_leaves_a_cluster_that_starts(cluster: Cluster) -> None:
    words = [sys.executable, "-m", "tools.postgres", "start", "--data", str(cluster.folder)]
    for moment in (0.25, 0.4, 0.6):
        first = subprocess.Popen(words, cwd=ROOT, process_group=0, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            first.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            os.killpg(first.pid, signal.SIGINT)
            first.communicate(timeout=30)
    cluster.start()
    assert answers(cluster)
