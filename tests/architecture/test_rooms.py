"""Who may do what in which room of an app: read from the code, because import-linter sees imports only."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from tests.architecture.source import APPS, HOUSES, Module, length, modules, where
from workflow.engine import Subject

FLOORS = [floor for app in reversed(APPS) for floor in [app, *HOUSES.get(app, ())]]
DOMAIN = ("models", "rules", "transitions", "services", "policies", "states", "queries")
VIEW_LINES = 12
EFFECT_LINES = 15


def calls(module: Module, *names: str) -> Iterator[ast.Call]:
    """The calls whose text is one of these (`timezone.now`)."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
            yield node


def test_every_foreign_key_points_down() -> None:
    upwards = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        and field.related_model._meta.app_label in FLOORS
        and field.related_model._meta.label != "accounts.User"
        if FLOORS.index(field.related_model._meta.app_label) > FLOORS.index(model._meta.app_label)
    ]
    assert not upwards


def room_of(name: str) -> int:
    """On which floor of its house (the dossier's, the registry's) a module stands: 0 is its base, the rooms stand above in their order."""
    parts = name.removesuffix(".py").replace("/", ".").split(".")
    rooms = HOUSES.get(parts[0], ())
    return rooms.index(parts[1]) + 1 if len(parts) > 1 and parts[1] in rooms else 0


@pytest.mark.parametrize("house", HOUSES)
def test_a_room_imports_from_those_below_it_only(house: str) -> None:
    upwards = [
        f"{where(module, node)} imports {name}"
        for module in modules(house)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        if name.startswith(f"{house}.") and room_of(name) > room_of(module.name)
    ]
    assert not upwards, "a lower room exposes a registry (slots.py) and the upper one registers from AppConfig.ready()"


def test_only_the_engine_moves_a_state() -> None:
    moved = []
    with_a_machine = {model._meta.app_label for model in apps.get_models() if issubclass(model, Subject)}
    assert "requests_app" in with_a_machine
    for module in modules(*sorted(with_a_machine)):
        for node in ast.walk(module.tree):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
            names = [part for target in targets for part in ast.walk(target) if isinstance(part, ast.Attribute)]
            if any(name.attr == "state" for name in names):
                moved.append(where(module, node))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
                moved += [where(module, node) for keyword in node.keywords if keyword.arg == "state"]
    assert not moved


def test_the_domain_does_not_look_at_the_clock() -> None:
    now = ("timezone.now", "timezone.localdate", "timezone.localtime", "datetime.now", "date.today", "datetime.today", "time.time")
    found = [where(m, call) for m in modules(*APPS) if m.app != "workflow" and m.holds(*DOMAIN) for call in calls(m, *now)]
    assert not found, "take at= instead: a view, a task or a command knows what time it is"


def test_a_view_lets_a_refusal_pass() -> None:
    tried = [where(m, node) for m in modules(*APPS) if m.holds("views", "api") for node in ast.walk(m.tree) if isinstance(node, ast.Try)]
    assert not tried, "RefusalMiddleware answers refusals"


def test_a_view_is_one_call_to_the_domain() -> None:
    long = [
        f"{where(module, function)} {function.name}: {length(function)} lines"
        for module in modules(*APPS)
        if module.holds("views", "api")
        for function in module.functions()
        if length(function) > VIEW_LINES
    ]
    assert not long


def test_an_effect_is_short() -> None:
    long = [
        f"{where(module, function)} {function.name}: {length(function)} lines"
        for module in modules(*APPS)
        if module.holds("transitions")
        for function in module.functions()
        if any("move" in ast.unparse(decorator) for decorator in function.decorator_list) and length(function) > EFFECT_LINES
    ]
    assert not long


def test_roles_are_asked_in_policies_only() -> None:
    found = [
        where(module, node)
        for module in modules(*APPS)
        if not module.holds("policies", "roles")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Compare) and re.search(r"\.role\b", ast.unparse(node.left)) and isinstance(node.ops[0], ast.Eq)
    ]
    assert not found


def test_no_view_creates_rows() -> None:
    found = [
        where(m, n)
        for m in modules(*APPS)
        if m.holds("views")
        for n in ast.walk(m.tree)
        if isinstance(n, ast.Call)
        if ".objects.create" in ast.unparse(n.func)
    ]
    assert not found


@pytest.mark.parametrize("app", APPS)
def test_every_module_says_its_idea(app: str) -> None:
    silent = [module.name for module in modules(app) if module.text.strip() and not ast.get_docstring(module.tree)]
    assert not silent


@pytest.mark.parametrize("app", APPS)
def test_every_public_function_of_the_domain_is_typed_and_says_its_meaning(app: str) -> None:
    faults = []
    for module in modules(app):
        if not (module.holds(*DOMAIN) or app == "workflow"):
            continue
        for node in public_functions(module.tree):
            arguments = [a for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if a.arg not in {"self", "cls"}]
            if not ast.get_docstring(node):
                faults.append(f"{where(module, node)} {node.name} has no docstring")
            if node.returns is None or any(argument.annotation is None for argument in arguments):
                faults.append(f"{where(module, node)} {node.name} is not typed")
    assert not faults


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions of a module and the methods of its public classes; what Django calls by its own name is known by that name."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from (part for part in node.body if isinstance(part, ast.FunctionDef) and is_public(part))
        elif isinstance(node, ast.FunctionDef) and is_public(node):
            yield node


def is_public(node: ast.FunctionDef) -> bool:
    """Not private, not magic, and not a method whose meaning Django fixes."""
    return not node.name.startswith("_") and node.name not in {"save", "delete", "clean", "get_absolute_url", "ready"}
