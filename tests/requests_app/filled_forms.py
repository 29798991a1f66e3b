"""Reads the form of a page as a browser would send it, so that a test changes one field and leaves the others."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse


class _Fields(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside, self.select, self.text = form_id, False, "", ""
        self.sent: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = told.get("id") == self.form_id
        elif self.inside and tag == "input":
            self._input(told)
        elif self.inside and tag == "select":
            self.select = told["name"]
            self.sent.setdefault(self.select, [""])
        elif self.inside and tag == "option" and "selected" in told:
            self.sent[self.select] = [told["value"]]
        elif self.inside and tag == "textarea":
            self.text = told["name"]
            self.sent[self.text] = [""]

    def _input(self, told: dict[str, str]) -> None:
        kind = told.get("type", "text")
        if kind not in ("checkbox", "radio", "submit", "file"):
            self.sent.setdefault(told["name"], []).append(told.get("value", ""))
        elif kind in ("checkbox", "radio") and "checked" in told:
            self.sent.setdefault(told["name"], []).append(told.get("value", "on"))

    def handle_data(self, data: str) -> None:
        if self.text:
            self.sent[self.text][0] += data.removeprefix("\n") if not self.sent[self.text][0] else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.text = ""
        if tag == "form":
            self.inside = False


def sent_by(page: HttpResponse, form_id: str = "section-form", **changes: Any) -> dict[str, Any]:
    """What the browser would send from this page, with some fields changed."""
    reader = _Fields(form_id)
    reader.feed(page.content.decode())
    assert reader.sent, f"no form #{form_id} on the page"
    return reader.sent | changes


def ids_on(page: HttpResponse) -> set[str]:
    """Every id of the page."""
    return set(_Ids(page).found)


class _Ids(HTMLParser):
    def __init__(self, page: HttpResponse) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name == "id" and value]


def repeated_ids(page: HttpResponse) -> set[str]:
    """The ids that stand twice, which they must not."""
    found = _Ids(page).found
    return {one for one in found if found.count(one) > 1}
