"""An exact phrase costs less: titles lie in their row, and only texts whose title does not hold the phrase are read."""

from django.db import migrations

# A text that lies apart is fetched for each candidate whose words must be in order; a title is short enough to stay in its row.
STORAGE = """
ALTER TABLE registry_fichesearch ALTER title_tsv SET STORAGE PLAIN;
UPDATE registry_fichesearch SET title_tsv = title_tsv::text::tsvector;
"""

# The words of a phrase are asked of the index in any order. A text holds what its title holds, so that it is read only when the title does
# not. Where something is excluded (!), the words in any order would exclude too much.
HOLDING = """
CREATE OR REPLACE FUNCTION registry_holding(asked tsquery) RETURNS bytea LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET work_mem = '64MB' SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    in_any_order tsquery := CASE WHEN asked::text ~ '!' THEN asked ELSE regexp_replace(asked::text, '<(-|[0-9]+)>', '&', 'g')::tsquery END;
BEGIN
    IF in_any_order = asked THEN
        RETURN (SELECT array_send(array_agg(pos)) FROM registry_fichesearch WHERE tsv @@ asked);
    END IF;
    RETURN (
        SELECT array_send(array_agg(pos)) FROM registry_fichesearch
        WHERE tsv @@ in_any_order AND CASE WHEN title_tsv @@ asked THEN true ELSE tsv @@ asked END
    );
END
$$;
"""
FORMER = """
CREATE OR REPLACE FUNCTION registry_holding(asked tsquery) RETURNS bytea LANGUAGE sql STABLE
SET enable_seqscan = off SET work_mem = '64MB' SET max_parallel_workers_per_gather = 0 AS $$
    SELECT array_send(array_agg(pos)) FROM registry_fichesearch WHERE tsv @@ asked
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_desk_indexes")]

    operations = [
        migrations.RunSQL(STORAGE, "ALTER TABLE registry_fichesearch ALTER title_tsv SET STORAGE EXTERNAL"),
        migrations.RunSQL(HOLDING, FORMER),
    ]
