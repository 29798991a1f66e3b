"""Moves made over HTTP, with the form that a person would fill."""

from __future__ import annotations

import http.client
import re
import time
from urllib.parse import urlencode

from bench import measure


def moves(port: int, cookie: str, references: list[str], move: str) -> measure.Timing:
    """Time the POST of a move's form on each dossier; the form's page is fetched before, untimed."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    taken = []
    for reference in references:
        path = f"/dossiers/{reference}/{move}/"
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        page = answer.read().decode()
        csrf_cookie = (answer.headers.get("Set-Cookie") or "").split(";")[0]
        body = urlencode(dict(fields(page)))
        headers = {"Cookie": f"{cookie}; {csrf_cookie}", "Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        line.request("POST", path, body, headers)
        answer = line.getresponse()
        answer.read()
        taken.append(time.perf_counter() - began)
        if answer.status != 302:
            raise RuntimeError(f"{path} answered {answer.status}")
    return measure.timing(taken[4:])


def fields(page: str) -> list[tuple[str, str]]:
    """The inputs of the page's main form that have a value."""
    form = page.split("<main", 1)[1].split("<form", 1)[1].split("</form>", 1)[0]
    found = []
    for one in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)
        if name and value and 'type="file"' not in one and 'type="checkbox"' not in one:
            found.append((name[1], value[1]))
    return found
