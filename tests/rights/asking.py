"""The citizens' form as somebody without scripts walks through it: each page is sent with the hidden fields that it holds."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rights.envelopes.models import Envelope
from rights.states import Right
from tests.rights.factories import Controller, a_controller, a_key, entitle, opened

PDF = b"%PDF-1.7\n%a proof\n"
#: What somebody says of themselves, without any script.
PERSON = {
    "given_names": "Ondine Perpétue",
    "birth_name": "Quixtelune",
    "birth_date": "1980-03-12",
    "birth_place": "Zylberbourg",
    "words": "Je voudrais savoir.",
    "answer_email": "ondine@exemple.fr",
}
ASKER = {"asker_given_names": "Achille", "asker_name": "Vorpalnet"}


@dataclass
class Base:
    """A controller whose database takes requests through the window, with its key."""

    controller: Controller
    key: Any
    private: Any

    @property
    def slug(self) -> str:
        return str(self.controller.database.slug)

    def opened(self) -> dict[str, Any]:
        """The last envelope, opened by the controller."""
        envelope = Envelope.objects.filter(routing__database=self.controller.database).latest("pk")
        return opened(envelope, self.private)


def a_base(acronym: str = "BNX", right: str = Right.ACCESS, *, keyed: bool = True, **kw: Any) -> Base:
    """A database on which one right is exercised."""
    level = kw.pop("level", None)
    controller = a_controller(acronym, **({"level": level} if level else {}))
    entitle(controller, right, **kw)
    return Base(controller, *(a_key(controller, timezone.now() - timedelta(days=1)) if keyed else (None, None)))


def hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields of the form of a page."""
    body = page.partition('<main id="content"')[2]
    begun = body.partition("<form")[2].partition("</form>")[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', begun):
        found.setdefault(name, []).append(html.unescape(value))
    return found


@dataclass
class Walk:
    """Somebody at the form."""

    client: Client = field(default_factory=Client)
    page: Any = None

    def __post_init__(self) -> None:
        self.client.cookies["django_language"] = "en"
        self.page = self.client.get(reverse("asking:form"))

    @property
    def text(self) -> str:
        return str(self.page.content.decode())

    @property
    def step(self) -> str:
        return hidden(self.text)["step"][0]

    def fill(self, address: str = "asking:form", **answers: Any) -> Walk:
        """Send the page with these answers."""
        self.page = self.client.post(reverse(address), {**hidden(self.text), **answers})
        return self

    def to_identity(self, *bases: Base, right: str = Right.ACCESS, capacity: str = "self", **more: Any) -> Walk:
        """Through the first three pages."""
        self.fill(capacity=capacity).fill(databases=[base.slug for base in bases])
        return self.fill(**{f"right_{base.slug}": right for base in bases}, **more)

    def to_review(self, *bases: Base, person: dict[str, Any] = PERSON, **more: Any) -> Walk:
        """Through the page on identity."""
        return self.to_identity(*bases, **more).fill(**person)

    def send(self, **files: Any) -> Walk:
        """Send the request."""
        return self.fill("asking:send", **files)

    @property
    def code(self) -> str:
        """The code of the receipt."""
        return re.search(r"data-code>([^<]+)<", self.text)[1]  # type: ignore[index]


def a_proof(content: bytes = PDF, name: str = "preuve.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def years_ago(years: int) -> str:
    """A birth date, comfortably."""
    return str(date(timezone.localdate().year - years, 1, 1) - timedelta(days=1))
