-- The two database roles of Guichet: guichet_owner owns the tables and migrates, guichet_app serves the site.
-- Run as a superuser, connected to the site's database, before the first migration and again after each one:
--   psql -v ON_ERROR_STOP=1 -d guichet -f deploy/roles.sql
-- It may be run any number of times. The passwords are set apart (\password guichet_app), never written in a file.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'guichet_owner') THEN CREATE ROLE guichet_owner LOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'guichet_app') THEN CREATE ROLE guichet_app LOGIN; END IF;
END
$$;

-- The extensions that the migrations need: only a superuser may install some of them.
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- Nobody else may enter, nobody but the owner may create.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO guichet_owner;
GRANT USAGE ON SCHEMA public TO guichet_app;

-- The site reads and writes rows; it changes no table.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO guichet_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO guichet_app;
ALTER DEFAULT PRIVILEGES FOR ROLE guichet_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO guichet_app;
ALTER DEFAULT PRIVILEGES FOR ROLE guichet_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO guichet_app;

-- Append-only tables: a line is written once. The model's trigger refuses too, but an owner can disable a trigger; a missing grant
-- stays missing. A table named here is protected by the first run of this file that finds it: hence "again after each migration".
DO $$
DECLARE
  found regclass;
BEGIN
  FOR found IN
    SELECT to_regclass('public.' || name)
    FROM unnest(ARRAY['workflow_journalline', 'workflow_checkpoint', 'committee_ballot', 'committee_paper', 'quotes_quotepaper',
                      'quotes_estimatefigure', 'quotes_workdone', 'registry_ficheversion',
                      'trust_logentry', 'trust_lognode', 'trust_checkpoint',
                      'invoices_invoiceschedule', 'invoices_installmentline', 'invoices_invoiceline', 'invoices_invoicevat',
                      'invoices_invoicepaper', 'invoices_payment', 'contracts_conventionversion', 'contracts_versionfile',
                      'contracts_annex', 'negotiating_comment', 'signing_signatureevent', 'signing_sealedrevision',
                      'life_paymentwaiver', 'deposits_attempt', 'deposits_purgecertificate', 'extractions_unlinking',
                      'matching_matchingresult', 'matching_matchingdecision', 'delivery_packagefile',
                      'oppositions_oppositionset', 'oppositions_receiptblock', 'oppositions_recheck',
                      'envelopes_purgereport', 'tracking_retentionreport', 'measures_month',
                      'measures_complaintcount',
                      'django_migrations']) AS name
    WHERE to_regclass('public.' || name) IS NOT NULL
  LOOP
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON %s FROM guichet_app', found);
  END LOOP;
  -- The access log is written once too, but its old lines are deleted: DELETE stays.
  IF to_regclass('public.workflow_accessread') IS NOT NULL THEN
    REVOKE UPDATE, TRUNCATE, REFERENCES, TRIGGER ON TABLE workflow_accessread FROM guichet_app;
  END IF;
  -- A version of a tariff grid is changed while it is a draft, and never deleted: a trigger freezes what was published.
  IF to_regclass('public.fees_gridversion') IS NOT NULL THEN
    REVOKE DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE fees_gridversion FROM guichet_app;
  END IF;
  -- Nor is a version of a clause or of a template of conventions: a trigger freezes what was approved.
  IF to_regclass('public.contracts_clauseversion') IS NOT NULL THEN
    REVOKE DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE contracts_clauseversion, contracts_templateversion FROM guichet_app;
  END IF;
  -- Nor is a version of a need: a trigger freezes what it says, and each agreement once it is given.
  IF to_regclass('public.needs_needversion') IS NOT NULL THEN
    REVOKE DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE needs_needversion, needs_need FROM guichet_app;
  END IF;
  -- A controller's key is compared and revoked, never deleted.
  IF to_regclass('public.envelopes_controllerkey') IS NOT NULL THEN
    REVOKE DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE envelopes_controllerkey FROM guichet_app;
  END IF;
  -- What hangs from a citizen's request is written once too, but goes with it at its term: DELETE stays, the model's trigger holds it back.
  IF to_regclass('public.tracking_stamp') IS NOT NULL THEN
    REVOKE UPDATE, TRUNCATE, REFERENCES, TRIGGER ON TABLE tracking_stamp, answering_alert FROM guichet_app;
  END IF;
  IF to_regclass('public.django_migrations') IS NOT NULL THEN
    REVOKE INSERT ON TABLE django_migrations FROM guichet_app;
  END IF;
END
$$;
