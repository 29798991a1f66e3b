"""Tests that need a piece of the system: skipped with the line that mends it, failed when REQUIRE_ALL=1."""

import pytest

from tools import system


def needs(*names: str) -> pytest.MarkDecorator:
    """Mark a test or a module (`pytestmark = needs("chromium")`): chromium, pango, redis, clamd, gettext."""
    return pytest.mark.needs(*names)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, with the reason, a test whose piece is missing."""
    names = {name for mark in item.iter_markers("needs") for name in mark.args}
    lacking = system.missing(sorted(names))
    if lacking:
        item.user_properties += [("lacks", name) for name in lacking]
        pytest.skip(f"needs {', '.join(lacking)}: {system.apt_line(lacking)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """In CI a skip is a failure: nothing may pass for tested that was not."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and system.everything_required():
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1 and {item.nodeid} was skipped: {report.longrepr[2]}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line: what was not tested, and the line that mends it."""
    skipped = terminalreporter.stats.get("skipped", [])
    lacking = sorted({value for report in skipped for name, value in report.user_properties if name == "lacks"})
    if lacking:
        count = sum(any(name == "lacks" for name, _ in report.user_properties) for report in skipped)
        terminalreporter.write_line(f"Not tested: {count} tests need {', '.join(lacking)}. {system.apt_line(lacking)}", yellow=True)
