"""Budgets: small functions, small files, small templates."""

import statistics
from collections.abc import Iterable

from tests.architecture.source import APPS, PACKAGES, length, modules, templates, where
from tools.environment import ROOT

LONGEST_FUNCTION = 40
LONGEST_MEAN = 10
LONGEST_FILE = 400
LONGEST_TEMPLATE = 120
BANNED = {"utils", "helpers", "mixins", "core", "common", "misc"}
VAGUE_VERBS = ("get_", "do_", "handle_", "process_")
# Names that Django and its apps call us by: theirs to choose.
CALLED_BY_OTHERS = {
    *("get_absolute_url", "get_queryset", "get_context_data", "get_object", "get_form_kwargs", "get_success_url", "get_template_names"),
    *("get_response", "get_context", "get_bound_field", "get_by_natural_key", "get_username", "get_full_name", "get_short_name"),
    *(
        "get_form",
        "get_form_class",
        "get_initial",
        "get_redirect_url",
        "get_success_url_allowed_hosts",
        "get_prep_value",
        "get_from_db_value",
    ),
    *(
        "get_internal_type",
        "get_default_redirect_url",
        "get_user_permissions",
        "get_token_issuer",
        "get_device",
        "get_form_list",
        "get_key",
    ),
    *(
        "process_view",
        "process_exception",
        "process_template_response",
        "handle_no_permission",
        "get_setup_forms",
        "get_token_form_class",
        "get_issuer",
    ),
}


def at_most(limit: int, found: Iterable[tuple[str, int]]) -> list[str]:
    return [f"{name}: {size} lines" for name, size in found if size > limit]


def test_no_function_is_longer_than_a_screen() -> None:
    assert not at_most(LONGEST_FUNCTION, ((f"{where(m, f)} {f.name}", length(f)) for m in modules(*PACKAGES) for f in m.functions()))


def test_the_mean_function_stays_small() -> None:
    for app in APPS:
        sizes = [length(function) for module in modules(app) for function in module.functions()]
        assert not sizes or statistics.mean(sizes) <= LONGEST_MEAN, f"{app}: {statistics.mean(sizes):.1f} lines on average"


def test_no_file_is_too_long() -> None:
    assert not at_most(LONGEST_FILE, ((module.name, module.text.count("\n")) for module in modules(*PACKAGES)))


def test_no_template_is_too_long() -> None:
    assert not at_most(LONGEST_TEMPLATE, ((str(path.relative_to(ROOT)), path.read_text().count("\n")) for path in templates()))


def test_no_file_is_a_drawer_for_everything() -> None:
    assert not [module.name for module in modules(*PACKAGES) if module.path.stem in BANNED or BANNED & set(module.path.parent.parts)]


def test_a_function_is_named_after_what_it_means() -> None:
    vague = [
        f"{where(module, function)} {function.name}"
        for module in modules(*PACKAGES)
        for function in module.functions()
        if function.name.startswith(VAGUE_VERBS) and function.name not in CALLED_BY_OTHERS
    ]
    assert not vague


def test_the_ratio_of_tests_to_code_is_printed(record_testsuite_property, capsys) -> None:
    code = sum(module.text.count("\n") for module in modules(*PACKAGES))
    tests = sum(module.text.count("\n") for module in modules("tests"))
    record_testsuite_property("tests_to_code", round(tests / code, 2))
    with capsys.disabled():
        print(f"\ntests : code = {tests} : {code} = {tests / code:.2f}")
    assert tests
