"""After a test that commits, the database holds what its set-up wrote, and nothing else."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from catalogue.models import Term
from tests import put_back
from tests.accounts.factories import UserFactory
from tests.requests_app.factories import a_dossier
from workflow.models import JournalLine


def fingerprints() -> dict[str, str]:
    """What each table that holds something says, as one fingerprint."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(put_back.TABLES, ["public"])
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT md5(string_agg(row::text, chr(10) ORDER BY row::text)) FROM public."{table}" row')
            if (said := cursor.fetchone()[0]) is not None:
                found[table] = said
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("flushed", [False, True])
def test_what_a_test_committed_is_gone_and_what_migrations_wrote_is_back(flushed: bool) -> None:
    before = fingerprints()
    assert {"catalogue_term", "accounts_user", "requests_app_piecerule"} <= set(before)
    assert "workflow_journalline" not in before
    a_dossier("submitted")
    Term.objects.filter(vocabulary="domain").update(label_fr="Changé")
    assert JournalLine.objects.exists()
    if flushed:
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    put_back.put_back(connection)
    assert fingerprints() == before
    UserFactory()  # its number is taken by none of the rows that are back
