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
        crsf_cookie = (answer.headers.get("Set-Cookie") or "").split(";")[0]
        body = urlencode({name: value for name, value in fields(page)})
        headers = {"Cookie": f"{cookie}; {crsf_cookie}", "Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        line.request("POST", path, body, headers)
        answer = line.getresponse()
        answer.read()
        taken.append(time.perf_counter() - began)
        if answer.status != 302:
            raise RuntimeError(f"{path} answered {answer.status}")
    return measure.timing(taken[4:])


def fields(page: str) -> list[tuple[str, str]]:
    """The hidden and dated inputs of the page's last form, with their values."""
    form = page.rsplit("<form", 1)[1] if "<form" in page else ""
    inputs = re.findall(r"<input[^>]*>", max(page.split("<form"), key=lambda part: part.count("csrfmiddlewaretoken") and len(part), default=form))
    found = []
    for one in inputs:
        name, value = re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)
        if name and value and 'type="file"' not in one and 'type="checkbox"' not in one:
            found.append((name[1], value[1]))
    return found
