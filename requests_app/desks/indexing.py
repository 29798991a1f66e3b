"""The index of every text of a dossier: written text by text from the outbox, and anew as a whole by a command."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from requests_app.desks.models import IndexedText
from requests_app.searchable import SOURCES, Found, Source
from workflow.models import OutboxMessage
from workflow.outbox import handler

#: The configuration of PostgreSQL's full text that the migration makes: French, accents ignored.
CONFIGURATION = "texts_fr"
#: PostgreSQL keeps at most a megabyte of words of one text: the first pages of a very long piece are found, its last are not.
LONGEST_TEXT = 400_000
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")  # all but the tabulation and the end of a line
WRITE = f"""
    INSERT INTO desks_indexedtext (dossier_id, kind, row, audience, tsv)
    SELECT t.dossier_id, %s, t.row, t.audience, to_tsvector('{CONFIGURATION}', t.text)
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS t (dossier_id, row, audience, text)
    JOIN requests_app_dossier d ON d.id = t.dossier_id
    ON CONFLICT (kind, row) DO UPDATE SET dossier_id = EXCLUDED.dossier_id, audience = EXCLUDED.audience, tsv = EXCLUDED.tsv
"""


@handler("index_text")
def index_text(message: OutboxMessage) -> None:
    """Index one text as it now stands; one that is gone is found no more."""
    source, row = _source(message.payload["source"]), message.payload["row"]
    write(source, source.texts([row]), [row])


def write(source: Source, texts: Mapping[int, Found], rows: Sequence[int]) -> None:
    """Put these texts in the index, and take out those of the rows that say nothing any more."""
    said = {row: found for row, found in texts.items() if found.text.strip()}
    IndexedText.objects.filter(kind=source.kind, row__in=[row for row in rows if row not in said]).delete()
    if not said:
        return
    values = [(found.dossier_id, row, found.audience, plain(found.text)[:LONGEST_TEXT]) for row, found in said.items()]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [source.kind, *(list(column) for column in zip(*values, strict=True))])


def plain(text: str) -> str:
    """The text without control characters: none is ever searched, and two of them mark the found words of an excerpt."""
    return CONTROLS.sub(" ", text)


def rebuild(kind: str, *, after: int = 0, per_batch: int = 1000) -> Iterator[tuple[int, int]]:
    """Index every text of a kind anew from a key on, batch by batch; after each one, the last key and the number of texts so far."""
    source, done = _source(kind), 0
    keys = itertools.dropwhile(lambda key: key <= after, source.keys())
    while rows := list(itertools.islice(keys, per_batch)):
        with transaction.atomic():
            _forget_between(kind, after, rows)
            write(source, source.texts(rows), rows)
        after, done = rows[-1], done + len(rows)
        yield after, done
    IndexedText.objects.filter(kind=kind, row__gt=after).delete()


def _forget_between(kind: str, after: int, rows: Sequence[int]) -> None:
    """Take out what the index still holds of rows that no longer exist."""
    IndexedText.objects.filter(kind=kind, row__gt=after, row__lte=rows[-1]).exclude(row__in=rows).delete()


def kinds() -> list[str]:
    """The kinds of text that the rooms have registered."""
    return [source.kind for source in SOURCES]


def _source(kind: str) -> Any:
    return next(source for source in SOURCES if source.kind == kind)
