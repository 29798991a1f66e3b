"""What a person has filled in so far. It travels in the page and nowhere else: no session, no draft on the server, no cookie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.http import QueryDict

from rights.asking import passes

WHO, DATABASES, RIGHTS, IDENTITY, REVIEW = STEPS = ("who", "databases", "rights", "identity", "review")
#: What is answered of each database: its name ends with the slug of the database.
PICKED = ("right", "level", "study")
#: Everything of the page on identity; but for the last, it is for the envelopes only.
PERSONAL = (
    *("asker_given_names", "asker_name", "holders", "motive", "given_names", "birth_name", "used_name", "birth_date", "birth_place"),
    *("death_date", "nir", "reference", "words", "answer_email", "answer_phone", "answer_address"),
)
NOTIFY = "notify_email"
#: More databases than there are in the catalogue are nobody's choice.
MOST = 60
LONGEST = 5000
#: What FranceConnect said, sealed: its name ends with the slug of the database, and it is longer than what somebody types.
ATTESTED, LONGEST_ATTESTED = "identity_", 25_000
#: What signs the person out of FranceConnect, locked.
WAY_OUT = "way_out"


@dataclass
class Draft:
    """The answers so far, as they were posted; each page carries those of the others in hidden fields."""

    posted: QueryDict
    token: str = ""
    ticket: str = ""
    slugs: list[str] = field(default_factory=list)
    attested: dict[str, str] = field(default_factory=dict)
    way_out: str = ""

    @property
    def capacity(self) -> str:
        """For whom."""
        return self.one("capacity")

    @property
    def step(self) -> str:
        """The page that was sent."""
        step = self.one("step")
        return step if step in STEPS else WHO

    def one(self, name: str) -> str:
        """One answer, cut at a length that nobody types."""
        return str(self.posted.get(name, ""))[:LONGEST]

    def kept(self, showing: str) -> Iterator[tuple[str, str]]:
        """The hidden fields of a page: every answer that it does not ask for itself."""
        yield from (("token", self.token), ("ticket", self.ticket), ("step", showing))
        if showing != WHO and self.capacity:
            yield "capacity", self.capacity
        yield from ((ATTESTED + slug, signed) for slug, signed in self.attested.items())
        if self.way_out:
            yield WAY_OUT, self.way_out
        if showing != DATABASES:
            yield from (("databases", slug) for slug in self.slugs)
        if showing != RIGHTS:
            yield from self._filled(f"{name}_{slug}" for slug in self.slugs for name in PICKED)
        if showing != IDENTITY:
            yield from self._filled((*PERSONAL, NOTIFY))

    def chosen(self) -> Iterator[tuple[str, str]]:
        """The answers of which the window knows, without a word of the person."""
        yield from (("token", self.token), ("capacity", self.capacity))
        yield from (("databases", slug) for slug in self.slugs)
        yield from self._filled(f"{name}_{slug}" for slug in self.slugs for name in PICKED)

    def _filled(self, names: Iterator[str] | tuple[str, ...]) -> Iterator[tuple[str, str]]:
        yield from ((name, self.one(name)) for name in names if self.one(name))


def read(posted: QueryDict) -> Draft:
    """The answers of a page that was sent, under the token of its form; a form that has none, or an old one, is given a new one."""
    given = str(posted.get("token", ""))
    token = given if passes.token_of(given) else passes.new_token()
    slugs = [slug for slug in dict.fromkeys(posted.getlist("databases")) if re.fullmatch(r"[a-z0-9-]{1,60}", slug)]
    ticket = str(posted.get("ticket", "")) if token == given else ""
    signed = {slug: str(posted.get(ATTESTED + slug, ""))[:LONGEST_ATTESTED] for slug in slugs[:MOST]}
    attested = {slug: text for slug, text in signed.items() if text}
    return Draft(posted, token, ticket[:300], slugs[:MOST], attested, str(posted.get(WAY_OUT, ""))[:LONGEST])
