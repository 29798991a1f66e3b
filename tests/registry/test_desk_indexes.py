"""The lists of the secretariat read an index, so that they cost their own rows among a million fiches."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from registry.editing.pages import unread
from registry.outcomes.overdue import overdue
from registry.outcomes.reminders import awaited

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: unread().filter(origin="import")[:100], "fiche_to_read_over"),
        (lambda: overdue(DAY)[:25], "fiche_results_awaited"),
        (lambda: awaited(DAY).values_list("pk"), "fiche_results_awaited"),
    ],
)
def test_a_list_of_the_secretariat_rests_on_its_index(rows: Any, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")  # a few rows are read faster as they lie
    assert f"using {index} on registry_fiche" in rows().explain()
