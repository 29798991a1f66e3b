"""Tests that need a piece of the system: skipped with the line that mends it, failed when REQUIRE_ALL=1."""

import os
from pathlib import Path

import pytest

from tools import system

#: Reference data that are no part of the project: the environment names their folder, and where they are absent a skip is no failure.
FOLDERS = {"shapes": ("HEALTHDCAT_SHAPES", "the official shapes of HealthDCAT-AP and DCAT-AP")}


def needs(*names: str) -> pytest.MarkDecorator:
    """Mark a test or a module (`pytestmark = needs("chromium")`): a piece that `tools/system.py` knows, or reference data: shapes."""
    return pytest.mark.needs(*names)


def folder_of(name: str) -> Path | None:
    """The folder of reference data, None where it is absent; raises KeyError for data that nobody knows."""
    told = os.environ.get(FOLDERS[name][0], "")
    return Path(told) if told and Path(told).is_dir() else None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, with the reason, a test whose piece is missing."""
    names = {name for mark in item.iter_markers("needs") for name in mark.args}
    for name in sorted(names & FOLDERS.keys()):
        if folder_of(name) is None:
            item.user_properties.append(("may_be_absent", name))
            pytest.skip(f"{FOLDERS[name][0]} names no folder: it must hold {FOLDERS[name][1]}")
    lacking = system.missing(sorted(names - FOLDERS.keys()))
    if lacking:
        item.user_properties += [("lacks", name) for name in lacking]
        pytest.skip(f"needs {', '.join(lacking)}: {system.apt_line(lacking)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """In CI a skip is a failure: nothing may pass for tested that was not."""
    report = yield
    absent = any(name == "may_be_absent" for name, _ in item.user_properties)
    if report.skipped and not absent and not hasattr(report, "wasxfail") and system.everything_required():
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1 and {item.nodeid} was skipped: {report.longrepr[2]}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line: what was not tested, and the line that mends it."""
    skipped = terminalreporter.stats.get("skipped", [])
    for absent in sorted({value for report in skipped for name, value in report.user_properties if name == "may_be_absent"}):
        variable, what = FOLDERS[absent]
        terminalreporter.write_line(f"Not tested: {variable} names no folder with {what}.", yellow=True)
    lacking = sorted({value for report in skipped for name, value in report.user_properties if name == "lacks"})
    if lacking:
        count = sum(any(name == "lacks" for name, _ in report.user_properties) for report in skipped)
        terminalreporter.write_line(f"Not tested: {count} tests need {', '.join(lacking)}. {system.apt_line(lacking)}", yellow=True)
