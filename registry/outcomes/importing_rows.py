"""From a line of the former register's file to what its fiche says: the same shape as that of a dossier or of a declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from registry import persons
from registry.mending import flowing, months_of
from registry.outcomes.importing_faults import Faults
from registry.outcomes.importing_files import Row
from registry.outcomes.importing_mapping import key_of
from registry.outcomes.importing_values import WITHHELD, Known, article_in, day_in, source_of, told, town_in, without_persons
from registry.public_core import SHAPE, Said, is_role_mailbox, publication
from requests_app.states import Basis, Procedure

#: Written even when nothing is said: what the columns of a fiche and its page ask for first.
_ALWAYS = frozenset({"kind", "title", "lay_summary", "controller", "sources"})
PRIVATE_PERSON = "Personne physique"
#: Columns of a fiche that hold so many characters.
LONGEST = {"title": 300, "acronym": 60, "controller": 250}
MAIN = "base-principale"
TERMS = ("objectives", "domains", "data_categories")
RESULTS = ("results", "results_on", "publications")


class Reading:
    """One line on its way to a fiche: its cells, what is known, and the faults that were found."""

    def __init__(self, row: Row, known: Known, faults: Faults, today: date) -> None:
        self.row, self.known, self.faults, self.today = row, known, faults, today
        self._unmapped: list[str] = []

    # --- cells
    def cell(self, name: str, rank: int = 1) -> str:
        """What the cell says, or nothing."""
        return told(self.row.cells.get((name, rank), ""))

    def ranks(self, name: str) -> list[int]:
        """Which of several columns of a datum the file has."""
        return sorted(rank for one, rank in self.row.cells if one == name)

    def line(self, name: str, rank: int = 1) -> str:
        """The cell as one line, cut where the registry's column ends."""
        text = without_persons(" ".join(flowing(self.cell(name, rank)).split()))
        if WITHHELD in text:
            self.faults.add(self.row.line, name, "withheld")
        return self.cut(name, text)

    def cut(self, name: str, text: str) -> str:
        """The text, shortened where the registry has no room for it."""
        most = LONGEST.get(name, 1000)
        if len(text) <= most:
            return text
        self.faults.add(self.row.line, name, "too_long")
        return text[: most - 1].rstrip() + "…"

    def text(self, name: str) -> str:
        """The cell as a text, its broken lines mended, without what would lead to a person."""
        given = flowing(self.cell(name))
        kept = without_persons(given)
        if kept != given:
            self.faults.add(self.row.line, name, "withheld")
        return kept

    def day(self, name: str, rank: int = 1) -> str | None:
        """The day of a cell."""
        text = self.cell(name, rank)
        if not text:
            return None
        day, is_exact = day_in(text)
        if day is None or not is_exact:
            self.faults.add(self.row.line, name, "month_only" if day else "no_day", text[:40])
        return day

    def yes_no(self, name: str) -> bool | None:
        """Yes, no, or nothing."""
        code = self.code("yes_no", name, self.cell(name))
        return {"yes": True, "no": False}.get(code or "")

    def code(self, table: str, name: str, text: str) -> str:
        """Our code of a value; a value that nobody knows is reported."""
        if not text:
            return ""
        code = self.known.code(table, text)
        if code is None:
            self.faults.unknown(self.row.line, name, text)
        return code or ""

    def codes(self, table: str, name: str) -> list[str]:
        """Our codes of the values of a cell, without doubles."""
        found = []
        for value, code in self.known.several(table, self.cell(name)):
            if code is None:
                self.faults.unknown(self.row.line, name, value)
            elif code:
                found.append(code)
        return list(dict.fromkeys(found))

    def term(self, name: str, rank: int = 1) -> Said | None:
        """The term of a vocabulary, frozen."""
        vocabulary = self.known.layout.columns[name]["vocabulary"]
        return self.known.frozen.get((vocabulary, self.code(vocabulary, name, self.cell(name, rank))))

    # --- data
    def said(self) -> Said:
        """What the fiche says; what the file does not tell is left out."""
        said: Said = {"kind": "project", "title": self.line("title"), "acronym": self.line("acronym")}
        said |= self._why() | self._data() | self._bodies() | self._calendar() | self._law() | self._asides()
        said |= self._outcome(said)
        said["lay_summary"] = said["lay_summary"] or self._stand_in(said)
        keeps = {name for name, value in said.items() if value != SHAPE.get(name, ...)} | _ALWAYS
        if self.yes_no("controller_is_in_charge"):
            keeps.add("body_in_charge")  # named and empty: the controller itself
        return {name: value for name, value in said.items() if name in keeps}

    def _stand_in(self, said: Said) -> str:
        """The registry has no fiche without a summary: the nearest text stands in, at last the title."""
        self.faults.add(self.row.line, "aim", "no_summary")
        return next(text for text in (said["public_interest"], said["expected_benefits"], said["title"]) if text)

    def _why(self) -> Said:
        purpose = self.known.code("purpose", self.cell("aim")) if self.cell("aim") else None
        said: Said = {name: self.text(name) for name in ("public_interest", "expected_benefits", "population")}
        for name in TERMS:
            vocabulary = self.known.layout.columns[name]["vocabulary"]
            said[name] = [self.known.frozen[vocabulary, code] for code in self.codes(vocabulary, name)]
        return said | {"purpose": self.known.frozen.get(("purpose", purpose or "")), "lay_summary": "" if purpose else self.text("aim")}

    def _data(self) -> Said:
        matching = self.yes_no("matching")
        reasons = self.text("identifiers_reasons")
        return {
            "sources": list(self._sources()),
            "other_sources": "\n".join(
                part for part in (*self._unmapped, self.text("other_sources"), self.text("other_categories")) if part
            ),
            "matching": matching,
            "matching_kind": self.term("matching_kind") if matching else None,
            "identifiers": dict.fromkeys(self.codes("identifiers", "identifiers"), reasons),
            "professionals": self.yes_no("professionals"),
        } | self._hosting()

    def _sources(self) -> Iterator[Said]:
        """The databases with the components of the main one, which they bring with them; an unknown one stands among the other sources."""
        chosen, wanted = list[str](), set(self.codes("components", "components"))
        for value, code in self.known.several("sources", self.cell("sources")):
            if code is None and (component := self.known.code("components", value)):
                wanted.add(component)
            elif code is None:
                self.faults.unknown(self.row.line, "sources", value, "unknown_source")
                self._unmapped.append(without_persons(value))
            else:
                chosen.append(code)
        components = {code: one for code, one in self.known.components.items() if code in wanted}
        for slug in dict.fromkeys([*([MAIN] if components else []), *chosen]):
            if slug in self.known.databases:
                yield source_of(self.known.databases[slug], components)

    def _hosting(self) -> Said:
        """A platform that is not one of the two known is another system, by its name."""
        named = self.line("hosting")
        code = self.known.code("hosting", named) if named else ""
        return {"hosting": "other", "hosting_name": named} if code is None else {"hosting": code, "hosting_name": ""}

    # --- who
    def _bodies(self) -> Said:
        """The controllers and the others: names and towns of bodies; of a natural person nothing but that it is one."""
        named = [(rank, body) for rank in self.ranks("controllers") for body in self._bodies_in("controllers", rank)]
        first = named[0][1] if named else None
        place = self.code("place", "places", self.cell("places"))
        if first and first["name"] != PRIVATE_PERSON:
            first |= {"city": town_in(self.cell("addresses")), "country": place if len(place) == 2 else ""}
        outside = place == "outside" or place in ("US", "GB", "CH", "JP", "CA")
        represented = self.line("representatives")
        told_outside = {"controller_outside_eu": outside} if place else {}
        return told_outside | {
            "controller": first,
            "other_controllers": [body for _rank, body in named[1:]],
            "controller_type": self.term("controller_types"),
            "eu_representative": represented if outside and not persons.names_a_person(represented) else "",
            "other_bodies": list(self._bodies_in("other_bodies", 1)),
            "body_in_charge": None,
            "dpo_mailbox": self._mailbox(),
        }

    def _bodies_in(self, name: str, rank: int) -> Iterator[Said]:
        for piece in re.split(r"[;|\n]+", self.cell(name, rank)):
            if body := self._body(name, " ".join(piece.split())):
                yield {"name": body, "city": "", "country": ""}

    def _body(self, name: str, written: str) -> str:
        """The name of a body without an address; a natural person is not named."""
        if told(written) and persons.is_private(written):
            self.faults.add(self.row.line, name, "person")
            return PRIVATE_PERSON
        kept = re.sub(r"\s*[,\-–]?\s*\[…\].*", "", without_persons(told(written))).strip(" ,-–")
        if kept != written:
            self.faults.add(self.row.line, name, "withheld")
        return self.cut("controller", kept)

    def _mailbox(self) -> str:
        """The mailbox of a function; a person's is withheld, and so is the name beside it."""
        written = self.cell("dpo_mailbox")
        roles = [one for one in persons.mailboxes_in(written) if is_role_mailbox(one)]
        if written and not (roles and written == roles[0]):
            self.faults.add(self.row.line, "dpo_mailbox", "withheld")
        return roles[0] if roles else ""

    # --- when
    def _calendar(self) -> Said:
        starts, ends = self.day("starts_on"), self.day("ends_on")
        status = self.code("status", "status", self.cell("status"))
        deposit, milestones = self._steps()
        return {
            "starts_on": starts,
            "ends_on": ends,
            "ended_on": self._end(status, ends),
            "opened_on": None if status == "submitted" else starts,
            "declared_on": self.day("declared_on") or deposit,
            "milestones": milestones,
        } | self._retention()

    def _end(self, status: str, ends: str | None) -> str | None:
        """“Ended” counts from the planned end, once that has come: the badge of the former register may qualify a step only."""
        if status != "ended":
            return None
        if ends is None or ends > self.today.isoformat():
            self.faults.add(self.row.line, "status", "end_to_come" if ends else "end_unknown")
            return None
        return ends

    def _steps(self) -> tuple[str | None, str]:
        """The day of the deposit, and the other steps in words."""
        deposits = {key_of(one) for one in self.known.layout.columns["steps"]["deposit"]}
        deposit, lines = None, []
        for rank in self.ranks("steps"):
            label, day = self.line("steps", rank), self.day("step_days", rank)
            if key_of(label) in deposits:
                deposit = deposit or day
            elif label:
                lines.append(f"{label}\u00a0: {date.fromisoformat(day):%d/%m/%Y}" if day else label)
        return deposit, "\n".join(lines)

    def _retention(self) -> Said:
        """Years when the months come to whole ones; what nobody can count stays as it was written."""
        written = self.line("retention")
        months = months_of(written) if written else None
        if written and months is None:
            self.faults.add(self.row.line, "retention", "no_duration")
            return {"retention_years": written[:80], "retention_months": None}
        whole, left = divmod(months or 0, 12)
        return {"retention_years": whole if months and not left else None, "retention_months": months if left else None}

    # --- law, outcome
    def _law(self) -> Said:
        code = self.code("procedure", "procedure", self.cell("procedure"))
        if code == "commitment":
            self.faults.add(self.row.line, "procedure", "which_methodology")
        by_commitment = code == "commitment" or code.startswith("mr")
        decided = code in ("cnil_elsewhere", Procedure.DU)
        return {
            "procedure": "" if code == "commitment" else code,
            "basis": Basis.COMMITMENT.value if by_commitment else Basis.EXPRESS.value if decided else "",
            "authorisation_number": self.line("authorisation_number"),
            "legal_basis_6": self._article("legal_basis_6"),
            "legal_basis_9": self._article("legal_basis_9"),
            "automated_decision": self.yes_no("automated_decision"),
            "transfers_outside_eu": self.yes_no("transfers_outside_eu"),
            "rights": self.text("rights"),
        }

    def _article(self, name: str) -> Said | None:
        """A legal basis, by its letter or by its words."""
        code = article_in(self.cell(name), self.known.layout.columns[name]["article"])
        return self.known.frozen.get((name, code)) if code else self.term(name)

    def _outcome(self, said: Said) -> Said:
        """Results are due by the rule that dossiers follow, where the file tells of results at all."""
        lines = [line.strip() for line in re.split(r"[\n|;]+", self.cell("publications")) if told(line)]
        published = [publication({"title": line, "url": _address_in(line)}) for line in lines]
        tells = any(name in RESULTS for name, _rank in self.row.cells)
        ended = said["ended_on"]
        return {
            "results": self.text("results"),
            "publications": published,
            "results_on": self.day("results_on"),
            "results_due_on": self.known.results_due_on(date.fromisoformat(ended)) if tells and ended else None,
        }

    def _asides(self) -> Said:
        """What has no field of its own, with its heading in both languages."""
        columns: Any = self.known.layout.columns
        told_here = [(name, self.text(name)) for name, column in columns.items() if column["kind"] == "aside"]
        kept = [
            {"code": name, "fr": columns[name]["fr"], "en": columns[name]["en"], "value_fr": text, "value_en": text}
            for name, text in told_here
            if text
        ]
        return {"answers": kept}


def _address_in(line: str) -> str:
    found = re.search(r"https?://\S+|10\.\d{4,9}/\S+", line)
    if found is None:
        return ""
    address = found[0].rstrip(".,)")
    return address if address.startswith("http") else f"https://doi.org/{address}"
