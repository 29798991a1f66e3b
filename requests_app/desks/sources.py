"""What a dossier itself says, for the index: its reference, its texts, the names of its organisations and of its databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.content import Content
from requests_app.searchable import Found, Source, changed

KIND = "dossier"
ORGANISATIONS = ("controller", "body_in_charge", "sponsor", "laboratory")
#: Texts whose words are codes: nobody searches for them.
CODES = frozenset({"data_form", "hosting", "information"})


#: The columns of the content whose words are kept, the name of the project first.
TEXTS = ["acronym", "title"] + [
    column.name
    for column in Content._meta.concrete_fields
    if isinstance(column, models.CharField | models.TextField) and column.name not in CODES | {"acronym", "title"}
]
NAMES = [f"{organisation}.{name}" for organisation in ORGANISATIONS for name in ("name", "short_name")]
OF_SOURCE = ("b.acronym", "b.name_fr", "b.name_en", "s.justification", "s.population_criteria", "s.variables")
#: Reference, texts, names of organisations, texts among the answers of any shape, then a line for each database; nothing empty.
WORDS = f"""
    SELECT c.dossier_id, concat_ws(E'\n', d.reference, {", ".join(f"nullif(c.{name}, '')" for name in TEXTS)},
        {", ".join(f"nullif({name}, '')" for name in NAMES)},
        (SELECT string_agg(said #>> '{{}}', E'\n')
            FROM jsonb_path_query(c.answers, 'strict $.** ? (@.type() == "string" && @ != "")') AS said),
        (SELECT string_agg(
                concat_ws(' ', {", ".join(f"nullif({one}, '')" for one in OF_SOURCE)}), E'\n' ORDER BY s.id)
            FROM requests_app_dossiersource s JOIN catalogue_database b ON b.id = s.database_id WHERE s.content_id = c.dossier_id))
    FROM requests_app_content c JOIN requests_app_dossier d ON d.id = c.dossier_id
    {" ".join(f"LEFT JOIN accounts_organisation {one} ON {one}.id = c.{one}_id" for one in ORGANISATIONS)}
    WHERE c.dossier_id = ANY(%s)
"""


def texts_of(rows: Sequence[int]) -> Mapping[int, Found]:
    """The words of these dossiers, by their key: put together by the database, since a page of results reads twenty of them."""
    with connection.cursor() as cursor:
        cursor.execute(WORDS, [list(rows)])
        return {pk: Found(pk, text) for pk, text in cursor.fetchall()}


def read(row: int) -> Found | None:
    """The words of one dossier; None once it is gone."""
    return texts_of([row]).get(row)


def keys() -> Any:
    """The dossiers whose words are kept."""
    return Content.objects.order_by("pk").values_list("pk", flat=True).iterator()


def address(reference: str, row: int) -> str:
    """Where the content of a dossier is read."""
    return reverse("dossiers:content", args=[reference])


DOSSIERS = Source(KIND, 10, _("Content of the dossier"), read, keys, address, texts_of)


def index_again(sender: Any, instance: Content, **_kept: Any) -> None:
    """Ask for a dossier to be indexed anew whenever its content is saved."""
    changed(KIND, instance.pk, timezone.now().isoformat())


def index_after(dossier: Any, line: Any) -> None:
    """Ask for it after an act that writes content past its form (the results): a reaction."""
    changed(KIND, dossier.pk, f"line:{line.pk}")
