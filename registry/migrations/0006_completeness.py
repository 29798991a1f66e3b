"""How complete a fiche is, counted once when it is written: files and API no longer read the whole document of each fiche for it."""

import django.contrib.postgres.fields
from django.db import migrations, models

# “No” and zero are answers; “non renseigné” is none. Only a short text is looked at closely.
TELLS = """
CREATE FUNCTION registry_tells(written text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(length(written) > 40 OR translate(lower(written), E'.…-–/* \u00a0\u202f\\t\\r\\n', '') NOT IN (
        '', 'acompleter', 'adéfinir', 'cfprotocole', 'idem', 'na', 'nc', 'neant', 'nonprecisé', 'nonprécisé', 'nonrenseigné', 'nonrenseignée',
        'néant', 'rien', 'sansobjet', 'so', 'test', 'voirprotocole', 'xxx', 'àcompléter', 'àdéfinir'), false)
$$;
"""

# The questions of registry.completeness: how many are asked on any day, how many of them are answered, whether the end is asked for once
# it has come, and whether results are told, which is asked once they are due.
SCORED = """
CREATE FUNCTION registry_scored(said jsonb) RETURNS smallint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY[
        21 + 5 * one.project + 2 * one.matched + one.numbered + one.outside,
        registry_tells(s.title)::int + registry_tells(s.lay_summary)::int + coalesce(s.controller <> '{}', false)::int
            + coalesce(s.controller_type <> '{}', false)::int + coalesce(s.objectives <> '[]', false)::int
            + registry_tells(s.expected_benefits)::int + registry_tells(s.population)::int
            + (coalesce(s.sources <> '[]', false) OR registry_tells(s.other_sources))::int + coalesce(s.data_categories <> '[]', false)::int
            + (s.matching IS NOT NULL)::int + (s.professionals IS NOT NULL)::int + registry_tells(s.hosting)::int
            + (s.starts_on IS NOT NULL)::int + (s.retention_years IS NOT NULL OR s.retention_months IS NOT NULL)::int
            + registry_tells(s.procedure)::int + coalesce(s.legal_basis_6 <> '{}', false)::int + coalesce(s.legal_basis_9 <> '{}', false)::int
            + (s.transfers_outside_eu IS NOT NULL)::int + (s.automated_decision IS NOT NULL)::int + registry_tells(s.dpo_mailbox)::int
            + (registry_tells(s.rights) OR registry_tells(s.information) OR registry_tells(s.information_how))::int
            + one.project * (coalesce(s.purpose <> '{}', false)::int + coalesce(s.domains <> '[]', false)::int
                + registry_tells(s.public_interest)::int + (s.ends_on IS NOT NULL)::int + registry_tells(s.results_plan)::int)
            + one.matched * (coalesce(s.matching_kind <> '{}', false)::int + registry_tells(s.matching_method)::int)
            + one.numbered * registry_tells(s.authorisation_number)::int
            + one.outside * registry_tells(s.eu_representative)::int,
        one.project,
        registry_tells(s.results)::int]::smallint[]
    FROM jsonb_to_record(said) AS s(
            title text, lay_summary text, expected_benefits text, population text, other_sources text, hosting text, starts_on text,
            procedure text, dpo_mailbox text, rights text, information text, information_how text, public_interest text, ends_on text,
            results_plan text, matching_method text, authorisation_number text, eu_representative text, results text, kind text, basis text,
            controller jsonb, controller_type jsonb, objectives jsonb, sources jsonb, data_categories jsonb, matching jsonb,
            professionals jsonb, retention_years jsonb, retention_months jsonb, legal_basis_6 jsonb, legal_basis_9 jsonb,
            transfers_outside_eu jsonb, automated_decision jsonb, purpose jsonb, domains jsonb, matching_kind jsonb,
            controller_outside_eu jsonb)
        CROSS JOIN LATERAL (SELECT
            (coalesce(s.kind, 'project') = 'project')::int AS project,
            coalesce(s.matching = 'true', false)::int AS matched,
            (coalesce(s.procedure, '') NOT IN ('', 'simplified', 'permanent_access') AND coalesce(s.basis, '') <> 'tacit')::int AS numbered,
            coalesce(s.controller_outside_eu = 'true', false)::int AS outside) AS one
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_phrases")]

    operations = [
        migrations.RunSQL(TELLS, "DROP FUNCTION registry_tells(text)"),
        migrations.RunSQL(SCORED, "DROP FUNCTION registry_scored(jsonb)"),
        migrations.AddField(
            model_name="fiche",
            name="scored",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("said", function="registry_scored"),
                output_field=django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None),
            ),
        ),
    ]
