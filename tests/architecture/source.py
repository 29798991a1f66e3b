"""What the guard-rails look at: our files, read and parsed once."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.environment import ROOT

APPS = (
    *("config", "rights", "registry", "extractions", "contracts", "fees", "committee", "requests_app", "questionnaires", "catalogue"),
    *("accounts", "files", "workflow", "ui"),
)
#: The rooms of the dossier: apps of their own inside `requests_app`, above its base, each on a floor above those before it.
ROOMS = ("letters", "finder", "team", "talk", "checking", "amendments", "exports", "cnil", "desks")
#: The rooms of the registry, in the same way.
REGISTRY_ROOMS = ("trust", "editing", "outcomes", "reuse", "harvest", "following")
#: The rooms of the fees, in the same way.
FEES_ROOMS = ("simulator", "quotes", "invoices", "impact")
#: The rooms of the conventions, in the same way.
CONTRACTS_ROOMS = ("library", "drafting", "negotiating", "signing", "life")
#: The rooms of the extractions, in the same way.
EXTRACTIONS_ROOMS = ("needs", "deposits", "matching", "delivery", "exchange")
#: The rooms of the rights, in the same way.
RIGHTS_ROOMS = ("entitlements", "envelopes", "asking", "tracking", "answering", "oppositions", "assisted", "measures")
HOUSES = {
    "requests_app": ROOMS,
    "registry": REGISTRY_ROOMS,
    "fees": FEES_ROOMS,
    "contracts": CONTRACTS_ROOMS,
    "extractions": EXTRACTIONS_ROOMS,
    "rights": RIGHTS_ROOMS,
}
PACKAGES = (*APPS, "tools", "bench")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A Python file of ours."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def app(self) -> str:
        return self.path.relative_to(ROOT).parts[0]

    @functools.cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @functools.cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def holds(self, *rooms: str) -> bool:
        """Whether the module is one of these rooms of its app, as a file or a package (`transitions`)."""
        return bool({*self.path.relative_to(ROOT).with_suffix("").parts[1:]} & set(rooms))


@functools.cache
def modules(*packages: str) -> tuple[Module, ...]:
    """The Python files of these packages, migrations aside."""
    found = (path for package in packages for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(Module(path) for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts)


def templates() -> list[Path]:
    """Every template of ours."""
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())


def tracked() -> list[Path]:
    """Every text file that is, or is about to be, in the repository."""
    words = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    binary = {".png", ".jpg", ".webp", ".woff", ".woff2", ".ico", ".pdf", ".gz", ".mo", ".ttf"}
    return [path for name in listed if name and (path := ROOT / name).is_file() and path.suffix not in binary]


def length(node: Function) -> int:
    """Lines of a function from `def` to its end, its docstring and decorators aside."""
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def where(module: Module, node: ast.AST) -> str:
    """`file:line`, as an editor opens it."""
    return f"{module.name}:{getattr(node, 'lineno', 1)}"
