"""Full-text search over dossiers, pieces and messages: the newest dossiers first, and nothing that the person may not see.

PostgreSQL is asked block by block of dossiers, from the newest block on, until enough are found: a word that stands in every text
costs no more than a rare one. Which of the dossiers found may be shown is asked of the same policies as everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db import connection
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from requests_app.desks.indexing import CONFIGURATION, plain
from requests_app.desks.rows import address_in
from requests_app.models import Dossier
from requests_app.policies import SECRETARIAT_READERS, TEAM_ROLES, site_roles
from requests_app.searchable import AUDIENCES, SOURCES, Source
from requests_app.states import Procedure, State

PER_PAGE = 10
PER_DOSSIER = 2
LONGEST_WORDS = 200
#: So many dossiers that hold the words are looked at, the newest; a desk that sees few of them looks further.
MOST_FOUND, MOST_LOOKED_AT = 1_000, 5_000
#: The words of an excerpt are looked for in the beginning of a very long text only.
LONGEST_SOURCE = 60_000
START, STOP = "\x02", "\x03"  # around a found word; `plain` leaves no control character in a text
EXCERPT = f'StartSel={START}, StopSel={STOP}, MaxFragments=2, MaxWords=24, MinWords=10, FragmentDelimiter=" … "'

CANDIDATES = """
    SELECT * FROM desks_newest_holding(
        {words}, least(coalesce((SELECT max(id) FROM requests_app_dossier), 0), %(before)s), %(before)s, %(kinds)s, %(most)s
    )
"""
CANDIDATES_AMONG = """
    SELECT dossier_id, array_agg(DISTINCT audience) FROM desks_indexedtext
    WHERE dossier_id = ANY(%(among)s) AND tsv @@ {words} AND dossier_id < %(before)s AND kind = ANY(%(kinds)s)
    GROUP BY dossier_id ORDER BY dossier_id DESC LIMIT %(most)s
"""
TEXTS = """
    SELECT dossier_id, kind, row, audience FROM (
        SELECT dossier_id, kind, row, audience,
            row_number() OVER (PARTITION BY dossier_id, kind, audience ORDER BY ts_rank(tsv, {words}) DESC, row DESC) AS place
        FROM desks_indexedtext WHERE dossier_id = ANY(%(among)s) AND tsv @@ {words} AND kind = ANY(%(kinds)s)
    ) AS ranked ORDER BY dossier_id DESC, place, kind, row DESC
"""
EXCERPTS = f"""
    SELECT ts_headline('{CONFIGURATION}', t.text, {{words}}, %(options)s)
    FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t (text, place) ORDER BY place
"""
NEWEST = 2**62
NOBODY: frozenset[str] = frozenset()
#: What a result shows of its dossier, as plain values.
COLUMNS = ("pk", "reference", "procedure", "state", "amends", "content__acronym", "content__title")


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything that is not understood is left out."""

    words: str = ""
    kinds: tuple[str, ...] = ()
    before: int | None = None

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        """Read an address; nothing in it is ever an error."""
        before = query.get("before", "")
        known = {source.kind for source in SOURCES}
        return cls(
            words=" ".join(plain(query.get("q", ""))[:LONGEST_WORDS].split()),
            kinds=tuple(kind for kind in dict.fromkeys(query.getlist("kind")) if kind in known),
            before=int(before) if re.fullmatch(r"[1-9][0-9]{0,17}", before, re.ASCII) else None,
        )

    def address(self, before: int | None = None) -> str:
        """The address's query of this search, or of its page after a dossier."""
        query = QueryDict(mutable=True)
        query["q"] = self.words
        query.setlist("kind", list(self.kinds))
        if before is not None:
            query["before"] = str(before)
        return query.urlencode()


@dataclass(frozen=True)
class Words:
    """The words asked for, as PostgreSQL understands them."""

    sql: str
    params: dict[str, str]

    @classmethod
    def of(cls, text: str) -> Words:
        """Words, “exact phrases”, -exclusions and “or”, in French “ou”."""
        quoted = re.sub("[“”«»]", '"', text)
        asked = re.sub(r'("[^"]*(?:"|$))|\bou\b', lambda found: found[1] or "or", quoted, flags=re.IGNORECASE)
        return cls(f"websearch_to_tsquery('{CONFIGURATION}', %(text)s)", {"text": asked})

    @classmethod
    def begun(cls, text: str) -> Words | None:
        """The same, the last word standing for all those that begin like it; None when it is no plain word of four letters."""
        last = re.search(r"(?:^|(?<=[\s'’]))[^\W_]{4,}$", text)
        if last is None or re.search(r"[\"“”«»]|(^|\s)-|\b(or|ou)\b", text, re.IGNORECASE):
            return None
        sql = f"(websearch_to_tsquery('{CONFIGURATION}', %(text)s) && to_tsquery('{CONFIGURATION}', %(prefix)s))"
        return cls(sql, {"text": text[: last.start()], "prefix": f"{last[0]}:*"})

    def fetch(self, sql: str, **params: Any) -> list[Any]:
        """The rows of a statement in which `{words}` stands for these words."""
        with connection.cursor() as cursor:
            cursor.execute(sql.replace("{words}", self.sql), {**self.params, **params})
            return cursor.fetchall()

    def are_too_common(self) -> bool:
        """Are they all left out of the index (“de”, “été”)?"""
        return bool(self.fetch("SELECT numnode({words}) = 0")[0][0])


@dataclass(frozen=True)
class Text:
    """One text that holds the words: of which kind, where it is read, and an excerpt in which the words are marked."""

    label: Any
    url: str
    excerpt: SafeString


@dataclass(frozen=True)
class Heading:
    """What a result says of its dossier, in words worked out before the template."""

    pk: int
    reference: str
    title: str
    url: str
    facts: str
    of_dossier: str


@dataclass
class Result:
    """One dossier that holds the words: its best texts, and how many others it has of each kind."""

    dossier: Heading
    texts: list[Text] = field(default_factory=list)
    others: list[tuple[Any, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Results:
    """What was found: the dossiers of the page, how many in all, whether older ones were not looked at, and where the next page begins."""

    rows: list[Result]
    total: int
    is_cut: bool = False
    after: int | None = None
    too_common: bool = False


def search(user: Any, asked: Asked) -> Results:
    """Search what somebody may see."""
    if not asked.words:
        return Results([], 0)
    found = _found(user, asked)
    allowed = found.dossiers
    shown = list(allowed)[:PER_PAGE]
    return Results(
        rows=_rows(found.words, shown, allowed, asked) if shown else [],
        total=len(allowed),
        is_cut=found.is_cut,
        after=shown[-1] if len(allowed) > PER_PAGE else None,
        too_common=not allowed and found.words.are_too_common(),
    )


def _found(user: Any, asked: Asked) -> _Found:
    """What holds the words or, when nothing does, what holds words that begin like the last one: it may still be being typed."""
    reach, begun = _Reach(user), Words.begun(asked.words)
    found = _Found(reach, asked, Words.of(asked.words))
    return found if found.dossiers or begun is None else _Found(reach, asked, begun)


def found_by(user: Any, asked: Asked) -> Any:
    """The dossiers that a search finds, the newest first: what its file holds."""
    keys = list(_found(user, asked).dossiers) if asked.words else []
    return Dossier.objects.filter(pk__in=keys).order_by("-pk")


class _Reach:
    """How far somebody sees: where their words are looked for, and what of it may be shown; each asked of the database once."""

    def __init__(self, user: Any) -> None:
        self.user, self.roles = user, site_roles(user)
        self.has_desk = Dossier.objects.has_desk(user)
        #: The roles that the person may hold in each audience: two audiences in which they are the same are open on the same dossiers.
        self.held = {audience: roles & (TEAM_ROLES | self.roles) for audience, roles in AUDIENCES.items()}

    @cached_property
    def team(self) -> list[int]:
        """The dossiers of the person's teams: all that somebody without a desk sees."""
        return Dossier.objects.team_keys(self.user)

    def seen(self, held: frozenset[str], among: Sequence[int]) -> set[int]:
        """On which of these dossiers the person holds one of these roles; every team's own, for somebody without a desk, is known."""
        if not self.has_desk and held >= TEAM_ROLES:
            return set(self.team)
        return set(Dossier.objects.with_role(self.user, held).filter(pk__in=among).order_by().values_list("pk", flat=True))


class _Found:
    """The dossiers that hold the words, and on which of their audiences the person belongs."""

    def __init__(self, reach: _Reach, asked: Asked, words: Words) -> None:
        self.reach, self.asked, self.words = reach, asked, words
        self.is_cut = False

    @cached_property
    def dossiers(self) -> dict[int, frozenset[str]]:
        """Each dossier that may be shown, the newest first, with the audiences that the person belongs to on it."""
        candidates, held = self._candidates(), self.reach.held
        among: dict[frozenset[str], list[int]] = {}
        for pk, audiences in candidates:
            for roles in {held[audience] for audience in audiences if held.get(audience)}:
                among.setdefault(roles, []).append(pk)
        seen = {roles: self.reach.seen(roles, keys) for roles, keys in among.items()}
        open_on = {pk: frozenset(one for one in audiences if pk in seen.get(held.get(one, NOBODY), ())) for pk, audiences in candidates}
        found = {pk: audiences for pk, audiences in sorted(open_on.items(), reverse=True) if audiences}
        self.is_cut = self.is_cut or len(found) > MOST_FOUND
        return dict(list(found.items())[:MOST_FOUND])

    def _candidates(self) -> list[tuple[int, list[str]]]:
        """Dossiers that hold the words, seen or not: among those of the person's teams when no other can be seen."""
        most = MOST_FOUND + 1 if self.reach.roles & SECRETARIAT_READERS else MOST_LOOKED_AT
        params: dict[str, Any] = {"before": self.asked.before or NEWEST, "kinds": kinds_asked(self.asked), "most": most}
        if self.reach.has_desk:
            found = self.words.fetch(CANDIDATES, **params)
        else:
            found = self.words.fetch(CANDIDATES_AMONG, among=self.reach.team, **params) if self.reach.team else []
        self.is_cut = len(found) >= most
        return found


def may_find(user: Any, source: Source) -> bool:
    """Can somebody find texts of this kind at all? The secretariat's own notes are not offered to those who never read them."""
    audience = AUDIENCES.get(source.audience, frozenset())
    return bool(audience & TEAM_ROLES or audience & site_roles(user))


def kinds_asked(asked: Asked) -> list[str]:
    """The kinds of text that are searched: those chosen, or all."""
    return list(asked.kinds) or [source.kind for source in SOURCES]


def _rows(words: Words, shown: Sequence[int], allowed: Mapping[int, frozenset[str]], asked: Asked) -> list[Result]:
    """The dossiers of a page with excerpts of their best texts, read from where they are kept: a few queries whatever their number."""
    sources = {source.kind: source for source in SOURCES}
    headings = _headings(shown)
    rows = {pk: Result(headings[pk]) for pk in shown if pk in headings}
    chosen: dict[int, list[tuple[str, int]]] = {pk: [] for pk in rows}
    counts: dict[tuple[int, str], int] = {}
    for pk, kind, row, audience in words.fetch(TEXTS, among=list(rows), kinds=kinds_asked(asked)):
        if kind not in sources or audience not in allowed[pk]:
            continue
        if len(chosen[pk]) < PER_DOSSIER:
            chosen[pk].append((kind, row))
        else:
            counts[pk, kind] = counts.get((pk, kind), 0) + 1
    labels = {kind: str(source.label) for kind, source in sources.items()}
    for (pk, kind), number in counts.items():
        rows[pk].others.append((labels[kind], number))
    for pk, kind, row, excerpt in _excerpts(words, chosen, sources, allowed):
        rows[pk].texts.append(Text(labels[kind], sources[kind].address(rows[pk].dossier.reference, row), marked(excerpt)))
    return list(rows.values())


def _headings(shown: Sequence[int]) -> dict[int, Heading]:
    """What is said of these dossiers, by their key; the words of codes and the form of an address are worked out once for all."""
    procedures, states = dict(Procedure.choices), dict(State.choices)
    page, amendment, of_dossier = address_in("dossiers:page"), _("Amendment"), _("of dossier %(reference)s")
    told = {}
    for pk, reference, procedure, state, amends, *names in Dossier.objects.filter(pk__in=shown).order_by().values_list(*COLUMNS):
        facts = " · ".join([*([amendment] if amends else []), reference, str(procedures[procedure]), str(states[state])])
        title = " – ".join(filter(None, names)) or _("Untitled project")
        told[pk] = Heading(pk, reference, title, page(reference), facts, of_dossier % {"reference": reference})
    return told


def _excerpts(
    words: Words, chosen: Mapping[int, Sequence[tuple[str, int]]], sources: Mapping[str, Source], allowed: Mapping[int, frozenset[str]]
) -> Iterable[tuple[int, str, int, str]]:
    """An excerpt of each text as it stands now; one that is gone since, or is no longer for this person, is left out."""
    wanted: dict[str, list[int]] = {}
    for kind, row in chain.from_iterable(chosen.values()):
        wanted.setdefault(kind, []).append(row)
    said = {kind: sources[kind].texts(rows) for kind, rows in wanted.items()}
    kept = [
        (pk, kind, row, found.text)
        for pk, texts in chosen.items()
        for kind, row in texts
        if (found := said[kind].get(row)) and found.audience in allowed[pk]
    ]
    texts = [plain(text[:LONGEST_SOURCE]) for *_key, text in kept]
    headlines = words.fetch(EXCERPTS, texts=texts, options=EXCERPT) if texts else []
    for (pk, kind, row, _text), (headline,) in zip(kept, headlines, strict=True):
        yield pk, kind, row, headline


def marked(text: str) -> SafeString:
    """A text as HTML: everything escaped, then the found words marked."""
    return mark_safe(escape(text).replace(START, "<mark>").replace(STOP, "</mark>"))
