"""A person who has a keyboard and nothing else: every gesture is a key, and what is reached is read from what has the focus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.journeys.pages import Screen

#: More stops than any page has, and more than one field can have: a date has four.
MOST_STOPS, MOST_IN_ONE_FIELD = 400, 6

FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const again = document.lastFocused === element;
  document.lastFocused = element;
  const closed = element.tagName === "SUMMARY" && !element.parentElement.open;
  return {
    tag: element.tagName.toLowerCase(), type: element.type ?? "", name: element.name ?? "", value: element.value ?? "",
    checked: element.checked ?? false, href: element.getAttribute("href") ?? "", text: element.innerText ?? "", again,
    opens: closed ? [...element.parentElement.querySelectorAll("[name]")].map((one) => one.name) : [],
    sends: element.matches("main form button[type=submit].fr-btn:not(.fr-btn--secondary, .fr-btn--tertiary)"),
    seen: element.checkVisibility({ visibilityProperty: true }),
  };
}"""


@dataclass(frozen=True)
class Focus:
    """What has the focus."""

    tag: str
    type: str
    name: str
    value: str
    checked: bool
    href: str
    text: str
    again: bool
    opens: list[str]
    sends: bool
    seen: bool


class Keys(Screen):
    """A screen on which one has a keyboard only."""

    def __init__(self, page: Page, *, javascript: bool = True) -> None:
        super().__init__(page, javascript=javascript)
        page.on("filechooser", lambda chooser: None)  # from the start: told only when the key is pressed, the browser may hear it too late

    # Moving about

    @property
    def path(self) -> str:
        """Where one is."""
        return urlsplit(self.page.url).path

    @property
    def focus(self) -> Focus | None:
        """What has the focus now."""
        read = self.page.evaluate(FOCUSED)
        return Focus(**read) if read else None

    def key(self, name: str) -> Focus | None:
        """Press a key, and say what has the focus then."""
        self.page.keyboard.press(name)
        return self.focus

    def stops(self) -> Iterator[Focus]:
        """What Tab reaches from here to the end of the page, passing over the header by the skip link."""
        stayed = 0
        for number in range(MOST_STOPS):
            here = self.key("Tab")
            if here is None or (number and here.href == "#content"):
                return
            stayed = stayed + 1 if here.again else 0
            assert stayed < MOST_IN_ONE_FIELD, f"{self.page.url}: the keyboard is caught in {here}"
            assert here.seen, f"{self.page.url}: the focus is on something that nobody sees: {here}"
            if here.href == "#content":
                self.page.keyboard.press("Enter")
            else:
                yield here
        raise AssertionError(f"{self.page.url}: Tab never comes to the end of the page")

    def enter(self) -> Self:
        """Press what has the focus, which opens another page, and judge that page."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self.ready().judged()

    def judged(self) -> Self:
        """Check that the page is accessible and fits its window."""
        return self.is_accessible().fits()

    def follow(self, address: str) -> Self:
        """Go on to a link by its address, or by the start of it, and follow it."""
        here = next((one for one in self.stops() if one.tag == "a" and one.href.startswith(address)), None)
        assert here, f"{self.page.url}: Tab reaches no link to {address}"
        return self.enter()

    def send(self) -> Self:
        """Go on to the button that sends the form of the page, and press it."""
        here = self.focus
        if not (here and here.sends):
            here = next((one for one in self.stops() if one.sends), None)
        assert here, f"{self.page.url}: Tab reaches no button that sends"
        return self.enter()

    # Filling a form

    def answer(self, answers: Mapping[str, Any]) -> Self:
        """Fill the fields of these names in one pass down the page; boxes of one name take the list of their values."""
        left = {name: list(value) if isinstance(value, list) else value for name, value in answers.items()}
        for here in self.stops():
            if set(here.opens) & set(left):
                self.page.keyboard.press("Enter")
            elif here.name in left:
                self._answer_one(here, left)
            if not left:
                return self
        raise AssertionError(f"{self.page.url}: Tab did not reach {left}")

    def _answer_one(self, here: Focus, left: dict[str, Any]) -> None:
        if here.type == "checkbox":
            self._tick(here, left)
            return
        wanted = left.pop(here.name)
        if here.type == "radio":
            self._turn_to(here, wanted, "ArrowDown")
        elif here.tag == "select":
            self.page.keyboard.press("Home")
            self._turn_to(here, wanted, "ArrowDown")
        elif here.type == "date":
            self._date(wanted)
        elif here.type == "file":
            self._file(wanted)
        else:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.insert_text(str(wanted))

    def _tick(self, here: Focus, left: dict[str, Any]) -> None:
        wanted = left[here.name]
        if wanted is True or here.value in wanted:
            ticked = here if here.checked else self.key("Space")
            assert ticked and ticked.checked, f"{self.page.url}: Space does not tick {here}"
            if wanted is not True:
                wanted.remove(here.value)
        if wanted is True or not wanted:
            del left[here.name]

    def _turn_to(self, here: Focus, wanted: str, key: str) -> None:
        """Turn through the choices of a list, or of a group of buttons, until the wanted one is chosen."""
        now = self.key("Space") if here.type == "radio" and not here.checked else self.focus
        passed: list[str] = []
        while now and now.value != wanted:
            passed.append(now.value)
            assert passed.count(now.value) < 3, f"{self.page.url}: {key} never comes to {wanted} in {here.name}: {passed}"
            now = self.key(key)
        assert now and now.name == here.name and (now.type != "radio" or now.checked)

    def _date(self, wanted: str) -> None:
        """Type a date in the order of the browser's language."""
        day = date.fromisoformat(wanted)
        for order in ("%d%m%Y", "%m%d%Y"):
            self.page.keyboard.type(day.strftime(order))
            now = self.focus
            if now and now.value == wanted:
                return
            for _part in range(2):
                self.page.keyboard.press("ArrowLeft")
        raise AssertionError(f"{self.page.url}: {wanted} cannot be typed")

    def _file(self, path: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(path)
