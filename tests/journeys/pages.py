"""Page objects: what a person does on a screen, in their words. A journey builds on `Screen` and adds its own gestures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect

ARTEFACTS = Path(settings.BASE_DIR) / "test-artefacts"
WIDTHS = (1280, 360)
# Every rule, without the selector of each node, which would be worked out for all those that pass: the message shows the node itself.
VIOLATIONS = "axe.run({resultTypes: ['violations'], selectors: false}).then(told => told.violations)"


class Screen:
    """Any page of the site."""

    def __init__(self, page: Page, *, javascript: bool = True) -> None:
        self.page = page
        self.javascript = javascript

    # Moving about

    def go(self, path: str) -> Self:
        """Open an address and wait until the page can be used."""
        self.page.goto(path)
        return self.ready()

    def ready(self) -> Self:
        """Wait for the design system's script on the pages that load it."""
        if self.javascript and self.page.locator("script[type=module]").count():
            self.page.locator("html[data-fr-js]").wait_for()
        return self

    def follow(self, name: str) -> Self:
        """Follow the link of this name, which opens another page."""
        return self._leave(self.page.get_by_role("link", name=name, exact=True).first)

    def press(self, name: str) -> Self:
        """Press the button of this name, which opens another page."""
        return self._leave(self.page.get_by_role("button", name=name, exact=True).first)

    def _leave(self, target: Locator) -> Self:
        with self.page.expect_navigation():
            target.click()
        return self.ready()

    def fill(self, label: str, value: str) -> Self:
        """Write into the field that has this label; what follows the label (“optional”) need not be said."""
        self.page.get_by_label(label).first.fill(value)
        return self

    def tick(self, label: str) -> Self:
        """Tick the box or choose the option of this label (the design system draws it over the input)."""
        self.page.get_by_label(label).first.check(force=True)
        return self

    def sign_in(self, user: Any, url: str) -> Self:
        """Enter somebody's session without the form, second factor given when they have one."""
        from tests.accounts.clients import sign_in

        client = sign_in(Client(), user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
        return self

    # Looking

    @property
    def heading(self) -> str:
        """The page's title, as it is read on it."""
        return self.page.locator("h1").inner_text()

    @property
    def language(self) -> str | None:
        """The language that the page says it is in."""
        return self.page.locator("html").get_attribute("lang")

    def shows(self, text: str) -> Self:
        """Check that the text stands somewhere, visible."""
        expect(self.page.get_by_text(text).first).to_be_visible()
        return self

    # Judging

    def is_accessible(self) -> Self:
        """Check that axe finds no violation on the page as it stands."""
        assert self.javascript, "axe is a script: without JavaScript it would never answer"
        if self.page.evaluate("typeof axe === 'undefined'"):
            self.page.evaluate(AXE_SCRIPT)
        violations = self.page.evaluate(VIOLATIONS)
        found = [f"{one['id']}: {one['help']}: {node['html'][:160]}" for one in violations for node in one["nodes"]]
        assert not found, f"{self.page.url}\n" + "\n".join(found)
        return self

    def fits(self) -> Self:
        """Check that nothing sticks out to the right of the window."""
        wide, window = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window, f"{self.page.url} is {wide} px wide in a window of {window} px"
        return self

    def is_good_at_both_widths(self) -> Self:
        """Check that axe finds nothing and that nothing sticks out, on a screen and on a phone, and come back to the width that it had."""
        before = self.page.viewport_size
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            self.is_accessible().fits()
        if before:
            self.page.set_viewport_size(before)
        return self

    def shoot(self, name: str) -> Self:
        """Write the page at both widths into test-artefacts/ where pictures are asked for, and come back to the width that it had."""
        if not os.environ.get("JOURNEY_PICTURES"):
            return self
        ARTEFACTS.mkdir(exist_ok=True)
        before = self.page.viewport_size
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.screenshot(path=ARTEFACTS / f"{name}-{width}.png", full_page=True)
        if before:
            self.page.set_viewport_size(before)
        return self
