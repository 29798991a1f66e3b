"""The words that fiches hold, as they write them: kept by a task from what was published since it last ran."""

from __future__ import annotations

from django.db import connection, transaction

from registry.finding.synonyms import names

#: Of more fiches at once, one in so many is read: what is left out brings few new words, and a minute's work is enough.
MOST_READ = 100_000
#: Words of the fiches written since a version. Longer ones and those with figures are numbers and codes, shorter ones abbreviations.
SEEN = """
    INSERT INTO registry_searchword (word, folded, seen)
    SELECT word, unaccent(word), ndoc * %s FROM ts_stat(format($$
        SELECT to_tsvector('fr_surface', registry_plain(concat_ws(' ', title, acronym, controller_name, lay_summary, body)))
        FROM registry_fiche WHERE live AND state_version > %%s AND mod(pos, %%s) = 0 $$, %s::bigint, %s::int)) one
    WHERE word ~ '^[[:alpha:]]{4,40}$'
    ON CONFLICT (word) DO UPDATE SET seen = registry_searchword.seen + EXCLUDED.seen
"""
NAMED = """
    INSERT INTO registry_searchword (word, folded, seen)
    SELECT word, unaccent(word), 0 FROM (SELECT DISTINCT lower(unnest(%s::text[]))) one (word)
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def keep_words() -> bool:
    """Take in the words of what was published since the last time; false when nothing was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT epoch, version, words_epoch, words_version FROM registry_registrystate")
        row = cursor.fetchone()
        if row is None or (row[0], row[1]) == (row[2], row[3]):
            return False
        epoch, version, words_epoch, since = row
        if words_epoch != epoch:
            cursor.execute("DELETE FROM registry_searchword")
            since = -1
        cursor.execute("SELECT count(*) / %s + 1 FROM registry_fiche WHERE state_version > %s", [MOST_READ, since])
        step = cursor.fetchone()[0]
        cursor.execute(SEEN, [step, since, step])
        cursor.execute(NAMED, [sorted(names())])
        cursor.execute("UPDATE registry_registrystate SET words_epoch = %s, words_version = %s", [epoch, version])
    return True
