"""Ten pieces and thirty messages for each dossier, and the index of all their words: written inside the database, whatever the number.

Two thousand texts are made and shared out, and a few messages get a rare word: an index of millions of texts does not feel the difference.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from django.db import connection

from bench.plausible import SAID
from requests_app.desks.indexing import CONFIGURATION

PIECES, MESSAGES, SAMPLES = 10, 30, 1999
COMMON, RARE = "données", "xylophone"

MAKE_SAMPLES = f"""
    CREATE TEMPORARY TABLE sample AS
    SELECT (t.place - 1)::int AS id, t.text, t.long,
        to_tsvector('{CONFIGURATION}', t.text) AS tsv, to_tsvector('{CONFIGURATION}', t.long) AS long_tsv
    FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS t (text, long, place)
"""
STEPS = {
    "pieces": f"""
        INSERT INTO requests_app_attachment (dossier_id, kind, file, added_by_id, name, storage_name, content_type, size, sha256, added_at,
            scan_state, signature)
        SELECT d.id, 'other', 'bench/' || d.id || '-' || n, d.created_by_id, 'annexe-' || n || '.pdf', 'bench-' || d.id || '-' || n,
            'application/pdf', 48213, repeat('0', 64), d.created_at, 'unscanned', ''
        FROM requests_app_dossier d, generate_series(1, {PIECES}) n
    """,
    "their words": f"""
        INSERT INTO requests_app_piecetext (piece_id, text, is_cut, read_at)
        SELECT a.id, s.long, false, a.added_at FROM requests_app_attachment a JOIN sample s ON s.id = a.id %% {SAMPLES}
        WHERE a.storage_name LIKE 'bench-%%'
    """,
    "threads": """
        INSERT INTO talk_thread (dossier_id, field, opened_at, opened_by_id, last_of_applicant, last_of_secretariat)
        SELECT d.id, '', d.created_at, d.created_by_id, 0, 0 FROM requests_app_dossier d WHERE d.state <> 'draft'
    """,
    "messages": f"""
        INSERT INTO talk_message (thread_id, at, by_id, side, text, salt)
        SELECT t.id, t.opened_at + n * interval '1 hour', t.opened_by_id,
            CASE (n + (t.id %% 7 = 0)::int) %% 2 WHEN 0 THEN 'secretariat' ELSE 'applicant' END,
            s.text, 'bench'
        FROM talk_thread t CROSS JOIN generate_series(1, {MESSAGES}) n JOIN sample s ON s.id = (t.id * 37 + n) %% {SAMPLES}
    """,
    "last words (one thread in seven awaits an answer)": """
        UPDATE talk_thread t SET last_of_applicant = m.of_applicant, last_of_secretariat = m.of_secretariat
        FROM (
            SELECT thread_id, max(id) FILTER (WHERE side = 'applicant') AS of_applicant,
                max(id) FILTER (WHERE side = 'secretariat') AS of_secretariat
            FROM talk_message GROUP BY thread_id
        ) AS m WHERE m.thread_id = t.id
    """,
    "a rare word": f"""
        UPDATE talk_message SET text = text || ' {RARE}' WHERE id IN (SELECT id FROM talk_message ORDER BY md5(id::text) LIMIT 40)
    """,
    "index of the dossiers": """
        INSERT INTO desks_indexedtext (dossier_id, kind, row, audience, tsv)
        SELECT c.dossier_id, 'dossier', c.dossier_id, 'everybody', s.long_tsv || to_tsvector('texts_fr', d.reference || ' ' || c.title)
        FROM requests_app_content c JOIN requests_app_dossier d ON d.id = c.dossier_id JOIN sample s ON s.id = d.id %% 1999
    """,
    "index of the pieces": f"""
        INSERT INTO desks_indexedtext (dossier_id, kind, row, audience, tsv)
        SELECT a.dossier_id, 'piece', a.id, 'everybody', s.long_tsv FROM requests_app_attachment a JOIN sample s ON s.id = a.id %% {SAMPLES}
        WHERE a.storage_name LIKE 'bench-%%'
    """,
    "index of the messages": f"""
        INSERT INTO desks_indexedtext (dossier_id, kind, row, audience, tsv)
        SELECT t.dossier_id, 'message', m.id, 'talk',
            CASE WHEN m.text LIKE '%%{RARE}' THEN to_tsvector('{CONFIGURATION}', m.text) ELSE s.tsv END
        FROM talk_message m JOIN talk_thread t ON t.id = m.thread_id
        JOIN sample s ON s.text = regexp_replace(m.text, ' {RARE}$', '')
    """,
}
INDEX = "SELECT indexdef FROM pg_indexes WHERE indexname = 'indexed_text_words'"
#: What the texts are made of, beside the diseases and aims of the fiches.
WORDS = """
    cohorte, comparaison, facteurs, risque, suivi, adultes, enfants, patients, données, soins, remboursés, séjours, hôpital, médecins,
    qualité, résultats, étude, analyse, survie, incidence, prévalence, territoire, âge, sexe, traitement, biologique, imagerie,
    vaccination, grossesse, prématurité, chirurgie, urgences, réadaptation, pharmacie, dispensation, génériques, prévention, dépistage,
    rechute, complication, surveillance, registre, appariement, modèle, prédiction
"""
ORDINARY = [" ".join(one.split()) for one in WORDS.split(",")]


def write_texts() -> Iterator[str]:
    """Write them, and say after each step what was done; the words are indexed at the end, all at once."""
    chance = random.Random(11)
    short = [f"{number} {_prose(chance, 22)}" for number in range(SAMPLES)]
    long = [_prose(chance, 90) for _number in range(SAMPLES)]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
        cursor.execute(INDEX)
        definition = cursor.fetchone()[0]
        cursor.execute("DROP INDEX indexed_text_words")
        cursor.execute(MAKE_SAMPLES, [short, long])  # the words of each sample are worked out once
        cursor.execute("ANALYZE sample")
        for name, statement in STEPS.items():
            cursor.execute(statement, [])
            yield f"{name}: {cursor.rowcount:,}"
        cursor.execute(definition)
        cursor.execute("SET session_replication_role = origin; RESET maintenance_work_mem; RESET work_mem; DROP TABLE sample")
        yield "index of the words"


def _prose(chance: random.Random, words: int) -> str:
    """Words of the field, the first of the list far more often than the last, with a disease and an aim."""
    said: list[Any] = [COMMON, *ORDINARY]
    picked = [said[min(int(chance.expovariate(3 / len(said))), len(said) - 1)] for _number in range(words)]
    return " ".join([chance.choice(SAID["aim"]), "et", chance.choice(SAID["disease"]), *picked])
