"""`make check`: everything that a machine can judge without running the tests; `--fix` mends what a machine can mend."""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.environment import ROOT, django_environment
from tools.postgres import Cluster

BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")
#: What says something worth reading when it passes, too.
SPOKEN = {"reading"}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def templates() -> list[str]:
    """Every template of ours, by its path from the root."""
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.html"))]


def checks() -> dict[str, tuple[str, ...]]:
    """What is checked, by which command."""
    return {
        "style": (f"{BIN}/ruff", "check", "."),
        "format": (f"{BIN}/ruff", "format", "--check", "."),
        "types": (f"{BIN}/mypy",),
        "floors": (f"{BIN}/lint-imports", "--no-cache"),
        "templates": (f"{BIN}/djade", "--target-version", "5.2", "--check", *templates()),
        "settings": (*MANAGE, "check", "--fail-level", "WARNING"),
        "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
        "machines": (*MANAGE, "draw_machines", "--check"),
        "translations": (sys.executable, "-m", "tools.messages", "check"),
        "locks": (sys.executable, "-m", "tools.locks"),
        "reading": (sys.executable, "-m", "tools.reading_ease"),
    }


def repairs() -> dict[str, tuple[str, ...]]:
    """What can be mended, by which command."""
    return {
        "style": (f"{BIN}/ruff", "check", "--fix", "."),
        "format": (f"{BIN}/ruff", "format", "."),
        "templates": (f"{BIN}/djade", "--target-version", "5.2", *templates()),
        "machines": (*MANAGE, "draw_machines"),
        "translations": (sys.executable, "-m", "tools.messages", "extract"),
    }


def run(name: str, words: tuple[str, ...], environment: dict[str, str]) -> bool:
    """Run one command, say how it went, and show what it says when it fails."""
    start = time.monotonic()
    done = subprocess.run(words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    print(f"{'ok' if done.returncode == 0 else 'FAILED':7}{name:14}{time.monotonic() - start:5.1f} s", flush=True)
    if done.returncode or name in SPOKEN:
        print((done.stdout + done.stderr).strip(), end="\n\n", flush=True)
    return done.returncode == 0


def main() -> int:
    """Run every command, also after a failure; 1 when one failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.check")
    parser.add_argument("--fix", action="store_true", help="mend instead of judging")
    commands = repairs() if parser.parse_args().fix else checks()
    with tempfile.TemporaryDirectory(prefix="guichet-check-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # the server may run as another account
        cluster = Cluster(Path(folder) / "postgres", FAST)
        try:
            cluster.start()
            cluster.create_database("guichet")
            environment = django_environment("test", cluster.url())
            passed = [run(name, words, environment) for name, words in commands.items()]
        finally:
            cluster.destroy()
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
