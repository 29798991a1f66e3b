"""The French catalogue: extracted from the code, merged from translators' fragments, checked complete, compiled without gettext."""

import argparse
import contextlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

from tools import system
from tools.environment import ROOT, django_environment

LOCALE = "locale/fr/LC_MESSAGES"
DOMAINS = ("django", "djangojs")
CONTEXT_MARK = "\u0004"
PLURAL_MARK = "||"
ELSEWHERE = ("tests/*", "tools/*", "bench/*", "var/*", "static/vendor/*", "docs/*", "deploy/*")
Fragment = dict[str, str | list[str]]
#: A plain space where French has one that does not break: before a high sign, after an opening guillemet.
BREAKING = re.compile(r"(?<=[^\s«]) (?=[:;!?»](?:[\s.,)]|$))|(?<=«) ")


def extract(root: Path = ROOT) -> None:
    """Write what there is to translate into the catalogues, in an order that does not depend on the machine; needs gettext."""
    (root / LOCALE).mkdir(parents=True, exist_ok=True)
    ignored = [word for pattern in (*ELSEWHERE, ".venv/*") for word in ("--ignore", pattern)]
    for domain in DOMAINS:
        words = ["makemessages", "-l", "fr", "-d", domain, "--add-location=file", "--no-wrap", "--no-obsolete", "-v", "0", *ignored]
        environment = django_environment("test", "postgres://unused")
        subprocess.run([sys.executable, "manage.py", *words], cwd=root, env=environment, check=True, stdin=subprocess.DEVNULL)
        if (root / LOCALE / f"{domain}.po").exists():
            settle(root / LOCALE / f"{domain}.po")


def settle(path: Path) -> None:
    """Sort by sentence, and take no guess for a translation."""
    catalogue = polib.pofile(str(path), wrapwidth=0)
    for entry in catalogue:
        if entry.fuzzy:
            entry.flags.remove("fuzzy")
            entry.msgstr, entry.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
        entry.occurrences.sort()
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    catalogue.metadata.pop("POT-Creation-Date", None)
    catalogue.metadata |= {"Language": "fr", "Plural-Forms": "nplurals=2; plural=(n > 1);", "Content-Type": "text/plain; charset=UTF-8"}
    catalogue.metadata_is_fuzzy = False
    catalogue.save(str(path))


def merge(folder: Path) -> list[str]:
    """Put the fragments (*.json) into the catalogues; the answer lists contradictions and sentences that no code says."""
    fragments = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    remarks = contradictions(fragments)
    together: Fragment = {key: value for fragment in fragments.values() for key, value in fragment.items()}
    used: set[str] = set()
    for path in catalogue_paths():
        catalogue = polib.pofile(str(path), wrapwidth=0)
        for entry in catalogue:
            key = key_of(entry)
            if key in together:
                used.add(key)
                translate(entry, together[key])
        catalogue.save(str(path))
    return remarks + [f"said by no code: {key!r}" for key in together if key not in used]


def contradictions(fragments: dict[str, Fragment]) -> list[str]:
    """The sentences that two translators render differently; the last file in alphabetical order wins."""
    seen: dict[str, tuple[str, str | list[str]]] = {}
    found = []
    for name, fragment in fragments.items():
        for key, value in fragment.items():
            if key in seen and seen[key][1] != value:
                found.append(f"{key!r}: {seen[key][0]} says {seen[key][1]!r}, {name} says {value!r}")
            seen[key] = (name, value)
    return found


def key_of(entry: polib.POEntry) -> str:
    """How a fragment names the sentence: its context, the sentence, its plural."""
    context = f"{entry.msgctxt}{CONTEXT_MARK}" if entry.msgctxt else ""
    plural = f"{PLURAL_MARK}{entry.msgid_plural}" if entry.msgid_plural else ""
    return f"{context}{entry.msgid}{plural}"


def translate(entry: polib.POEntry, value: str | list[str]) -> None:
    """Give the sentence its French; raises ValueError when a plural comes for a singular, or the reverse."""
    if isinstance(value, list) != bool(entry.msgid_plural):
        raise ValueError(f"{key_of(entry)!r}: one form and its plural are not the same thing")
    if isinstance(value, list):
        entry.msgstr_plural = {number: spaced(form) for number, form in enumerate(value)}
    else:
        entry.msgstr = spaced(value)


def spaced(text: str) -> str:
    """French with its spaces that do not break."""
    return BREAKING.sub("\u00a0", text)


def faults() -> Iterator[str]:
    """What is wrong with the catalogues as they are: missing, doubtful, or at odds with the code's placeholders."""
    for path in catalogue_paths():
        for entry in polib.pofile(str(path)):
            if entry.obsolete:
                continue
            if not entry.translated():
                yield f"{path.name}: {'doubtful' if entry.fuzzy else 'not translated'}: {entry.msgid!r} ({where(entry)})"
            elif any(spaced(form) != form for form in (entry.msgstr, *entry.msgstr_plural.values())):
                yield f"{path.name}: a space that may break: {entry.msgid!r} ({where(entry)})"


def stale() -> Iterator[str]:
    """The sentences that the code says and the catalogue does not hold, and the reverse; needs gettext."""
    with copied_tree() as copy:
        extract(copy)
        for domain in DOMAINS:
            said, held = (keys_in(root / LOCALE / f"{domain}.po") for root in (copy, ROOT))
            yield from (f"{domain}.po lacks {key!r}: run `make messages`" for key in sorted(said - held))
            yield from (f"{domain}.po holds what no code says, {key!r}: run `make messages`" for key in sorted(held - said))


@contextlib.contextmanager
def copied_tree() -> Iterator[Path]:
    """A copy of the sources to extract from, so that a check changes nothing."""
    with tempfile.TemporaryDirectory(prefix="guichet-messages-") as name:
        copy = Path(name) / "tree"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "var", "vendor", "node_modules", "__pycache__", "*.mo"))
        yield copy


def keys_in(path: Path) -> set[str]:
    """The sentences of a catalogue."""
    return {key_of(entry) for entry in polib.pofile(str(path)) if not entry.obsolete} if path.exists() else set()


def where(entry: polib.POEntry) -> str:
    """The first file that says the sentence."""
    return str(entry.occurrences[0][0]) if entry.occurrences else "nowhere"


def catalogue_paths() -> list[Path]:
    """The catalogues that exist."""
    return [path for domain in DOMAINS if (path := ROOT / LOCALE / f"{domain}.po").exists()]


def compile_catalogues() -> None:
    """Write the .mo files that Django reads; no gettext needed."""
    for path in catalogue_paths():
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def check() -> int:
    """Print what is wrong; 1 when something is. Without gettext the comparison with the code is skipped, unless REQUIRE_ALL=1."""
    found = list(faults())
    lacking = system.missing(["gettext"])
    if not lacking:
        found += stale()
    elif system.everything_required():
        found.append(f"gettext is missing: {system.apt_line(lacking)}")
    else:
        print(f"Not compared with the code, gettext is missing: {system.apt_line(lacking)}")
    print("\n".join(found) or "The translations are complete.")
    return 1 if found else 0


def main() -> int:
    """The command line: extract, merge FOLDER, check, compile."""
    parser = argparse.ArgumentParser(prog="python -m tools.messages")
    parser.add_argument("action", choices=["extract", "merge", "check", "compile"])
    parser.add_argument("folder", nargs="?", type=Path)
    chosen = parser.parse_args()
    if chosen.action == "check":
        return check()
    if chosen.action == "compile":
        compile_catalogues()
    if chosen.action == "merge":
        print("\n".join(merge(chosen.folder)))
    if chosen.action == "extract":
        if lacking := system.missing(["gettext"]):
            print(f"Extraction needs gettext: {system.apt_line(lacking)}")
            return 1
        extract()
    return 0


if __name__ == "__main__":
    sys.exit(main())
