"""Whether the locked requirements still answer pyproject.toml, found out without the network."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.environment import ROOT

PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)")
ASKED_BY_US = "guichet (pyproject.toml"
HOW = "run `make locks`"


def faults(project: Path, folder: Path) -> list[str]:
    """What the locks lack, hold at another version, or hold although nobody asks for it any more."""
    declared = tomllib.loads(project.read_text(encoding="utf-8"))
    base = declared["project"]["dependencies"]
    found = compare(base, folder / "base.txt")
    return found + compare(base + declared["dependency-groups"]["dev"], folder / "dev.txt")


def compare(wanted: list[str], lock: Path) -> list[str]:
    """The faults of one lock against the requirements it was made from."""
    text = lock.read_text(encoding="utf-8")
    pinned, asked = read(text)
    found = []
    names = set()
    for requirement in map(Requirement, wanted):
        name = canonicalize_name(requirement.name)
        names.add(name)
        if name not in pinned:
            found.append(f"{lock.name} lacks {name}: {HOW}")
        elif pinned[name] not in requirement.specifier:
            found.append(f"{lock.name} holds {name} {pinned[name]}, not {requirement.specifier}: {HOW}")
    found += [f"{lock.name} holds {name}, which pyproject.toml no longer asks for: {HOW}" for name in sorted(asked - names)]
    if "--hash=" not in text or "://" in text:
        found.append(f"{lock.name} must carry hashes and name no address: {HOW}")
    return found


def read(text: str) -> tuple[dict[str, Version], set[str]]:
    """The pinned versions of a lock, and the names that we ask for ourselves (its comments say on whose behalf)."""
    pinned: dict[str, Version] = {}
    asked: set[str] = set()
    name = ""
    for line in text.splitlines():
        if match := PINNED.match(line):
            name = canonicalize_name(match[1])
            pinned[name] = Version(match[2])
        elif ASKED_BY_US in line:
            asked.add(name)
    return pinned, asked


def main() -> int:
    """Print the faults; 1 when there is one."""
    found = faults(ROOT / "pyproject.toml", ROOT / "requirements")
    print("\n".join(found) or "The locks are fresh.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
