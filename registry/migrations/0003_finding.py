"""The search on a narrow table of its own: words, numbers of filter values, days; written by PostgreSQL with each fiche."""

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

OLD_HITS = """
CREATE FUNCTION registry_hits(asked tsquery, OUT everywhere bigint[], OUT in_title bigint[])
LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    SELECT (SELECT array_agg(id) FROM registry_fiche WHERE tsv @@ asked),
           (SELECT array_agg(id) FROM registry_fiche WHERE title_tsv @@ asked)
$$;
"""

# The words as they are written, for a mistyped one to be brought back to.
SURFACE = """
CREATE TEXT SEARCH CONFIGURATION fr_surface (COPY = fr);
ALTER TEXT SEARCH CONFIGURATION fr_surface
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, hword, hword_part, word WITH fr_stop, simple;
"""

# The parser takes “et/ou” for a path, “DEEP.PISTE” for the name of a machine and “<5 ans>” for a tag: they are words.
PLAIN = """
CREATE FUNCTION registry_plain(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(written, '/_.·<>', '      ')
$$;
CREATE FUNCTION registry_slug(written text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT left(trim(both '-' from regexp_replace(lower(unaccent(written)), '[^a-z0-9]+', '-', 'g')), 100)
$$;
"""

CODES = """
CREATE FUNCTION registry_codes(f registry_fiche) RETURNS TABLE (facet text, code text, label text) LANGUAGE sql STABLE AS $$
    SELECT 'objective', unnest(f.objectives), ''
    UNION ALL SELECT 'domain', unnest(f.domains), ''
    UNION ALL SELECT 'category', unnest(f.data_categories), ''
    UNION ALL SELECT 'database', unnest(f.databases), ''
    UNION ALL SELECT * FROM (VALUES
        ('controller', f.controller_type, ''),
        ('procedure', f.procedure, ''),
        ('opinion', f.opinion, ''),
        ('matching', CASE WHEN f.matching THEN 'yes' ELSE 'no' END, ''),
        ('results', CASE WHEN f.results_on IS NULL THEN 'no' ELSE 'yes' END, ''),
        ('organisation', registry_slug(f.controller_name), f.controller_name)) one (facet, code, label) WHERE code <> ''
$$;
"""

INDEX = """
CREATE FUNCTION registry_number(first int, last int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO registry_facetcode (facet, code, label)
    SELECT c.facet, c.code, max(c.label) FROM registry_fiche f, registry_codes(f) c
    WHERE f.pos BETWEEN first AND last AND f.live
        AND NOT EXISTS (SELECT FROM registry_facetcode k WHERE k.facet = c.facet AND k.code = c.code)
    GROUP BY c.facet, c.code ON CONFLICT DO NOTHING
$$;
CREATE FUNCTION registry_index(first int, last int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM registry_number(first, last);

    INSERT INTO registry_fichesearch (pos, live, version, facets, organisation, year, opened_on, ended_on, due_on, tsv, title_tsv)
    SELECT f.pos, true, f.state_version,
        ARRAY(SELECT DISTINCT k.id FROM registry_codes(f) c JOIN registry_facetcode k USING (facet, code) WHERE c.facet <> 'organisation'),
        coalesce((SELECT k.id FROM registry_facetcode k
                  WHERE k.facet = 'organisation' AND k.code = registry_slug(f.controller_name)), 0),
        coalesce(extract(year FROM coalesce(f.authorised_on, f.starts_on)), 0),
        f.opened_on, f.ended_on, CASE WHEN f.results_on IS NULL THEN f.results_due_on END,
        setweight(t.title, 'A') || setweight(to_tsvector('fr', registry_plain(concat_ws(' ', f.lay_summary, f.controller_name))), 'B')
            || setweight(to_tsvector('fr', registry_plain(f.body)), 'C'),
        t.title
    FROM registry_fiche f CROSS JOIN LATERAL (SELECT to_tsvector('fr', concat_ws(' ', registry_plain(f.title), registry_plain(f.acronym),
        regexp_replace(f.acronym, '[^[:alnum:]]+', '', 'g'), f.number, f.real_number)) AS title) t
    WHERE f.pos BETWEEN first AND last AND f.live
    ON CONFLICT (pos) DO UPDATE SET (live, version, facets, organisation, year, opened_on, ended_on, due_on, tsv, title_tsv)
        = (true, EXCLUDED.version, EXCLUDED.facets, EXCLUDED.organisation, EXCLUDED.year, EXCLUDED.opened_on, EXCLUDED.ended_on,
           EXCLUDED.due_on, EXCLUDED.tsv, EXCLUDED.title_tsv);

    -- Of a fiche that was withdrawn nothing is kept by which it could be found.
    INSERT INTO registry_fichesearch (pos, live, version, facets, organisation, year, tsv, title_tsv)
    SELECT f.pos, false, f.state_version, '{}', 0, 0, '', '' FROM registry_fiche f WHERE f.pos BETWEEN first AND last AND NOT f.live
    ON CONFLICT (pos) DO UPDATE SET (live, version, facets, organisation, year, opened_on, ended_on, due_on, tsv, title_tsv)
        = (false, EXCLUDED.version, '{}', 0, 0, NULL, NULL, NULL, '', '');
END
$$;
"""

# The places of the fiches that hold the words, as the bytes of an array. The planner would rather read every text than the index.
HOLDING = """
CREATE FUNCTION registry_holding(asked tsquery) RETURNS bytea LANGUAGE sql STABLE
SET enable_seqscan = off SET work_mem = '64MB' SET max_parallel_workers_per_gather = 0 AS $$
    SELECT array_send(array_agg(pos)) FROM registry_fichesearch WHERE tsv @@ asked
$$;
CREATE FUNCTION registry_titled(asked tsquery) RETURNS bytea LANGUAGE sql STABLE
SET enable_seqscan = off SET work_mem = '64MB' SET max_parallel_workers_per_gather = 0 AS $$
    SELECT array_send(array_agg(pos)) FROM registry_fichesearch WHERE title_tsv @@ asked
$$;
"""

# Which of these words no fiche holds; those that are kept as seen are not looked for.
UNKNOWN = """
CREATE FUNCTION registry_unknown(words text[]) RETURNS text[] LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    SELECT array_agg(one.word) FROM unnest(words) AS one (word) WHERE CASE
        WHEN numnode(plainto_tsquery('fr', one.word)) = 0 THEN false
        WHEN EXISTS (SELECT FROM registry_searchword k WHERE k.word = lower(one.word) AND k.seen > 0) THEN false
        ELSE NOT EXISTS (SELECT FROM registry_fichesearch s WHERE s.tsv @@ plainto_tsquery('fr', one.word)) END
$$;
"""

# The texts lie apart, so that many rows stand on a page when only their places are read.
STORAGE = """
ALTER TABLE registry_fichesearch SET (toast_tuple_target = 128);
ALTER TABLE registry_fichesearch ALTER facets SET STORAGE PLAIN, ALTER tsv SET STORAGE EXTERNAL, ALTER title_tsv SET STORAGE EXTERNAL;
ALTER TABLE registry_facetsnapshot ALTER packed SET STORAGE EXTERNAL;
"""

NOOP = migrations.RunSQL.noop


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_versions"), ("catalogue", "0001_initial")]

    operations = [
        migrations.RunSQL("DROP FUNCTION registry_hits(tsquery)", OLD_HITS),
        migrations.RemoveIndex(model_name="fiche", name="fiche_tsv"),
        migrations.RemoveIndex(model_name="fiche", name="fiche_title_tsv"),
        migrations.RemoveField(model_name="fiche", name="tsv"),
        migrations.RemoveField(model_name="fiche", name="title_tsv"),
        migrations.AddIndex(model_name="fiche", index=models.Index(fields=["sort_key", "pos"], name="fiche_by_title")),
        migrations.AddField(
            model_name="registrystate",
            name="epoch",
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
        ),
        migrations.AddField(model_name="registrystate", name="words_epoch", field=models.UUIDField(editable=False, null=True)),
        migrations.AddField(model_name="registrystate", name="words_version", field=models.BigIntegerField(editable=False, null=True)),
        migrations.CreateModel(
            name="FacetCode",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("facet", models.CharField(max_length=20)),
                ("code", models.CharField(max_length=120)),
                ("label", models.CharField(blank=True, db_default="", max_length=250)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("facet", "code"), name="facet_code_has_one_number")]},
        ),
        migrations.CreateModel(
            name="FacetSnapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("epoch", models.UUIDField()),
                ("version", models.BigIntegerField()),
                ("packed", models.BinaryField()),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="facet_snapshot_is_one")]},
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("folded", models.CharField(max_length=60)),
                ("seen", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["folded"], name="search_word_trigrams", opclasses=["gin_trgm_ops"])
                ]
            },
        ),
        migrations.CreateModel(
            name="FicheSearch",
            fields=[
                ("pos", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("live", models.BooleanField()),
                ("version", models.BigIntegerField(db_index=True)),
                ("facets", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("organisation", models.IntegerField()),
                ("year", models.SmallIntegerField()),
                ("opened_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("tsv", django.contrib.postgres.search.SearchVectorField()),
                ("title_tsv", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["tsv"], name="fiche_search_tsv"),
                    django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["title_tsv"], name="fiche_search_title_tsv"),
                ]
            },
        ),
        migrations.RunSQL(STORAGE, NOOP),
        migrations.RunSQL(SURFACE, "DROP TEXT SEARCH CONFIGURATION fr_surface"),
        migrations.RunSQL(PLAIN, "DROP FUNCTION registry_plain(text); DROP FUNCTION registry_slug(text)"),
        migrations.RunSQL(CODES, "DROP FUNCTION registry_codes(registry_fiche)"),
        migrations.RunSQL(INDEX, "DROP FUNCTION registry_index(int, int); DROP FUNCTION registry_number(int, int)"),
        migrations.RunSQL(HOLDING, "DROP FUNCTION registry_holding(tsquery); DROP FUNCTION registry_titled(tsquery)"),
        migrations.RunSQL(UNKNOWN, "DROP FUNCTION registry_unknown(text[])"),
        migrations.RunSQL("SELECT registry_index(0, 2147483647)", NOOP),
        pgtrigger.migrations.AddTrigger(
            model_name="fiche",
            trigger=pgtrigger.compiler.Trigger(
                name="fiche_is_searched",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM registry_index(NEW.pos, NEW.pos); RETURN NULL;",
                    hash="047f1847fed47915fd14c47e2bfad801fce9a3e4",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_fiche_is_searched_686c1",
                    table="registry_fiche",
                    when="AFTER",
                ),
            ),
        ),
    ]
