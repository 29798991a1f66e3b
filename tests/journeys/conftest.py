"""A real browser against a real server: every page opened here is watched for script errors and policy violations."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.journeys.pages import Screen
from tests.needs import needs
from tools.system import chromium_path

HERE = Path(__file__).parent
# Else each window draws two pages of the address bar, which nobody sees and which cost more than one of ours.
UNSEEN = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "PreloadTopChromeWebUI",
    "LensOverlay",
    "MediaRouter",
    "AimEnabled",
)
#: What Playwright disables itself: only the last list is read.
AS_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "PreconnectToSearch",
)
# A page lives for a second or two: what the compiler would work out for a long life is never earned back.
QUICK_TO_START = "--js-flags=--no-opt --no-maglev"
FLAGS = [
    *("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"),
    f"--disable-features={','.join(UNSEEN + AS_PLAYWRIGHT)}",
    QUICK_TO_START,
]
# The design system's script draws at every frame for ever, and a page that waits would cost a tenth of a processor: here it draws twenty
# times a second.
FEWER_FRAMES = """
    window.requestAnimationFrame = (draw) => setTimeout(() => draw(performance.now()), 50);
    window.cancelAnimationFrame = clearTimeout;
"""
EXPECTED = "the server responded with a status of"  # a refusal or an error page that a journey provokes


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey needs the browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(needs("chromium"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_screen(browser: Browser, live_server) -> Iterator[Callable[..., Screen]]:
    """Open a page: `open_screen("/", width=360, javascript=False, language="en", user=somebody)`.

    Screens of one person share nothing with the other's: each call is a browser profile of its own. The test fails when one
    of them has met a script error or a violation of the content security policy.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(path: str = "/", *, width: int = 1280, javascript: bool = True, language: str = "fr", user: object = None) -> Screen:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            locale=language,
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.add_init_script(FEWER_FRAMES)
        page = context.new_page()
        _watch(page, complaints)
        screen = Screen(page, javascript=javascript)
        if user is not None:
            screen.sign_in(user, live_server.url)
        return screen.go(path)

    yield open_
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


def _watch(page: Page, complaints: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and EXPECTED not in message.text:
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
